//! Counts and times for `/metrics`. Each server has a registry of its own, so that several can run in one process.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::OnceLock;
use std::time::Duration;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Timed {
    operation: &'static str,
}

/// The numbers of one server.
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    seconds: Family<Timed, Histogram>,
    connections: Gauge,
    usual: Vec<Usual>,
}

/// The numbers of an operation that nearly every request has to do with, found without working out hashes of names.
struct Usual {
    operation: &'static str,
    answered: OnceLock<Counter>,
    seconds: OnceLock<Histogram>,
}

/// What is counted when there was no error.
const OK: &str = "ok";

impl Metrics {
    /// None yet; `expected` names the operations that there will be most of.
    pub(crate) fn new(expected: impl Iterator<Item = &'static str>) -> Self {
        let mut registry = Registry::with_prefix("cartwright");
        let answers = Family::<Answered, Counter>::default();
        // From 50 us to 1.6 s: an answer takes some tens of microseconds, a commit to disk some milliseconds.
        let seconds = Family::<Timed, Histogram>::new_with_constructor(|| {
            Histogram::new((0..16).map(|n| 50e-6 * f64::from(1 << n)))
        });
        let connections = Gauge::default();
        registry.register("answers", "Answers by operation and first error code", answers.clone());
        registry.register(
            "answer_seconds",
            "Time from a request's head to its answer, its body included",
            seconds.clone(),
        );
        registry.register("connections", "Open connections", connections.clone());
        let usual = expected.map(|operation| Usual { operation, answered: OnceLock::new(), seconds: OnceLock::new() });
        Self { registry, answers, seconds, connections, usual: usual.collect() }
    }

    /// Counts an answer; `code` is that of its first error, or `ok`.
    pub(crate) fn count(&self, operation: &'static str, code: &'static str) {
        let count = || self.answers.get_or_create(&Answered { operation, code }).clone();
        match self.usual(operation).filter(|_| code == OK) {
            Some(usual) => usual.answered.get_or_init(count).inc(),
            None => count().inc(),
        };
    }

    /// Notes how long the answer to a request took; `operation` is `none` where it names none that there is.
    pub(crate) fn time(&self, operation: &'static str, elapsed: Duration) {
        let seconds = || self.seconds.get_or_create(&Timed { operation }).clone();
        match self.usual(operation) {
            Some(usual) => usual.seconds.get_or_init(seconds).observe(elapsed.as_secs_f64()),
            None => seconds().observe(elapsed.as_secs_f64()),
        }
    }

    fn usual(&self, operation: &str) -> Option<&Usual> {
        self.usual.iter().find(|usual| usual.operation == operation)
    }

    /// The number of open connections.
    pub(crate) fn connections(&self) -> &Gauge {
        &self.connections
    }

    /// All numbers in the text format.
    pub(crate) fn render(&self) -> String {
        let mut text = String::new();
        let _ = encode(&mut text, &self.registry); // a String takes everything
        text
    }
}
