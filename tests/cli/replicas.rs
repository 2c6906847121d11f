//! Servers on one PostgreSQL database, as processes: one is killed, and the database is restarted under all of them; and one server
//! alone, whose database goes away and comes back.

use super::crash::{PRODUCTS, Seen, check, folder};
use super::program::{Program, Running};
use crate::support::{Answer, OwnPostgres, exchange, request};
use sqlx::{ConnectOptions as _, Row as _};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

const REPLICAS: usize = 3;
const CLIENTS: usize = 12;

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// One of the servers, as the clients know it.
struct Replica {
    addr: RwLock<SocketAddr>,
    /// It is being killed or was: whoever asks it may get no answer.
    down: AtomicBool,
    /// Changes that it has acknowledged.
    acknowledged: AtomicUsize,
}

impl Replica {
    fn at(addr: SocketAddr) -> Self {
        Self { addr: RwLock::new(addr), down: AtomicBool::new(false), acknowledged: AtomicUsize::new(0) }
    }
}

/// Starts a server on this database. Its log goes to a file: nobody reads the pipe.
fn start(url: &str, folder: &Path, sweep: bool) -> (Running, SocketAddr) {
    let mut program = Program::under("exec \"$0\" \"$@\" 2>log", &["--listen", "127.0.0.1:0"])
        .env("CARTWRIGHT_DATABASE", url)
        .env("CARTWRIGHT_CATALOG", &folder.join("stock.jsonl").display().to_string());
    if sweep {
        program = program.env("CARTWRIGHT_EMPTY_EXPIRY", "1s").env("CARTWRIGHT_SWEEP_EVERY", "50ms");
    }
    let (running, url) = program.start();
    (running, url.strip_prefix("http://").unwrap().parse().unwrap())
}

/// What a request came to.
enum Outcome {
    /// The change was made.
    Done(Answer),
    /// A document that says why not; whether it was made all the same, nobody knows.
    Refused,
    /// The server went away.
    Gone,
}

/// Asks a replica. Whatever else is away, the answer is a document of the protocol, and comes in time.
fn ask(replica: &Replica, query: &str) -> Outcome {
    let addr = *replica.addr.read().unwrap();
    let asked = Instant::now();
    let bytes = exchanged(addr, query);
    assert!(asked.elapsed() < PATIENCE, "an answer took {:?}", asked.elapsed());
    let text = String::from_utf8(bytes).unwrap();
    let whole = text.split_once("\r\n\r\n").filter(|(_, body)| body.ends_with("Response>"));
    let Some((head, body)) = whole else {
        assert!(replica.down.load(SeqCst), "no document from a server that runs, but {text:?}");
        return Outcome::Gone;
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    let answer = Answer { status, headers: Vec::new(), body: body.to_owned() };
    match status {
        200 => {
            assert_eq!(answer.codes(), [""; 0], "{body}");
            replica.acknowledged.fetch_add(1, SeqCst);
            Outcome::Done(answer)
        }
        500 => {
            assert_eq!(answer.codes(), ["InternalError"], "{body}");
            Outcome::Refused
        }
        503 => {
            assert_eq!(answer.codes(), ["RequestThrottled"], "{body}");
            Outcome::Refused
        }
        _ => panic!("{status}: {body}"),
    }
}

/// Whatever comes back.
fn exchanged(addr: SocketAddr, query: &str) -> Vec<u8> {
    let target = format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=A&Version=2011-08-01&{query}");
    let mut bytes = Vec::new();
    let Ok(mut stream) = TcpStream::connect(addr) else { return bytes };
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    if stream.write_all(&request("GET", &target, &[], b"")).is_ok() {
        let _ = stream.read_to_end(&mut bytes);
    }
    bytes
}

/// One client: makes carts and changes them through one server after the other, until it is told to stop. A cart of which it does not
/// know whether its last change was made, it leaves.
fn shop(replicas: &[Replica], client: usize, stop: &AtomicBool, refused: &AtomicUsize) -> Vec<Seen> {
    let mut carts: Vec<Seen> = Vec::new();
    let mut turn = client;
    let mut next = || {
        turn += 1;
        &replicas[turn % replicas.len()]
    };
    let count = |outcome| match outcome {
        Outcome::Done(answer) => Some(answer),
        Outcome::Refused => {
            refused.fetch_add(1, SeqCst);
            None
        }
        Outcome::Gone => None,
    };
    for round in 0.. {
        if stop.load(SeqCst) {
            break;
        }
        let first = (client + round) % PRODUCTS;
        let created = count(ask(next(), &format!("Operation=CartCreate&Item.1.ASIN=C{first:09}")));
        let Some(created) = created else { continue };
        let mut seen = Seen { cart: created.cart(), acknowledged: created.lines(), perhaps: None };
        for step in 1..6 {
            let (query, then) = if step % 3 == 0 {
                let item = created.item(&format!("C{first:09}"));
                let query =
                    format!("Operation=CartModify&{}&Item.1.CartItemId={item}&Item.1.Quantity={}", seen.cart, step + 1);
                let (before, _) = seen.acknowledged.rsplit_once(" x ").unwrap();
                (query, format!("{before} x {}", step + 1))
            } else {
                let query = format!("Operation=CartAdd&{}&Item.1.ASIN=C{:09}", seen.cart, (first + step) % PRODUCTS);
                (query, format!("C{:09} x 1, {}", (first + step) % PRODUCTS, seen.acknowledged))
            };
            let Some(answer) = count(ask(next(), &query)) else {
                seen.perhaps = Some(then);
                break;
            };
            assert_eq!(answer.lines(), then, "{}", answer.body);
            seen.acknowledged = then;
            // Any other server shows it at once.
            if let Some(read) = count(ask(next(), &format!("Operation=CartGet&{}", seen.cart))) {
                assert_eq!(read.lines(), seen.acknowledged, "{}", read.body);
            }
        }
        carts.push(seen);
    }
    carts
}

/// Waits until each of these has acknowledged so many changes more.
fn wait_for(replicas: &[&Replica], more: usize) {
    let begun = Instant::now();
    let at_first: Vec<usize> = replicas.iter().map(|replica| replica.acknowledged.load(SeqCst)).collect();
    while replicas.iter().zip(&at_first).any(|(replica, before)| replica.acknowledged.load(SeqCst) < before + more) {
        assert!(begun.elapsed() < PATIENCE, "the servers do not get on");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until the clients have been told that the database is away.
fn wait_for_refusals(refused: &AtomicUsize) {
    let (before, begun) = (refused.load(SeqCst), Instant::now());
    while refused.load(SeqCst) < before + 2 * CLIENTS {
        assert!(begun.elapsed() < PATIENCE, "nobody is told that the database is away");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn replicas_lose_nothing_when_one_is_killed_and_the_database_is_restarted() {
    let folder = folder();
    let mut database = OwnPostgres::start(&[]);
    let url = database.url().to_owned();
    // All at once: one of them makes the tables, and draws the secret that all of them sign with.
    let starting = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..REPLICAS {
            scope.spawn(|| {
                let started = start(&url, folder.path(), false);
                starting.lock().unwrap().push(started);
            });
        }
    });
    let (mut running, replicas): (Vec<Running>, Vec<Replica>) =
        starting.into_inner().unwrap().into_iter().map(|(running, addr)| (running, Replica::at(addr))).unzip();
    let (stop, refused) = (AtomicBool::new(false), AtomicUsize::new(0));
    let all: Vec<&Replica> = replicas.iter().collect();
    let mut carts: Vec<Seen> = Vec::new();
    std::thread::scope(|scope| {
        let (replicas, stop, refused) = (&replicas, &stop, &refused);
        // Whatever fails here, the clients end.
        let _end = StopOnDrop(stop);
        let clients: Vec<_> =
            (0..CLIENTS).map(|client| scope.spawn(move || shop(replicas, client, stop, refused))).collect();
        wait_for(&all, 100);

        replicas[1].down.store(true, SeqCst);
        running[1].signal("KILL");
        assert_eq!(running[1].wait().code, None, "it was killed");
        wait_for(&[all[0], all[2]], 100);
        let (again, addr) = start(&url, folder.path(), false);
        running[1] = again;
        *replicas[1].addr.write().unwrap() = addr;
        wait_for(&all, 100);
        // Nobody asks at the old address any more.
        replicas[1].down.store(false, SeqCst);
        assert_eq!(refused.load(SeqCst), 0, "the others had nothing to do with it");

        database.stop();
        wait_for_refusals(refused);
        database.start_again();
        wait_for(&all, 100);
        stop.store(true, SeqCst);
        for client in clients {
            carts.extend(client.join().expect("a client ends in peace"));
        }
    });
    let made: usize = replicas.iter().map(|replica| replica.acknowledged.load(SeqCst)).sum();
    let open = carts.iter().filter(|seen| seen.perhaps.is_some()).count();
    let refused = refused.into_inner();
    println!("{made} acknowledged, {refused} refused, {} carts, {open} without their last answer", carts.len());
    for replica in &replicas {
        check(*replica.addr.read().unwrap(), &carts);
    }
    a_price_that_is_set_through_one_shows_on_the_others(&replicas, &carts[0].cart);
    drop(running);
    sweepers_side_by_side_leave_no_dead_cart(&url, folder.path());
}

#[test]
fn a_database_that_goes_away_and_comes_back_under_load_is_told_of_and_nothing_is_lost() {
    const OUTAGES: usize = 2;
    let folder = folder();
    let mut database = OwnPostgres::start(&[]);
    let (mut running, addr) = start(database.url(), folder.path(), false);
    let server = [Replica::at(addr)];
    let (stop, refused) = (AtomicBool::new(false), AtomicUsize::new(0));
    let carts: Vec<Seen> = std::thread::scope(|scope| {
        let (server, stop, refused) = (&server, &stop, &refused);
        let _end = StopOnDrop(stop);
        let clients: Vec<_> =
            (0..CLIENTS).map(|client| scope.spawn(move || shop(server, client, stop, refused))).collect();
        let ready = || exchange(addr, &request("GET", "/readyz", &[], b"")).status;
        for _ in 0..OUTAGES {
            wait_for(&[&server[0]], 100);
            assert_eq!(ready(), 200);
            database.stop();
            wait_for_refusals(refused);
            assert_eq!(ready(), 503);
            database.start_again();
        }
        wait_for(&[&server[0]], 100);
        stop.store(true, SeqCst);
        clients.into_iter().flat_map(|client| client.join().expect("a client ends in peace")).collect()
    });
    println!("{} acknowledged, {} refused", server[0].acknowledged.load(SeqCst), refused.into_inner());
    check(addr, &carts);
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
    // However many requests and connections met it, each is told once: that it is away, and that it is back.
    let log = std::fs::read_to_string(running.folder().join("log")).unwrap();
    for (told, level) in [(" is away", "WARN"), (" is back", "INFO")] {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(told)).collect();
        assert!(lines.len() == OUTAGES && lines.iter().all(|line| line.contains(level)), "{told}: {log}");
    }
    assert!(log.lines().count() < 60, "{log}");
}

/// Sets it when dropped.
struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

fn a_price_that_is_set_through_one_shows_on_the_others(replicas: &[Replica], cart: &str) {
    let addr = |replica: &Replica| *replica.addr.read().unwrap();
    let read = |replica: &Replica| {
        let Outcome::Done(answer) = ask(replica, &format!("Operation=CartGet&{cart}")) else { panic!("no answer") };
        answer
    };
    // Every server has shown the product before.
    let asin = replicas.iter().map(|replica| read(replica).text("ASIN")).next_back().unwrap();
    let product = r#"{"title":"A new one","product_group":"Book","price":4711}"#;
    let target = format!("/_cartwright/v1/catalog/us/{asin}");
    let json = [("Content-Type", "application/json")];
    let put = exchange(addr(&replicas[0]), &request("PUT", &target, &json, product.as_bytes()));
    assert_eq!(put.status, 200, "{}", put.body);
    let set = Instant::now();
    for replica in replicas {
        assert!(read(replica).texts("Title").contains(&"A new one".to_owned()), "a cart brings the revision along");
        let lookup = format!("Operation=ItemLookup&ItemId={asin}");
        loop {
            let Outcome::Done(found) = ask(replica, &lookup) else { panic!("no answer") };
            if found.text("Title") == "A new one" {
                break;
            }
            assert!(set.elapsed() < Duration::from_secs(1), "it still shows the old one: {}", found.body);
        }
    }
}

fn sweepers_side_by_side_leave_no_dead_cart(url: &str, folder: &Path) {
    const CARTS: usize = 60;
    let servers: Vec<_> = (0..REPLICAS).map(|_| start(url, folder, true)).collect();
    for n in 0..CARTS {
        let addr = servers[n % REPLICAS].1;
        let made = exchanged(addr, &format!("Operation=CartCreate&Item.1.ASIN=C{:09}", n % PRODUCTS));
        let made = String::from_utf8(made).unwrap();
        let made = Answer { status: 200, headers: Vec::new(), body: made };
        let cleared = exchanged(addr, &format!("Operation=CartClear&{}", made.cart()));
        assert!(String::from_utf8(cleared).unwrap().contains("<CartClearResponse"));
    }
    let begun = Instant::now();
    while count(url, "select count(*) from carts where line_count = 0") > 0 {
        assert!(begun.elapsed() < PATIENCE, "dead carts are left");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(count(url, "select count(*) from carts where line_count > 0") > 0, "those that live are left");
    for (running, _) in servers {
        let log = std::fs::read_to_string(running.folder().join("log")).unwrap();
        assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    }
}

/// What a statement counts in this database.
fn count(url: &str, sql: &'static str) -> i64 {
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = options.connect().await.unwrap();
        sqlx::raw_sql(sql).fetch_one(&mut connection).await.unwrap().get(0)
    })
}
