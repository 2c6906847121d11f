//! What every transport shares: from neutral parameters to the answer as a document model.
//!
//! The order of checks is the recorded one: Service, Operation, Version, key, parameters, HMAC, cart, items
//! (docs/PROTOCOL.md, section 7). Must not know how a request came or how its answer is written.

use super::proxy::Target;
use crate::app::App;
use crate::cart::{Cart, Hmac, Locale};
use crate::config::{Links, Signatures};
use crate::operations::{self, Caller, Context, Outcome, ShownCart};
use crate::protocol::{
    CartDocument, CartReply, Contents, DecodeLimits, Decoded, Envelope, EnvelopeError, GatewayError, ItemDocument,
    LinkBase, Operation, OperationRequest, Params, Reply, RequestError, Version, decode, envelope, mobile_cart_url,
    purchase_url,
};
use crate::store::StoreError;
use jiff::Timestamp;

/// One request on its way through the layers.
pub(super) struct Call<'a> {
    /// The server.
    pub(super) app: &'a App,
    /// The site, and where this server is.
    pub(super) target: &'a Target,
    /// What was asked.
    pub(super) params: &'a Params<'a>,
    /// What the answer repeats under Arguments; sorted here.
    pub(super) arguments: Vec<(&'a str, &'a str)>,
    /// The client's User-Agent header.
    pub(super) user_agent: Option<&'a str>,
    /// When the request came.
    pub(super) started: Timestamp,
}

/// A request that gets no answer of its operation. Each transport has a form of its own for it.
#[derive(Clone, Debug)]
pub(super) enum Refused {
    /// It is none of this service.
    Envelope(EnvelopeError),
    /// It was turned away before it was looked at, or the server failed.
    Gateway {
        /// Why.
        error: GatewayError,
        /// What was asked.
        operation: Operation,
        /// In which version.
        version: Version,
    },
}

impl<'a> Call<'a> {
    /// Checks the request, has the operation run and makes the answer.
    pub(super) async fn answer(self) -> Result<Reply<'a>, Refused> {
        let envelope = envelope(self.params).map_err(|error| {
            self.app.metrics.count("none", error.text().code);
            Refused::Envelope(error)
        })?;
        if envelope.access_key.is_none() && self.app.config.signatures != Signatures::Ignored {
            return Err(self.refuse(&envelope, GatewayError::MissingClientTokenId));
        }
        let limits = DecodeLimits { quantity: self.app.rules.limits.quantity };
        let decoded = decode(self.params, &envelope, limits);
        let (errors, shown) = match &decoded.request {
            Err(errors) => (errors.clone(), None),
            Ok(_) if envelope.validate_only => (Vec::new(), None),
            Ok(request) => {
                let context = self.context(&envelope, &decoded);
                match operations::run(&context, request).await {
                    Ok(Outcome { errors, cart }) => (errors.into_iter().map(RequestError::from).collect(), cart),
                    Err(error) => return Err(self.store_failed(&envelope, &error)),
                }
            }
        };
        Ok(self.reply(&envelope, decoded, errors, shown))
    }

    fn context<'c>(&'c self, envelope: &Envelope<'c>, decoded: &Decoded<'_>) -> Context<'c> {
        Context {
            store: &*self.app.store,
            ids: &self.app.ids,
            rules: &self.app.rules,
            caller: Caller {
                locale: self.target.locale,
                account: envelope.access_key.unwrap_or_default(),
                associate_tag: envelope.associate_tag,
                now: self.started,
            },
            groups: decoded.groups,
        }
    }

    fn reply(
        mut self,
        envelope: &Envelope<'_>,
        decoded: Decoded<'a>,
        errors: Vec<RequestError>,
        shown: Option<ShownCart>,
    ) -> Reply<'a> {
        let account = envelope.access_key.unwrap_or_default();
        self.arguments.sort_by_key(|(name, _)| *name);
        let elapsed = self.app.clock.now().duration_since(self.started).max(jiff::SignedDuration::ZERO);
        let operation = envelope.operation;
        let code = errors.first().map_or("ok", |error| error.text(self.target.locale).code);
        self.app.metrics.count(operation.name(), code);
        self.app.metrics.time(operation.name(), elapsed);
        tracing::debug!(
            operation = operation.name(),
            locale = self.target.locale.name(),
            version = envelope.version.as_str(),
            cart_id = shown.as_ref().map(|shown| tracing::field::display(shown.cart.id)),
            code,
            "answered"
        );
        let cart = shown.map(|shown| self.document(envelope, shown));
        Reply {
            operation,
            version: envelope.version,
            locale: self.target.locale,
            double_escaping: envelope.double_escaping,
            request: OperationRequest {
                user_agent: self.user_agent,
                request_id: self.app.ids.request_id(envelope.version.request_id_form(), account),
                arguments: self.arguments,
                processing_time: elapsed,
            },
            cart: CartReply { echo: decoded.echo, errors, cart },
        }
    }

    fn document(&self, envelope: &Envelope<'_>, shown: ShownCart) -> CartDocument {
        let links = LinkBase {
            here: match self.app.config.links {
                Links::Here => Some(&self.target.here),
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

    fn store_failed(&self, envelope: &Envelope<'_>, error: &StoreError) -> Refused {
        let refusal = if matches!(error, StoreError::Busy) {
            GatewayError::RequestThrottled { key: envelope.access_key.unwrap_or_default().to_owned() }
        } else {
            tracing::error!(operation = envelope.operation.name(), %error, "the database failed");
            GatewayError::InternalError
        };
        self.refuse(envelope, refusal)
    }

    fn refuse(&self, envelope: &Envelope<'_>, error: GatewayError) -> Refused {
        self.app.metrics.count(envelope.operation.name(), error.text().code);
        Refused::Gateway { error, operation: envelope.operation, version: envelope.version }
    }
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
