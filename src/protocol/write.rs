//! The writer: [`Reply`] to XML. Names, order and namespaces stand here, once, in the order in which they are written
//! (docs/PROTOCOL.md, section 3).

use super::decode::EnvelopeError;
use super::errors::{ErrorText, GatewayError, RequestError};
use super::reply::{CartDocument, CartReply, Contents, ItemDocument, OperationRequest, Reply, SimilarDocument};
use super::request::{Echo, EchoItem};
use super::schema::{self, Operation, Parameter};
use super::version::Version;
use super::xml::Xml;
use crate::cart::{Area, Locale, Money};

pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
/// Gateway errors had this one, and a line break after it.
const GATEWAY_DECLARATION: &str = "<?xml version=\"1.0\"?>\n";
/// A version follows.
pub(super) const NAMESPACE: &str = "http://webservices.amazon.com/AWSECommerceService/";
const ERROR_NAMESPACE: &str = "http://ecs.amazonaws.com/doc/";

/// Writes an answer as a document of its own.
pub fn write_reply(reply: &Reply<'_>) -> String {
    write_element(Xml::new(DECLARATION, reply.double_escaping), reply).finish()
}

/// Writes an answer's element into a document that has been begun.
pub(super) fn write_element(mut xml: Xml, reply: &Reply<'_>) -> Xml {
    // Two operations stand in a frame of their own, and share its head.
    let multi = reply.operations.len() > 1;
    let root = match reply.operations.as_slice() {
        [single] => single.operation.row().response,
        _ => "MultiOperationResponse",
    };
    xml.open_root(root, &[NAMESPACE, reply.version.as_str()]);
    operation_request(&mut xml, &reply.request);
    for answer in &reply.operations {
        if multi {
            xml.open(answer.operation.row().response);
        }
        for cart in &answer.carts {
            Writer { xml: &mut xml, operation: answer.operation, version: reply.version, locale: reply.locale }
                .cart(cart);
        }
        if multi {
            xml.close(answer.operation.row().response);
        }
    }
    xml.close(root);
    xml
}

/// Writes the document of a request that is none of this service: a bare `Errors`.
pub fn write_bare_errors(error: EnvelopeError) -> String {
    let mut xml = Xml::new(DECLARATION, false);
    // Recorded: without a namespace when Service is missing, else in that of the default version whatever was asked.
    match error {
        EnvelopeError::MissingService => xml.open("Errors"),
        _ => xml.open_root("Errors", &[NAMESPACE, Version::DEFAULT.as_str()]),
    }
    write_error(&mut xml, &error.text());
    xml.close("Errors");
    xml.finish()
}

/// Writes `{Operation}ErrorResponse`.
///
/// `operation` is the Operation parameter as sent, known or not.
pub fn write_gateway_error(error: &GatewayError, operation: &str, version: Version, request_id: &str) -> String {
    let mut xml = Xml::new(GATEWAY_DECLARATION, false);
    let root = format!("{}ErrorResponse", if operation.contains(',') { "MultiOperation" } else { operation });
    xml.open_root(&root, &[ERROR_NAMESPACE, version.as_str(), "/"]);
    write_error(&mut xml, &error.text());
    xml.text(error.id_element(), request_id);
    xml.close(&root);
    xml.finish()
}

/// Writes the `ErrorResponse` of a request that did not reach an operation: a wrong path, a wrong method, too large a body.
pub fn write_transport_error(code: &str, message: &str, request_id: &str) -> String {
    let mut xml = Xml::new(GATEWAY_DECLARATION, false);
    xml.open_root("ErrorResponse", &[ERROR_NAMESPACE, Version::DEFAULT.as_str(), "/"]);
    xml.open("Error");
    xml.text("Code", code);
    xml.text("Message", message);
    xml.close("Error");
    xml.text("RequestId", request_id);
    xml.close("ErrorResponse");
    xml.finish()
}

fn write_error(xml: &mut Xml, error: &ErrorText) {
    xml.open("Error");
    xml.text("Code", error.code);
    xml.text("Message", &error.message);
    xml.close("Error");
}

fn operation_request(xml: &mut Xml, request: &OperationRequest<'_>) {
    xml.open("OperationRequest");
    if let Some(agent) = request.user_agent {
        xml.open("HTTPHeaders");
        xml.attributes("Header", &[("Name", Some("UserAgent")), ("Value", Some(agent))]);
        xml.close("HTTPHeaders");
    }
    xml.text("RequestId", &request.request_id);
    if !request.arguments.is_empty() {
        xml.open("Arguments");
        for (name, value) in &request.arguments {
            let value = Some(*value).filter(|value| !value.is_empty());
            xml.attributes("Argument", &[("Name", Some(name)), ("Value", value)]);
        }
        xml.close("Arguments");
    }
    if !request.errors.is_empty() {
        xml.open("Errors");
        for error in &request.errors {
            write_error(xml, error);
        }
        xml.close("Errors");
    }
    let time = request.processing_time;
    xml.plain("RequestProcessingTime", format_args!("{}.{:09}", time.as_secs(), time.subsec_nanos()));
    xml.close("OperationRequest");
}

/// Writes the carts of one operation.
struct Writer<'x> {
    xml: &'x mut Xml,
    operation: Operation,
    version: Version,
    locale: Locale,
}

impl Writer<'_> {
    fn cart(&mut self, reply: &CartReply<'_>) {
        self.xml.open("Cart");
        self.request(reply);
        if let Some(cart) = &reply.cart {
            self.cart_fields(cart);
        }
        self.xml.close("Cart");
    }

    fn request(&mut self, reply: &CartReply<'_>) {
        self.xml.open("Request");
        let invalid = reply.errors.iter().any(RequestError::is_static);
        self.xml.text("IsValid", if invalid { "False" } else { "True" });
        self.echo(&reply.echo);
        if !reply.errors.is_empty() {
            self.xml.open("Errors");
            for error in &reply.errors {
                write_error(self.xml, &error.text(self.locale));
            }
            self.xml.close("Errors");
        }
        self.xml.close("Request");
    }

    fn echo(&mut self, echo: &Echo<'_>) {
        let row = self.operation.row();
        // Recorded: in 2011 a request without parameters had no echo, in 2016 missing items were echoed as an empty list.
        let empty_items = self.version >= Version::V2013_08_01 && !row.item_fields.is_empty() && echo.items.is_empty();
        if !empty_items && !row.parameters.iter().any(|(parameter, _)| echo.has(*parameter)) {
            return;
        }
        self.xml.open(row.request);
        for (parameter, _) in row.parameters {
            match parameter {
                Parameter::CartId => self.optional("CartId", echo.cart_id),
                Parameter::Hmac => self.optional("HMAC", echo.hmac),
                Parameter::MergeCart => self.optional("MergeCart", echo.merge_cart),
                Parameter::Items if empty_items => self.xml.text("Items", ""),
                Parameter::Items => self.echo_items(&echo.items),
                Parameter::ResponseGroup => {
                    for group in &echo.response_groups {
                        self.xml.text("ResponseGroup", group);
                    }
                }
            }
        }
        self.xml.close(row.request);
    }

    fn echo_items(&mut self, items: &[EchoItem<'_>]) {
        if items.is_empty() {
            return;
        }
        self.xml.open("Items");
        for item in items {
            self.xml.open("Item");
            for field in self.operation.row().item_fields {
                if !field.is_in(self.operation, self.version) {
                    continue;
                }
                self.optional(field.name(), item.get(*field));
                if *field == schema::ItemField::MetaData {
                    for pair in &item.meta_data {
                        self.xml.open("MetaData");
                        self.optional("Key", pair.key);
                        self.optional("Value", pair.value);
                        self.xml.close("MetaData");
                    }
                }
            }
            self.xml.close("Item");
        }
        self.xml.close("Items");
    }

    fn cart_fields(&mut self, cart: &CartDocument) {
        self.xml.plain("CartId", cart.id);
        self.xml.plain("HMAC", cart.hmac.as_str());
        if self.has(schema::URL_ENCODED_HMAC) {
            let encoded = cart.hmac.url_encoded();
            self.xml.plain("URLEncodedHMAC", encoded);
        }
        if let Some(contents) = &cart.contents {
            self.contents(contents);
        }
        let similars = &cart.similars;
        self.similars("SimilarProducts", "SimilarProduct", &similars.similar);
        if self.has(schema::TOP_SELLERS) {
            self.similars("TopSellers", "TopSeller", &similars.top_sellers);
        }
        if self.has(schema::NEW_RELEASES) {
            self.similars("NewReleases", "NewRelease", &similars.new_releases);
        }
        if self.has(schema::SIMILAR_VIEWED_PRODUCTS) {
            self.similars("SimilarViewedProducts", "SimilarViewedProduct", &similars.viewed);
        }
        if self.has(schema::OTHER_CATEGORIES_SIMILAR_PRODUCTS) {
            self.similars(
                "OtherCategoriesSimilarProducts",
                "OtherCategoriesSimilarProduct",
                &similars.other_categories,
            );
        }
    }

    fn contents(&mut self, contents: &Contents) {
        self.xml.text("PurchaseURL", &contents.purchase_url);
        if self.has(schema::MOBILE_CART_URL) {
            self.optional("MobileCartURL", contents.mobile_cart_url.as_deref());
        }
        // Recorded: the sum of both areas.
        self.sub_total(contents.items.iter());
        for (area, list, element) in
            [(Area::Active, "CartItems", "CartItem"), (Area::Saved, "SavedForLaterItems", "SavedForLaterItem")]
        {
            let items = contents.items.iter().filter(|item| item.area == area);
            if items.clone().next().is_none() {
                continue;
            }
            self.xml.open(list);
            self.sub_total(items.clone());
            for item in items {
                self.item(element, item);
            }
            self.xml.close(list);
        }
    }

    fn sub_total<'a>(&mut self, items: impl Iterator<Item = &'a ItemDocument>) {
        if self.has(schema::SUB_TOTAL) {
            let zero = Money::new(0, self.locale.currency());
            let sum = items.filter_map(|item| Some(item.price?.times(item.quantity))).fold(zero, Money::plus);
            self.price("SubTotal", sum);
        }
    }

    fn item(&mut self, element: &str, item: &ItemDocument) {
        self.xml.open(element);
        self.xml.plain("CartItemId", item.item_id.with_letter(self.letter(item.area)));
        self.xml.plain("ASIN", item.asin);
        for (schema, value) in [
            (schema::EXCHANGE_ID, &item.exchange_id),
            (schema::MERCHANT_ID, &item.merchant_id),
            (schema::SELLER_ID, &item.seller_id),
        ] {
            if self.has(schema) {
                self.optional(schema.name, value.as_deref());
            }
        }
        // Recorded: saved lines had no nickname before 2013-08-01.
        if item.area == Area::Active || self.version >= Version::V2013_08_01 {
            self.optional("SellerNickname", item.seller_nickname.as_deref());
        }
        self.xml.plain("Quantity", item.quantity);
        self.xml.text("Title", &item.title);
        self.xml.text("ProductGroup", &item.product_group);
        if let Some(price) = item.price {
            self.price("Price", price);
            if self.has(schema::ITEM_TOTAL) {
                self.price("ItemTotal", price.times(item.quantity));
            }
        }
        self.xml.close(element);
    }

    /// Decided: `U` to 2011-08-01; then the letter tells the area.
    fn letter(&self, area: Area) -> char {
        match area {
            _ if self.version < Version::V2013_08_01 => 'U',
            Area::Active => 'C',
            Area::Saved => 'S',
        }
    }

    fn price(&mut self, element: &str, money: Money) {
        self.xml.open(element);
        self.xml.plain("Amount", money.minor);
        self.xml.plain("CurrencyCode", money.currency.code());
        self.xml.plain("FormattedPrice", money);
        self.xml.close(element);
    }

    fn similars(&mut self, list: &str, element: &str, products: &[SimilarDocument]) {
        if products.is_empty() {
            return;
        }
        self.xml.open(list);
        for product in products {
            self.xml.open(element);
            self.xml.plain("ASIN", product.asin);
            self.xml.text("Title", &product.title);
            self.xml.close(element);
        }
        self.xml.close(list);
    }

    fn has(&self, element: schema::Element) -> bool {
        element.is_in(self.version)
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.xml.text(name, value);
        }
    }
}
