//! What the product operations ask for, beyond what their rows say (docs/PROTOCOL.md, section 15).

use super::{Reader, boolean, number};
use crate::protocol::errors::ParameterError;
use crate::protocol::request::{
    Condition, Echo, Field, IdType, ListOrder, ListRequest, Merchant, OffersWanted, Order, ProductsRequest,
    SearchRequest, Sent,
};
use crate::protocol::schema::{Operation, Parameter as P, ValidGroups};
use crate::protocol::values;
use crate::protocol::version::Version;

impl<'p> Reader<'p> {
    /// Checks which parameters go together.
    pub(super) fn check_combinations(&mut self, echo: &Echo<'p>) {
        match self.operation {
            Operation::ItemLookup => self.check_id_type(echo),
            Operation::ItemSearch => self.check_search(echo),
            _ => {}
        }
    }

    fn check_id_type(&mut self, echo: &Echo<'p>) {
        match (echo.text(P::ID_TYPE), echo.text(P::SEARCH_INDEX)) {
            (Some("ASIN"), Some(_)) => self.restricted(P::ID_TYPE, "ASIN", P::SEARCH_INDEX.name()),
            (Some(other), None) if other != "ASIN" && values::id_types(self.locale).contains(other) => {
                self.error(ParameterError::MissingSearchIndex);
            }
            _ => {}
        }
    }

    fn check_search(&mut self, echo: &Echo<'p>) {
        let index = echo.text(P::SEARCH_INDEX).unwrap_or_default();
        for other in values::refused_with_index(self.version, self.locale, index) {
            let sent = echo.iter().any(|(rule, sent)| rule.parameter.name() == *other && *sent != Sent::Nothing);
            if sent && !index.is_empty() {
                self.restricted(P::SEARCH_INDEX, index, other);
            }
        }
        // The row has the limit of old; the newer service gave ten pages, and five of all indexes together.
        if self.version >= Version::V2011_08_01
            && let Some(page) = echo.text(P::ITEM_PAGE).and_then(number)
            && let most = if index == "All" { 5 } else { 10 }
            && (most + 1..=400).contains(&page)
        {
            self.error(ParameterError::OutOfRange { name: P::ITEM_PAGE.name(), least: 1, most });
        }
        let terms = values::ITEM_SEARCH_TERMS;
        if !echo.iter().any(|(rule, sent)| *sent != Sent::Nothing && terms.contains(rule.parameter.name())) {
            self.no_terms = true;
        }
    }

    fn restricted(&mut self, parameter: P, value: &str, other: &'static str) {
        self.error(ParameterError::Restricted { name: parameter.name(), value: value.to_owned(), other });
    }

    /// Tells which response groups there are. Recorded: the older service told nothing else then; the newer one went on, began
    /// with all groups of all operations, and spoke of ItemLookup when ItemSearch was asked.
    pub(super) fn invalid_response_group(&mut self) {
        let (name, groups) = (P::RESPONSE_GROUP.name(), self.operation.row().response_groups);
        let (version, locale) = (self.version, self.locale);
        let (operation, valid) = match groups {
            ValidGroups::Since(_) => (self.operation, groups.names(version, locale).join(", ")),
            ValidGroups::Listed(listed) => {
                let own = listed(version, locale);
                if let Some(all) = values::all_groups(own) {
                    self.error(ParameterError::InvalidEnumerated { name, valid: all });
                    let search = self.operation == Operation::ItemSearch;
                    (if search { Operation::ItemLookup } else { self.operation }, own.to_string())
                } else {
                    self.errors.clear();
                    self.no_terms = false;
                    (self.operation, own.to_string())
                }
            }
        };
        self.error(ParameterError::InvalidResponseGroup { operation, valid });
    }

    /// Recorded: that a search has nothing to search for was told last.
    pub(super) fn check_terms(&mut self) {
        if self.no_terms {
            self.error(ParameterError::AtLeastOneOf(values::ITEM_SEARCH_TERMS.to_string()));
        }
    }

    /// Which offers are shown.
    pub(super) fn offers_wanted(&self, echo: &Echo<'p>) -> OffersWanted<'p> {
        let condition = match echo.text(P::CONDITION) {
            Some("All") => Condition::All,
            Some("Used") => Condition::Used,
            Some("Collectible") => Condition::Collectible,
            Some("Refurbished") => Condition::Refurbished,
            _ => Condition::New,
        };
        let merchant = match echo.text(P::MERCHANT_ID) {
            Some("Amazon") => Merchant::Amazon,
            _ if self.version >= Version::V2011_08_01 => Merchant::BestOfEachCondition,
            None => Merchant::Amazon,
            Some("All") => Merchant::All,
            Some("FeaturedBuyBoxMerchant") => Merchant::FeaturedBuyBox,
            Some(id) => Merchant::Id(id),
        };
        OffersWanted { condition, merchant, page: page(echo, P::OFFER_PAGE) }
    }
}

/// The number of a page; the first one when none was sent.
fn page(echo: &Echo<'_>, parameter: P) -> u32 {
    echo.text(parameter).and_then(number).unwrap_or(1)
}

pub(super) fn products<'p>(echo: &Echo<'p>, offers: OffersWanted<'p>) -> ProductsRequest<'p> {
    let id_type = match echo.text(P::ID_TYPE) {
        Some("SKU") => IdType::Sku,
        Some("UPC") => IdType::Upc,
        Some("EAN" | "JAN") => IdType::Ean,
        Some("ISBN") => IdType::Isbn,
        _ => IdType::Asin,
    };
    ProductsRequest { items: echo.list(P::ITEM_ID).to_vec(), id_type, offers }
}

pub(super) fn search<'p>(echo: &Echo<'p>, offers: OffersWanted<'p>) -> SearchRequest<'p> {
    let mut terms = Vec::new();
    for (rule, sent) in echo.iter() {
        let Sent::Text(text) = sent else { continue };
        match rule.parameter {
            P::POWER => power(text, &mut terms),
            P::TITLE => terms.push((Field::Title, *text)),
            P::AUTHOR => terms.push((Field::Author, *text)),
            P::BRAND => terms.push((Field::Brand, *text)),
            P::MANUFACTURER | P::PUBLISHER => terms.push((Field::Manufacturer, *text)),
            P::BROWSE_NODE => {}
            // The catalogue does not tell actors from artists; their names stand among the keywords.
            other if values::ITEM_SEARCH_TERMS.contains(other.name()) => terms.push((Field::Any, *text)),
            _ => {}
        }
    }
    SearchRequest {
        terms,
        search_index: echo.text(P::SEARCH_INDEX).unwrap_or_default(),
        browse_node: echo.text(P::BROWSE_NODE),
        minimum_price: echo.text(P::MINIMUM_PRICE).and_then(number),
        maximum_price: echo.text(P::MAXIMUM_PRICE).and_then(number),
        order: order(echo.text(P::SORT).unwrap_or_default()),
        page: page(echo, P::ITEM_PAGE),
        offers,
    }
}

/// The words of a Power search, each with the field in front of it. Decided: operators are passed over, so everything must hold, and
/// so are fields that the catalogue does not have.
fn power<'p>(text: &'p str, terms: &mut Vec<(Field, &'p str)>) {
    for word in text.split_whitespace() {
        let word = word.trim_matches(['(', ')', '"']);
        let (field, word) = match word.split_once(':') {
            None if matches!(word.to_ascii_lowercase().as_str(), "and" | "or" | "not") => continue,
            None => (Field::Any, word),
            Some(("author" | "author-exact" | "author-begins", rest)) => (Field::Author, rest),
            Some(("title" | "title-exact" | "title-begins", rest)) => (Field::Title, rest),
            Some(("publisher", rest)) => (Field::Manufacturer, rest),
            Some(("keywords" | "subject", rest)) => (Field::Any, rest),
            Some(_) => continue,
        };
        if !word.is_empty() {
            terms.push((field, word.trim_matches(['(', ')', '"'])));
        }
    }
}

/// The order that a Sort asks for. Each search index had names of its own; what is none of them leaves the best match first.
fn order(sort: &str) -> Order {
    match sort {
        "salesrank" => Order::SalesRank,
        "price" | "pricerank" | "price-asc-rank" => Order::PriceAscending,
        "-price" | "inverseprice" | "inverse-pricerank" | "-pricerank" | "price-desc-rank" => Order::PriceDescending,
        "titlerank" | "title" => Order::Title,
        "-titlerank" | "-title" => Order::TitleDescending,
        "daterank"
        | "date-desc-rank"
        | "-release-date"
        | "-releasedate"
        | "-publication_date"
        | "-pubdate"
        | "-orig-rel-date"
        | "-launch-date"
        | "-launchdate"
        | "-video-release-date" => Order::Newest,
        _ => Order::Relevance,
    }
}

pub(super) fn list<'p>(echo: &Echo<'p>, offers: OffersWanted<'p>) -> ListRequest<'p> {
    ListRequest {
        id: echo.text(P::LIST_ID).unwrap_or_default(),
        list_type: echo.text(P::LIST_TYPE).unwrap_or_default(),
        product_group: echo.text(P::PRODUCT_GROUP),
        page: page(echo, P::PRODUCT_PAGE),
        omit_purchased: echo.text(P::IS_OMIT_PURCHASED_ITEMS).and_then(boolean).unwrap_or(false),
        order: match echo.text(P::SORT) {
            Some("DateAdded") => ListOrder::DateAdded,
            Some("Price") => ListOrder::Price,
            _ => ListOrder::Own,
        },
        offers,
    }
}
