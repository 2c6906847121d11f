//! Replays recorded answers of the live service against this server, and tells which come back equal, element for element.
//!
//! A recorded answer holds its request. For each one a server of its own is started with the catalogue that the answer
//! presupposes; the cart that it presupposes is made through the API; then the recorded request is sent over HTTP, with the ids
//! of this server's cart in the place of the recorded ones, and both answers are compared.
//!
//! ```text
//! file ──► Recording ──► World (catalogue, cart before) ──► server ──► answer
//!              └────────────────── compare, behind the same masks ───────┘
//! ```
//!
//! Documents of errors hold no request; `documents.rs` makes one up that must be refused like that. What is not compared, and why,
//! is in `scope.rs`; what is compared and may differ all the same, in `exceptions.rs`.
//!
//! **Invariant.** Nothing here looks into the server: it is started as an embedder starts it and asked as a client asks it.
//!
//! Start reading at [`folder`], then `presuppose.rs`.

mod client;
mod compare;
mod documents;
mod exceptions;
mod presuppose;
mod recording;
mod report;
mod scope;
mod stage;

pub use compare::Difference;
pub use documents::ErrorDocument;
pub use exceptions::{EXCEPTIONS, Exception};
pub use recording::{LocaleSign, Recording, Unplayed};
pub use report::{Counts, Replayed, Report, Verdict};
pub use scope::{LEFT_OUT, LeftOut};

use crate::protocol::read_tree;
use compare::{Names, differences, wrong_sums};
use presuppose::presuppose;
use scope::Counted;
use stage::Stage;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Files beyond this size, in bytes, are no recorded answers; the largest makes less than 200 KiB.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// What can be replayed.
#[derive(Debug)]
enum Playable {
    Operation(Box<Recording>),
    Document(Box<ErrorDocument>),
}

impl Playable {
    /// Reads a file's content.
    fn parse(file: &str, content: &[u8]) -> Result<Self, Unplayed> {
        let foreign = Unplayed::Foreign;
        let content = std::str::from_utf8(content).map_err(|_| foreign("is no UTF-8 text".to_owned()))?;
        let answer = read_tree(content).map_err(|error| foreign(error.to_string()))?;
        if documents::is_one(&answer.name) {
            return ErrorDocument::of(file, answer).map(|document| Self::Document(Box::new(document)));
        }
        let recording = Recording::of(file, answer)?;
        match scope::outside(&recording) {
            Some(reason) => Err(Unplayed::OutOfScope(reason)),
            None => Ok(Self::Operation(Box::new(recording))),
        }
    }

    async fn play(&self) -> Replayed {
        match self {
            Self::Operation(recording) => one(recording).await,
            Self::Document(document) => refused(document).await,
        }
    }
}

/// Replays every file below a folder. The error is that of reading the folder; files in it are skipped with their reason.
pub async fn folder(folder: &Path) -> io::Result<Report> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut report = Report::default();
    let mut playable = Vec::new();
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        match read(&path).map_err(Unplayed::Foreign).and_then(|content| Playable::parse(&name, &content)) {
            Ok(one) => playable.push(one),
            Err(Unplayed::Foreign(reason)) => report.skipped.push((name, reason)),
            Err(Unplayed::OutOfScope(reason)) => report.out_of_scope.push((name, reason)),
        }
    }
    report.replayed = all(playable).await;
    Ok(report)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // What a link leads to may be further up.
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    if metadata.len() > MAX_FILE {
        return Err("is too large for a recorded answer".to_owned());
    }
    std::fs::read(path).map_err(unreadable)
}

/// Replays recordings, as many at once as the machine runs threads, and gives them back in their order.
async fn all(playable: Vec<Playable>) -> Vec<Replayed> {
    let at_once = Arc::new(Semaphore::new(available_parallelism().map_or(1, usize::from)));
    let mut running = JoinSet::new();
    for (place, one) in playable.into_iter().enumerate() {
        let at_once = at_once.clone();
        running.spawn(async move {
            let _permit = at_once.acquire_owned().await;
            (place, one.play().await)
        });
    }
    let mut replayed = running.join_all().await;
    replayed.sort_by_key(|(place, _)| *place);
    replayed.into_iter().map(|(_, replayed)| replayed).collect()
}

/// Replays the answer of an operation.
pub async fn one(recording: &Recording) -> Replayed {
    let mut left_out = Counted::new();
    let verdict = match answers(recording, &mut left_out).await {
        Ok(differences) => judged(recording, differences),
        Err(reason) => Verdict::Failed(reason),
    };
    Replayed::of_operation(recording, verdict, left_out)
}

/// Replays the document of an error.
pub async fn refused(document: &ErrorDocument) -> Replayed {
    let verdict = match document.differences().await {
        Ok(differences) if differences.is_empty() => Verdict::Equal,
        Ok(differences) => Verdict::Different(differences),
        Err(reason) => Verdict::Failed(reason),
    };
    Replayed::of_document(document, verdict)
}

/// All differences between the recording and this server's answer, but for what is left out of both.
async fn answers(recording: &Recording, left_out: &mut Counted) -> Result<Vec<Difference>, String> {
    let stage = Stage::set(recording, presuppose(recording)).await?;
    let played = stage.play().await;
    stage.strike().await;
    let (mut ours, cart) = played?;
    let mut recorded = recording.answer.clone();
    scope::leave_out_unfound(recording, &mut recorded, left_out);
    scope::leave_out(&mut recorded, left_out);
    scope::leave_out(&mut ours, &mut Counted::new());
    let (recorded_items, our_items) = cart.items;
    let names = |cart: Option<(String, String)>, items| Names {
        locale: recording.locale,
        version: recording.version,
        cart,
        items,
        // Only a search without an order of its own leaves it to a ranking.
        ranked: recording.operation.name() == "ItemSearch" && recording.argument("Sort").is_none(),
    };
    let recorded_cart = recording.cart_ids().map(|(id, hmac)| (id.to_owned(), hmac.to_owned()));
    let mut found =
        differences((&recorded, &names(recorded_cart, recorded_items)), (&ours, &names(cart.ids, our_items)));
    found.extend(wrong_sums(&ours));
    Ok(found)
}

fn judged(recording: &Recording, differences: Vec<Difference>) -> Verdict {
    let mut rows: Vec<&'static Exception> = Vec::new();
    let mut held = Vec::new();
    for difference in differences {
        match EXCEPTIONS.iter().find(|row| (row.covers)(recording, &difference)) {
            Some(row) if rows.iter().all(|known| known.name != row.name) => rows.push(row),
            Some(_) => {}
            None => held.push(difference),
        }
    }
    if !held.is_empty() {
        Verdict::Different(held)
    } else if rows.is_empty() {
        Verdict::Equal
    } else {
        Verdict::Excepted(rows)
    }
}
