//! How two states differ, in words: carts and their lines, products and their fields, settings, and the rest row by row.
//!
//! Both documents are held as they are; only rows that differ are looked into. Must not know any database driver.

use super::owned::{ACCOUNT, Rows, TABLES, Table};
use super::row::CartRow;
use super::state::{Reading, Unrestored, Whose, cart};
use crate::cart::{Area, Cart, Line};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most differences that are told.
pub const MAX_DIFFERENCES: usize = 1_000;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The table that it is in.
    pub table: &'static str,
    /// Whose it is, in states of the server; '' is the baseline's, or of what has no account.
    pub account: Option<String>,
    /// What differs, in a sentence without its full stop.
    pub what: String,
}

/// The differences between two states of the same account, or of the server, the first [`MAX_DIFFERENCES`] of them; and how many
/// there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// In the order of tables and keys.
    pub told: Vec<Difference>,
    /// All of them.
    pub count: usize,
}

/// Columns that say nothing of what a state is to anybody: they count changes and uses.
const UNTOLD: &[&str] = &["revision", "touched_at", "generation", "seed_file", "seed_line"];

/// Tables that say nothing of it either: what the baseline was loaded from shows in its products, and seeded ids go on behind what is
/// reserved for them, also after a restore.
const UNTOLD_TABLES: &[&str] = &["baselines", "id_counters"];

/// A row as its document has it.
type Row<'a, 'd> = &'a [&'d RawValue];

impl Differences {
    /// What of `after` is not as it was in `before`.
    pub fn between(before: &str, after: &str, whose: &Whose) -> Result<Self, Unrestored> {
        let (before, after) = (Reading::new(before, whose)?, Reading::new(after, whose)?);
        let mut differences = Self::default();
        for table in
            TABLES.iter().filter(|table| table.is_kept(whose.is_account()) && !UNTOLD_TABLES.contains(&table.name))
        {
            let (old, new) = (by_key(table, whose, &before), by_key(table, whose, &after));
            let mut keys: Vec<&String> = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key))).collect();
            keys.sort_unstable();
            for key in keys {
                let pair = (old.get(key).copied(), new.get(key).copied());
                if pair.0.zip(pair.1).is_some_and(|(old, new)| same(old, new)) {
                    continue;
                }
                differences.row(table, whose, pair)?;
            }
        }
        Ok(differences)
    }

    fn row(
        &mut self,
        table: &Table,
        whose: &Whose,
        (old, new): (Option<Row<'_, '_>>, Option<Row<'_, '_>>),
    ) -> Result<(), Unrestored> {
        let Some(some) = new.or(old) else { return Ok(()) };
        let value = |row: Row<'_, '_>, column: &str| {
            let place = table.kept_columns(whose.is_account()).position(|(name, _)| name == column)?;
            serde_json::from_str::<Value>(row[place].get()).ok()
        };
        let account = (!whose.is_account()).then(|| shown(value(some, ACCOUNT)));
        let mut told = |what: String| {
            self.count += 1;
            if self.told.len() < MAX_DIFFERENCES {
                self.told.push(Difference { table: table.name, account: account.clone(), what });
            }
        };
        match table.rows {
            Rows::Carts => {
                let read = |row: Option<Row<'_, '_>>| row.map(|row| cart_of(row, whose)).transpose();
                carts(read(old)?, read(new)?, &mut told);
            }
            Rows::Products => {
                let name = format!("{} {}", shown(value(some, "locale")), shown(value(some, "asin")));
                let is_withdrawn = |row: Row<'_, '_>| value(row, "withdrawn") == Some(Value::Bool(true));
                match (old.filter(|old| !is_withdrawn(old)), new.filter(|new| !is_withdrawn(new))) {
                    (None, None) => {}
                    (None, Some(_)) => told(format!("the product {name} is new")),
                    (Some(_), None) => told(format!("the product {name} is gone")),
                    (Some(old), Some(new)) => {
                        fields(value(old, "doc"), value(new, "doc"), |what| {
                            told(format!("the product {name}: {what}"));
                        });
                    }
                }
            }
            Rows::Settings => {
                fields(old.and_then(|old| value(old, "doc")), new.and_then(|new| value(new, "doc")), |what| {
                    told(format!("settings: {what}"));
                });
            }
            _ => {
                let names = table.kept_columns(whose.is_account()).map(|(name, _)| name);
                let key = table.columns[..table.key].iter().filter(|(name, _)| *name != ACCOUNT);
                let key: Vec<String> = key.map(|(name, _)| shown(value(some, name))).collect();
                let name = format!("{} {}", table.name, key.join(" ")).trim_end().to_owned();
                match (old, new) {
                    (None, _) => told(format!("{name} is new")),
                    (_, None) => told(format!("{name} is gone")),
                    (Some(old), Some(new)) => {
                        for column in names.filter(|name| !UNTOLD.contains(name)) {
                            let (old, new) = (value(old, column), value(new, column));
                            if old != new {
                                told(format!("{name}: {column} is {}, was {}", shown(new), shown(old)));
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// The rows of a table by their keys.
fn by_key<'a, 'd>(table: &Table, whose: &Whose, reading: &'a Reading<'d>) -> BTreeMap<String, Row<'a, 'd>> {
    let key = table.columns[..table.key].iter().filter(|(name, _)| !whose.is_account() || *name != ACCOUNT).count();
    let rows = reading.raw_rows(table);
    rows.iter()
        .filter(|row| row.len() == table.kept_columns(whose.is_account()).count())
        .map(|row| (row[..key].iter().map(|value| value.get()).collect::<Vec<_>>().join(" "), row.as_slice()))
        .collect()
}

fn same(old: Row<'_, '_>, new: Row<'_, '_>) -> bool {
    old.iter().map(|value| value.get()).eq(new.iter().map(|value| value.get()))
}

/// The cart of a row.
fn cart_of(row: Row<'_, '_>, whose: &Whose) -> Result<Cart, Unrestored> {
    cart(&Reading::cells_of("carts", row, whose)?)
}

fn carts(old: Option<Cart>, new: Option<Cart>, told: &mut impl FnMut(String)) {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(new)) => {
            let lines: Vec<String> = new.lines.iter().map(line).collect();
            let lines = if lines.is_empty() { "without lines".to_owned() } else { lines.join(", ") };
            return told(format!("the cart {} is new: {lines}", new.id));
        }
        (Some(old), None) => return told(format!("the cart {} is gone", old.id)),
        (None, None) => return,
    };
    let id = new.id;
    if old.state != new.state {
        let name = |cart: &Cart| CartRow::of(cart).state.replace('_', " ");
        told(format!("the cart {id} is {}, was {}", name(&new), name(&old)));
    }
    if old.merge != new.merge {
        told(format!("the cart {id}: merge is {}, was {}", new.merge, old.merge));
    }
    for now in &new.lines {
        match old.line(now.item_id) {
            None => told(format!("the cart {id}: {} is new", line(now))),
            Some(was) => {
                if was.quantity != now.quantity {
                    told(format!("the cart {id}: {} has quantity {}, had {}", now.asin, now.quantity, was.quantity));
                }
                if was.wanted != now.wanted {
                    told(format!("the cart {id}: {} is {}, was {}", now.asin, area(now.wanted), area(was.wanted)));
                }
            }
        }
    }
    for was in old.lines.iter().filter(|was| new.line(was.item_id).is_none()) {
        told(format!("the cart {id}: {} is gone", was.asin));
    }
}

fn line(line: &Line) -> String {
    let saved = if line.wanted == Area::Saved { ", saved" } else { "" };
    format!("{} x {}{saved}", line.asin, line.quantity)
}

const fn area(area: Area) -> &'static str {
    match area {
        Area::Active => "active",
        Area::Saved => "saved",
    }
}

/// Tells which fields of two objects differ.
fn fields(old: Option<Value>, new: Option<Value>, mut told: impl FnMut(String)) {
    let object = |value: Option<Value>| match value {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (mut old, new) = (object(old), object(new));
    for (name, now) in new {
        match old.remove(&name) {
            Some(was) if was == now => {}
            None if name == "v" => {} // the version of the document
            None => told(format!("{name} is {}, was not there", shown(Some(now)))),
            Some(was) => told(format!("{name} is {}, was {}", shown(Some(now)), shown(Some(was)))),
        }
    }
    for (name, was) in old.into_iter().filter(|(name, _)| name != "v") {
        told(format!("{name} is gone, was {}", shown(Some(was))));
    }
}

/// A value in a sentence: short, and texts without their quotes.
fn shown(value: Option<Value>) -> String {
    const MOST: usize = 120;
    let text = match value {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    match text.char_indices().nth(MOST) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
