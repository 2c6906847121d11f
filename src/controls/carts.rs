//! An account's remote carts, as an operator sees them. Must not know how they are shown.

mod info;

pub use info::{CartEvent, CartFilter, CartInfo, CartState};

use super::Controls;
use crate::cart::{Access, Action, Asin, Cart, CartChange, CartId, Expiry, Locale, State};
use crate::catalog::Product;
use crate::journal::Seen;
use crate::operations::shown_lines;
use crate::store::{CartView, Listed, Site, StoreError};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many are read at once.
const CHUNK: u32 = 500;

/// Carts that are looked at for one page; a filter that meets few of them makes short pages.
const MOST: u32 = 10_000;

/// The carts of an account, or all.
#[derive(Clone, Copy)]
pub struct Carts<'a>(pub(super) &'a Controls);

impl Carts<'_> {
    /// All of them, by their ids.
    pub async fn list(self) -> Result<Vec<CartInfo>, StoreError> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (page, next) = self.page(&CartFilter::default(), after, CHUNK as usize).await?;
            found.extend(page);
            if next.is_none() {
                return Ok(found);
            }
            after = next;
        }
    }

    /// In the order of their ids those that are wanted, `limit` at most, after a cart; and the cart after which to go on, if there
    /// may be more.
    pub async fn page(
        self,
        filter: &CartFilter,
        mut after: Option<CartId>,
        limit: usize,
    ) -> Result<(Vec<CartInfo>, Option<CartId>), StoreError> {
        let (mut found, mut looked_at) = (Vec::new(), 0);
        let next = 'page: loop {
            let chunk = self.0.app.store.carts(self.0.key_if_any(), after, CHUNK).await?;
            if chunk.is_empty() {
                break None;
            }
            for cart in chunk {
                if found.len() >= limit || looked_at >= MOST {
                    break 'page after;
                }
                looked_at += 1;
                after = Some(cart.id);
                if filter.fits(&cart, self.state(&cart)) {
                    found.push(cart);
                }
            }
        };
        let products = self.products_of(&found).await?;
        let told = found.into_iter().zip(products).map(|(cart, products)| self.info(cart, products));
        Ok((told.collect(), next))
    }

    /// One of them.
    pub async fn get(self, id: CartId) -> Result<Option<CartInfo>, StoreError> {
        let view = self.view(id).await?;
        Ok(view.map(|CartView { cart, products }| self.info(Arc::unwrap_or_clone(cart), products)))
    }

    /// What was done to a cart, the oldest first, as far as the journal goes back.
    pub fn history(self, cart: &Cart) -> Vec<CartEvent> {
        let event = |seen: Seen| {
            let notes = &seen.entry.notes;
            let change = notes.change.as_ref().filter(|_| notes.cart == Some(cart.id))?;
            Some(CartEvent {
                at: notes.at.unwrap_or(seen.entry.at),
                request: seen.id,
                operation: notes.operation(),
                before: change.before.clone(),
                after: change.after.clone(),
            })
        };
        let asked = self.0.app.journal.after(Some(&cart.account), 0, usize::MAX);
        asked.into_iter().filter_map(event).collect()
    }

    /// What a seed file needs so that a cart like this can be made from it: the products of its lines, by their numbers.
    pub async fn seed(self, id: CartId) -> Result<Option<Vec<Product>>, StoreError> {
        let Some(view) = self.view(id).await? else { return Ok(None) };
        let listed = view.products.into_iter().flatten();
        let products: BTreeMap<Asin, _> = listed.map(|listed| (listed.product.asin, listed.product)).collect();
        Ok(Some(products.into_values().map(Arc::unwrap_or_clone).collect()))
    }

    /// Makes a cart expire now: the service does not know it any more, whatever the clock says. Answers the cart as it is then.
    pub async fn expire(self, id: CartId) -> Result<Option<CartInfo>, StoreError> {
        let Some(CartView { cart, products }) = self.view(id).await? else { return Ok(None) };
        let access = Access {
            locale: cart.locale,
            account: cart.account.clone(),
            isolated: true,
            now: self.now(&cart.account),
            expiry: self.expiry(&cart.account),
        };
        let change = CartChange { cart: cart.id, access, action: Action::Expire };
        // A cart that nobody finds any more is what was wanted.
        let cart = self.0.app.store.change(change).await?.map_or(cart, |applied| applied.cart);
        Ok(Some(self.info(Arc::unwrap_or_clone(cart), products)))
    }

    /// Deletes one; answers whether it was there.
    pub async fn remove(self, id: CartId) -> Result<bool, StoreError> {
        Ok(self.0.app.store.delete_carts(self.0.key_if_any(), Some(id)).await? > 0)
    }

    /// Deletes all of them; answers how many those were.
    pub async fn clear(self) -> Result<u64, StoreError> {
        self.0.app.store.delete_carts(self.0.key_if_any(), None).await
    }

    /// One of them, with the products of its lines as its own account sees them.
    async fn view(self, id: CartId) -> Result<Option<CartView>, StoreError> {
        let Controls { app, account } = self.0;
        let found = app.store.cart(id, account).await?;
        let is_theirs = |view: &CartView| self.0.key_if_any().is_none_or(|account| view.cart.account == account);
        let Some(mut view) = found.filter(is_theirs) else { return Ok(None) };
        if view.cart.account != *account {
            view.products = self.products_of(std::slice::from_ref(&*view.cart)).await?.remove(0);
        }
        Ok(Some(view))
    }

    /// The products of carts' lines, as each cart's account sees them.
    async fn products_of(self, carts: &[Cart]) -> Result<Vec<Vec<Option<Listed>>>, StoreError> {
        let mut sites: BTreeMap<(&str, Locale), Vec<Asin>> = BTreeMap::new();
        for cart in carts {
            let asins = sites.entry((&cart.account, cart.locale)).or_default();
            asins.extend(cart.lines.iter().map(|line| line.asin));
        }
        let mut known = BTreeMap::new();
        for ((account, locale), asins) in &mut sites {
            asins.sort_unstable();
            asins.dedup();
            if asins.is_empty() {
                continue;
            }
            let found = self.0.app.store.products(Site { locale: *locale, account }, asins).await?;
            known.extend(asins.iter().zip(found).map(|(asin, listed)| ((*account, *locale, *asin), listed)));
        }
        let listed = |cart: &Cart| {
            let find = |asin: Asin| known.get(&(cart.account.as_str(), cart.locale, asin)).cloned().flatten();
            cart.lines.iter().map(|line| find(line.asin)).collect()
        };
        Ok(carts.iter().map(listed).collect())
    }

    fn info(self, cart: Cart, products: Vec<Option<Listed>>) -> CartInfo {
        let lifetime = self.expiry(&cart.account).life(!cart.lines.is_empty());
        CartInfo {
            hmac: self.0.app.rules.mac.sign(cart.locale, cart.id, &cart.associate_tag),
            state: self.state(&cart),
            expires_at: cart.touched_at.saturating_add(lifetime).unwrap_or(Timestamp::MAX),
            lines: shown_lines(&cart, products),
            cart,
        }
    }

    /// What a cart is by now, by its own account's clock.
    fn state(self, cart: &Cart) -> CartState {
        match cart.state {
            State::HandedOver => CartState::HandedOver,
            State::Expired => CartState::Expired,
            State::Open if self.expiry(&cart.account).is_over(cart, self.now(&cart.account)) => CartState::Expired,
            State::Open => CartState::Open,
        }
    }

    /// How long carts of an account live.
    fn expiry(self, account: &str) -> Expiry {
        self.0.app.worlds.of(account).expiry(self.0.app.rules.expiry)
    }

    /// The time that an account goes by.
    fn now(self, account: &str) -> Timestamp {
        self.0.app.worlds.of(account).clock().at(self.0.app.clock.now())
    }
}
