//! The rules of an account with their counts, and what they do to a call.

use super::action::Action;
use super::chance;
use super::latency::MAX_DELAY;
use super::matching::Asked;
use super::rate::Bucket;
use super::rule::KeptRule;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The rules of an account. Never empty: an account without rules has none of these.
#[derive(Debug)]
pub struct Faults(Vec<Armed>);

/// A rule that is watching.
#[derive(Debug)]
struct Armed {
    rule: KeptRule,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// Calls that fitted.
    calls: AtomicU64,
    /// Calls that the action happened to.
    hits: AtomicU64,
    /// What is left of a rate.
    bucket: Mutex<Bucket>,
}

/// How often a rule was at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that fitted its match.
    pub calls: u64,
    /// Calls that its action happened to.
    pub hits: u64,
}

/// What happens to a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strike {
    /// How long it is held back.
    pub delay: Duration,
    /// What happens beside that.
    pub effect: Option<Effect>,
    /// Every rule that fired, in order.
    pub applied: Vec<Applied>,
}

/// The one action that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Of this rule.
    pub rule: String,
    /// What.
    pub action: Action,
    /// The requests of the call that the rule fits, by their places.
    pub fits: Vec<usize>,
}

/// That a rule fired, for the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: String,
    /// The name of its action.
    pub action: &'static str,
}

impl Faults {
    /// The rules, in this order. Those that were there `before` go on counting. `None` when there are none.
    pub fn new(rules: &[KeptRule], before: Option<&Self>) -> Option<Self> {
        let counts = |rule: &KeptRule| before?.armed(&rule.id).map(|armed| armed.counts.clone());
        let armed = rules.iter().map(|rule| Armed { rule: rule.clone(), counts: counts(rule).unwrap_or_default() });
        Some(Self(armed.collect())).filter(|faults| !faults.0.is_empty())
    }

    /// Whether a rule is about products, so that it matters which a call names.
    pub fn name_products(&self) -> bool {
        self.0.iter().any(|armed| armed.rule.matching.asin.is_some())
    }

    /// How often the rule of this name was at work.
    pub fn tally(&self, id: &str) -> Tally {
        self.armed(id).map_or_else(Tally::default, |armed| Tally {
            calls: armed.counts.calls.load(Ordering::Relaxed),
            hits: armed.counts.hits.load(Ordering::Relaxed),
        })
    }

    /// Makes every rule count from the beginning.
    pub fn begin_anew(&self) {
        for Armed { counts, .. } in &self.0 {
            let Counts { calls, hits, bucket } = &**counts;
            calls.store(0, Ordering::Relaxed);
            hits.store(0, Ordering::Relaxed);
            *bucket.lock().unwrap_or_else(PoisonError::into_inner) = Bucket::default();
        }
    }

    /// What happens to a call that asks for this. `now` is the time since some moment, by a clock that nobody sets.
    pub fn strike(&self, asked: &[Asked], now: Duration) -> Strike {
        let mut strike = Strike::default();
        for Armed { rule, counts } in &self.0 {
            let fits: Vec<usize> = (0..asked.len()).filter(|place| rule.matching.fits(&asked[*place])).collect();
            if fits.is_empty() {
                continue;
            }
            let call = counts.calls.fetch_add(1, Ordering::Relaxed) + 1;
            let fires = rule.matching.is_due(call)
                && rule.probability.is_none_or(|probability| chance::unit(rule.seed, call, 0) < probability.number());
            let happens = fires
                && match rule.action {
                    Action::Latency(_) => true,
                    _ if strike.effect.is_some() => false,
                    Action::Rate(rate) => !counts.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(rate, now),
                    _ => true,
                };
            if !happens || !counts.hit(rule) {
                continue;
            }
            strike.applied.push(Applied { rule: rule.id.clone(), action: rule.action.name() });
            match rule.action {
                Action::Latency(latency) => {
                    strike.delay = (strike.delay + latency.draw(rule.seed, call)).min(MAX_DELAY);
                }
                action => strike.effect = Some(Effect { rule: rule.id.clone(), action, fits }),
            }
        }
        strike
    }

    fn armed(&self, id: &str) -> Option<&Armed> {
        self.0.iter().find(|armed| armed.rule.id == id)
    }
}

impl Counts {
    /// Counts a hit, unless the rule has had all of its own.
    fn hit(&self, rule: &KeptRule) -> bool {
        let most = rule.times.map_or(u64::MAX, std::num::NonZeroU64::get);
        let more = |hits| (hits < most).then_some(hits + 1);
        self.hits.try_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::matching::Target;
    use super::*;
    use crate::cart::Locale;
    use crate::protocol::Operation;

    fn rules(json: &[&str]) -> Vec<KeptRule> {
        let made = |(n, json): (usize, &&str)| serde_json::from_str::<Rule>(json).unwrap().made(n as u64 + 1).unwrap();
        json.iter().enumerate().map(made).collect()
    }

    fn faults(json: &[&str]) -> Faults {
        Faults::new(&rules(json), None).unwrap()
    }

    fn asked(operation: Operation) -> Asked {
        Asked { target: Target::Operation(operation), locale: Locale::Us, cart_id: None, asins: Vec::new() }
    }

    /// The actions that happen to CartAdds in a row, by name; `-` where none does.
    fn fate(faults: &Faults, calls: usize) -> String {
        let one = |_| {
            let applied = faults.strike(&[asked(Operation::CartAdd)], Duration::ZERO).applied;
            let names: Vec<_> = applied.iter().map(|applied| applied.action).collect();
            if names.is_empty() { "-".to_owned() } else { names.join("+") }
        };
        (0..calls).map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_rule_fires_as_often_as_it_may_and_then_stays_with_its_hits() {
        let faults = faults(&[r#"{"times":2,"action":{"reset":true}}"#]);
        assert_eq!(fate(&faults, 4), "reset reset - -");
        assert_eq!(faults.tally("f000000000001"), Tally { calls: 4, hits: 2 });
        assert_eq!(faults.tally("f000000000002"), Tally::default());
    }

    #[test]
    fn the_first_that_fires_happens_and_the_others_count_their_calls() {
        let faults = faults(&[
            r#"{"match":{"nth":1},"action":{"reset":true}}"#,
            r#"{"match":{"nth":2},"action":{"lost":true}}"#,
            r#"{"times":2,"action":{"malformed":true}}"#,
        ]);
        assert_eq!(fate(&faults, 5), "reset lost malformed malformed -");
    }

    #[test]
    fn latencies_add_up_wherever_they_stand() {
        let faults = faults(&[
            r#"{"action":{"latency":"200ms"}}"#,
            r#"{"action":{"status":502}}"#,
            r#"{"action":{"latency":"300ms"}}"#,
            r#"{"match":{"operation":"CartGet"},"action":{"latency":"5m"}}"#,
        ]);
        let strike = faults.strike(&[asked(Operation::CartAdd)], Duration::ZERO);
        assert_eq!((strike.delay, strike.applied.len()), (Duration::from_millis(500), 3));
        assert_eq!(faults.strike(&[asked(Operation::CartGet)], Duration::ZERO).delay, MAX_DELAY);
    }

    #[test]
    fn a_call_of_several_requests_is_one_call_and_the_rule_says_which_it_fits() {
        let faults = faults(&[r#"{"match":{"operation":"CartAdd","nth":2},"action":{"error":"AWS.InternalError"}}"#]);
        let pair = [asked(Operation::CartGet), asked(Operation::CartAdd), asked(Operation::CartAdd)];
        assert_eq!(faults.strike(&pair, Duration::ZERO).effect, None);
        assert_eq!(faults.strike(&[asked(Operation::CartGet)], Duration::ZERO).effect, None);
        assert_eq!(faults.strike(&pair, Duration::ZERO).effect.unwrap().fits, [1, 2]);
    }

    #[test]
    fn chance_follows_from_the_seed() {
        let chancy = |seed| faults(&[&format!(r#"{{"probability":0.3,"seed":{seed},"action":{{"reset":true}}}}"#)]);
        let run = fate(&chancy(1), 200);
        assert_eq!(fate(&chancy(1), 200), run);
        assert_ne!(fate(&chancy(2), 200), run);
        assert!((30..90).contains(&run.matches("reset").count()), "{run}");
    }

    #[test]
    fn a_rate_lets_calls_pass_that_others_have_not_taken() {
        let faults = faults(&[r#"{"times":1,"action":{"reset":true}}"#, r#"{"action":{"rate":"2/s"}}"#]);
        assert_eq!(fate(&faults, 5), "reset - - rate rate");
        assert_eq!(faults.tally("f000000000002"), Tally { calls: 5, hits: 2 });
    }

    #[test]
    fn counts_outlive_edits_of_other_rules() {
        let both = rules(&[r#"{"times":2,"action":{"reset":true}}"#, r#"{"action":{"latency":"1s"}}"#]);
        let before = Faults::new(&both, None).unwrap();
        assert_eq!(fate(&before, 1), "reset+latency");
        let after = Faults::new(&both[..1], Some(&before)).unwrap();
        assert_eq!(fate(&after, 2), "reset -");
        // A request may have begun before the edit.
        assert_eq!(fate(&before, 1), "latency");
        assert!(Faults::new(&[], Some(&after)).is_none());
        let again = Faults::new(&both, Some(&after)).unwrap();
        assert_eq!((again.tally(&both[0].id).hits, again.tally(&both[1].id).hits), (2, 0));
    }
}
