//! Criteria and expectations as a Rust program writes them. What JSON says with names and texts, types say here, so that little
//! can be written that is wrong.
//!
//! Must not know how entries are compared.

use super::criteria::{Criteria, Field};
use super::expectation::{Expectation, Times, What};
use super::notes::{Transport, Verdict};
use crate::cart::{Asin, CartId, Locale};
use crate::protocol::Operation;
use jiff::Timestamp;
use std::time::Duration;

/// The criteria, for all that has some.
macro_rules! criteria_of {
    ($($type:ident)+) => { $(
        impl $type {
            /// Requests for this operation.
            pub fn of(operation: Operation) -> Self {
                Self::any().operation(operation)
            }

            /// For this operation.
            pub fn operation(self, operation: Operation) -> Self {
                self.with(Field::Operation, operation.name())
            }

            /// At this site.
            pub fn locale(self, locale: Locale) -> Self {
                self.with(Field::Locale, locale.name())
            }

            /// That made, showed, changed or named this cart.
            pub fn cart(self, cart: CartId) -> Self {
                self.with(Field::CartId, cart.to_string())
            }

            /// That named or changed this product.
            pub fn asin(self, asin: Asin) -> Self {
                self.with(Field::Asin, asin.to_string())
            }

            /// With so many pieces of an item; beside a product, of that one.
            pub fn quantity(self, quantity: u32) -> Self {
                self.with(Field::Quantity, quantity.to_string())
            }

            /// With this AssociateTag.
            pub fn associate_tag(self, tag: &str) -> Self {
                self.with(Field::AssociateTag, tag)
            }

            /// With this parameter.
            pub fn parameter(self, name: &str, value: &str) -> Self {
                self.with(Field::Parameter(name.to_owned()), value)
            }

            /// Whose signature came to this.
            pub fn signature(self, verdict: Verdict) -> Self {
                self.with(Field::Signature, verdict.name())
            }

            /// That came this way.
            pub fn transport(self, transport: Transport) -> Self {
                self.with(Field::Transport, transport.name())
            }

            /// By this HTTP method.
            pub fn method(self, method: &str) -> Self {
                self.with(Field::Method, method)
            }

            /// At this path; with `*` at the end, at one that begins like this.
            pub fn path(self, path: &str) -> Self {
                self.with(Field::Path, path)
            }

            /// Answered with this HTTP status.
            pub fn status(self, status: u16) -> Self {
                self.with(Field::Status, status.to_string())
            }

            /// Answered with an error of this code; `any` and `none` are codes, too.
            pub fn code(self, code: &str) -> Self {
                self.with(Field::Code, code)
            }

            /// With a warning that has these words; `any` and `none` are words, too.
            pub fn warning(self, words: &str) -> Self {
                self.with(Field::Warning, words)
            }

            /// That met this fault rule or action; `any` and `none` are such, too.
            pub fn fault(self, words: &str) -> Self {
                self.with(Field::Fault, words)
            }

            /// From this moment on, by the server's own clock.
            pub fn since(self, at: Timestamp) -> Self {
                self.with(Field::Since, at.to_string())
            }

            /// Behind the entry with this id.
            pub fn behind(self, id: u64) -> Self {
                self.with(Field::Since, id.to_string())
            }
        }
    )+ };
}

criteria_of!(Criteria Expectation);

impl Criteria {
    /// All requests.
    pub fn any() -> Self {
        Self::default()
    }

    fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        self.insert(self.count(), field, value.into());
        self
    }
}

/// What is expected of the requests that meet the criteria. Of several questions the last one is asked.
impl Expectation {
    /// That there is a request at all.
    pub fn any() -> Self {
        Self::that(Criteria::any())
    }

    /// That a request meets these criteria; at least one, when nothing else is said.
    pub fn that(criteria: Criteria) -> Self {
        Self { criteria, what: What::Times(Times { least: 1, most: None }), within: Duration::ZERO }
    }

    /// That requests came in this order; others may have come in between.
    pub fn order(steps: impl IntoIterator<Item = Criteria>) -> Self {
        Self::any().asking(What::Order(steps.into_iter().collect()))
    }

    /// That none was answered with an error.
    pub fn no_errors() -> Self {
        Self::any().asking(What::Clean { errors: true, unsigned: false })
    }

    /// That none came without a signature.
    pub fn no_unsigned() -> Self {
        Self::any().asking(What::Clean { errors: false, unsigned: true })
    }

    /// That they came so often. It takes the whole wait to tell, since until then one too many may come.
    pub fn exactly(self, times: u64) -> Self {
        self.between(times, times)
    }

    /// That they came so often, or more often. Told as soon as it is so.
    pub fn at_least(self, least: u64) -> Self {
        self.asking(What::Times(Times { least, most: None }))
    }

    /// That they came so often, or less often. It takes the whole wait to tell.
    pub fn at_most(self, most: u64) -> Self {
        self.between(0, most)
    }

    /// That they came at least and at most so often. It takes the whole wait to tell.
    pub fn between(self, least: u64, most: u64) -> Self {
        self.asking(What::Times(Times { least, most: Some(most) }))
    }

    /// Waits so long for it. Without this, what is there now is looked at.
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    fn asking(self, what: What) -> Self {
        Self { what, ..self }
    }

    fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        let (place, value) = (self.criteria.count(), value.into());
        if let What::Order(steps) = &mut self.what {
            // What holds for all steps stands in front of what each has for itself, and is told in that order.
            for step in steps {
                step.insert(place, field.clone(), value.clone());
            }
        }
        self.criteria.insert(place, field, value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What JSON says; the only wait is two seconds.
    fn read(json: &str) -> Expectation {
        Expectation::read(json.as_bytes(), |_| Ok(Duration::from_secs(2))).unwrap()
    }

    #[test]
    fn what_a_program_writes_is_what_json_says() {
        let asin: Asin = "B000000001".parse().unwrap();
        let cart = "102-0000000-0000001".parse().unwrap();
        let at = "2006-05-17T12:00:00Z".parse().unwrap();
        let two = Duration::from_secs(2);
        // In the order of the alphabet, in which names in JSON are read.
        for (written, json) in [
            (Expectation::any(), "{}"),
            (
                Expectation::that(Criteria::any().asin(asin)).operation(Operation::CartAdd).exactly(2).within(two),
                r#"{"operation":"CartAdd","asin":"B000000001","times":{"exactly":2},"within":"2s"}"#,
            ),
            (Expectation::of(Operation::CartGet).at_least(3), r#"{"operation":"CartGet","times":{"at_least":3}}"#),
            (Expectation::any().cart(cart).at_most(1), r#"{"cart_id":"102-0000000-0000001","times":{"at_most":1}}"#),
            (Expectation::any().quantity(2).between(1, 3), r#"{"quantity":2,"times":{"at_least":1,"at_most":3}}"#),
            (Expectation::no_errors().associate_tag("t"), r#"{"check":"no-errors","associate_tag":"t"}"#),
            (Expectation::no_unsigned().path("/gp/*"), r#"{"check":"no-unsigned","path":"/gp/*"}"#),
            (
                Expectation::order([Criteria::of(Operation::CartCreate), Criteria::any().code("any").status(503)])
                    .locale(Locale::De)
                    .signature(Verdict::Ok),
                r#"{"locale":"de","signature":"ok","order":[{"operation":"CartCreate"},{"status":503,"code":"any"}]}"#,
            ),
            (
                Expectation::any().fault("lost").method("post").transport(Transport::Soap).warning("none"),
                r#"{"fault":"lost","method":"post","transport":"soap","warning":"none"}"#,
            ),
            (Expectation::any().since(at), r#"{"since":"2006-05-17T12:00:00Z"}"#),
            (Expectation::any().behind(7), r#"{"since":7}"#),
            (Expectation::any().parameter("MergeCart", "True"), r#"{"parameters":{"MergeCart":"True"}}"#),
        ] {
            assert_eq!(written, read(json), "{json}");
        }
    }
}
