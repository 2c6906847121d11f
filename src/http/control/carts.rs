//! `…/carts`: the carts, in lists and one by one, with their HMACs: this is the operator's door.

use super::Control;
use super::body;
use super::paging::{CURSOR, LIMIT, Listing, Page, PageQuery};
use super::problem::Problem;
use super::query::Query;
use super::scope::{CartKey, Scope};
use crate::cart::{Access, Action, Area, Asin, Cart, CartChange, CartId, Expiry, Locale, State as CartState};
use crate::journal::Seen;
use crate::operations::shown_lines;
use crate::store::{CartView, Listed};
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::ToSchema;

/// Carts that are read at once.
const CHUNK: u32 = 500;

/// Carts that are looked at for one page; a filter that meets few of them makes short pages.
const MOST: u32 = 10_000;

/// What a cart is by now.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CartState)]
enum Life {
    /// The service answers for it.
    Open,
    /// The purchase hand-off took its lines.
    HandedOver,
    /// Nobody finds it any more; the sweeper will come.
    Expired,
}

impl FromStr for Life {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "open" => Ok(Self::Open),
            "handed_over" => Ok(Self::HandedOver),
            "expired" => Ok(Self::Expired),
            _ => Err("it is none of open, handed_over, expired"),
        }
    }
}

/// Which carts are wanted.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described; they are read by name")]
pub(super) struct Filter {
    /// Those of one locale.
    #[param(nullable = false)]
    locale: Option<Locale>,
    /// Those with this tag.
    #[param(nullable = false)]
    associate_tag: Option<String>,
    /// Those with a line of this product.
    #[param(nullable = false)]
    asin: Option<Asin>,
    /// Those that are this by now.
    #[param(nullable = false, inline)]
    state: Option<Life>,
}

/// A cart as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Cart)]
struct Shown {
    account: String,
    locale: Locale,
    cart_id: CartId,
    hmac: String,
    associate_tag: String,
    state: Life,
    created_at: Timestamp,
    touched_at: Timestamp,
    /// When it expires, or has expired, if nobody uses it.
    expires_at: Timestamp,
    /// Of all prices.
    currency: &'static str,
    lines: Vec<ShownLine>,
    /// What was done to it, the oldest first, as far as the journal goes back. Only where a single cart is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    history: Option<Vec<Happened>>,
}

/// What a request did to the cart.
#[derive(Serialize, ToSchema)]
#[schema(as = CartHistory)]
struct Happened {
    at: Timestamp,
    /// The entry of the journal.
    request: u64,
    #[schema(required)]
    operation: Option<&'static str>,
    /// The lines before; null when there was no cart.
    #[schema(required)]
    before: Option<Vec<Held>>,
    /// The lines after.
    #[schema(required)]
    after: Option<Vec<Held>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartHeld)]
struct Held {
    asin: Asin,
    quantity: u32,
    /// Where the customer wants it.
    #[schema(inline)]
    area: ShownArea,
}

impl From<Area> for ShownArea {
    fn from(area: Area) -> Self {
        match area {
            Area::Active => Self::Active,
            Area::Saved => Self::Saved,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartLine)]
struct ShownLine {
    cart_item_id: String,
    asin: Asin,
    /// Null: Amazon's own offer.
    #[schema(required)]
    listing_id: Option<String>,
    title: String,
    quantity: u32,
    #[schema(inline)]
    area: ShownArea,
    /// The price of one, in minor units; null when the offer is gone.
    #[schema(required)]
    price: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ShownArea {
    Active,
    Saved,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeletedCarts)]
struct Deleted {
    deleted: u64,
}

/// Lists carts by their ids.
#[utoipa::path(get, path = "/carts", tag = "carts", params(PageQuery, Filter), responses(
    (status = 200, description = "Carts", body = Listing<Shown>),
))]
pub(super) async fn list(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::read(query.as_deref(), &[LIMIT, CURSOR, "locale", "associate_tag", "asin", "state"])?;
    let page: Page<CartId> = Page::of(&query)?;
    let locale: Option<Locale> = query.parsed("locale")?;
    let tag: Option<String> = query.parsed("associate_tag")?;
    let asin: Option<Asin> = query.parsed("asin")?;
    let life: Option<Life> = query.parsed("state")?;
    let wanted = |cart: &Cart| {
        locale.is_none_or(|locale| cart.locale == locale)
            && tag.as_ref().is_none_or(|tag| cart.associate_tag == *tag)
            && asin.is_none_or(|asin| cart.lines.iter().any(|line| line.asin == asin))
            && life.is_none_or(|life| control.life(cart) == life)
    };
    let (mut after, mut found, mut looked_at) = (page.after, Vec::new(), 0);
    let next = 'page: loop {
        let chunk = control.app.store.carts(scope.of_account(), after, CHUNK).await?;
        if chunk.is_empty() {
            break None;
        }
        for cart in chunk {
            if found.len() >= page.limit() || looked_at >= MOST {
                break 'page after;
            }
            looked_at += 1;
            after = Some(cart.id);
            if wanted(&cart) {
                found.push(cart);
            }
        }
    };
    let items = control.shown(found).await?;
    Ok(body::json(StatusCode::OK, &Listing::new(items, next)))
}

/// Answers one cart, with its history.
#[utoipa::path(get, path = "/carts/{cart_id}", tag = "carts", params(CartKey), responses(
    (status = 200, description = "The cart", body = Shown),
))]
pub(super) async fn show(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: CartKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let CartView { cart, products } = control.cart(&scope, key).await?;
    let mut shown = control.show(&cart, products);
    shown.history = Some(control.history(&cart));
    Ok(body::json(StatusCode::OK, &shown))
}

/// Answers what a seed file needs so that a cart like this can be made from it: the products of its lines, as JSON Lines.
#[utoipa::path(get, path = "/carts/{cart_id}/seed", tag = "carts", params(CartKey), responses(
    (status = 200, description = "Records of a seed file", content_type = "application/x-ndjson", body = String),
))]
pub(super) async fn seed(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: CartKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let CartView { products, .. } = control.cart(&scope, key).await?;
    let records: BTreeMap<Asin, Listed> =
        products.into_iter().flatten().map(|listed| (listed.product.asin, listed)).collect();
    let mut lines = Vec::new();
    for listed in records.values() {
        serde_json::to_writer(&mut lines, &*listed.product).expect("a product is always JSON");
        lines.push(b'\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

/// Makes a cart expire now: the service does not know it any more, whatever the clock says.
#[utoipa::path(post, path = "/carts/{cart_id}/expire", tag = "carts", params(CartKey), responses(
    (status = 200, description = "The cart as it is now", body = Shown),
))]
pub(super) async fn expire(
    State(control): State<Arc<Control>>,
    scope: Scope,
    key: CartKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let CartView { cart, products } = control.cart(&scope, key).await?;
    let access = Access {
        locale: cart.locale,
        account: cart.account.clone(),
        isolated: true,
        now: control.now(&cart.account),
        expiry: control.expiry(&cart.account),
    };
    let change = CartChange { cart: cart.id, access, action: Action::Expire };
    // A cart that nobody finds any more is what was wanted.
    let cart = control.app.store.change(change).await?.map_or(cart, |applied| applied.cart);
    Ok(body::json(StatusCode::OK, &control.show(&cart, products)))
}

/// Deletes a cart.
#[utoipa::path(delete, path = "/carts/{cart_id}", tag = "carts", params(CartKey), responses(
    (status = 204, description = "It is gone"),
))]
pub(super) async fn delete(
    State(control): State<Arc<Control>>,
    scope: Scope,
    CartKey { cart_id }: CartKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let deleted = control.app.store.delete_carts(scope.of_account(), Some(cart_id)).await?;
    if deleted > 0 { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(unknown(cart_id)) }
}

/// Deletes all carts of the account, or of all accounts.
#[utoipa::path(delete, path = "/carts", tag = "carts", responses(
    (status = 200, description = "How many there were", body = Deleted),
), operation_id = "delete_all")]
pub(super) async fn delete_all(
    State(control): State<Arc<Control>>,
    scope: Scope,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Query::read(query.as_deref(), &[])?;
    let deleted = control.app.store.delete_carts(scope.of_account(), None).await?;
    Ok(body::json(StatusCode::OK, &Deleted { deleted }))
}

impl Control {
    /// The cart, with the products of its lines as its own account sees them.
    async fn cart(&self, scope: &Scope, CartKey { cart_id }: CartKey) -> Result<CartView, Problem> {
        let found = self.app.store.cart(cart_id, &scope.account).await?;
        let mut view = found
            .filter(|view| scope.account.is_empty() || view.cart.account == scope.account)
            .ok_or_else(|| unknown(cart_id))?;
        if view.cart.account != scope.account {
            view.products = self.products_of(&[&view.cart]).await?.remove(0);
        }
        Ok(view)
    }

    /// The products of carts' lines, as each cart's account sees them.
    async fn products_of(&self, carts: &[&Cart]) -> Result<Vec<Vec<Option<Listed>>>, Problem> {
        let mut sites: BTreeMap<(&str, &str), (Locale, Vec<Asin>)> = BTreeMap::new();
        for cart in carts {
            let site = sites.entry((&cart.account, cart.locale.name())).or_insert((cart.locale, Vec::new()));
            site.1.extend(cart.lines.iter().map(|line| line.asin));
        }
        let mut known = BTreeMap::new();
        for ((account, name), (locale, asins)) in &mut sites {
            asins.sort_unstable();
            asins.dedup();
            if asins.is_empty() {
                continue;
            }
            let site = crate::store::Site { locale: *locale, account };
            let found = self.app.store.products(site, asins).await?;
            known.extend(asins.iter().zip(found).map(|(asin, listed)| ((*account, *name, *asin), listed)));
        }
        let listed = |cart: &&Cart| {
            let find = |asin: Asin| known.get(&(cart.account.as_str(), cart.locale.name(), asin)).cloned().flatten();
            cart.lines.iter().map(|line| find(line.asin)).collect()
        };
        Ok(carts.iter().map(listed).collect())
    }

    async fn shown(&self, carts: Vec<Cart>) -> Result<Vec<Shown>, Problem> {
        let products = self.products_of(&carts.iter().collect::<Vec<_>>()).await?;
        Ok(carts.iter().zip(products).map(|(cart, products)| self.show(cart, products)).collect())
    }

    fn show(&self, cart: &Cart, products: Vec<Option<Listed>>) -> Shown {
        let line = |(line, item): (&crate::cart::Line, crate::protocol::ItemDocument)| ShownLine {
            cart_item_id: item.item_id.with_letter(if item.area == Area::Saved { 'S' } else { 'C' }),
            asin: item.asin,
            listing_id: line.listing.as_ref().map(|listing| listing.as_str().to_owned()),
            title: item.title,
            quantity: item.quantity,
            area: item.area.into(),
            price: item.price.map(|price| price.minor),
        };
        let lifetime = self.expiry(&cart.account).life(!cart.lines.is_empty());
        Shown {
            account: cart.account.clone(),
            locale: cart.locale,
            cart_id: cart.id,
            hmac: self.app.rules.mac.sign(cart.locale, cart.id, &cart.associate_tag).as_str().to_owned(),
            associate_tag: cart.associate_tag.clone(),
            state: self.life(cart),
            created_at: cart.created_at,
            touched_at: cart.touched_at,
            expires_at: cart.touched_at.saturating_add(lifetime).unwrap_or(Timestamp::MAX),
            currency: cart.locale.currency().code(),
            lines: cart.lines.iter().zip(shown_lines(cart, products)).map(line).collect(),
            history: None,
        }
    }

    /// How long carts of an account live.
    fn expiry(&self, account: &str) -> Expiry {
        self.app.worlds.of(account).expiry(self.app.rules.expiry)
    }

    /// What a cart is by now, by its own account's clock.
    fn life(&self, cart: &Cart) -> Life {
        match cart.state {
            CartState::HandedOver => Life::HandedOver,
            CartState::Expired => Life::Expired,
            CartState::Open if self.expiry(&cart.account).is_over(cart, self.now(&cart.account)) => Life::Expired,
            CartState::Open => Life::Open,
        }
    }

    /// What the journal knows of a cart.
    fn history(&self, cart: &Cart) -> Vec<Happened> {
        let short = |lines: &Option<Vec<crate::cart::Held>>| {
            let line =
                |held: &crate::cart::Held| Held { asin: held.asin, quantity: held.quantity, area: held.wanted.into() };
            lines.as_ref().map(|lines| lines.iter().map(line).collect())
        };
        let happened = |seen: Seen| {
            let change = seen.entry.notes.change.as_ref()?;
            let at = seen.entry.notes.at.unwrap_or(seen.entry.at);
            let operation = seen.entry.notes.operation();
            Some(Happened {
                at,
                request: seen.id,
                operation,
                before: short(&change.before),
                after: short(&change.after),
            })
        };
        let asked = self.app.journal.after(Some(&cart.account), 0, usize::MAX).into_iter();
        asked.filter(|seen| seen.entry.notes.cart == Some(cart.id)).filter_map(happened).collect()
    }
}

fn unknown(cart_id: CartId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is no cart {cart_id} here"))
}
