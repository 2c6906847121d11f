//! Databases of tests' own: a SQLite file, or a schema on the throwaway PostgreSQL server that `scripts/test` starts.

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database that is gone when this is.
pub(crate) enum TestDatabase {
    Sqlite(tempfile::TempDir),
    Postgres(Schema),
}

impl TestDatabase {
    /// One of the kind that this run of the tests is for: SQLite, unless `CARTWRIGHT_TEST_DATABASE` says otherwise.
    pub(crate) fn create() -> Self {
        match std::env::var("CARTWRIGHT_TEST_DATABASE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite(tempfile::tempdir().unwrap()),
            Ok("postgres") => Self::Postgres(Schema::create()),
            Ok(other) => panic!("CARTWRIGHT_TEST_DATABASE is {other}; it may be sqlite or postgres"),
        }
    }

    /// What the setting `database` is to be.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("carts.db").display()),
            Self::Postgres(schema) => schema.url(),
        }
    }

    /// Runs a statement on it. Of SQLite nobody else may have it open.
    pub(crate) fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(folder) => {
                let file = rusqlite::Connection::open(folder.path().join("carts.db")).unwrap();
                file.execute(sql, []).unwrap();
            }
            Self::Postgres(schema) => drop(schema.execute(sql)),
        }
    }

    /// Whether it is a PostgreSQL database.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Keeps it from making changes until the lock is dropped; what is committed can be read.
    pub(crate) fn lock(&self) -> Lock {
        match self {
            Self::Sqlite(folder) => {
                let file = rusqlite::Connection::open(folder.path().join("carts.db")).unwrap();
                file.execute_batch("begin immediate").unwrap();
                Lock::Sqlite(file)
            }
            Self::Postgres(schema) => schema.lock(),
        }
    }

    /// How many rows a table has. Of SQLite nobody else may have it open.
    pub(crate) fn count(&self, table: &str) -> u64 {
        let sql = format!("select count(*)::text from {table}");
        match self {
            Self::Sqlite(folder) => {
                let file = rusqlite::Connection::open(folder.path().join("carts.db")).unwrap();
                file.query_row(&sql.replace("::text", ""), [], |row| row.get(0)).unwrap()
            }
            Self::Postgres(schema) => schema.execute(&sql)[0].parse().unwrap(),
        }
    }

    /// A throwaway database for a server that is started once.
    pub(crate) fn throwaway() -> (String, Option<Self>) {
        match Self::create() {
            Self::Sqlite(_) => ("memory".to_owned(), None),
            database @ Self::Postgres(_) => (database.url(), Some(database)),
        }
    }
}

/// A transaction that is in the way of all changes.
#[expect(dead_code, reason = "it is there to be dropped")]
pub(crate) enum Lock {
    Sqlite(rusqlite::Connection),
    Postgres(std::sync::mpsc::Sender<()>),
}

/// A schema of its own on the PostgreSQL server of the tests. To whoever uses its address it looks like a database.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("CARTWRIGHT_TEST_POSTGRES").unwrap_or_else(|_| {
            panic!("CARTWRIGHT_TEST_POSTGRES names no server: run the tests with scripts/test, which starts one")
        });
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let schema = Self { server, name };
        // One that an earlier process with this number left behind when it was killed.
        schema.execute("drop schema if exists {} cascade; create schema {}");
        schema
    }

    /// Its address. Connections made by it are told from others by their application's name, which is the schema's.
    pub(crate) fn url(&self) -> String {
        let separator = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{separator}options[search_path]={}&application_name={}", self.server, self.name, self.name)
    }

    /// Its name, and that of the connections to it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn lock(&self) -> Lock {
        let options: sqlx::postgres::PgConnectOptions = self.server.parse().unwrap();
        let options = options.options([("search_path", &self.name)]);
        let (locked, is_locked) = std::sync::mpsc::channel();
        let (lock, dropped) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut connection = options.connect().await.unwrap();
                let sql = "begin; lock table carts in share row exclusive mode";
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
                locked.send(()).unwrap();
                let _ = dropped.recv(); // when it is dropped; nothing else runs here meanwhile
                connection.close().await.unwrap();
            });
        });
        is_locked.recv().unwrap();
        Lock::Postgres(lock)
    }

    /// Runs statements on it, in which `{}` is its name. Answers the texts of the first column of all rows.
    pub(crate) fn execute(&self, sql: &str) -> Vec<String> {
        let sql = sql.replace("{}", &self.name);
        let options: sqlx::postgres::PgConnectOptions = self.server.parse().unwrap();
        let options = options.options([("search_path", &self.name), ("client_min_messages", &"error".to_owned())]);
        // On a thread of its own: the test may be running on a runtime, where one cannot wait.
        let work = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut connection = options
                    .connect()
                    .await
                    .unwrap_or_else(|error| panic!("the server of CARTWRIGHT_TEST_POSTGRES cannot be used: {error}"));
                let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
                connection.close().await.unwrap();
                rows.iter().map(|row| row.try_get(0).unwrap_or_default()).collect()
            })
        });
        work.join().unwrap()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.execute("drop schema {} cascade");
        }
    }
}
