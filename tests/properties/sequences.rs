//! Random sequences of operations, done by the server and by the model side by side.

use super::model::{Cart, Fate, MAX_LINES, NAMES, product};
use super::{check, well_formed};
use crate::support::{Answer, TestDatabase, TestServer};
use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::HashMap;

#[derive(Clone, Debug)]
enum Step {
    Create { locale: &'static str, account: &'static str, tag: Option<&'static str>, version: usize, items: Vec<Item> },
    Add { at: At, items: Vec<Item> },
    Modify { at: At, edits: Vec<Edit> },
    Get { at: At },
    Clear { at: At },
    Wait { hours: u64 },
    Restart,
}

/// A cart that was made before, and with what it is asked for.
#[derive(Clone, Debug)]
struct At {
    cart: Index,
    version: usize,
    mistake: Mistake,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    None,
    Hmac,
    Locale,
    Account,
    Tag,
}

/// An index into NAMES, and the text of Quantity.
type Item = (usize, Option<&'static str>);

#[derive(Clone, Debug)]
struct Edit {
    name: usize,
    quantity: Option<&'static str>,
    save: Option<bool>,
    /// The letter in front of the CartItemId, which means nothing.
    letter: char,
}

const VERSIONS: [&str; 3] = ["2005-10-05", "2011-08-01", "2013-08-01"];
const QUANTITIES: [&str; 10] = ["1", "2", "3", "4", "997", "999", "0", "1000", "-1", "x"];
const OUT_OF_RANGE: &str = "AWS.ParameterOutOfRange";
const MISMATCH: &str = "AWS.ECommerceService.CartInfoMismatch";

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Good quantities are more likely: one bad one refuses the whole request.
    let quantity = || prop_oneof![6 => Just(None), 6 => select(&QUANTITIES[..4]).prop_map(Some), 1 => select(&QUANTITIES[4..]).prop_map(Some)];
    let items = move || vec((0..NAMES.len(), quantity()), 1..5);
    let account = || select(vec!["ALICE", "BOB"]);
    let locale = || select(vec!["us", "us", "us", "jp"]);
    let tag = || select(vec![None, Some("tag-20"), Some("ws")]);
    let mistake = prop_oneof![
        12 => Just(Mistake::None),
        1 => Just(Mistake::Hmac),
        1 => Just(Mistake::Locale),
        1 => Just(Mistake::Account),
        1 => Just(Mistake::Tag),
    ];
    let at =
        (any::<Index>(), 0..VERSIONS.len(), mistake).prop_map(|(cart, version, mistake)| At { cart, version, mistake });
    let quantity = || prop_oneof![4 => select(&QUANTITIES[..7]), 1 => select(&QUANTITIES[7..])];
    let edit = (0..NAMES.len(), 0..5, quantity(), any::<bool>(), select(vec!['U', 'C', 'S']));
    let edit = edit.prop_map(|(name, kind, quantity, save, letter)| {
        let (quantity, save) = match kind {
            0 | 1 => (Some(quantity), None),
            2 | 3 => (None, Some(save)),
            _ => (Some(quantity), Some(save)),
        };
        Edit { name, quantity, save, letter }
    });
    let create = (locale(), account(), tag(), 0..VERSIONS.len(), items());
    let step = prop_oneof![
        3 => create.prop_map(|(locale, account, tag, version, items)| Step::Create { locale, account, tag, version, items }),
        4 => (at.clone(), items()).prop_map(|(at, items)| Step::Add { at, items }),
        4 => (at.clone(), vec(edit, 1..4)).prop_map(|(at, edits)| Step::Modify { at, edits }),
        2 => at.clone().prop_map(|at| Step::Get { at }),
        1 => at.prop_map(|at| Step::Clear { at }),
        2 => select(vec![1, 24, 7 * 24, 7 * 24 + 1, 40 * 24, 89 * 24, 90 * 24, 90 * 24 + 1, 100 * 24]).prop_map(|hours| Step::Wait { hours }),
        1 => Just(Step::Restart),
    ];
    vec(step, 1..24)
}

/// A server and the model of it.
struct Pair<'s> {
    server: &'s mut dyn Bench,
    /// Makes the access keys of this case its own, since all cases share a server.
    case: usize,
    hour: u64,
    carts: Vec<(Cart, Keys)>,
    /// The number in the CartItemId of each (locale, name) that was seen.
    item_ids: HashMap<(&'static str, usize), String>,
}

/// What names a cart in a request.
struct Keys {
    id: String,
    hmac: String,
}

/// A server that can be restarted.
trait Bench {
    fn server(&self) -> &TestServer;
    fn restart(&mut self);
}

impl Pair<'_> {
    fn call(&self, locale: &str, account: &str, query: &str) -> Answer {
        let key = format!("{account}{}", self.case);
        self.server
            .server()
            .get(&format!("/{locale}/onca/xml?Service=AWSECommerceService&AWSAccessKeyId={key}&{query}"))
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Create { locale, account, tag, version, items } => {
                let mut model = Cart { locale, account, tag: *tag, lines: Vec::new(), touched: self.hour };
                let tag = tag.map(|tag| format!("&AssociateTag={tag}")).unwrap_or_default();
                let version = VERSIONS[*version];
                let answer = self.call(
                    locale,
                    account,
                    &format!("Operation=CartCreate&Version={version}{tag}{}", items_query(items)),
                );
                let Some(items) = parsed(items) else { return expect_errors(&answer, "False", &out_of_range(items)) };
                let errors = model.add(&items);
                if model.lines.is_empty() {
                    return expect_errors(&answer, "True", &errors);
                }
                self.expect_cart(&answer, &model, &errors)?;
                let keys = Keys { id: answer.text("CartId"), hmac: answer.text("HMAC") };
                check(self.carts.iter().all(|(_, other)| other.id != keys.id), "the id of a new cart is new", &answer)?;
                self.carts.push((model, keys));
                Ok(())
            }
            Step::Add { at, items } => {
                let errors = out_of_range(items);
                self.change(at, "CartAdd", &items_query(items), errors, |model| {
                    let before = model.lines.len();
                    let items = parsed(items).expect("checked before");
                    let errors = model.add(&items);
                    let unknown = |(name, _): &(usize, u32)| {
                        product(model.locale, *name).is_none_or(|known| known.fate == Fate::Refused)
                    };
                    // When the catalogue refuses all of them, the cart is neither touched nor shown.
                    let shown = !items.iter().all(unknown);
                    assert!(model.lines.len() >= before && model.lines.len() <= MAX_LINES);
                    (errors, shown)
                })
            }
            Step::Modify { at, edits } => {
                let mut query = Vec::new();
                let mut errors = Vec::new();
                let locale = self.cart(at).map_or("us", |place| self.carts[place].0.locale);
                for (n, edit) in edits.iter().enumerate() {
                    let number = self.item_ids.get(&(locale, edit.name)).map_or("123ABC", String::as_str);
                    query.push(format!("&Item.{n}.CartItemId={}{number}", edit.letter));
                    if let Some(quantity) = edit.quantity {
                        query.push(format!("&Item.{n}.Quantity={quantity}"));
                        errors.extend(number_in(quantity, 0).is_none().then_some(OUT_OF_RANGE));
                    }
                    if let Some(save) = edit.save {
                        query.push(format!("&Item.{n}.Action={}", if save { "SaveForLater" } else { "MoveToCart" }));
                    }
                    if VERSIONS[at.version] > "2009-11-01" && edit.quantity.is_some() && edit.save.is_some() {
                        errors.push("AWS.ExactParameterRequirement");
                    }
                }
                self.change(at, "CartModify", &query.concat(), errors, |model| {
                    for edit in edits {
                        model.edit(edit.name, edit.quantity.and_then(|text| number_in(text, 0)), edit.save);
                    }
                    (Vec::new(), true)
                })
            }
            Step::Get { at } => self.change(at, "CartGet", "", Vec::new(), |_| (Vec::new(), true)),
            Step::Clear { at } => self.change(at, "CartClear", "", Vec::new(), |model| {
                model.lines.clear();
                (Vec::new(), true)
            }),
            Step::Wait { hours } => {
                // A read restarts a cart's clock behind its answer; being ready waits for that.
                assert_eq!(self.server.server().get("/readyz").status, 200);
                self.hour += hours;
                self.server.server().advance(SignedDuration::from_hours(i64::try_from(*hours).expect("a few")));
                Ok(())
            }
            Step::Restart => {
                self.server.restart();
                Ok(())
            }
        }
    }

    fn cart(&self, at: &At) -> Option<usize> {
        (!self.carts.is_empty()).then(|| at.cart.index(self.carts.len()))
    }

    /// An operation on a cart. `syntax` are the errors that are found before the cart is looked for; `apply` does it to the model
    /// and answers the errors, and whether the cart is shown.
    fn change(
        &mut self,
        at: &At,
        operation: &str,
        query: &str,
        syntax: Vec<&'static str>,
        apply: impl FnOnce(&mut Cart) -> (Vec<&'static str>, bool),
    ) -> Result<(), TestCaseError> {
        let query = format!("Operation={operation}&Version={}{query}", VERSIONS[at.version]);
        let Some(place) = self.cart(at) else {
            let answer = self.call("us", "ALICE", &format!("{query}&CartId=102-1234567-1234567&HMAC=x"));
            return expect_errors(&answer, if syntax.is_empty() { "True" } else { "False" }, &or_mismatch(syntax));
        };
        let (model, keys) = &self.carts[place];
        let mut hmac = keys.hmac.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let (mut locale, mut account, mut tag) = (model.locale, model.account, model.tag);
        match at.mistake {
            Mistake::None => {}
            Mistake::Hmac => hmac = hmac.chars().rev().collect(),
            Mistake::Locale => locale = if locale == "us" { "jp" } else { "us" },
            Mistake::Account => account = if account == "ALICE" { "BOB" } else { "ALICE" },
            Mistake::Tag => tag = Some("other-21"),
        }
        let tag = tag.map(|tag| format!("&AssociateTag={tag}")).unwrap_or_default();
        let answer = self.call(locale, account, &format!("{query}{tag}&CartId={}&HMAC={hmac}", keys.id));
        if !syntax.is_empty() {
            return expect_errors(&answer, "False", &syntax);
        }
        if at.mistake != Mistake::None || model.is_dead(self.hour) {
            return expect_errors(&answer, "True", &[MISMATCH]);
        }
        let mut model = model.clone();
        let (errors, shown) = apply(&mut model);
        if !shown {
            return expect_errors(&answer, "True", &errors);
        }
        model.touched = self.hour;
        check(answer.text("HMAC") == keys.hmac, "the HMAC stays", &answer)?;
        self.expect_cart(&answer, &model, &errors)?;
        self.carts[place].0 = model;
        Ok(())
    }

    fn expect_cart(&mut self, answer: &Answer, model: &Cart, errors: &[&str]) -> Result<(), TestCaseError> {
        well_formed(answer)?;
        check(answer.text("IsValid") == "True", "IsValid is True", answer)?;
        prop_assert_eq!(answer.codes(), errors, "{}", answer.body);
        prop_assert_eq!(answer.lines(), model.text(), "{}", answer.body);
        let total = answer.inside("SubTotal").map(|total| total.text("Amount"));
        prop_assert_eq!(total, (!model.lines.is_empty()).then(|| model.total().to_string()), "{}", answer.body);
        // The echo has ids too.
        let areas = ["CartItems", "SavedForLaterItems"].into_iter().filter_map(|area| answer.inside(area));
        let ids = areas.flat_map(|area| area.texts("CartItemId"));
        for (line, id) in model.shown().into_iter().zip(ids) {
            let number = id[1..].to_owned();
            let known = self.item_ids.entry((model.locale, line.name)).or_insert_with(|| number.clone());
            prop_assert_eq!(&*known, &number, "an item has one id: {}", &answer.body);
        }
        let mut numbers: Vec<_> = self.item_ids.values().collect();
        numbers.sort();
        numbers.dedup();
        check(numbers.len() == self.item_ids.len(), "no two items share an id", answer)
    }
}

fn items_query(items: &[Item]) -> String {
    let item = |(n, (name, quantity)): (usize, &Item)| {
        let (asin, listing) = NAMES[*name];
        let what = listing.map_or_else(
            || format!("ASIN={asin}"),
            |listing| format!("OfferListingId={}", listing.replace('+', "%2B").replace('=', "%3D")),
        );
        let quantity = quantity.map(|quantity| format!("&Item.{n}.Quantity={quantity}")).unwrap_or_default();
        format!("&Item.{n}.{what}{quantity}")
    };
    items.iter().enumerate().map(item).collect()
}

/// The number that a Quantity says, when it may say it.
fn number_in(text: &str, least: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (least..=999).contains(number))
}

fn parsed(items: &[Item]) -> Option<Vec<(usize, u32)>> {
    items.iter().map(|(name, text)| Some((*name, text.map_or(Some(1), |text| number_in(text, 1))?))).collect()
}

fn out_of_range(items: &[Item]) -> Vec<&'static str> {
    let bad = items.iter().filter(|(_, text)| text.is_some_and(|text| number_in(text, 1).is_none()));
    bad.map(|_| OUT_OF_RANGE).collect()
}

fn or_mismatch(syntax: Vec<&'static str>) -> Vec<&'static str> {
    if syntax.is_empty() { vec![MISMATCH] } else { syntax }
}

fn expect_errors(answer: &Answer, is_valid: &str, errors: &[&str]) -> Result<(), TestCaseError> {
    well_formed(answer)?;
    prop_assert_eq!(answer.text("IsValid"), is_valid, "{}", answer.body);
    prop_assert_eq!(answer.codes(), errors, "{}", answer.body);
    check(!answer.has("URLEncodedHMAC") && !answer.has("PurchaseURL"), "no cart is shown", answer)
}

fn run(bench: &mut dyn Bench, cases: u32) {
    let mut case = 0;
    let bench = std::cell::RefCell::new(bench);
    let mut runner = super::runner(cases);
    let case = std::cell::RefCell::new(&mut case);
    let outcome = runner.run(&steps(), |steps| {
        **case.borrow_mut() += 1;
        let mut bench = bench.borrow_mut();
        let mut pair =
            Pair { server: &mut **bench, case: **case.borrow(), hour: 0, carts: Vec::new(), item_ids: HashMap::new() };
        steps.iter().try_for_each(|step| pair.step(step))
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// In memory a restart would lose everything, so there is none.
struct Memory(TestServer);

impl Bench for Memory {
    fn server(&self) -> &TestServer {
        &self.0
    }

    fn restart(&mut self) {}
}

#[test]
fn any_sequence_of_operations_does_what_the_model_does() {
    let server = TestServer::with(|config| config.max_lines = u32::try_from(MAX_LINES).expect("a few"));
    run(&mut Memory(server), 200);
}

/// A server on a database of its own, started anew with the same clock whenever it is told to.
struct Lasting {
    server: Option<TestServer>,
    database: TestDatabase,
}

impl Lasting {
    fn start(&self, clock: Option<std::sync::Arc<cartwright::cart::ManualClock>>) -> TestServer {
        let database = self.database.url();
        let change = |config: &mut cartwright::config::Config| {
            config.database = database;
            config.max_lines = u32::try_from(MAX_LINES).expect("a few");
        };
        match clock {
            Some(clock) => TestServer::with_clock(clock, change),
            None => TestServer::with(change),
        }
    }
}

impl Bench for Lasting {
    fn server(&self) -> &TestServer {
        self.server.as_ref().expect("it runs")
    }

    fn restart(&mut self) {
        let server = self.server.take().expect("it runs");
        let clock = server.clock.clone();
        server.stop();
        self.server = Some(self.start(Some(clock)));
    }
}

#[test]
fn any_sequence_of_operations_survives_restarts() {
    let mut bench = Lasting { server: None, database: TestDatabase::create() };
    bench.server = Some(bench.start(None));
    run(&mut bench, 60);
}
