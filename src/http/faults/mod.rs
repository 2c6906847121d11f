//! What fault rules do to a call of the API, or to a page of the purchase hand-off: before it is answered, to the document, and to how
//! that is sent.
//!
//! Rules concern calls that reach an operation: what is none of this service, or cannot prove who asks, is refused as ever. An
//! account without rules costs one look.

mod ending;

pub(crate) use ending::{Cut, send};

use super::answer::Document;
use super::call::{Call, Refused};
use super::client::Client;
use crate::app::App;
use crate::cart::{Asin, CartId, CartItemId, DEFAULT_ASSOCIATE_TAG};
use crate::faults::{Action, Applied, Asked, ByteCount, Effect, Faults, Injected, Sample, Strike, Target};
use crate::journal::Notes;
use crate::protocol::{Batch, Envelope, ErrorText, GatewayError, Operation, Params, RequestError};
use axum::http::{HeaderName, HeaderValue};
use ending::Ending;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Tells which rules fired: `f0123456789ab error`.
const FAULT: HeaderName = HeaderName::from_static("x-cartwright-fault");

/// Rates go by the time since then: that of the machine, which nobody sets.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A call that rules have fired on.
pub(super) struct Struck {
    applied: Vec<Applied>,
    /// What becomes of the answer.
    action: Option<Action>,
    stopping: watch::Receiver<bool>,
}

/// What stands in the answer instead of what operations come to.
pub(super) enum Instead {
    /// Nothing: they are run.
    Nothing,
    /// One error in its head, and no body.
    Whole(ErrorText),
    /// An error in the answer to these requests, which are not run.
    Requests(RequestError, Vec<usize>),
}

impl Instead {
    /// What stands in the answer to the request at this place of the call.
    pub(super) fn of(&self, place: usize) -> Option<&RequestError> {
        match self {
            Self::Requests(error, fits) if fits.contains(&place) => Some(error),
            _ => None,
        }
    }
}

impl Call<'_> {
    /// Asks the rules, and waits as long as they say. An `Err` is what is answered at once.
    pub(super) async fn strike(
        &mut self,
        faults: &Faults,
        envelope: &Envelope<'_>,
        batches: &[Batch<'_>],
    ) -> Result<Instead, Refused> {
        let asked = self.asked(faults, envelope, batches).await;
        let at = Scene { app: self.app, client: self.client, what: envelope.operation };
        match at.strike(faults, &asked, self.notes, self.struck).await {
            None => Ok(Instead::Nothing),
            Some(effect) => self.suffer(effect, envelope, &asked, batches),
        }
    }

    fn suffer(
        &mut self,
        Effect { rule, action, fits }: Effect,
        envelope: &Envelope<'_>,
        asked: &[Asked],
        batches: &[Batch<'_>],
    ) -> Result<Instead, Refused> {
        match action {
            Action::Error(code) => {
                let first = fits.first().and_then(|place| asked.get(*place));
                let limits = self.app.rules.limits;
                let sample = Sample {
                    key: envelope.access_key.unwrap_or_default(),
                    operation: operation(batches, fits.first().copied().unwrap_or_default()),
                    version: envelope.version,
                    asin: first.and_then(|asked| asked.asins.first().copied()),
                    timestamp: self.params.filled("Timestamp"),
                    max_lines: limits.lines,
                    max_quantity: limits.quantity,
                };
                match code.injected(&sample) {
                    Injected::Gateway(error) => Err(self.refuse(envelope, error, None)),
                    Injected::Envelope(error) => Err(self.none_of_ours(error)),
                    Injected::Whole(text) => Ok(Instead::Whole(text)),
                    Injected::Request(error) => Ok(Instead::Requests(error, fits)),
                }
            }
            Action::Rate(_) => {
                let key = envelope.access_key.unwrap_or_default().to_owned();
                Err(self.refuse(envelope, GatewayError::RequestThrottled { key }, None))
            }
            Action::Status(status) => Err(Refused::with_status(status.number(), rule)),
            // What the answer would be does not matter: nothing of it is sent.
            Action::Reset(_) => Err(self.refuse(envelope, GatewayError::InternalError, None)),
            Action::Latency(_) | Action::Truncate(_) | Action::Malformed(_) | Action::Drip(_) | Action::Lost(_) => {
                Ok(Instead::Nothing)
            }
        }
    }

    /// The requests of the call, as rules see them.
    async fn asked(&self, faults: &Faults, envelope: &Envelope<'_>, batches: &[Batch<'_>]) -> Vec<Asked> {
        let mut all = Vec::with_capacity(2);
        for batch in batches {
            for params in &batch.requests {
                let cart_id = params.filled("CartId").and_then(|id| id.parse().ok());
                let mut asins = products(params);
                if faults.name_products()
                    && batch.operation == Operation::CartModify
                    && let Some(id) = cart_id
                {
                    asins.extend(self.products_of_lines(id, envelope, params).await);
                }
                let target = Target::Operation(batch.operation);
                all.push(Asked { target, locale: self.target.locale, cart_id, asins });
            }
        }
        all
    }

    /// The products of the lines that a CartModify names. A caller without the HMAC learns nothing of a cart, here neither.
    async fn products_of_lines(&self, id: CartId, envelope: &Envelope<'_>, params: &Params<'_>) -> Vec<Asin> {
        let tag = envelope.associate_tag.unwrap_or(DEFAULT_ASSOCIATE_TAG);
        let hmac = self.app.rules.mac.sign(self.target.locale, id, tag);
        if !params.filled("HMAC").is_some_and(|sent| hmac.matches(sent)) {
            return Vec::new();
        }
        // A database that fails will fail the operation, too.
        let Ok(Some(found)) = self.app.store.cart(id, envelope.access_key.unwrap_or_default()).await else {
            return Vec::new();
        };
        let named: Vec<CartItemId> = values(params, "CartItemId").filter_map(|item| item.parse().ok()).collect();
        found.cart.lines.iter().filter(|line| named.contains(&line.item_id)).map(|line| line.asin).collect()
    }
}

/// Where rules strike.
struct Scene<'a> {
    app: &'a App,
    client: Option<&'a Arc<Client>>,
    /// What was asked for, for the log.
    what: &'a str,
}

impl Scene<'_> {
    /// Asks the rules, notes those that fired, and waits as long as they say. Answers what else happens.
    async fn strike(
        &self,
        faults: &Faults,
        asked: &[Asked],
        notes: &mut Notes,
        struck: &mut Option<Struck>,
    ) -> Option<Effect> {
        let Strike { delay, effect, applied } = faults.strike(asked, BEGINNING.elapsed());
        if applied.is_empty() {
            return None;
        }
        notes.fault = Some(told(&applied));
        tracing::debug!(operation = self.what, faults = told(&applied), "fault rules fired");
        let action = effect.as_ref().map(|effect| effect.action);
        *struck = Some(Struck { applied, action, stopping: self.app.stopping.subscribe() });
        if !delay.is_zero() {
            self.pause(delay).await;
        }
        effect
    }

    /// Waits, and no longer when the server stops or nobody waits for the answer any more.
    async fn pause(&self, delay: Duration) {
        let mut stopping = self.app.stopping.subscribe();
        let left = async {
            match self.client {
                Some(client) => client.left().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = left => {}
            _ = stopping.wait_for(|stops| *stops) => {}
        }
    }
}

/// Asks the rules about a page, and waits as long as they say. Answers the status of what is shown in its place, if anything is.
pub(super) async fn strike_page(
    app: &App,
    client: Option<&Arc<Client>>,
    asked: Asked,
    notes: &mut Notes,
    struck: &mut Option<Struck>,
) -> Option<u16> {
    let world = app.worlds.of(&notes.account);
    let faults = world.faults()?;
    let at = Scene { app, client, what: asked.target.name() };
    match at.strike(faults, &[asked], notes, struck).await?.action {
        Action::Status(status) => Some(status.number()),
        // What stands in the page does not matter where nothing of it is sent.
        Action::Rate(_) | Action::Reset(_) => Some(503),
        // No rule for a page has one of the first two.
        Action::Error(_)
        | Action::Malformed(_)
        | Action::Latency(_)
        | Action::Truncate(_)
        | Action::Drip(_)
        | Action::Lost(_) => None,
    }
}

/// The operation of the request at this place of a call.
fn operation(batches: &[Batch<'_>], place: usize) -> Operation {
    let mut all = batches.iter().flat_map(|batch| batch.requests.iter().map(|_| batch.operation));
    all.nth(place).expect("rules fit requests of the call")
}

/// The products that a request names by their numbers.
fn products(params: &Params<'_>) -> Vec<Asin> {
    let looked_up = values(params, "ItemId").flat_map(|list| list.split(','));
    values(params, "ASIN").chain(looked_up).filter_map(|asin| asin.trim().parse().ok()).collect()
}

/// The values of a field, also of those in numbered items.
fn values<'p>(params: &'p Params<'_>, field: &'p str) -> impl Iterator<Item = &'p str> {
    let named = params.iter().filter(move |param| param.name.rsplit('.').next() == Some(field));
    named.map(|param| param.value.as_ref())
}

fn told(applied: &[Applied]) -> String {
    applied.iter().map(|Applied { rule, action }| format!("{rule} {action}")).collect::<Vec<_>>().join(", ")
}

/// Does to a document what the rules want done to it, and says so beside it.
pub(super) fn finished(mut document: Document, struck: Option<Struck>) -> Document {
    let Some(Struck { applied, action, stopping }) = struck else { return document };
    if let Ok(told) = HeaderValue::from_str(&told(&applied)) {
        document.headers_mut().insert(FAULT, told);
    }
    let ending = match action {
        Some(Action::Malformed(_)) => {
            spoil(document.body_mut());
            None
        }
        Some(Action::Reset(_)) => Some(Ending::Cut(Cut::Reset)),
        Some(Action::Lost(_)) => Some(Ending::Cut(Cut::Closed)),
        Some(Action::Truncate(ByteCount(bytes))) => Some(Ending::Truncated(bytes as usize)),
        Some(Action::Drip(rate)) => Some(Ending::Dripping(rate, stopping)),
        Some(Action::Error(_) | Action::Latency(_) | Action::Status(_) | Action::Rate(_)) | None => None,
    };
    if let Some(ending) = ending {
        document.extensions_mut().insert(ending);
    }
    document
}

/// Takes the last end tag away, so that the first element never ends.
fn spoil(xml: &mut String) {
    xml.truncate(xml.rfind("</").unwrap_or_default());
}
