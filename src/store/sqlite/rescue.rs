//! Saving what is in a database whose file is not there any more: those who have it open can still read it.

use crate::store::sqlite::file;
use rusqlite::Connection;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// How many rescued databases may lie beside each other.
const MOST: u32 = 100;

/// Writes all that `connection` sees into a new file beside `path`, and answers its name: `carts.db.rescued`, or with a number behind
/// it.
pub(super) fn rescue(connection: &Connection, path: &Path) -> Result<PathBuf, String> {
    let free = vacant(path).map_err(|error| error.to_string())?;
    // SQLite takes an empty file for one that is not there, and so its mode is ours.
    match connection.execute("vacuum into ?1", [free.to_string_lossy()]) {
        Ok(_) => Ok(free),
        Err(error) => {
            let _ = std::fs::remove_file(&free); // a part is of no use
            Err(error.to_string())
        }
    }
}

/// An empty file of a new name.
fn vacant(path: &Path) -> io::Result<PathBuf> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 1..=MOST {
        let mut name = OsString::from(path);
        name.push(if number == 1 { ".rescued".to_owned() } else { format!(".rescued-{number}") });
        match file::private().create_new(true).open(&name) {
            Ok(_) => return Ok(name.into()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn each_rescue_has_a_file_of_its_own_that_nobody_else_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("create table t (n integer); insert into t values (7)").unwrap();
        std::fs::remove_file(&path).unwrap();
        for name in ["a.db.rescued", "a.db.rescued-2"] {
            let rescued = rescue(&connection, &path).unwrap();
            assert_eq!(rescued, folder.path().join(name));
            assert_eq!(std::fs::metadata(&rescued).unwrap().permissions().mode() & 0o777, 0o600);
            let copy = Connection::open(&rescued).unwrap();
            assert_eq!(copy.query_row("select n from t", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
        }
        drop(folder);
        assert!(rescue(&connection, &path).is_err());
    }
}
