//! What every transport shares: from neutral parameters to the answer as a document model.
//!
//! The order of checks is the recorded one: Service, Operation, Version, key, parameters, HMAC, cart, items
//! (docs/PROTOCOL.md, section 7). Must not know how a request came or how its answer is written.

use super::client::Client;
use super::faults::{Instead, Struck};
use super::patience::Patience;
use super::proxy::Target;
use super::signing::{self, Proof};
use crate::account::{Conduct, Oddly, World};
use crate::app::App;
use crate::cart::{Cart, CartError, Hmac, Locale};
use crate::config::{Links, Mode};
use crate::journal::Notes;
use crate::operations::{self, Caller, Context, Outcome, ShownCart};
use crate::protocol::hints::{self, Hints};
use crate::protocol::oddity::{self, Oddity};
use crate::protocol::{
    Batch, CartDocument, Contents, DecodeLimits, Decoded, Envelope, EnvelopeError, ErrorText, GatewayError,
    ItemDocument, LinkBase, Operation, OperationReply, OperationRequest, ParameterError, Params, Part, Reply,
    RequestError, Setting, Shown, Version, batches, decode, envelope, mobile_cart_url, purchase_url,
};
use crate::store::StoreError;
use jiff::Timestamp;
use std::pin::pin;
use std::sync::Arc;

/// One request on its way through the layers.
pub(super) struct Call<'a> {
    /// The server.
    pub(super) app: &'a App,
    /// The site, and where this server is.
    pub(super) target: &'a Target,
    /// What was asked.
    pub(super) params: &'a Params<'a>,
    /// What proves who asks.
    pub(super) proof: Proof<'a>,
    /// What the answer repeats under Arguments; sorted here.
    pub(super) arguments: Vec<(&'a str, &'a str)>,
    /// The client's User-Agent header.
    pub(super) user_agent: Option<&'a str>,
    /// The mode that the request asks for.
    pub(super) mode: Option<Mode>,
    /// When the request came, by the machine's clock.
    pub(super) started: Timestamp,
    /// What is learnt about it.
    pub(super) notes: &'a mut Notes,
    /// Whether whoever asks still waits; known where there are fault rules.
    pub(super) client: Option<&'a Arc<Client>>,
    /// The fault rules that it met.
    pub(super) struck: &'a mut Option<Struck>,
}

/// An answer, written, and what its caller may want to know beside it.
pub(super) struct Answered {
    pub(super) document: String,
    pub(super) hints: Hints,
}

/// A request that gets no answer of its operation. Each transport has a form of its own for it.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) kind: RefusedAs,
    pub(super) hints: Hints,
}

#[derive(Clone, Debug)]
pub(super) enum RefusedAs {
    /// It is none of this service.
    Envelope(EnvelopeError),
    /// It was turned away before it was looked at, or the server failed.
    Gateway {
        /// Why.
        error: GatewayError,
        /// What was asked, as sent.
        operation: String,
        /// In which version.
        version: Version,
    },
    /// A fault rule wants this status.
    Status {
        /// The status.
        status: u16,
        /// The rule.
        rule: String,
    },
}

impl Refused {
    /// By a fault rule that wants this status.
    pub(super) fn with_status(status: u16, rule: String) -> Self {
        Self { kind: RefusedAs::Status { status, rule }, hints: Hints::default() }
    }
}

/// What is known of a request before its operations are run.
struct Asked<'c, 'a> {
    envelope: &'c Envelope<'a>,
    world: &'c World,
    conduct: &'c Conduct,
    /// All that were asked for together.
    operations: &'c [Operation],
    /// What fault rules want instead.
    instead: &'c Instead,
}

impl<'a> Call<'a> {
    /// Checks the request, has its operations run and their answer written.
    pub(super) async fn answer(&mut self, write: impl FnOnce(&Reply<'_>) -> String) -> Result<Answered, Refused> {
        let envelope = envelope(self.params).map_err(|error| self.none_of_ours(error))?;
        envelope.access_key.unwrap_or_default().clone_into(&mut self.notes.account);
        let world = self.app.worlds.of(envelope.access_key.unwrap_or_default());
        self.notes.at = Some(world.clock().at(self.started));
        let operations = crate::protocol::operations(&envelope);
        let withdrawn = envelope.operation.split(',').find(|name| Operation::is_withdrawn(name, envelope.version));
        let mut hints = Hints::default();
        let conduct = Conduct::for_request(&self.app.config, &world, self.mode);
        let terms = signing::Terms { app: self.app, target: self.target, world: &world, conduct: &conduct };
        match signing::check(&terms, &envelope, self.params, &self.proof, self.notes) {
            Ok(()) => {}
            // Recorded: bad credentials are told before an unknown operation is. Of none at all nothing is recorded; there the
            // order is that of the documents.
            Err(signing::Refused { error: GatewayError::MissingClientTokenId, .. })
                if operations.is_err() && withdrawn.is_none() => {}
            Err(signing::Refused { error, hint }) => return Err(self.refuse(&envelope, error, hint)),
        }
        // Recorded: that an operation is withdrawn is told after the credentials were found right.
        if let Some(operation) = withdrawn {
            let error = GatewayError::Deprecated { operation: operation.to_owned() };
            return Err(self.refuse(&envelope, error, None));
        }
        let operations = operations.map_err(|error| self.none_of_ours(error))?;
        let (mut batches, mut errors) = match batches(&operations, self.params) {
            Ok(batches) => (batches, Vec::new()),
            Err(error) => {
                self.notes.codes.push(error.text().code);
                (Vec::new(), vec![error.text()])
            }
        };
        let instead = match world.faults() {
            None => Instead::Nothing,
            Some(faults) => self.strike(faults, &envelope, &batches).await?,
        };
        if let Instead::Whole(text) = &instead {
            self.notes.codes.push(text.code);
            errors.push(text.clone());
            batches.clear();
        }
        let mut replies = Vec::with_capacity(batches.len());
        let mut patience = Patience::of(self.app.config.request_timeout);
        let ids = self.app.ids.of(envelope.access_key.unwrap_or_default(), world.ids_seed());
        patience.wait(pin!(ids.ready())).await.map_err(|error| self.store_failed(&envelope, &error))?;
        let mut place = 0;
        let asked =
            Asked { envelope: &envelope, world: &world, conduct: &conduct, operations: &operations, instead: &instead };
        for batch in &batches {
            replies.push(self.run(&asked, place, batch, &mut patience, &mut hints).await?);
            place += batch.requests.len();
        }
        // One operation keeps its own root, also when its batch was too large to be run.
        if let (true, [single]) = (replies.is_empty(), operations.as_slice()) {
            replies.push(OperationReply { operation: *single, parts: Vec::new() });
        }
        hints.as_slice().clone_into(&mut self.notes.hints);
        for hint in hints.as_slice() {
            tracing::info!(operation = envelope.operation, hint, "a puzzling answer");
        }
        Ok(Answered { document: write(&self.reply(&envelope, &world, replies, errors)), hints })
    }

    /// Runs the requests of one operation, one after the other; the first stands at this place of the call. One that fails does not
    /// disturb the next.
    async fn run<'p>(
        &mut self,
        asked: &Asked<'_, 'a>,
        first: usize,
        batch: &'p Batch<'_>,
        patience: &mut Patience,
        hints: &mut Hints,
    ) -> Result<OperationReply<'p>, Refused> {
        let Asked { envelope, world, .. } = *asked;
        let setting = Setting {
            version: envelope.version,
            locale: self.target.locale,
            limits: DecodeLimits { quantity: self.app.rules.limits.quantity },
        };
        let mut parts = Vec::with_capacity(batch.requests.len());
        for (place, params) in (first..).zip(&batch.requests) {
            let decoded = decode(params, batch.operation, setting);
            let refused = self.oddities(asked, batch.operation, &decoded);
            let (errors, shown) = match &decoded.request {
                _ if let Some(error) = asked.instead.of(place) => (vec![error.clone()], operations::Shown::Nothing),
                Err(errors) => ([errors.as_slice(), &refused].concat(), operations::Shown::Nothing),
                Ok(_) if !refused.is_empty() => (refused, operations::Shown::Nothing),
                Ok(_) if envelope.validate_only => (Vec::new(), operations::Shown::Nothing),
                Ok(request) => {
                    let context = self.context(envelope, world, &decoded);
                    match patience.wait(pin!(operations::run(&context, request))).await {
                        Ok(Outcome { errors, shown, authentic, change }) => {
                            self.note_change(change);
                            if authentic && errors == [RequestError::Cart(CartError::CartInfoMismatch)] {
                                hints.note(hints::NO_SUCH_CART);
                            }
                            (errors, shown)
                        }
                        Err(error) => return Err(self.store_failed(envelope, &error)),
                    }
                }
            };
            hints.note_request(batch.operation, params, &errors);
            self.note(envelope, batch.operation, &errors, &shown);
            let shown = match shown {
                operations::Shown::Nothing => Shown::Nothing,
                operations::Shown::Cart(cart) => Shown::Cart(self.document(envelope, cart)),
                operations::Shown::Items(items) => Shown::Items(items),
                operations::Shown::Lists(lists) => Shown::Lists(lists),
                operations::Shown::Information(information) => Shown::Information(information),
            };
            parts.push(Part { echo: decoded.echo, errors, shown });
        }
        Ok(OperationReply { operation: batch.operation, parts })
    }

    /// Notes what is odd about a request, and answers what of that is refused.
    fn oddities(&mut self, asked: &Asked<'_, '_>, operation: Operation, decoded: &Decoded<'_>) -> Vec<RequestError> {
        let Asked { envelope, conduct, operations, .. } = asked;
        let mut refused = Vec::new();
        if envelope.associate_tag.is_none() {
            match conduct.missing_tag {
                Oddly::Told => self.notes.warn(oddity::NO_TAG),
                Oddly::Refused => refused.push(ParameterError::Missing("AssociateTag").into()),
            }
        }
        for oddity in decoded.oddities.iter().filter(|oddity| oddity.is_odd_among(operations)) {
            let conduct = match oddity {
                Oddity::UnknownParameter(_) => conduct.unknown_parameters,
                Oddity::MalformedAsin(_) => conduct.malformed_asins,
            };
            match conduct {
                Oddly::Told => self.notes.warn(oddity.text(operation, envelope.version)),
                Oddly::Refused => refused.push(oddity.error(operation)),
            }
        }
        refused
    }

    fn context(&self, envelope: &Envelope<'a>, world: &World, decoded: &Decoded<'_>) -> Context<'a> {
        Context {
            store: &*self.app.store,
            ids: self.app.ids.of(envelope.access_key.unwrap_or_default(), world.ids_seed()),
            rules: &self.app.rules,
            caller: Caller {
                locale: self.target.locale,
                account: envelope.access_key.unwrap_or_default(),
                associate_tag: envelope.associate_tag,
                now: world.clock().at(self.started),
                expiry: world.expiry(self.app.rules.expiry),
            },
            groups: decoded.groups,
            version: envelope.version,
        }
    }

    /// Notes what a request did to its cart, if it did anything. Of two requests the first that did.
    fn note_change(&mut self, change: Option<operations::Change>) {
        if let Some(change) = change
            && change.before != change.after
        {
            self.notes.change.get_or_insert(change.into());
        }
    }

    /// Counts, notes and logs what came of a request.
    fn note(
        &mut self,
        envelope: &Envelope<'_>,
        operation: Operation,
        errors: &[RequestError],
        shown: &operations::Shown,
    ) {
        let cart = match shown {
            operations::Shown::Cart(shown) => Some(shown.cart.id),
            _ => None,
        };
        self.notes.cart = self.notes.cart.or(cart);
        self.notes.codes.extend(errors.iter().map(|error| error.text(self.target.locale).code));
        let code = errors.first().map_or("ok", |error| error.text(self.target.locale).code);
        self.app.metrics.count(operation.name(), code);
        tracing::debug!(
            operation = operation.name(),
            locale = self.target.locale.name(),
            version = envelope.version.as_str(),
            cart_id = cart.map(tracing::field::display),
            code,
            "answered"
        );
    }

    fn reply<'p>(
        &mut self,
        envelope: &Envelope<'_>,
        world: &World,
        operations: Vec<OperationReply<'p>>,
        errors: Vec<ErrorText>,
    ) -> Reply<'p>
    where
        'a: 'p,
    {
        let mut arguments = std::mem::take(&mut self.arguments);
        arguments.sort_by_key(|(name, _)| *name);
        let ids = self.app.ids.of(envelope.access_key.unwrap_or_default(), world.ids_seed());
        // By the account's clock: where it stands still, nothing takes any time.
        let (clock, ended) = (world.clock(), self.app.clock.now());
        let processing_time = clock.at(ended).duration_since(clock.at(self.started));
        Reply {
            version: envelope.version,
            locale: self.target.locale,
            double_escaping: envelope.double_escaping,
            request: OperationRequest {
                user_agent: self.user_agent,
                request_id: ids.request_id(envelope.version.request_id_form()),
                arguments,
                errors,
                processing_time: processing_time.max(jiff::SignedDuration::ZERO),
            },
            operations,
        }
    }

    fn document(&self, envelope: &Envelope<'_>, shown: ShownCart) -> CartDocument {
        let links = LinkBase {
            here: match self.app.config.links {
                Links::Here => Some(self.target.here()),
                Links::Amazon => None,
            },
            locale: self.target.locale,
            version: envelope.version,
            access_key: envelope.access_key.unwrap_or_default(),
        };
        let ShownCart { cart, hmac, items, similars } = shown;
        let contents = if items.is_empty() { None } else { Some(contents(&links, &cart, &hmac, items)) };
        CartDocument { id: cart.id, hmac, contents, similars }
    }

    fn store_failed(&mut self, envelope: &Envelope<'_>, error: &StoreError) -> Refused {
        self.app.troubles.store(envelope.operation, error);
        let refusal = if error.is_passing() {
            GatewayError::RequestThrottled { key: envelope.access_key.unwrap_or_default().to_owned() }
        } else {
            GatewayError::InternalError
        };
        self.refuse(envelope, refusal, None)
    }

    pub(super) fn none_of_ours(&mut self, error: EnvelopeError) -> Refused {
        self.app.metrics.count("none", error.text().code);
        self.notes.codes.push(error.text().code);
        let hint = hints::for_envelope(self.params);
        self.notes.hints.extend(hint.clone());
        if let Some(hint) = &hint {
            tracing::info!(error = error.text().code, hint, "a puzzling answer");
        }
        Refused { kind: RefusedAs::Envelope(error), hints: noted(hint) }
    }

    pub(super) fn refuse(&mut self, envelope: &Envelope<'_>, error: GatewayError, hint: Option<String>) -> Refused {
        let operation = Operation::named(envelope.operation).map_or("none", Operation::name);
        self.app.metrics.count(operation, error.text().code);
        self.notes.codes.push(error.text().code);
        self.notes.hints.extend(hint.clone());
        tracing::debug!(operation = envelope.operation, error = error.text().code, "refused");
        Refused {
            kind: RefusedAs::Gateway { error, operation: envelope.operation.to_owned(), version: envelope.version },
            hints: noted(hint),
        }
    }
}

fn noted(hint: Option<String>) -> Hints {
    let mut hints = Hints::default();
    if let Some(hint) = hint {
        hints.note(hint);
    }
    hints
}

fn contents(links: &LinkBase<'_>, cart: &Cart, hmac: &Hmac, items: Vec<ItemDocument>) -> Contents {
    let tag = &cart.associate_tag;
    let mobile = cart.locale == Locale::Jp;
    Contents {
        purchase_url: purchase_url(links, cart.id, hmac, tag, cart.merge),
        mobile_cart_url: mobile.then(|| mobile_cart_url(links, cart.id, hmac, tag, cart.merge)),
        items,
    }
}
