//! The answer as a document model in domain values: `Money`, not `$12.99` (docs/PROTOCOL.md, section 3).

mod cart;
mod information;
mod items;

pub use cart::{CartDocument, Contents, ItemDocument, SimilarDocument, Similars};
pub use information::InformationDocument;
pub use items::{
    AvailabilityDocument, ItemsDocument, ListDocument, ListItemDocument, ListsDocument, MerchantDocument,
    OfferDocument, OfferSummary, OffersDocument, ProductDocument, Results,
};

use super::errors::{ErrorText, RequestError};
use super::request::Echo;
use super::schema::Operation;
use super::version::Version;
use crate::cart::Locale;
use jiff::SignedDuration;

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply<'p> {
    /// Decides namespace and elements.
    pub version: Version,
    /// Decides the language of errors.
    pub locale: Locale,
    /// Escape markup inside texts twice.
    pub double_escaping: bool,
    /// The head.
    pub request: OperationRequest<'p>,
    /// The body: one operation, or the two of a multi-operation request.
    pub operations: Vec<OperationReply<'p>>,
}

/// The answer to the requests of one operation.
#[derive(Clone, Debug)]
pub struct OperationReply<'p> {
    /// What was asked.
    pub operation: Operation,
    /// One for each request, in the order of their numbers.
    pub parts: Vec<Part<'p>>,
}

/// The answer to one request: the element that holds its echo and what came of it.
#[derive(Clone, Debug)]
pub struct Part<'p> {
    /// The request as sent.
    pub echo: Echo<'p>,
    /// What is wrong, in order. A static one makes IsValid False.
    pub errors: Vec<RequestError>,
    /// What came of it.
    pub shown: Shown,
}

/// What an answer shows beside the request.
#[derive(Clone, Debug)]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// A cart.
    Cart(CartDocument),
    /// Products.
    Items(ItemsDocument),
    /// Lists.
    Lists(ListsDocument),
    /// What Help knows.
    Information(InformationDocument),
}

/// The head of every answer.
#[derive(Clone, Debug)]
pub struct OperationRequest<'p> {
    /// The client's User-Agent header.
    pub user_agent: Option<&'p str>,
    /// In the form of the version.
    pub request_id: String,
    /// Every parameter as sent; written in the order of their names.
    pub arguments: Vec<(&'p str, &'p str)>,
    /// What is wrong with the request as a whole; then there is no body.
    pub errors: Vec<ErrorText>,
    /// From the request's arrival to now.
    pub processing_time: SignedDuration,
}
