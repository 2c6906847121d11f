//! The REST endpoint: reads the request, has the operation run, writes the answer.
//!
//! The order of checks is the recorded one: Service, Operation, Version, key, parameters, HMAC, cart, items
//! (docs/PROTOCOL.md, section 7).

use super::answer::Answer;
use super::proxy::Target;
use crate::app::App;
use crate::cart::{Cart, Hmac, Locale};
use crate::config::{Links, Signatures};
use crate::operations::{self, Caller, Context, Outcome, ShownCart};
use crate::protocol::{
    CartDocument, CartReply, Contents, DecodeLimits, Decoded, Envelope, GatewayError, LinkBase, OperationRequest,
    Params, Reply, RequestError, decode, envelope, mobile_cart_url, purchase_url, read_params, write_reply,
};
use crate::store::StoreError;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use jiff::Timestamp;

/// Answers a REST request: parameters in the query, and in the body of a POST.
pub(super) async fn rest(app: &App, target: Target, request: Request) -> Response {
    let started = app.clock.now();
    let (head, body) = request.into_parts();
    let body = if is_form(&head.headers) {
        match read_body(app, body).await {
            Ok(body) => body,
            Err(response) => return response,
        }
    } else {
        Bytes::new()
    };
    let query = head.uri.query().unwrap_or_default();
    let mut params = Params::with_capacity(16);
    read_params(query.as_bytes(), &mut params);
    read_params(&body, &mut params);
    let user_agent = head.headers.get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    let call = Call { app, target: &target, params: &params, user_agent: user_agent.as_deref(), started };
    call.answer().await
}

/// Whether the body holds parameters: a form, or a body of no stated type.
fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded"))
}

/// Reads the body within the limits of size and time.
async fn read_body(app: &App, body: Body) -> Result<Bytes, Response> {
    let read = Limited::new(body, app.config.max_body).collect();
    match tokio::time::timeout(app.config.body_timeout, read).await {
        Err(_) => Err(Answer::body_too_slow(app)),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Answer::body_too_large(app)),
        Ok(Err(_)) => Err(Answer::body_incomplete(app)),
    }
}

/// One request on its way through the layers.
struct Call<'a> {
    app: &'a App,
    target: &'a Target,
    params: &'a Params<'a>,
    user_agent: Option<&'a str>,
    started: Timestamp,
}

impl Call<'_> {
    async fn answer(&self) -> Response {
        let envelope = match envelope(self.params) {
            Ok(envelope) => envelope,
            Err(error) => {
                self.app.metrics.count("none", error.text().code);
                return Answer::bare_errors(error);
            }
        };
        if envelope.access_key.is_none() && self.app.config.signatures != Signatures::Ignored {
            return self.refuse(&envelope, &GatewayError::MissingClientTokenId);
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
                    Err(error) => return self.store_failed(&envelope, &error),
                }
            }
        };
        self.reply(&envelope, decoded, errors, shown)
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
        &self,
        envelope: &Envelope<'_>,
        decoded: Decoded<'_>,
        errors: Vec<RequestError>,
        shown: Option<ShownCart>,
    ) -> Response {
        let account = envelope.access_key.unwrap_or_default();
        let mut arguments: Vec<(&str, &str)> =
            self.params.iter().map(|p| (p.name.as_ref(), p.value.as_ref())).collect();
        arguments.sort_by_key(|(name, _)| *name);
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
        Answer::document(write_reply(&Reply {
            operation,
            version: envelope.version,
            locale: self.target.locale,
            double_escaping: envelope.double_escaping,
            request: OperationRequest {
                user_agent: self.user_agent,
                request_id: self.app.ids.request_id(envelope.version.request_id_form(), account),
                arguments,
                processing_time: elapsed,
            },
            cart: CartReply { echo: decoded.echo, errors, cart: shown.map(|shown| self.document(envelope, shown)) },
        }))
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

    fn store_failed(&self, envelope: &Envelope<'_>, error: &StoreError) -> Response {
        let refusal = if matches!(error, StoreError::Busy) {
            GatewayError::RequestThrottled { key: envelope.access_key.unwrap_or_default().to_owned() }
        } else {
            tracing::error!(operation = envelope.operation.name(), %error, "the database failed");
            GatewayError::InternalError
        };
        self.refuse(envelope, &refusal)
    }

    fn refuse(&self, envelope: &Envelope<'_>, error: &GatewayError) -> Response {
        self.app.metrics.count(envelope.operation.name(), error.text().code);
        Answer::gateway(self.app, error, envelope.operation, envelope.version)
    }
}

fn contents(links: &LinkBase<'_>, cart: &Cart, hmac: &Hmac, items: Vec<crate::protocol::ItemDocument>) -> Contents {
    let tag = &cart.associate_tag;
    let mobile = cart.locale == Locale::Jp;
    Contents {
        purchase_url: purchase_url(links, cart.id, hmac, tag, cart.merge),
        mobile_cart_url: mobile.then(|| mobile_cart_url(links, cart.id, hmac, tag, cart.merge)),
        items,
    }
}
