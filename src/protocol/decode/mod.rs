//! The decoder: [`Params`] to [`Request`], by the table in [`super::schema`] (docs/PROTOCOL.md, section 2).
//!
//! Two steps. [`envelope`] reads what decides the kind of answer; its errors have documents of their own. [`decode`] reads the
//! operation's parameters and collects ALL errors, which go into the answer's Request element.
//!
//! What all operations have in common is here; `carts` reads the items of cart operations, `lookups` the rest of the product
//! operations.

mod carts;
mod lookups;

use super::errors::{ParameterError, RequestError};
use super::oddity::Oddity;
use super::params::Params;
use super::request::{CartReference, Echo, IdType, ProductsRequest, Request, Sent, Wanted};
use super::schema::{COMMON_PARAMETERS, Groups, Kind, Operation, Parameter, Presence, Rule};
use super::values;
use super::version::Version;
use crate::cart::{Asin, Locale};
use carts::{Items, Taken};
use std::collections::HashSet;

/// More oddities than these of one request are not told.
const MOST_ODDITIES: usize = 16;

/// The common parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'p> {
    /// The Operation parameter as sent: a name, or several joined by commas. Whether there are such operations is found out
    /// later, since the caller's key is looked at first.
    pub operation: &'p str,
    /// How to answer.
    pub version: Version,
    /// AWSAccessKeyId, or else SubscriptionId.
    pub access_key: Option<&'p str>,
    /// The tag; `None` when absent or empty.
    pub associate_tag: Option<&'p str>,
    /// Validate=True: check, do not execute.
    pub validate_only: bool,
    /// XMLEscaping=Double.
    pub double_escaping: bool,
}

/// The request is not one of this service; each gets a bare `Errors` document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeError {
    /// No Service parameter.
    MissingService,
    /// Another service.
    InvalidService,
    /// No Operation parameter, or one that nobody knows.
    InvalidOperation,
    /// Version is no date.
    InvalidVersion,
}

/// The limits that the checks need.
#[derive(Clone, Copy, Debug)]
pub struct DecodeLimits {
    /// The largest Quantity.
    pub quantity: u32,
}

/// A request, decoded: what the answer repeats, and what is wanted or what is wrong.
#[derive(Clone, Debug)]
pub struct Decoded<'p> {
    /// For the answer.
    pub echo: Echo<'p>,
    /// Which parts the answer shall have.
    pub groups: Groups,
    /// What is odd about it and yet no error; few, however many there are.
    pub oddities: Vec<Oddity<'p>>,
    /// The request, or every error in it.
    pub request: Result<Request<'p>, Vec<RequestError>>,
}

/// Reads the common parameters, in the recorded order of checks.
pub fn envelope<'p>(params: &'p Params<'_>) -> Result<Envelope<'p>, EnvelopeError> {
    match params.filled("Service") {
        None => return Err(EnvelopeError::MissingService),
        Some("AWSECommerceService") => {}
        Some(_) => return Err(EnvelopeError::InvalidService),
    }
    let operation = params.filled("Operation").filter(|name| is_name(name)).ok_or(EnvelopeError::InvalidOperation)?;
    let version = match params.filled("Version") {
        None => Version::DEFAULT,
        Some(text) => Version::for_request(text).map_err(|_| EnvelopeError::InvalidVersion)?,
    };
    Ok(Envelope {
        operation,
        version,
        access_key: params.filled("AWSAccessKeyId").or_else(|| params.filled("SubscriptionId")),
        associate_tag: params.filled("AssociateTag"),
        validate_only: params.filled("Validate") == Some("True"),
        double_escaping: params.filled("XMLEscaping") == Some("Double"),
    })
}

/// Whether an error document's root may be made from this text.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b',')
}

/// How and by whom a request is to be answered, as far as the checks depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Decides which parameters there are.
    pub version: Version,
    /// Decides which values some of them may have.
    pub locale: Locale,
    /// The limits.
    pub limits: DecodeLimits,
}

/// Reads the parameters of the operation, and checks all that can be checked without a cart or the catalogue.
pub fn decode<'p>(params: &'p Params<'_>, operation: Operation, setting: Setting) -> Decoded<'p> {
    let Setting { version, locale, limits } = setting;
    let mut reader = Reader {
        operation,
        version,
        locale,
        limits,
        repeated: Repeated::default(),
        oddities: Vec::new(),
        errors: Vec::new(),
        no_terms: false,
    };
    let echo = reader.echo(params);
    reader.check_presence(&echo);
    let repeated = std::mem::take(&mut reader.repeated);
    reader.errors.extend(repeated.in_order.into_iter().map(|name| ParameterError::Repeated(name.to_owned()).into()));
    for (rule, sent) in echo.iter() {
        reader.check_value(rule, sent);
    }
    reader.check_combinations(&echo);
    let groups = reader.response_groups(&echo);
    reader.check_terms();
    let request = reader.request(&echo);
    reader.note_asins(&request);
    Decoded {
        echo,
        groups,
        oddities: reader.oddities,
        request: if reader.errors.is_empty() { Ok(request) } else { Err(reader.errors) },
    }
}

/// A whole number. u32's own parser would take a plus sign.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// XML Schema writes booleans in small letters or as digits, the service in capitals.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "True" | "true" | "1" => Some(true),
        "False" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The parts of a comma list; nothing when there is none.
fn split(list: &str) -> Sent<'_> {
    let parts: Vec<&str> = list.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { Sent::Nothing } else { Sent::List(parts) }
}

struct Reader<'p> {
    operation: Operation,
    version: Version,
    locale: Locale,
    limits: DecodeLimits,
    repeated: Repeated<'p>,
    oddities: Vec<Oddity<'p>>,
    errors: Vec<RequestError>,
    /// A search has nothing to search for.
    no_terms: bool,
}

/// The names that were sent more than once. A request may have a hundred thousand of them, so no list is searched.
#[derive(Default)]
struct Repeated<'p> {
    known: HashSet<&'p str>,
    in_order: Vec<&'p str>,
}

impl<'p> Repeated<'p> {
    fn note(&mut self, name: &'p str) {
        if self.known.insert(name) {
            self.in_order.push(name);
        }
    }
}

impl<'p> Reader<'p> {
    /// Sorts the parameters into the echo. A parameter that the operation does not have is passed over.
    fn echo(&mut self, params: &'p Params<'_>) -> Echo<'p> {
        let row = self.operation.row();
        let items_place = row.place(Parameter::ITEMS);
        let mut echo = Echo::empty(row);
        let mut items = Items::default();
        let mut common = [false; COMMON_PARAMETERS.len()];
        for param in params {
            let (name, value) = (param.name.as_ref(), param.value.as_ref());
            let own = row.parameters.iter().position(|rule| rule.parameter.name() == name);
            if let Some(place) = own {
                let rule = &row.parameters[place];
                if rule.kind.is_items() || !rule.versions.has(self.version) {
                    self.note_oddity(Oddity::UnknownParameter(name));
                    continue;
                }
                // An empty value counts as absent, so it is not echoed here.
                if value.is_empty() {
                    continue;
                }
                let slot = echo.slot(place);
                if *slot == Sent::Nothing {
                    *slot = if rule.kind.is_list() { split(value) } else { Sent::Text(value) };
                } else {
                    self.repeated.note(name);
                }
            } else if let Some(path) = name.strip_prefix("Item.")
                && items_place.is_some()
            {
                match items.take(path, value, row.item_fields) {
                    Taken::In => {}
                    Taken::Again => self.repeated.note(name),
                    Taken::Unknown => self.note_oddity(Oddity::UnknownParameter(name)),
                }
            } else if let Some(place) = COMMON_PARAMETERS.iter().position(|known| *known == name) {
                if !value.is_empty() && std::mem::replace(&mut common[place], true) {
                    self.repeated.note(name);
                }
            } else {
                self.note_oddity(Oddity::UnknownParameter(name));
            }
        }
        if let Some(place) = items_place
            && let items = items.in_order()
            && !items.is_empty()
        {
            *echo.slot(place) = Sent::Items(items);
        }
        for (place, rule) in row.parameters.iter().enumerate() {
            if let Some(default) = rule.default_in(self.version)
                && let slot @ Sent::Nothing = echo.slot(place)
            {
                *slot = if rule.kind.is_list() { Sent::List(vec![default]) } else { Sent::Text(default) };
            }
        }
        // Recorded: the older service turned these around.
        if self.operation == Operation::SimilarityLookup
            && self.version < Version::V2011_08_01
            && let Some(place) = row.place(Parameter::ITEM_ID)
            && let Sent::List(ids) = echo.slot(place)
        {
            ids.reverse();
        }
        echo
    }

    fn note_oddity(&mut self, oddity: Oddity<'p>) {
        if self.oddities.len() < MOST_ODDITIES {
            self.oddities.push(oddity);
        }
    }

    /// Notes what stands where an ASIN should, and can be none.
    fn note_asins(&mut self, request: &Request<'p>) {
        match request {
            Request::CartCreate { items, .. } | Request::CartAdd { items, .. } => {
                for item in items {
                    if let Wanted::Asin(asin) = item.wanted {
                        self.note_asin(asin);
                    }
                }
            }
            Request::ItemLookup(ProductsRequest { items, id_type: IdType::Asin, .. })
            | Request::SimilarityLookup { items, .. } => items.iter().for_each(|asin| self.note_asin(asin)),
            _ => {}
        }
    }

    fn note_asin(&mut self, text: &'p str) {
        // Of none at all there is an error.
        if !text.is_empty() && text.parse::<Asin>().is_err() {
            self.note_oddity(Oddity::MalformedAsin(text));
        }
    }

    fn error(&mut self, error: ParameterError) {
        self.errors.push(error.into());
    }

    fn check_presence(&mut self, echo: &Echo<'_>) {
        for (rule, sent) in echo.iter() {
            if rule.presence == Presence::Required && *sent == Sent::Nothing {
                self.error(ParameterError::Missing(rule.parameter.name()));
            }
        }
    }

    /// Checks what the row alone can judge.
    fn check_value(&mut self, rule: &Rule, sent: &Sent<'_>) {
        let name = rule.parameter.name();
        match (rule.kind, sent) {
            (Kind::Choice(choice), Sent::Text(text)) => {
                let valid = (choice.valid)(self.version, self.locale);
                if !valid.contains(text) {
                    self.error(ParameterError::InvalidEnumerated { name, valid });
                }
            }
            (Kind::Boolean, Sent::Text(text)) if boolean(text).is_none() => {
                self.error(ParameterError::InvalidEnumerated { name, valid: values::MERGE_CART });
            }
            (Kind::NumberOrAll(_), Sent::Text("All")) => {}
            (Kind::NumberOrAll(most), Sent::Text(text)) => self.check_number(name, text, 1, most),
            (Kind::Number(least, most), Sent::Text(text)) => self.check_number(name, text, least, most),
            (Kind::List(most), Sent::List(list)) if list.len() > most => {
                self.error(ParameterError::TooManyValues { name, most });
            }
            _ => {}
        }
    }

    fn check_number(&mut self, name: &'static str, text: &str, least: u32, most: u32) {
        if number(text).is_none_or(|number| !(least..=most).contains(&number)) {
            self.error(ParameterError::OutOfRange { name, least, most });
        }
    }

    fn response_groups(&mut self, echo: &Echo<'_>) -> Groups {
        let row = self.operation.row();
        let asked = echo.list(Parameter::RESPONSE_GROUP);
        if asked.is_empty() {
            return row.default_groups;
        }
        if !asked.iter().all(|name| row.response_groups.contains(name, self.version, self.locale)) {
            self.invalid_response_group();
        }
        asked.iter().map(|name| Groups::named(name, self.version)).fold(Groups::NONE, Groups::and)
    }

    /// The typed request. Where the echo lacks something there is an error already, and what stands in its place is not used.
    fn request(&mut self, echo: &Echo<'p>) -> Request<'p> {
        let text = |parameter| echo.text(parameter).unwrap_or_default();
        let cart = CartReference { id: text(Parameter::CART_ID), hmac: text(Parameter::HMAC) };
        let merge = echo.text(Parameter::MERGE_CART).map(|text| text == "True");
        let offers = self.offers_wanted(echo);
        match self.operation {
            Operation::CartCreate => {
                Request::CartCreate { items: self.added_items(echo), merge: merge.unwrap_or(false) }
            }
            Operation::CartAdd => Request::CartAdd { cart, items: self.added_items(echo), merge },
            Operation::CartModify => Request::CartModify {
                cart,
                items: echo.items().iter().map(|item| self.modified_item(item)).collect(),
                merge,
            },
            Operation::CartGet => Request::CartGet { cart },
            Operation::CartClear => Request::CartClear { cart },
            Operation::ItemLookup => Request::ItemLookup(lookups::products(echo, offers)),
            Operation::ItemSearch => Request::ItemSearch(lookups::search(echo, offers)),
            Operation::SimilarityLookup => Request::SimilarityLookup {
                items: echo.list(Parameter::ITEM_ID).to_vec(),
                random: text(Parameter::SIMILARITY_TYPE) == "Random",
                offers,
            },
            Operation::ListLookup => Request::ListLookup(lookups::list(echo, offers)),
            Operation::Help => {
                Request::Help { about: text(Parameter::ABOUT), of_operation: text(Parameter::HELP_TYPE) == "Operation" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rest::read_params;
    use super::super::schema::ItemField;
    use super::*;

    fn decoded<'p>(params: &'p Params<'_>, envelope: &Envelope<'_>) -> Decoded<'p> {
        let operation = Operation::named(envelope.operation).unwrap();
        let setting = Setting { version: envelope.version, locale: Locale::Us, limits: DecodeLimits { quantity: 999 } };
        decode(params, operation, setting)
    }

    /// Decodes a query and shows the request, or else the codes of its errors.
    fn check(query: &str, expected: &str) {
        let query = format!("Service=AWSECommerceService&{query}");
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        let got = match envelope(&params) {
            Err(error) => format!("{error:?}"),
            Ok(envelope) => match decoded(&params, &envelope).request {
                Ok(request) => format!("{request:?}"),
                Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            },
        };
        assert_eq!(got, expected, "{query}");
    }

    fn echo_of(query: &str) -> String {
        let query = format!("Service=AWSECommerceService&{query}");
        let mut params = Params::default();
        read_params(query.as_bytes(), &mut params);
        let envelope = envelope(&params).unwrap();
        let echo = decoded(&params, &envelope).echo;
        let items: Vec<_> = echo
            .items()
            .iter()
            .map(|i| i.get(ItemField::Asin).or(i.get(ItemField::CartItemId)).unwrap_or("-"))
            .collect();
        format!(
            "{:?} {:?} {:?} [{}] {}",
            echo.text(Parameter::CART_ID),
            echo.text(Parameter::HMAC),
            echo.text(Parameter::MERGE_CART),
            items.join(" "),
            echo.list(Parameter::RESPONSE_GROUP).join(" ")
        )
    }

    #[test]
    fn the_envelope_is_checked_in_order() {
        check("Operation=CartGet&Service=x", "missing CartId; missing HMAC; Service is repeated");
        check("", "InvalidOperation");
        check("Operation=Cart%3CGet", "InvalidOperation");
        check("Operation=", "InvalidOperation");
        check("Operation=CartGet&Version=latest", "InvalidVersion");
        check("operation=CartGet", "InvalidOperation");
        let mut params = Params::default();
        assert_eq!(envelope(&params), Err(EnvelopeError::MissingService));
        params.push("Service", "awsecommerceservice");
        assert_eq!(envelope(&params), Err(EnvelopeError::InvalidService));
    }

    #[test]
    fn every_missing_parameter_is_reported_on_its_own_and_in_order() {
        check("Operation=CartAdd", "missing CartId; missing HMAC; missing Items");
        check("Operation=CartAdd&CartId=&HMAC=&AssociateTag=", "missing CartId; missing HMAC; missing Items");
        check("Operation=CartCreate", "missing Items");
        check("Operation=CartModify&CartId=1&HMAC=2", "missing Items");
        check("Operation=CartModify&CartId=1&HMAC=2&Item.1.Quantity=3", "missing CartItemId");
        check("Operation=CartModify&CartId=1&HMAC=2&Item.1.ASIN=B000000001", "missing Items");
    }

    #[test]
    fn quantities_are_checked_per_operation() {
        let range = "Quantity is not in 1..=999";
        for bad in ["0", "-1", "1000", "abc", "", "1.5", "+1", "99999999999999999999", "%201"] {
            check(&format!("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity={bad}"), range);
        }
        check(
            "Operation=CartModify&CartId=1&HMAC=2&Item.1.CartItemId=U1&Item.1.Quantity=1000",
            "Quantity is not in 0..=999",
        );
        check(
            "Operation=CartCreate&Item.1.ASIN=B000000001&Item.2.ASIN=B000000002&Item.2.Quantity=999",
            "CartCreate { items: [AddItem { wanted: Asin(\"B000000001\"), quantity: 1, list_item_id: None }, \
             AddItem { wanted: Asin(\"B000000002\"), quantity: 999, list_item_id: None }], merge: false }",
        );
    }

    #[test]
    fn an_item_names_either_a_product_or_an_offer() {
        check(
            "Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.OfferListingId=x",
            "ASIN and OfferListingId together",
        );
        check("Operation=CartCreate&Item.1.Quantity=1", "none of ASIN, OfferListingId");
        check("Operation=CartCreate&Item.1.ASIN=", "none of ASIN, OfferListingId");
    }

    #[test]
    fn quantity_and_action_exclude_each_other_from_2009_11_01() {
        let modify = "Operation=CartModify&CartId=1&HMAC=2&Item.1.CartItemId=U1";
        check(
            &format!("{modify}&Item.1.Quantity=2&Item.1.Action=SaveForLater&Version=2009-11-01"),
            "not exactly one of Quantity, Action",
        );
        check(&format!("{modify}&Version=2013-08-01"), "not exactly one of Quantity, Action");
        check(modify, "none of Quantity, Action");
        check(
            &format!("{modify}&Item.1.Quantity=2&Item.1.Action=SaveForLater&Version=2009-10-01"),
            "CartModify { cart: CartReference { id: \"1\", hmac: \"2\" }, items: [ModifyItem { item_id: \"U1\", \
             quantity: Some(2), area: Some(Saved) }], merge: None }",
        );
        check(&format!("{modify}&Item.1.Action=Buy"), "Action is none of MoveToCart, SaveForLater");
    }

    #[test]
    fn repeated_parameters_are_named_once_each() {
        check("Operation=CartGet&CartId=1&CartId=2&CartId=3&HMAC=4", "CartId is repeated");
        check("Operation=CartCreate&Item.1.ASIN=a&Item.1.ASIN=b", "Item.1.ASIN is repeated");
        check(
            "Operation=CartGet&CartId=1&HMAC=2&Nonsense=1&Nonsense=2",
            "CartGet { cart: CartReference { id: \"1\", hmac: \"2\" } }",
        );
    }

    #[test]
    fn response_groups_depend_on_operation_and_version() {
        let get = "Operation=CartGet&CartId=1&HMAC=2";
        let clear = "Operation=CartClear&CartId=1&HMAC=2";
        check(
            &format!("{get}&ResponseGroup=Cart,Small"),
            "response groups of CartGet are Cart, CartSimilarities, Request",
        );
        check(
            &format!("{get}&ResponseGroup=Offers&Version=2011-08-01"),
            "response groups of CartGet are Cart, CartNewReleases, CartSimilarities, CartTopSellers, Request",
        );
        check(&format!("{clear}&ResponseGroup=CartSimilarities"), "response groups of CartClear are Cart, Request");
        check(&format!("{get}&MergeCart=maybe"), "MergeCart is none of True, False");
    }

    #[test]
    fn items_come_in_the_order_of_their_numbers_and_then_as_sent() {
        let items = "Item.b.ASIN=B&Item.10.ASIN=10&Item.2.ASIN=2&Item.0.ASIN=0&Item.a.ASIN=A";
        assert_eq!(echo_of(&format!("Operation=CartCreate&{items}")), "None None None [0 2 10 B A] ");
    }

    #[test]
    fn the_echo_holds_what_was_sent_right_or_wrong() {
        assert_eq!(
            echo_of(
                "Operation=CartAdd&CartId=???&HMAC=a+b&MergeCart=maybe&Item.1.ASIN=x&ResponseGroup=Cart,%20Nonsense,"
            ),
            "Some(\"???\") Some(\"a b\") Some(\"maybe\") [x] Cart Nonsense"
        );
        assert_eq!(
            echo_of("Operation=CartCreate&CartId=1&HMAC=2"),
            "None None None [] ",
            "not parameters of CartCreate"
        );
        assert_eq!(echo_of("Operation=CartGet&CartId=1&CartId=2"), "Some(\"1\") None None [] ", "the first one counts");
    }
}
