//! The protocol: how bytes become a [`Request`] and a [`Reply`] becomes bytes (docs/PROTOCOL.md).
//!
//! ```text
//! bytes ──► Params ──► Request        rest and soap read, decode decides (all errors are collected)
//! bytes ◄── XML    ◄── Reply          write knows names, order, namespace and version
//! ```
//!
//! A transport differs from another in the first arrow alone: each reader builds the same neutral [`Params`]. A version differs
//! in the last arrow alone: [`schema`] says which elements it has.
//!
//! **Invariants.** Nothing here asks a store, reads the time or draws an id; values come in, values go out. Only `xml`,
//! `soap` and `tree` name the XML library.
//!
//! # A further operation
//!
//! A variant and a row in [`schema`], a variant of [`Request`] (the compiler lists the places to fill in), what is new in its
//! answer in `reply`, `write` and, for the WSDL, `types.rs`, a file under `operations/`, and golden cases.

mod batch;
mod decode;
mod errors;
mod help;
pub mod hints;
mod link;
pub mod oddity;
mod params;
mod reply;
mod request;
mod rest;
pub mod schema;
pub mod signature;
mod soap;
mod tree;
mod types;
pub mod values;
mod version;
mod write;
mod wsdl;
mod xml;

pub use batch::{Batch, BatchError, batches, operations};
pub use decode::{DecodeLimits, Decoded, Envelope, EnvelopeError, Setting, decode, envelope};
pub use errors::{ErrorText, GatewayError, LookupError, ParameterError, RequestError, TransportError};
pub use help::help;
pub use link::{LinkBase, ProductLinks, mobile_cart_url, purchase_url};
pub use params::{Param, Params};
pub use reply::{
    AvailabilityDocument, CartDocument, Contents, InformationDocument, ItemDocument, ItemsDocument, ListDocument,
    ListItemDocument, ListsDocument, MerchantDocument, OfferDocument, OfferSummary, OffersDocument, OperationReply,
    OperationRequest, Part, ProductDocument, Reply, Results, Shown, SimilarDocument, Similars,
};
pub use request::{
    AddItem, CartReference, Condition, Echo, EchoItem, Field, IdType, ListOrder, ListRequest, Merchant, MetaData,
    ModifyItem, OffersWanted, Order, ProductsRequest, Request, SearchRequest, Sent, Wanted,
};
pub use rest::{MAX_PARAMS, are_too_many_params, count_params, read_params};
pub use schema::{Groups, Operation};
pub use soap::{
    Credentials, Fault, Side, SoapError, SoapRefusal, SoapRequest, SoapVersion, read_soap, write_fault,
    write_soap_reply,
};
pub use tree::{Element, TreeError, read_tree};
pub use version::{MalformedVersion, Version};
pub use write::{write_bare_errors, write_gateway_error, write_reply, write_transport_error};
pub use wsdl::write_wsdl;
