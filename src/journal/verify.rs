//! Verification: whether the requests were as a test expects them, with a wait for those that are still to come.
//!
//! `at_least` and an order are met as soon as the last request that they need is there. `exactly` and `at_most` are met at the end of the
//! wait, since until then one too many may come; they fail at once when it does. So do `no-errors` and `no-unsigned`. A test that
//! wants to go on as soon as two have come asks for `at_least`.

use super::criteria::{Criteria, Difference};
use super::expectation::{Expectation, Times, What};
use super::keeping::{Journal, Seen};
use super::notes::{Transport, Verdict};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use std::pin::pin;
use utoipa::ToSchema;

/// How many entries are looked at for one holding of the journal's lock.
const CHUNK: usize = 256;

/// How many of the nearest calls are told.
const NEAREST: usize = 5;

/// What a request weighs that is not even of the operation in question: more than any other differences.
const ANOTHER_OPERATION: usize = 100;

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verification {
    /// Whether it is as expected.
    pub pass: bool,
    /// How many requests match; of an order, how many steps came; of a check, how many requests break it.
    pub count: u64,
    /// One sentence.
    pub message: String,
    /// When it is not as expected: the requests that come nearest to it, or those that are too many.
    pub nearest: Vec<Near>,
}

/// The sentence, and below it the nearest requests: what a failed test shows.
impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for Near { id, operation, differs, .. } in &self.nearest {
            write!(f, "\n  request {id}, {}", operation.as_deref().unwrap_or("no operation"))?;
            for (place, Difference { field, expected, found }) in differs.iter().enumerate() {
                write!(f, "{} {field} is {found} and not {expected}", if place == 0 { ":" } else { "," })?;
            }
        }
        Ok(())
    }
}

/// A request that was nearly, or wrongly, there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Near {
    /// Its id in the journal.
    pub id: u64,
    /// When it came.
    pub at: Timestamp,
    /// What it asked for.
    pub operation: Option<String>,
    /// What is not as expected.
    pub differs: Vec<Difference>,
}

impl Journal {
    /// Whether the requests of an account, or of all, are as expected; waits for it until `over` is.
    pub async fn verify(
        &self,
        account: Option<&str>,
        expectation: &Expectation,
        over: impl Future<Output = ()>,
    ) -> Verification {
        let mut over = pin!(over);
        let mut judge = Judge::new(expectation);
        let mut last = 0;
        loop {
            // From here on nothing is missed: what comes while we read, wakes us.
            let mut news = pin!(self.news());
            news.as_mut().enable();
            last = self.read_on(account, last, &mut judge);
            if judge.is_settled() {
                return judge.verdict();
            }
            tokio::select! {
                () = news => {}
                () = &mut over => break,
            }
        }
        self.read_on(account, last, &mut judge);
        judge.verdict()
    }

    fn read_on(&self, account: Option<&str>, mut last: u64, judge: &mut Judge<'_>) -> u64 {
        loop {
            let seen = self.after(account, last, CHUNK);
            let Some(newest) = seen.last() else { return last };
            last = newest.id;
            for seen in &seen {
                judge.see(seen);
            }
        }
    }
}

/// Looks at entries in order, and knows what came of the expectation so far.
struct Judge<'e> {
    expectation: &'e Expectation,
    /// Requests that match; of an order, steps that came.
    count: u64,
    /// Requests that do not, the nearest first.
    nearest: Vec<(usize, Near)>,
    /// Requests that do; what is wrong with them, of a check.
    found: Vec<Near>,
}

impl<'e> Judge<'e> {
    fn new(expectation: &'e Expectation) -> Self {
        Self { expectation, count: 0, nearest: Vec::new(), found: Vec::new() }
    }

    fn see(&mut self, seen: &Seen) {
        let Expectation { criteria, what, .. } = self.expectation;
        match what {
            What::Times(_) => self.compare(criteria, seen),
            What::Order(steps) => {
                if let Some(step) = steps.get(self.steps()) {
                    let before = self.count;
                    self.compare(step, seen);
                    if self.count > before {
                        self.nearest.clear(); // of the step before
                    }
                }
            }
            What::Clean { errors, unsigned } => {
                if criteria.hold(seen) {
                    let differs = faults(seen, *errors, *unsigned);
                    if !differs.is_empty() {
                        self.count += 1;
                        self.note_found(seen, differs);
                    }
                }
            }
        }
    }

    fn steps(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    fn compare(&mut self, criteria: &Criteria, seen: &Seen) {
        let differs = criteria.differences(seen);
        if differs.is_empty() {
            self.count += 1;
            self.note_found(seen, Vec::new());
        } else if !criteria.are_about_others(seen) {
            let other = differs.iter().any(|difference| difference.field == "operation");
            let distance = differs.len() + if other { ANOTHER_OPERATION } else { 0 };
            // Of equally near ones the latest come first.
            let place = self.nearest.partition_point(|(known, _)| *known < distance);
            self.nearest.insert(place, (distance, Near::of(seen, differs)));
            self.nearest.truncate(NEAREST);
        }
    }

    /// The last ones count: they are those that were too many.
    fn note_found(&mut self, seen: &Seen, differs: Vec<Difference>) {
        self.found.insert(0, Near::of(seen, differs));
        self.found.truncate(NEAREST);
    }

    /// Whether nothing that may still come changes the verdict.
    fn is_settled(&self) -> bool {
        match &self.expectation.what {
            What::Times(Times { least, most: None }) => self.count >= *least,
            What::Times(Times { most: Some(most), .. }) => self.count > *most,
            What::Order(steps) => self.steps() >= steps.len(),
            What::Clean { .. } => self.count > 0,
        }
    }

    fn verdict(self) -> Verification {
        let Self { expectation, count, nearest, found } = self;
        let nearest = nearest.into_iter().map(|(_, near)| near).collect();
        let (pass, message, nearest) = match &expectation.what {
            What::Times(times) => {
                let pass = count >= times.least && times.most.is_none_or(|most| count <= most);
                let too_many = times.most.is_some_and(|most| count > most);
                let what = &expectation.criteria;
                let message = if pass {
                    format!("{what} came {}, as expected.", often(count))
                } else {
                    format!("{what} came {}, and not {}.", often(count), times)
                };
                (pass, message, if too_many { found } else { nearest })
            }
            What::Order(steps) => match steps.get(usize::try_from(count).unwrap_or(usize::MAX)) {
                // Whoever made it of something that was empty would take it for kept whatever came.
                None if steps.is_empty() => (false, "an order has steps, and this one has none.".to_owned(), nearest),
                None => (true, format!("All {} steps came in this order.", steps.len()), nearest),
                Some(missing) => {
                    let behind = found.first().map_or_else(String::new, |last| format!(" behind request {}", last.id));
                    (false, format!("Step {}, {missing}, did not come{behind}.", count + 1), nearest)
                }
            },
            What::Clean { errors, unsigned } => {
                let what = match (errors, unsigned) {
                    (true, true) => "had an error or no signature",
                    (true, false) => "had an error",
                    (false, _) => "had no signature",
                };
                let message = match count {
                    0 => format!("No request {what}."),
                    1 => format!("A request {what}."),
                    count => format!("{count} requests {what}."),
                };
                (count == 0, message, found)
            }
        };
        Verification { pass, count, message: capitalised(&message), nearest: if pass { Vec::new() } else { nearest } }
    }
}

impl Near {
    fn of(seen: &Seen, differs: Vec<Difference>) -> Self {
        Self { id: seen.id, at: seen.entry.at, operation: seen.operation(), differs }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self { least, most: None } => write!(f, "at least {}", often(least)),
            Self { least, most: Some(most) } if least == most => write!(f, "exactly {}", often(most)),
            Self { least: 0, most: Some(most) } => write!(f, "at most {}", often(most)),
            Self { least, most: Some(most) } => write!(f, "{least} to {most} times"),
        }
    }
}

/// What is wrong with a request.
fn faults(seen: &Seen, errors: bool, unsigned: bool) -> Vec<Difference> {
    let (notes, status) = (&seen.entry.notes, seen.entry.answer.status);
    let codes = if errors { seen.entry.codes() } else { Vec::new() };
    let difference = |field: &str, expected: &str, found: String| Difference {
        field: field.to_owned(),
        expected: expected.to_owned(),
        found,
    };
    let mut differs = Vec::new();
    if !codes.is_empty() {
        differs.push(difference("code", "none", codes.join(", ")));
    } else if errors && status >= 400 {
        differs.push(difference("status", "200", status.to_string()));
    }
    // Pages and descriptions are never signed.
    if unsigned && notes.signature == Verdict::Absent && matches!(notes.transport, Transport::Rest | Transport::Soap) {
        differs.push(difference("signature", Verdict::Ok.name(), Verdict::Absent.name().to_owned()));
    }
    differs
}

fn often(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
