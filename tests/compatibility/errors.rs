//! The errors: codes, statuses and texts from the protocol's own table, with the evidence for each.
//!
//! The lists below name every variant of the error types, and are matches: a new kind of error does not compile before it has
//! a row.

use super::evidence::{DECIDED, DOCUMENTED, EVERYWHERE, INFERRED, RECORDED, Scope, Sure, names};
use super::page::Table;
use cartwright::cart::{Asin, CartError, Locale};
use cartwright::config::Config;
use cartwright::protocol::{
    BatchError, EnvelopeError, ErrorText, Fault, GatewayError, LookupError, MAX_PARAMS, Operation, ParameterError,
    RequestError, Side, SoapError, TransportError, Version, values,
};

use Operation::{
    CartAdd, CartClear, CartCreate, CartGet, CartModify, Help, ItemLookup, ItemSearch, ListLookup, SimilarityLookup,
};

/// A value of each variant, with what is known of it. Every pattern must be covered, and every value must fit its pattern.
macro_rules! every {
    ($type:ty { $($pattern:pat => $value:expr, $known:expr;)+ }) => {{
        fn place(value: &$type) -> &'static str {
            match value { $($pattern => stringify!($pattern),)+ }
        }
        let values: Vec<($type, _)> = vec![$(($value, $known)),+];
        let places = [$(stringify!($pattern)),+];
        for ((value, _), expected) in values.iter().zip(places) {
            assert_eq!(place(value), expected, "the example stands in the wrong row");
        }
        values
    }};
}

const WITH_TERMS: Scope = EVERYWHERE.of(&[CartCreate, CartAdd, CartModify, ItemSearch]);
const OF_ITEMS: Scope = EVERYWHERE.of(&[ItemLookup, SimilarityLookup]);
const PRODUCTS: Scope = EVERYWHERE.of(&[ItemLookup, SimilarityLookup, ListLookup, Help]);
const WITH_ITEMS: Scope = EVERYWHERE.of(&[CartCreate, CartAdd, CartModify]);
const ADDING: Scope = EVERYWHERE.of(&[CartCreate, CartAdd]);
const OF_A_CART: Scope = EVERYWHERE.of(&[CartAdd, CartModify, CartGet, CartClear]);
const EITHER_OR: Scope = EVERYWHERE.of(&[CartModify]).from(Version::V2009_11_01);

/// An error of the answer's body.
struct InBody {
    error: RequestError,
    holds: Scope,
    sure: Sure,
    /// How sure the texts in other languages are; `None` when there are none.
    translated: Option<Sure>,
}

fn in_body() -> Vec<InBody> {
    use ParameterError as P;
    let asin: Asin = "B000000001".parse().expect("an ASIN");
    let in_lookups = Some(RECORDED.but("for carts in lookups"));
    let parameters = every!(ParameterError {
        P::Missing(_) => P::Missing("{Name}"), (EVERYWHERE, RECORDED, Some(RECORDED));
        P::OutOfRange { .. } => P::OutOfRange { name: "Quantity", least: 1, most: 999 }, (WITH_ITEMS, RECORDED, Some(RECORDED));
        P::InvalidEnumerated { .. } => P::InvalidEnumerated { name: "{Name}", valid: values::CONDITIONS },
            (EVERYWHERE, RECORDED, Some(RECORDED));
        P::InvalidResponseGroup { .. } => P::InvalidResponseGroup { operation: CartGet, valid: "{List}".to_owned() },
            (EVERYWHERE, RECORDED.but("for carts in lookups"), in_lookups);
        P::InvalidCombination(..) => P::InvalidCombination("ASIN", "OfferListingId"), (ADDING, DOCUMENTED, None);
        P::AtLeastOneOf(_) => P::AtLeastOneOf("{A}, {B}".to_owned()),
            (WITH_TERMS, RECORDED.but("for carts documented"), in_lookups);
        P::ExactlyOneOf(_) => P::ExactlyOneOf(&["Quantity", "Action"]),
            (EITHER_OR, RECORDED.but("the English text is inferred"), Some(RECORDED));
        P::Repeated(_) => P::Repeated("{Name}".to_owned()), (EVERYWHERE, DOCUMENTED, None);
        P::TooManyValues { .. } => P::TooManyValues { name: "ItemId", most: 10 }, (OF_ITEMS, DOCUMENTED, None);
        P::MissingSearchIndex => P::MissingSearchIndex, (EVERYWHERE.of(&[ItemLookup]), RECORDED, Some(RECORDED));
        P::Restricted { .. } => P::Restricted { name: "SearchIndex", value: "{value}".to_owned(), other: "BrowseNode" },
            (EVERYWHERE.of(&[ItemLookup, ItemSearch]), RECORDED.but("for ItemLookup documented"), Some(RECORDED));
        P::Unknown { .. } => P::Unknown { name: "{Name}".to_owned(), operation: CartGet }, (EVERYWHERE, DECIDED, None);
    });
    let lookup = every!(LookupError {
        LookupError::NoSuch { .. } => LookupError::NoSuch { name: "{Name}", value: "{value}".to_owned() },
            (PRODUCTS, RECORDED, Some(RECORDED));
        LookupError::NoExactMatches => LookupError::NoExactMatches, (EVERYWHERE.of(&[ItemSearch]), RECORDED, Some(RECORDED));
        LookupError::NoSimilarities(_) => LookupError::NoSimilarities("{ItemIds}".to_owned()),
            (EVERYWHERE.of(&[SimilarityLookup]), RECORDED, None);
    });
    let cart = every!(CartError {
        CartError::CartInfoMismatch => CartError::CartInfoMismatch, (OF_A_CART, RECORDED, Some(RECORDED));
        CartError::ItemAlreadyInCart(_) => CartError::ItemAlreadyInCart(asin),
            (ADDING, RECORDED.but("for CartCreate decided"), Some(RECORDED));
        CartError::ItemNotEligibleForCart(None) => CartError::ItemNotEligibleForCart(None), (ADDING, RECORDED, Some(RECORDED));
        CartError::ItemNotEligibleForCart(Some(_)) => CartError::ItemNotEligibleForCart(Some(asin)),
            (ADDING, DECIDED, Some(DECIDED));
        CartError::InvalidQuantity(_) => CartError::InvalidQuantity(asin),
            (ADDING, RECORDED.but("for CartCreate decided"), Some(RECORDED));
        CartError::ExceededMaximumCartItems(_) => CartError::ExceededMaximumCartItems(50), (ADDING, DOCUMENTED, None);
    });
    let internal = (EVERYWHERE, RECORDED.but("only a fault rule has it answered"), None);
    let row = |error: RequestError, (holds, sure, translated)| InBody { error, holds, sure, translated };
    let parameters = parameters.into_iter().map(|(error, known)| row(error.into(), known));
    let cart = cart.into_iter().map(|(error, known)| row(error.into(), known));
    let lookup = lookup.into_iter().map(|(error, known)| row(error.into(), known));
    parameters.chain(cart).chain(lookup).chain([row(RequestError::InternalError, internal)]).collect()
}

/// The errors in the answer's Request element.
pub(super) fn of_requests() -> Table {
    let mut table = Table::new(&["code", "IsValid", "holds for", "languages", "sure", "English text"]);
    for InBody { error, holds, sure, .. } in in_body() {
        let ErrorText { code, message } = error.text(Locale::Us);
        let languages = translations(&error).into_iter().map(|(locale, _)| locale.name());
        table.row([
            format!("`{code}`"),
            if error.is_static() { "False" } else { "True" }.to_owned(),
            holds.to_string(),
            names(std::iter::once("en").chain(languages)),
            sure.to_string(),
            format!("`{}`", one_line(&message)),
        ]);
    }
    table
}

/// A message without the line breaks that a list in it was sent with.
fn one_line(message: &str) -> String {
    message.replace(['\n', '\t'], "")
}

/// Their texts in other languages than English.
pub(super) fn in_other_languages() -> Table {
    let mut table = Table::new(&["locale", "code", "sure", "text"]);
    let errors = in_body();
    for InBody { error, translated, .. } in &errors {
        let some = !translations(error).is_empty();
        assert_eq!(some, translated.is_some(), "{error:?}: evidence is for texts in other languages, and they need it");
    }
    for locale in Locale::ALL {
        for InBody { error, translated, .. } in &errors {
            let text = translations(error).into_iter().find(|(its, _)| *its == locale);
            if let (Some((_, text)), Some(sure)) = (text, translated) {
                let (code, message) = (format!("`{}`", text.code), format!("`{}`", one_line(&text.message)));
                table.row([locale.name().to_owned(), code, sure.to_string(), message]);
            }
        }
    }
    table
}

/// The locales whose text is not the English one.
fn translations(error: &RequestError) -> Vec<(Locale, ErrorText)> {
    let english = error.text(Locale::Us);
    Locale::ALL.into_iter().map(|locale| (locale, error.text(locale))).filter(|(_, text)| *text != english).collect()
}

/// Everything that takes the place of an answer.
pub(super) fn without_answer() -> Table {
    let mut table = Table::new(&["place", "code", "REST", "SOAP", "sure", "text"]);
    let mut row = |place: &str, status: Option<u16>, soap: String, text: ErrorText, sure: Sure| {
        let status = status.map_or_else(String::new, |status| status.to_string());
        table.row([
            place.to_owned(),
            format!("`{}`", text.code),
            status,
            soap,
            sure.to_string(),
            format!("`{}`", text.message),
        ]);
    };
    let envelope = every!(EnvelopeError {
        EnvelopeError::MissingService => EnvelopeError::MissingService, RECORDED;
        EnvelopeError::InvalidService => EnvelopeError::InvalidService, DOCUMENTED;
        EnvelopeError::InvalidOperation => EnvelopeError::InvalidOperation, RECORDED;
        EnvelopeError::InvalidVersion => EnvelopeError::InvalidVersion, DOCUMENTED.but("its place is decided");
    });
    for (error, sure) in envelope {
        // A SOAP request without a namespace is for this service.
        let soap = if error == EnvelopeError::MissingService { String::new() } else { fault(&Fault::from(&error)) };
        row("bare document", Some(200), soap, error.text(), sure);
    }
    let batch = every!(BatchError {
        BatchError::TooManyRequests => BatchError::TooManyRequests, DOCUMENTED.but("its place is decided");
        BatchError::TooManyOperations => BatchError::TooManyOperations, DOCUMENTED.but("text and place are decided");
    });
    for (error, sure) in batch {
        // The body of a SOAP request has one operation.
        let soap = if error == BatchError::TooManyOperations { "" } else { "200, as over REST" };
        row("OperationRequest", Some(200), soap.to_owned(), error.text(), sure);
    }
    for (error, sure) in gateway() {
        row("gateway document", Some(error.status()), fault(&Fault::from(&error)), error.text(), sure);
    }
    let soap = every!(SoapError {
        SoapError::Encoding => SoapError::Encoding, DECIDED;
        SoapError::Malformed(_) => SoapError::Malformed("{reason}".to_owned()), DECIDED;
        SoapError::DocumentType => SoapError::DocumentType, DECIDED;
        SoapError::Entity(_) => SoapError::Entity("{name}".to_owned()), DECIDED;
        SoapError::TooDeep => SoapError::TooDeep, DECIDED;
        SoapError::TooManyAttributes => SoapError::TooManyAttributes, DECIDED;
        SoapError::TooManyNamespaces => SoapError::TooManyNamespaces, DECIDED;
        SoapError::NotAnEnvelope => SoapError::NotAnEnvelope, DECIDED;
        SoapError::NotOneOperation => SoapError::NotOneOperation, DECIDED;
    });
    for (error, sure) in soap {
        row("fault", None, fault(&Fault::from(&error)), error.text(), sure);
    }
    let transport = every!(TransportError {
        TransportError::UnknownPath => TransportError::UnknownPath, INFERRED;
        TransportError::MethodNotAllowed => TransportError::MethodNotAllowed, INFERRED;
        TransportError::TooManyParameters { .. } => TransportError::TooManyParameters { limit: MAX_PARAMS }, DECIDED;
        TransportError::BodyTooLarge { .. } => TransportError::BodyTooLarge { limit: Config::default().max_body }, DECIDED;
        TransportError::BodyTooSlow => TransportError::BodyTooSlow, DECIDED;
        TransportError::BodyIncomplete => TransportError::BodyIncomplete, DECIDED;
    });
    for (error, sure) in transport {
        row("`ErrorResponse`", Some(error.status()), "as over REST".to_owned(), error.text(), sure);
    }
    table
}

fn gateway() -> Vec<(GatewayError, Sure)> {
    use GatewayError as G;
    let timestamp = || "{Timestamp}".to_owned();
    every!(GatewayError {
        G::MissingClientTokenId => G::MissingClientTokenId, RECORDED.but("the status is inferred");
        G::InvalidClientTokenId => G::InvalidClientTokenId, RECORDED;
        G::MissingParameter(_) => G::MissingParameter("{Name}"), RECORDED.but("for Timestamp inferred");
        G::InvalidTimestamp { .. } => G::InvalidTimestamp { timestamp: timestamp() }, INFERRED;
        G::RequestExpired { .. } => G::RequestExpired { timestamp: timestamp() }, RECORDED;
        G::SignatureDoesNotMatch => G::SignatureDoesNotMatch, RECORDED;
        G::Deprecated { .. } => G::Deprecated { operation: "{Operation}".to_owned() }, RECORDED;
        G::RequestThrottled { .. } => G::RequestThrottled { key: "{Key}".to_owned() }, RECORDED;
        G::AccountLimitExceeded => G::AccountLimitExceeded, RECORDED.but("the status is inferred; only a fault rule has it answered");
        G::InternalError => G::InternalError, RECORDED;
    })
}

/// What stands in a fault in front of the code.
fn fault(fault: &Fault) -> String {
    let side = match fault.side {
        Side::Client => "Client",
        Side::Server => "Server",
    };
    format!("500, `aws:{side}.…`")
}
