//! `limit FILE`: a cart server that does as little as a cart server can, on a SQLite file and a free port of 127.0.0.1.
//!
//! It keeps carts as the server must: in a file, each answer behind a commit that is synced to disk, and all that wait in one
//! commit. It has no catalogue, no versions, no errors, no journal and no expiry, believes what it reads, and is never part of the
//! product. What it reaches is what this machine allows to a cart server; how near the server comes to it is what counts.
//!
//! One thread writes, two read. Same HTTP library, runtime, allocator and SQLite as the server's.

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::Connection;
use sha2::Sha256;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The most changes of one commit: as many as the server makes at once.
const BATCH: usize = 256;

/// Threads that read.
const READERS: usize = 2;

#[tokio::main]
async fn main() -> Result<()> {
    let file = PathBuf::from(std::env::args_os().nth(1).context("usage: limit FILE")?);
    let router = Router::new().route("/onca/xml", get(answer)).with_state(Arc::new(Carts::open(&file)?));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "limit ready: http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    drop(stdout);
    let mut term = signal(SignalKind::terminate())?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true); // slower without, but not wrong
    });
    tokio::select! {
        ended = axum::serve(listener, router) => ended?,
        _ = term.recv() => {}
    }
    Ok(())
}

async fn answer(State(carts): State<Arc<Carts>>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    let document = match carts.answer(asked).await {
        Some((operation, id, lines)) => cart_document(&operation, id, &lines),
        None => "<Error><Code>AWS.ECommerceService.CartInfoMismatch</Code></Error>".to_owned(),
    };
    let mut response = Response::new(Body::from(document));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml;charset=UTF-8"));
    response
}

/// What a request asks for, as far as this server understands it.
#[derive(Debug, Default)]
struct Asked {
    operation: String,
    cart: i64,
    hmac: String,
    /// ASIN or CartItemId, and quantity, of each item.
    items: Vec<(String, String)>,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "Operation" => asked.operation = value,
                "CartId" => asked.cart = value.parse().unwrap_or(0),
                "HMAC" => asked.hmac = value,
                _ if name.starts_with("Item.") && name.ends_with(".Quantity") => {
                    if let Some(last) = asked.items.last_mut() {
                        last.1 = value;
                    }
                }
                _ if name.starts_with("Item.") => asked.items.push((value, "1".to_owned())),
                _ => {}
            }
        }
        asked
    }

    /// The cart's lines (`ASIN quantity id`) after what is asked; `next` numbers new ones.
    fn change(&self, lines: &str, next: &mut i64) -> String {
        let mut changed = String::with_capacity(lines.len() + 64);
        if self.operation == "CartModify" {
            for line in lines.lines() {
                let (rest, id) = line.rsplit_once(' ').unwrap_or((line, ""));
                let (asin, quantity) = rest.split_once(' ').unwrap_or((rest, "1"));
                let edit = self.items.iter().find(|(wanted, _)| wanted == id);
                let quantity = edit.map_or(quantity, |(_, quantity)| quantity);
                if quantity != "0" {
                    let _ = writeln!(changed, "{asin} {quantity} {id}"); // a String takes everything
                }
            }
            return changed;
        }
        changed.push_str(lines);
        for (asin, quantity) in &self.items {
            *next += 1;
            let _ = writeln!(changed, "{asin} {quantity} U{next}");
        }
        changed
    }
}

/// A cart that was read or changed: its number and its lines.
type Found = Option<(i64, String)>;

/// The carts in the file, and the threads that work on it.
struct Carts {
    changes: mpsc::Sender<(Asked, oneshot::Sender<Found>)>,
    readers: Vec<mpsc::Sender<(i64, oneshot::Sender<Found>)>>,
    turn: AtomicUsize,
}

impl Carts {
    fn open(file: &Path) -> Result<Self> {
        let connection = connect(file)?;
        connection.execute_batch("create table if not exists carts (id integer primary key, lines text not null)")?;
        let (changes, waiting) = mpsc::channel();
        std::thread::spawn(move || write(&connection, &waiting).expect("the disk takes what is written"));
        let reader = |_| {
            let connection = connect(file)?;
            let (sender, waiting) = mpsc::channel::<(i64, oneshot::Sender<Found>)>();
            std::thread::spawn(move || {
                while let Ok((id, reply)) = waiting.recv() {
                    let _ = reply.send(read(&connection, id)); // the caller may have gone away
                }
            });
            Ok(sender)
        };
        let readers = (0..READERS).map(reader).collect::<Result<_>>()?;
        Ok(Self { changes, readers, turn: AtomicUsize::new(0) })
    }

    /// The operation, and the cart after it; `None` when there is no such cart, or the HMAC is not its.
    async fn answer(&self, asked: Asked) -> Option<(String, i64, String)> {
        let operation = asked.operation.clone();
        if operation != "CartCreate" && sign(asked.cart) != asked.hmac {
            return None;
        }
        let (reply, found) = oneshot::channel();
        if operation == "CartGet" {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            self.readers[turn % READERS].send((asked.cart, reply)).ok()?;
        } else {
            self.changes.send((asked, reply)).ok()?;
        }
        let (id, lines) = found.await.ok()??;
        Some((operation, id, lines))
    }
}

fn connect(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file).with_context(|| format!("opening {}", file.display()))?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update_and_check(None, "mmap_size", 1_i64 << 30, |_| Ok(()))?;
    Ok(connection)
}

fn read(connection: &Connection, id: i64) -> Found {
    let mut select = connection.prepare_cached("select lines from carts where id = ?1").ok()?;
    Some((id, select.query_row([id], |row| row.get(0)).ok()?))
}

/// Makes the changes that wait, in one transaction; then answers them; then the next.
fn write(connection: &Connection, waiting: &mpsc::Receiver<(Asked, oneshot::Sender<Found>)>) -> Result<()> {
    let mut next: i64 = connection.query_row("select coalesce(max(id), 0) from carts", [], |row| row.get(0))?;
    let mut made = Vec::with_capacity(BATCH);
    while let Ok(first) = waiting.recv() {
        connection.prepare_cached("begin immediate")?.execute([])?;
        let mut job = Some(first);
        while let Some((asked, reply)) = job {
            let found = if asked.operation == "CartCreate" {
                next += 1;
                let id = next;
                let lines = asked.change("", &mut next);
                connection.prepare_cached("insert into carts (id, lines) values (?1, ?2)")?.execute((id, &lines))?;
                Some((id, lines))
            } else if let Some((id, lines)) = read(connection, asked.cart) {
                let lines = asked.change(&lines, &mut next);
                connection.prepare_cached("update carts set lines = ?2 where id = ?1")?.execute((id, &lines))?;
                Some((id, lines))
            } else {
                None
            };
            made.push((reply, found));
            job = if made.len() < BATCH { waiting.try_recv().ok() } else { None };
        }
        connection.prepare_cached("commit")?.execute([])?;
        for (reply, found) in made.drain(..) {
            let _ = reply.send(found); // the caller may have gone away
        }
    }
    Ok(())
}

/// The HMAC of a cart, in hexadecimal.
fn sign(cart: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"a secret of the machine").expect("HMAC takes a key of any length");
    mac.update(&cart.to_le_bytes());
    mac.finalize().into_bytes()[..14].iter().fold(String::with_capacity(28), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An answer of about the size of the server's.
fn cart_document(operation: &str, id: i64, lines: &str) -> String {
    let hmac = sign(id);
    let mut xml = String::with_capacity(4096);
    let _ = write!(
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{operation}Response xmlns=\"http://webservices.amazon.com/AWSECommerceService/2005-10-05\">\
         <OperationRequest><HTTPHeaders><Header Name=\"UserAgent\" Value=\"loadgen\"></Header></HTTPHeaders><RequestId>0F9J5ZK4HQ2V6T1N8WXB</RequestId>\
         <Arguments><Argument Name=\"Service\" Value=\"AWSECommerceService\"></Argument></Arguments></OperationRequest>\
         <Cart><Request><IsValid>True</IsValid></Request><CartId>{id}</CartId><HMAC>{hmac}</HMAC><URLEncodedHMAC>{hmac}</URLEncodedHMAC>\
         <PurchaseURL>http://127.0.0.1/gp/cart/aws-merge.html?cart-id={id}%26associate-id=ws%26hmac={hmac}%26MergeCart=False</PurchaseURL><CartItems>"
    );
    for line in lines.lines() {
        let mut fields = line.split(' ');
        let mut field = || fields.next().unwrap_or_default();
        let (asin, quantity, item) = (field(), field(), field());
        let _ = write!(
            xml,
            "<CartItem><CartItemId>{item}</CartItemId><ASIN>{asin}</ASIN><MerchantId>ATVPDKIKX0DER</MerchantId><SellerId>A2R2RITDJNW1Q6</SellerId>\
             <Quantity>{quantity}</Quantity><Title>A Book with a Usual Title, {asin}</Title><ProductGroup>Book</ProductGroup>\
             <Price><Amount>1999</Amount><CurrencyCode>USD</CurrencyCode><FormattedPrice>$19.99</FormattedPrice></Price>\
             <ItemTotal><Amount>1999</Amount><CurrencyCode>USD</CurrencyCode><FormattedPrice>$19.99</FormattedPrice></ItemTotal></CartItem>"
        );
    }
    let _ = write!(xml, "</CartItems></Cart></{operation}Response>");
    xml
}
