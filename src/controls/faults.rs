//! The fault rules of an account. Must not know what they do to an answer.

use super::Controls;
use crate::account::Settings;
use crate::faults::{InvalidRule, KeptRule, MAX_RULES, Rule, Tally};
use crate::store::StoreError;

/// The fault rules of an account; for the server, those of every account that has none of its own.
#[derive(Clone, Copy)]
pub struct Faults<'a>(pub(super) &'a Controls);

/// A rule that is watching.
#[derive(Clone, Debug, PartialEq)]
pub struct Watching {
    /// The rule.
    pub rule: KeptRule,
    /// How often it was at work here since this server started.
    pub tally: Tally,
}

/// Why there is no new rule. Those that there were are there still.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// It can be none.
    #[error(transparent)]
    Invalid(#[from] InvalidRule),
    /// There are as many as there can be.
    #[error("there are {MAX_RULES} rules here, which is all that there can be; remove some")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Faults<'_> {
    /// The rules in the order in which they were made. An account's are its own; where it has none, the server's hold for it.
    pub fn list(self) -> Vec<Watching> {
        let Controls { app, account } = self.0;
        let Some(account) = app.worlds.account(account) else { return Vec::new() };
        let tally = |rule: &KeptRule| account.faults().map_or_else(Tally::default, |faults| faults.tally(&rule.id));
        account.settings().faults.iter().map(|rule| Watching { rule: rule.clone(), tally: tally(rule) }).collect()
    }

    /// The rule of this id.
    pub fn get(self, id: &str) -> Option<Watching> {
        self.list().into_iter().find(|watching| watching.rule.id == id)
    }

    /// Makes a rule, behind those that there are.
    pub async fn add(self, rule: Rule) -> Result<KeptRule, NotMade> {
        self.edit(|settings| self.make(settings, &rule)).await
    }

    /// Makes these rules, in the place of all that there are; all of them, or none.
    pub async fn put(self, rules: impl IntoIterator<Item = Rule>) -> Result<Vec<KeptRule>, NotMade> {
        let rules: Vec<Rule> = rules.into_iter().collect();
        let put = |settings: &mut Settings| {
            settings.faults.clear();
            rules.iter().map(|rule| self.make(settings, rule)).collect()
        };
        self.edit(put).await
    }

    /// Removes a rule; answers whether it was there. The others go on counting.
    pub async fn remove(self, id: &str) -> Result<bool, StoreError> {
        let remove = |settings: &mut Settings| {
            let before = settings.faults.len();
            settings.faults.retain(|rule| rule.id != id);
            Ok(settings.faults.len() < before)
        };
        self.edit(remove).await
    }

    /// Removes all rules; answers how many those were.
    pub async fn clear(self) -> Result<usize, StoreError> {
        self.edit(|settings| Ok(std::mem::take(&mut settings.faults).len())).await
    }

    /// Makes one more rule of the settings.
    fn make(self, settings: &mut Settings, rule: &Rule) -> Result<KeptRule, NotMade> {
        let Controls { app, account } = self.0;
        if settings.faults.len() >= MAX_RULES {
            return Err(NotMade::TooMany);
        }
        let seed = app.worlds.of(account).ids_seed();
        loop {
            let made = rule.clone().made(app.ids.rule_number(account, seed))?;
            // Where ids are seeded, they begin again with each start of the server.
            if settings.faults.iter().all(|known| known.id != made.id) {
                settings.faults.push(made.clone());
                return Ok(made);
            }
        }
    }

    async fn edit<T, E: From<StoreError>>(self, change: impl FnMut(&mut Settings) -> Result<T, E>) -> Result<T, E> {
        let Controls { app, account } = self.0;
        app.worlds.edit(account, change).await
    }
}
