//! What each operation does: one file per operation, and the match that chooses it.
//!
//! An operation takes a typed request, asks the catalogue, hands a [`crate::cart::CartChange`] to the store and answers in domain
//! values. Must not know element names, error texts, SQL or HTTP.

mod added;
mod cart_add;
mod cart_clear;
mod cart_create;
mod cart_get;
mod cart_modify;
mod help;
mod item_lookup;
mod item_search;
mod list_lookup;
mod offers;
mod products;
pub mod purchase;
mod recommend;
mod similarity_lookup;
mod view;

pub use view::{ShownCart, shown_lines};

use crate::account::AccountIds;
use crate::cart::{Access, Cart, CartError, CartId, DEFAULT_ASSOCIATE_TAG, Expiry, Held, Hmac, Limits, Locale, MacKey};
use crate::config::Unavailable;
use crate::protocol::{
    CartReference, Groups, InformationDocument, ItemsDocument, ListsDocument, ProductLinks, Request, RequestError,
    Version,
};
use crate::store::{Listed, Site, Store, StoreError};
use jiff::Timestamp;
use std::sync::Arc;

/// What every operation of a server shares.
#[derive(Debug)]
pub struct Rules {
    /// Signs and checks carts.
    pub mac: MacKey,
    /// How much a cart may hold.
    pub limits: Limits,
    /// How long carts live.
    pub expiry: Expiry,
    /// What happens to items that cannot be bought now.
    pub unavailable: Unavailable,
    /// Whether a cart belongs to the access key that made it.
    pub isolated: bool,
}

/// Who asks, where and when.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'p> {
    /// The site.
    pub locale: Locale,
    /// The access key; empty when there is none.
    pub account: &'p str,
    /// The tag of the request.
    pub associate_tag: Option<&'p str>,
    /// When the request came, by the clock that the account goes by.
    pub now: Timestamp,
    /// How long its carts live.
    pub expiry: Expiry,
}

/// Everything an operation works with.
pub struct Context<'a> {
    /// The database.
    pub store: &'a dyn Store,
    /// Draws CartIds.
    pub ids: AccountIds<'a>,
    /// The server's rules.
    pub rules: &'a Rules,
    /// Who asks.
    pub caller: Caller<'a>,
    /// What the answer shall hold.
    pub groups: Groups,
    /// Of the request. A few operations did other things in other versions.
    pub version: Version,
}

/// What came of an operation.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be reported, in request order.
    pub errors: Vec<RequestError>,
    /// What there is to show.
    pub shown: Shown,
    /// The caller's HMAC was right, whatever came of it. Such a caller may be told more than the errors say.
    pub authentic: bool,
    /// What was done to the cart that is shown.
    pub change: Option<Change>,
}

/// What was done to a cart: its lines before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `None` when there was no cart.
    pub before: Option<Vec<Held>>,
    /// As they are now; `None` when there is no such cart any more.
    pub after: Option<Vec<Held>>,
}

/// What an operation has to show.
#[derive(Debug, Default)]
pub enum Shown {
    /// Nothing.
    #[default]
    Nothing,
    /// A cart.
    Cart(ShownCart),
    /// Products.
    Items(ItemsDocument),
    /// Lists.
    Lists(ListsDocument),
    /// What Help knows.
    Information(InformationDocument),
}

impl Outcome {
    /// The caller did not prove that it was ever given a cart.
    fn unproven() -> Self {
        Self { errors: vec![CartError::CartInfoMismatch.into()], authentic: false, ..Self::default() }
    }

    /// The caller was given this cart, but it is not there for it now.
    fn gone() -> Self {
        Self { errors: vec![CartError::CartInfoMismatch.into()], authentic: true, ..Self::default() }
    }

    /// Something is wrong, and no cart is shown.
    fn without_cart(errors: Vec<CartError>) -> Self {
        Self::with(errors.into_iter().map(RequestError::from).collect(), Shown::Nothing)
    }

    fn with_cart(errors: Vec<CartError>, cart: ShownCart) -> Self {
        Self::with(errors.into_iter().map(RequestError::from).collect(), Shown::Cart(cart))
    }

    /// The cart was changed, and is shown. `known` are those of its products that were read on the way.
    async fn changed(
        context: &Context<'_>,
        errors: Vec<CartError>,
        before: Option<Vec<Held>>,
        known: &[Listed],
        (cart, hmac): (Arc<Cart>, Hmac),
    ) -> Result<Self, StoreError> {
        let change = Change { before, after: Some(cart.held()) };
        let shown = view::changed(context, cart, known, hmac).await?;
        Ok(Self { change: Some(change), ..Self::with_cart(errors, shown) })
    }

    fn with(errors: Vec<RequestError>, shown: Shown) -> Self {
        Self { errors, shown, authentic: true, change: None }
    }
}

/// Runs the operation. A [`RequestError`] is part of the outcome; an `Err` means that the database failed.
pub async fn run(context: &Context<'_>, request: &Request<'_>) -> Result<Outcome, StoreError> {
    match request {
        Request::CartCreate { items, merge } => cart_create::run(context, items, *merge).await,
        Request::CartAdd { cart, items, merge } => cart_add::run(context, *cart, items, *merge).await,
        Request::CartModify { cart, items, merge } => cart_modify::run(context, *cart, items, *merge).await,
        Request::CartGet { cart } => cart_get::run(context, *cart).await,
        Request::CartClear { cart } => cart_clear::run(context, *cart).await,
        Request::ItemLookup(request) => item_lookup::run(context, request).await,
        Request::ItemSearch(request) => item_search::run(context, request).await,
        Request::SimilarityLookup { items, random, offers } => {
            similarity_lookup::run(context, items, *random, *offers).await
        }
        Request::ListLookup(request) => list_lookup::run(context, request).await,
        Request::Help { about, of_operation } => Ok(help::run(context, about, *of_operation)),
    }
}

impl Context<'_> {
    /// The catalogue that the caller sees.
    fn site(&self) -> Site<'_> {
        Site { locale: self.caller.locale, account: self.caller.account }
    }

    /// The tag that the cart's HMAC covers.
    fn associate_tag(&self) -> &str {
        self.caller.associate_tag.unwrap_or(DEFAULT_ASSOCIATE_TAG)
    }

    /// What the links to products have in common.
    fn product_links(&self) -> ProductLinks {
        ProductLinks { access_key: self.caller.account.to_owned(), associate_tag: self.associate_tag().to_owned() }
    }

    fn access(&self) -> Access {
        Access {
            locale: self.caller.locale,
            account: self.caller.account.to_owned(),
            isolated: self.rules.isolated,
            now: self.caller.now,
            expiry: self.caller.expiry,
        }
    }

    /// Checks CartId, HMAC, AssociateTag and locale against each other, without asking the store whether there is such a cart.
    fn authentic(&self, cart: CartReference<'_>) -> Option<(CartId, Hmac)> {
        let id: CartId = cart.id.parse().ok()?;
        let hmac = self.rules.mac.sign(self.caller.locale, id, self.associate_tag());
        hmac.matches(cart.hmac).then_some((id, hmac))
    }
}
