//! What a replay found, and how it is told.

use super::compare::Difference;
use super::documents::ErrorDocument;
use super::exceptions::Exception;
use super::recording::{LocaleSign, Recording};
use super::scope::Counted;
use std::collections::BTreeMap;
use std::fmt;

/// What came of all files of a folder.
#[derive(Debug, Default)]
pub struct Report {
    /// Every recording, in the order of the files.
    pub replayed: Vec<Replayed>,
    /// Recorded answers of what this server does not do, each with the reason.
    pub out_of_scope: Vec<(String, String)>,
    /// Files that are no recorded answers, each with the reason.
    pub skipped: Vec<(String, String)>,
}

/// What came of one recording.
#[derive(Debug)]
pub struct Replayed {
    /// Its file.
    pub file: String,
    /// Operation, version, locale and outcome, by which recordings are counted.
    pub kind: [String; 4],
    /// What told its locale; documents of errors have none.
    pub locale_sign: Option<LocaleSign>,
    /// How many of its elements were not compared, by what they stand in and their name.
    pub left_out: BTreeMap<(&'static str, &'static str), usize>,
    /// How it compares.
    pub verdict: Verdict,
}

/// How a recording compares with this server's answer.
#[derive(Debug)]
pub enum Verdict {
    /// Element for element.
    Equal,
    /// Equal but for differences in the table of exceptions; those rows, each once.
    Excepted(Vec<&'static Exception>),
    /// Different: every difference that no row excuses.
    Different(Vec<Difference>),
    /// What it presupposes could not be brought about, or the server did not answer; why.
    Failed(String),
}

impl Replayed {
    pub(super) fn of_operation(recording: &Recording, verdict: Verdict, left_out: Counted) -> Self {
        Self {
            file: recording.file.clone(),
            kind: [
                recording.operation.name().to_owned(),
                recording.version.to_string(),
                recording.locale.to_string(),
                recording.outcome(),
            ],
            locale_sign: Some(recording.locale_sign),
            left_out,
            verdict,
        }
    }

    pub(super) fn of_document(document: &ErrorDocument, verdict: Verdict) -> Self {
        let operation = if document.operation.is_empty() { "(none)" } else { &document.operation };
        Self {
            file: document.file.clone(),
            kind: [operation.to_owned(), document.version.to_string(), "(any)".to_owned(), document.code.clone()],
            locale_sign: None,
            left_out: Counted::new(),
            verdict,
        }
    }
}

/// How many recordings compare how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Element for element.
    pub equal: usize,
    /// But for exceptions.
    pub excepted: usize,
    /// Different, or failed.
    pub different: usize,
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Equal => self.equal += 1,
            Verdict::Excepted(_) => self.excepted += 1,
            Verdict::Different(_) | Verdict::Failed(_) => self.different += 1,
        }
    }
}

impl Report {
    /// How many recordings compare how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.replayed.iter().for_each(|one| counts.add(&one.verdict));
        counts
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table(f)?;
        self.locales(f)?;
        self.exceptions(f)?;
        self.left_out(f)?;
        self.out_of_scope(f)?;
        for (file, reason) in &self.skipped {
            writeln!(f, "skipped: {file} {reason}")?;
        }
        self.differences(f)?;
        let Counts { equal, excepted, different } = self.counts();
        write!(
            f,
            "{} recordings: {equal} equal, {excepted} equal but for tabled exceptions, {different} different; {} out of scope, {} \
             other files skipped",
            self.replayed.len(),
            self.out_of_scope.len(),
            self.skipped.len()
        )
    }
}

impl Report {
    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows: BTreeMap<&[String; 4], Counts> = BTreeMap::new();
        for one in &self.replayed {
            rows.entry(&one.kind).or_default().add(&one.verdict);
        }
        let width = rows.keys().map(|kind| kind[3].chars().count()).max().unwrap_or(0).max("outcome".len());
        let widest = rows.keys().map(|kind| kind[0].len()).max().unwrap_or(0).max(10);
        if !rows.is_empty() {
            writeln!(
                f,
                "{:widest$}  version     locale  {:width$}  equal  excepted  different",
                "operation", "outcome"
            )?;
        }
        for ([operation, version, locale, outcome], Counts { equal, excepted, different }) in rows {
            writeln!(
                f,
                "{operation:widest$}  {version:10}  {locale:6}  {outcome:width$}  {equal:5}  {excepted:8}  {different:9}"
            )?;
        }
        Ok(())
    }

    fn locales(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut signs: BTreeMap<LocaleSign, usize> = BTreeMap::new();
        for one in &self.replayed {
            if let Some(sign) = one.locale_sign {
                *signs.entry(sign).or_default() += 1;
            }
        }
        let signs: Vec<String> = signs.iter().map(|(sign, count)| format!("{sign} {count}")).collect();
        if signs.is_empty() { Ok(()) } else { writeln!(f, "locale told by: {}", signs.join(", ")) }
    }

    fn exceptions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut used: BTreeMap<&str, (&Exception, Vec<&str>)> = BTreeMap::new();
        for one in &self.replayed {
            let Verdict::Excepted(exceptions) = &one.verdict else { continue };
            for exception in exceptions {
                used.entry(exception.name).or_insert((exception, Vec::new())).1.push(&one.file);
            }
        }
        for (exception, files) in used.into_values() {
            writeln!(f, "excepted: {} ({} recordings): {}", exception.name, files.len(), exception.reason)?;
            for file in files {
                writeln!(f, "  {file}")?;
            }
        }
        Ok(())
    }

    fn left_out(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = Counted::new();
        for (kind, count) in self.replayed.iter().flat_map(|one| &one.left_out) {
            *counts.entry(*kind).or_default() += count;
        }
        let counts: Vec<String> =
            counts.into_iter().map(|((parent, name), count)| format!("{parent}/{name} {count}")).collect();
        if counts.is_empty() { Ok(()) } else { writeln!(f, "elements not compared: {}", counts.join(", ")) }
    }

    fn out_of_scope(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (file, reason) in &self.out_of_scope {
            reasons.entry(reason).or_default().push(file);
        }
        for (reason, files) in reasons {
            writeln!(f, "out of scope ({} recordings): {reason}", files.len())?;
            for file in files {
                writeln!(f, "  {file}")?;
            }
        }
        Ok(())
    }

    fn differences(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.replayed {
            match &one.verdict {
                Verdict::Equal | Verdict::Excepted(_) => {}
                Verdict::Failed(reason) => writeln!(f, "failed: {}\n  {reason}", one.file)?,
                Verdict::Different(differences) => {
                    writeln!(f, "different: {}", one.file)?;
                    let Some((first, more)) = differences.split_first() else { continue };
                    writeln!(f, "  {}\n    recorded: {}\n    here:     {}", first.path, first.recorded, first.ours)?;
                    if !more.is_empty() {
                        writeln!(f, "  and {} more", more.len())?;
                    }
                }
            }
        }
        Ok(())
    }
}
