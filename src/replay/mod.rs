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
//! **Invariant.** Nothing here looks into the server: it is started as an embedder starts it and asked as a client asks it.
//!
//! Start reading at [`folder`], then `presuppose.rs`.

mod client;
mod compare;
mod exceptions;
mod presuppose;
mod recording;
mod report;
mod stage;

pub use compare::Difference;
pub use exceptions::{EXCEPTIONS, Exception};
pub use recording::{LocaleSign, Recording};
pub use report::{Counts, Replayed, Report, Verdict};

use compare::{Names, differences, wrong_sums};
use presuppose::presuppose;
use stage::Stage;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Files beyond this size, in bytes, are no recorded answers; the largest cart makes less than 100 KiB.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Replays every file below a folder. The error is that of reading the folder; files in it are skipped with their reason.
pub async fn folder(folder: &Path) -> io::Result<Report> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut report = Report::default();
    let mut recordings = Vec::new();
    for path in files {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        match read(&path).and_then(|content| Recording::parse(&name, &content)) {
            Ok(recording) => recordings.push(recording),
            Err(reason) => report.skipped.push((name, reason)),
        }
    }
    report.replayed = all(recordings).await;
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
async fn all(recordings: Vec<Recording>) -> Vec<Replayed> {
    let at_once = Arc::new(Semaphore::new(available_parallelism().map_or(1, usize::from)));
    let mut running = JoinSet::new();
    for (place, recording) in recordings.into_iter().enumerate() {
        let at_once = at_once.clone();
        running.spawn(async move {
            let _permit = at_once.acquire_owned().await;
            (place, one(&recording).await)
        });
    }
    let mut replayed = running.join_all().await;
    replayed.sort_by_key(|(place, _)| *place);
    replayed.into_iter().map(|(_, replayed)| replayed).collect()
}

/// Replays one recording.
pub async fn one(recording: &Recording) -> Replayed {
    let verdict = match answers(recording).await {
        Ok(differences) => judged(recording, differences),
        Err(reason) => Verdict::Failed(reason),
    };
    Replayed::new(recording, verdict)
}

/// All differences between the recording and this server's answer.
async fn answers(recording: &Recording) -> Result<Vec<Difference>, String> {
    let stage = Stage::set(recording, presuppose(recording)).await?;
    let played = stage.play().await;
    stage.strike().await;
    let (ours, cart) = played?;
    let (recorded_items, our_items) = cart.items;
    let names = |cart: Option<(String, String)>, items| Names {
        locale: recording.locale,
        version: recording.version,
        cart,
        items,
    };
    let recorded_cart = recording.cart_ids().map(|(id, hmac)| (id.to_owned(), hmac.to_owned()));
    let mut found =
        differences((&recording.answer, &names(recorded_cart, recorded_items)), (&ours, &names(cart.ids, our_items)));
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
