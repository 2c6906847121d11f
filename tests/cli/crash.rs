//! Crashes: what was acknowledged is there after the process was killed, or could write no more.

use super::program::{Program, Running};
use crate::support::{Answer, exchange, request};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many products there are: `C000000000` and so on.
pub(super) const PRODUCTS: usize = 40;

/// A folder with a catalogue; databases go beside it.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let product = |n| {
        format!(
            "{{\"locale\":\"us\",\"asin\":\"C{n:09}\",\"title\":\"Book {n}\",\"product_group\":\"Book\",\"price\":100}}\n"
        )
    };
    std::fs::write(folder.path().join("stock.jsonl"), (0..PRODUCTS).map(product).collect::<String>()).unwrap();
    folder
}

/// The program with this database in `folder`, and its catalogue.
pub(super) fn on_file(program: Program, folder: &Path, file: &str) -> Program {
    program
        .env("CARTWRIGHT_DATABASE", &format!("sqlite:{}", folder.join(file).display()))
        .env("CARTWRIGHT_CATALOG", &folder.join("stock.jsonl").display().to_string())
}

/// The address of a program that was started.
fn address((running, url): (Running, String)) -> (Running, SocketAddr) {
    (running, url.strip_prefix("http://").unwrap().parse().unwrap())
}

/// Asks, and answers `None` when the server goes away before it has answered in full.
pub(super) fn ask(addr: SocketAddr, query: &str) -> Option<Answer> {
    let target = format!("/onca/xml?Service=AWSECommerceService&AWSAccessKeyId=A&Version=2011-08-01&{query}");
    let mut stream = TcpStream::connect(addr).ok()?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    stream.write_all(&request("GET", &target, &[], b"")).ok()?;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let whole = body.ends_with("Response>");
    whole.then(|| Answer { status, headers: Vec::new(), body: body.to_owned() })
}

/// A cart as its client knows it.
pub(super) struct Seen {
    /// `CartId=…&HMAC=…`
    pub(super) cart: String,
    /// The lines of the last answer.
    pub(super) acknowledged: String,
    /// What the lines are if the last request, which was never answered, was carried out.
    pub(super) perhaps: Option<String>,
}

/// One client: makes carts and changes them until the server is gone. Every change is one whose outcome the client can tell.
fn shop(addr: SocketAddr, client: usize, count: &AtomicUsize) -> Vec<Seen> {
    let mut carts: Vec<Seen> = Vec::new();
    for round in 0.. {
        let first = (client + round) % PRODUCTS;
        let Some(created) = ask(addr, &format!("Operation=CartCreate&Item.1.ASIN=C{first:09}")) else { break };
        count.fetch_add(1, Ordering::Relaxed);
        carts.push(Seen { cart: created.cart(), acknowledged: created.lines(), perhaps: None });
        let seen = carts.last_mut().expect("just pushed");
        for step in 1..6 {
            let second = (first + step) % PRODUCTS;
            let (query, then) = if step % 3 == 0 {
                let item = created.item(&format!("C{first:09}"));
                let query =
                    format!("Operation=CartModify&{}&Item.1.CartItemId={item}&Item.1.Quantity={}", seen.cart, step + 1);
                let (before, old) = seen.acknowledged.rsplit_once(" x ").expect("a line");
                assert!(old.parse::<u32>().is_ok());
                (query, format!("{before} x {}", step + 1))
            } else {
                let query = format!("Operation=CartAdd&{}&Item.1.ASIN=C{second:09}", seen.cart);
                (query, format!("C{second:09} x 1, {}", seen.acknowledged))
            };
            let Some(answer) = ask(addr, &query) else {
                seen.perhaps = Some(then);
                return carts;
            };
            assert_eq!((answer.status, answer.lines()), (200, then), "{}", answer.body);
            seen.acknowledged = answer.lines();
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
    carts
}

/// Every cart is as its client knows it.
pub(super) fn check(addr: SocketAddr, carts: &[Seen]) {
    for seen in carts {
        let answer = ask(addr, &format!("Operation=CartGet&{}", seen.cart)).expect("an answer");
        assert_eq!(answer.codes(), [""; 0], "an acknowledged cart is lost: {}", answer.body);
        let lines = answer.lines();
        assert!(
            lines == seen.acknowledged || Some(&lines) == seen.perhaps.as_ref(),
            "{lines} is neither {} nor {:?}",
            seen.acknowledged,
            seen.perhaps
        );
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost_when_the_server_is_killed() {
    const CLIENTS: usize = 8;
    let folder = folder();
    let mut carts: Vec<Seen> = Vec::new();
    for round in 1..=3 {
        let (mut running, addr) = address(on_file(Program::server(&[]), folder.path(), "carts.db").start());
        check(addr, &carts);
        let count = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let count = &count;
            let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(move || shop(addr, client, count))).collect();
            while count.load(Ordering::Relaxed) < 150 * round && clients.iter().any(|client| !client.is_finished()) {
                std::thread::yield_now();
            }
            running.signal("KILL");
            for client in clients {
                carts.extend(client.join().expect("a client ends in peace"));
            }
        });
        let open = carts.iter().filter(|seen| seen.perhaps.is_some()).count();
        println!(
            "round {round}: {} acknowledged, {} carts, {open} without their last answer",
            count.into_inner(),
            carts.len()
        );
        assert_eq!(running.wait().code, None, "it was killed");
    }
    let (_running, addr) = address(on_file(Program::server(&[]), folder.path(), "carts.db").start());
    check(addr, &carts);
}

/// A disk that is full: files may not grow beyond a limit, which is then lifted.
#[test]
fn a_write_that_fails_is_told_and_nothing_that_was_acknowledged_is_lost() {
    let folder = folder();
    // The catalogue and the tables are there before.
    let (mut running, _) = address(on_file(Program::server(&[]), folder.path(), "carts.db").start());
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
    // 512 blocks of 1 KiB; without the trap the system would end the process instead of failing the write.
    let limited =
        Program::under("trap '' XFSZ; ulimit -S -f 512; exec \"$0\" \"$@\" 2>log", &["--listen", "127.0.0.1:0"]);
    let (mut running, addr) = address(on_file(limited, folder.path(), "carts.db").start());
    let mut carts = Vec::new();
    let tag = "x".repeat(2_000);
    let create = format!("Operation=CartCreate&Item.1.ASIN=C000000001&Item.1.ListItemId={tag}");
    let failed = loop {
        let answer = ask(addr, &create).expect("an answer");
        if answer.status != 200 {
            break answer;
        }
        carts.push(Seen { cart: answer.cart(), acknowledged: answer.lines(), perhaps: None });
        assert!(carts.len() < 10_000, "the limit does nothing");
    };
    assert_eq!((failed.status, failed.codes()), (500, vec!["InternalError".to_owned()]), "{}", failed.body);
    println!("{} carts before the first failure", carts.len());
    for _ in 0..20 {
        let answer = ask(addr, &create).expect("an answer");
        match answer.status {
            500 => {}
            // Its log was copied into the database meanwhile, and so there is room for a little more.
            200 => carts.push(Seen { cart: answer.cart(), acknowledged: answer.lines(), perhaps: None }),
            _ => panic!("{answer:?}"),
        }
    }
    // An operator is told too, whatever room there is: the file may not become as large as this.
    let product = format!(r#"{{"title":"A","product_group":"Book","binding":"{}"}}"#, "x".repeat(600_000));
    let put = request("PUT", "/_cartwright/v1/catalog/us/C000000099", &[], product.as_bytes());
    let problem = exchange(addr, &put);
    assert_eq!((problem.status, problem.header("content-type")), (500, Some("application/problem+json")));
    // Reading goes on.
    check(addr, &carts);
    // Somebody makes room.
    let lifted =
        std::process::Command::new("prlimit").arg(format!("--pid={}", running.id())).arg("--fsize=unlimited").status();
    assert!(lifted.expect("prlimit is there").success());
    let answer = ask(addr, &create).expect("an answer");
    assert_eq!(answer.status, 200, "it recovers by itself: {}", answer.body);
    carts.push(Seen { cart: answer.cart(), acknowledged: answer.lines(), perhaps: None });
    running.signal("TERM");
    assert_eq!(running.wait().code, Some(0));
    let log = std::fs::read_to_string(running.folder().join("log")).unwrap();
    // However many requests failed, it is told once what failed and why.
    for told in ["changes was not written: writing carts in", "the database fails: writing carts in"] {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(told) && line.contains("carts.db")).collect();
        assert!(matches!(lines[..], [line] if line.contains("ERROR")), "{log}");
    }
    assert!(log.matches("carts.db").count() < 10, "{log}");
    let (_running, addr) = address(on_file(Program::server(&[]), folder.path(), "carts.db").start());
    check(addr, &carts);
}
