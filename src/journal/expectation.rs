//! What a test expects of the requests, as it writes it down: in JSON, or (`builder`) in Rust.

use super::criteria::Criteria;
use crate::nearest::nearest;
use serde_json::{Map, Value};
use std::time::Duration;

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(1);

/// The most steps of an order.
const MOST_STEPS: usize = 100;

/// What stands in an expectation beside the criteria.
const OWN: [&str; 7] = ["times", "within", "order", "check", "no_errors", "no_unsigned", "parameters"];

/// What is expected, and how long it may take.
///
/// A Rust program writes `Expectation::of(Operation::CartAdd).asin(asin).exactly(2).within(Duration::from_secs(2))`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an expectation is verified by the requests of an account"]
pub struct Expectation {
    /// Of which requests.
    pub criteria: Criteria,
    /// What.
    pub what: What,
    /// How long to wait for it; by the machine's clock.
    pub within: Duration,
}

/// What is expected of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// That they came so often.
    Times(Times),
    /// That there is one for each step, in this order; others may come in between. The steps have the criteria in them.
    Order(Vec<Criteria>),
    /// That there is nothing wrong with any.
    Clean {
        /// None was answered with an error.
        errors: bool,
        /// None came without a signature.
        unsigned: bool,
    },
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Not less often.
    pub least: u64,
    /// Not more often.
    pub most: Option<u64>,
}

impl Expectation {
    /// Reads an expectation; `duration` reads texts such as `2s`. The error is a sentence that begins with the field at fault.
    pub fn read(body: &[u8], duration: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, String> {
        let mut fields: Map<String, Value> = match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err("the body is no JSON object".to_owned()),
            Err(error) => return Err(format!("the body is no JSON: {error}")),
        };
        let within = match fields.remove("within") {
            None => Duration::ZERO,
            Some(Value::String(text)) => duration(&text).map_err(|error| format!("within: {error}"))?,
            Some(other) => return Err(format!("within: {other} is no duration such as \"2s\"")),
        };
        if within > LONGEST {
            return Err(format!("within: no more than {} s are waited for", LONGEST.as_secs()));
        }
        let times = fields.remove("times").map(|times| self::times(&times)).transpose()?;
        let order = fields.remove("order");
        let clean = clean(&mut fields)?;
        let criteria = criteria(fields, "")?;
        let what = match (times, order, clean) {
            (times, None, None) => What::Times(times.unwrap_or(Times { least: 1, most: None })),
            (None, Some(order), None) => What::Order(self::order(order, &criteria)?),
            (None, None, Some(clean)) => clean,
            _ => return Err("times, order and check are three questions; ask one at a time".to_owned()),
        };
        Ok(Self { criteria, what, within })
    }
}

/// `{"exactly":2}`, `{"at_least":1,"at_most":3}`
fn times(times: &Value) -> Result<Times, String> {
    const NAMES: [&str; 3] = ["exactly", "at_least", "at_most"];
    let fields = times.as_object().filter(|fields| !fields.is_empty());
    let fields = fields.ok_or_else(|| format!("times: {times} is no object with one of {}", NAMES.join(", ")))?;
    for (name, value) in fields {
        if !NAMES.contains(&name.as_str()) {
            return Err(format!("times.{name} is unknown; {}", meant(name, NAMES.into_iter())));
        }
        if value.as_u64().is_none() {
            return Err(format!("times.{name}: {value} is no whole number"));
        }
    }
    let number = |name| fields.get(name).and_then(Value::as_u64);
    match (number("exactly"), number("at_least"), number("at_most")) {
        (Some(exactly), None, None) => Ok(Times { least: exactly, most: Some(exactly) }),
        (None, least, most) if most.is_none_or(|most| least.unwrap_or(0) <= most) => {
            Ok(Times { least: least.unwrap_or(0), most })
        }
        (None, ..) => Err("times: at_least is more than at_most".to_owned()),
        (Some(_), ..) => Err("times: exactly stands alone".to_owned()),
    }
}

fn order(order: Value, common: &Criteria) -> Result<Vec<Criteria>, String> {
    let Value::Array(steps) = order else { return Err("order: it is no list of requests".to_owned()) };
    if steps.is_empty() || steps.len() > MOST_STEPS {
        return Err(format!("order: it has 1 to {MOST_STEPS} steps"));
    }
    let steps = steps.into_iter().enumerate().map(|(place, step)| {
        let at = format!("order[{place}]");
        let Value::Object(fields) = step else { return Err(format!("{at}: it is no object")) };
        Ok(common.and(&criteria(fields, &format!("{at}."))?))
    });
    steps.collect()
}

/// `"check":"no-errors"`, a list of such names, or each as a field of its own.
fn clean(fields: &mut Map<String, Value>) -> Result<Option<What>, String> {
    let (mut errors, mut unsigned, mut asked) = (false, false, false);
    for (name, value) in [
        ("no_errors", fields.remove("no_errors")),
        ("no_errors", fields.remove("no-errors")),
        ("no_unsigned", fields.remove("no_unsigned")),
        ("no_unsigned", fields.remove("no-unsigned")),
    ] {
        let Some(value) = value else { continue };
        let on = value.as_bool().ok_or_else(|| format!("{name}: {value} is neither true nor false"))?;
        asked |= on;
        *(if name == "no_errors" { &mut errors } else { &mut unsigned }) |= on;
    }
    let names = match fields.remove("check") {
        None => Vec::new(),
        Some(Value::Array(names)) => names,
        Some(name) => vec![name],
    };
    for name in names {
        asked = true;
        match name.as_str().map(|name| name.replace('_', "-")).as_deref() {
            Some("no-errors") => errors = true,
            Some("no-unsigned") => unsigned = true,
            _ => return Err(format!("check: {name} is neither \"no-errors\" nor \"no-unsigned\"")),
        }
    }
    Ok(asked.then_some(What::Clean { errors, unsigned }))
}

/// What is left are criteria.
fn criteria(fields: Map<String, Value>, at: &str) -> Result<Criteria, String> {
    let mut criteria = Criteria::default();
    for (name, value) in fields {
        if name == "parameters" {
            let Value::Object(parameters) = value else { return Err(format!("{at}parameters: it is no object")) };
            for (name, value) in parameters {
                criteria.add_parameter(
                    &name,
                    &text(&value).ok_or_else(|| format!("{at}parameters.{name}: {value} is no text"))?,
                );
            }
            continue;
        }
        if !Criteria::names().any(|known| known == name) {
            return Err(format!("{at}{name} is unknown; {}", meant(&name, Criteria::names().chain(OWN))));
        }
        let text = text(&value).ok_or_else(|| format!("{at}{name}: {value} is no text"))?;
        criteria.add(&name, &text).map_err(|error| format!("{at}{name}: {error}"))?;
    }
    Ok(criteria)
}

/// A text, or a number as one would write it.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn meant(name: &str, known: impl Iterator<Item = &'static str>) -> String {
    let known: Vec<_> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Expectation, String> {
        Expectation::read(body.as_bytes(), |text| {
            let seconds = text.strip_suffix('s').and_then(|number| number.parse().ok());
            seconds.map(Duration::from_secs).ok_or_else(|| "no duration".to_owned())
        })
    }

    #[test]
    fn an_expectation_says_how_often_in_which_order_or_what_must_not_be() {
        let what = |body| read(body).unwrap().what;
        assert_eq!(what("{}"), What::Times(Times { least: 1, most: None }));
        assert_eq!(what(r#"{"times":{"exactly":2}}"#), What::Times(Times { least: 2, most: Some(2) }));
        assert_eq!(what(r#"{"times":{"at_most":2}}"#), What::Times(Times { least: 0, most: Some(2) }));
        assert_eq!(what(r#"{"check":"no-errors"}"#), What::Clean { errors: true, unsigned: false });
        assert_eq!(what(r#"{"no_errors":true,"no-unsigned":true}"#), What::Clean { errors: true, unsigned: true });
        let both = read(r#"{"locale":"us","order":[{"operation":"CartCreate"},{"operation":"CartAdd","quantity":2}]}"#);
        let What::Order(steps) = both.unwrap().what else { panic!() };
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        assert_eq!(steps, ["CartCreate with locale us", "CartAdd with locale us, quantity 2"]);
        assert_eq!(read(r#"{"within":"2s"}"#).unwrap().within, Duration::from_secs(2));
    }

    #[test]
    fn what_cannot_be_meant_is_told_by_field_and_nearest_name() {
        for (body, message) in [
            ("[]", "the body is no JSON object"),
            (r#"{"operatoin":"CartAdd"}"#, "operatoin is unknown; did you mean operation?"),
            (r#"{"operation":"CartAd"}"#, "operation: \"CartAd\" is none that there is; did you mean CartAdd?"),
            (r#"{"asin":"B1"}"#, "asin: \"B1\" is no ASIN: 10 characters of A-Z and 0-9"),
            (r#"{"asin":["B000000001"]}"#, "asin: [\"B000000001\"] is no text"),
            (r#"{"signature":"good"}"#, "signature: \"good\" is none of absent, ok, bad, stale, unchecked"),
            (r#"{"times":2}"#, "times: 2 is no object with one of exactly, at_least, at_most"),
            (r#"{"times":{"exact":2}}"#, "times.exact is unknown; did you mean exactly?"),
            (r#"{"times":{"exactly":-1}}"#, "times.exactly: -1 is no whole number"),
            (r#"{"times":{"exactly":1,"at_most":2}}"#, "times: exactly stands alone"),
            (r#"{"times":{"at_least":3,"at_most":2}}"#, "times: at_least is more than at_most"),
            (r#"{"within":2}"#, "within: 2 is no duration such as \"2s\""),
            (r#"{"within":"61s"}"#, "within: no more than 60 s are waited for"),
            (r#"{"order":[]}"#, "order: it has 1 to 100 steps"),
            (r#"{"order":[{"status":"many"}]}"#, "order[0].status: \"many\" is no HTTP status"),
            (r#"{"check":"no-warnings"}"#, "check: \"no-warnings\" is neither \"no-errors\" nor \"no-unsigned\""),
            (
                r#"{"check":"no-errors","times":{"exactly":1}}"#,
                "times, order and check are three questions; ask one at a time",
            ),
            (
                r#"{"since":"yesterday"}"#,
                "since: \"yesterday\" is neither a time such as 2026-11-22T05:00:00Z nor the id of an entry",
            ),
        ] {
            assert_eq!(read(body).unwrap_err(), message, "{body}");
        }
    }
}
