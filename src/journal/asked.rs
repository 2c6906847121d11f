//! What a request asked for, worked out of what was kept of it, when somebody looks.

use super::entry::Entry;
use super::notes::{CartChanged, Transport};
use crate::cart::{Asin, CartItemId, Held};
use crate::protocol::{Params, read_params, read_soap};

/// The parameters of a kept request, and what they mean.
#[derive(Debug)]
pub struct Asked<'e> {
    /// Of query and body; of SOAP what a query would have had.
    pub params: Params<'e>,
    entry: &'e Entry,
}

/// One numbered item of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AskedItem<'e> {
    /// The product, also where the item names it by its line.
    pub asin: Option<Asin>,
    /// Quantity as sent.
    pub quantity: Option<&'e str>,
}

impl<'e> Asked<'e> {
    /// Reads what was kept.
    pub fn of(entry: &'e Entry) -> Self {
        let mut params = Params::default();
        read_params(entry.head.query().as_bytes(), &mut params);
        match entry.notes.transport {
            // Of a body that was cut, the rest is missing, and it is no envelope any more.
            Transport::Soap => {
                if let Ok(request) = read_soap(&entry.notes.body) {
                    params = request.params;
                }
            }
            _ if entry.is_form() => read_params(&entry.notes.body, &mut params),
            _ => {}
        }
        if entry.notes.transport == Transport::Page {
            params = taken_apart(&params);
        }
        Self { params, entry }
    }

    /// The cart that it is about: the one that was found or made, or else the one that it names, as sent.
    pub fn cart_id(&self) -> Option<String> {
        let named = || self.values("CartId").chain(self.values("cart-id")).next().map(str::to_owned);
        self.entry.notes.cart.map(|cart| cart.to_string()).or_else(named)
    }

    /// AssociateTag as sent.
    pub fn associate_tag(&self) -> Option<&str> {
        self.params.filled("AssociateTag")
    }

    /// The products that it names, in order, each once: as such, by their lines, or by offers that came into the cart.
    pub fn asins(&self) -> Vec<Asin> {
        let mut found: Vec<Asin> = Vec::new();
        let mut note = |asin: Asin| {
            if !found.contains(&asin) {
                found.push(asin);
            }
        };
        self.items().into_iter().filter_map(|item| item.asin).for_each(&mut note);
        let looked_up = self.values("ItemId").flat_map(|list| list.split(','));
        looked_up.filter_map(|id| id.trim().parse().ok()).for_each(&mut note);
        self.entry.notes.change.as_ref().map(CartChanged::asins).unwrap_or_default().into_iter().for_each(note);
        found
    }

    /// The items that it names, in order of their first mention.
    pub fn items(&self) -> Vec<AskedItem<'_>> {
        let mut items: Vec<(&str, AskedItem<'_>)> = Vec::new();
        for param in &self.params {
            let name = param.name.as_ref();
            // `Item.1.ASIN`, and of the form that adds to the customer's cart, `ASIN.1`.
            let Some((field @ ("ASIN" | "Quantity"), number) | (number, field)) = name.rsplit_once('.') else {
                continue;
            };
            if !["ASIN", "Quantity", "CartItemId", "OfferListingId"].contains(&field) || param.value.is_empty() {
                continue;
            }
            let place = items.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
                items.push((number, AskedItem::default()));
                items.len() - 1
            });
            let (_, item) = &mut items[place];
            match field {
                "ASIN" => item.asin = param.value.parse().ok(),
                "Quantity" => item.quantity = Some(&param.value),
                "CartItemId" => item.asin = param.value.parse().ok().and_then(|id| self.asin_of_line(id)),
                _ => {}
            }
        }
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn asin_of_line(&self, id: CartItemId) -> Option<Asin> {
        let change = self.entry.notes.change.as_ref()?;
        let mut lines = change.before.iter().chain(&change.after).flatten();
        lines.find(|line| line.item_id == id).map(|line| line.asin)
    }

    /// The values of a parameter, also of those in a batch, that are not empty.
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.params.iter().filter(move |param| {
            param.name == name || param.name.rsplit_once('.').is_some_and(|(_, last)| last == name)
        });
        named.map(|param| param.value.as_ref()).filter(|value| !value.is_empty())
    }
}

/// PurchaseURL has all its parameters in one, with `%26` between them; so has what is read of it a value with `&` in it.
fn taken_apart<'e>(params: &Params<'e>) -> Params<'e> {
    let mut apart = Params::default();
    for param in params {
        if param.value.contains('&') {
            let whole = format!("{}={}", param.name, param.value);
            let mut parts = Params::default();
            read_params(whole.as_bytes(), &mut parts);
            for part in &parts {
                apart.push(part.name.clone().into_owned(), part.value.clone().into_owned());
            }
        } else {
            apart.push(param.name.clone(), param.value.clone());
        }
    }
    apart
}

impl CartChanged {
    /// The products of lines that came, went or changed.
    fn asins(&self) -> Vec<Asin> {
        let lines = |side: &Option<Vec<Held>>| side.clone().unwrap_or_default();
        let (before, after) = (lines(&self.before), lines(&self.after));
        let changed = |lines: &[Held], others: &[Held]| -> Vec<Asin> {
            lines.iter().filter(|line| !others.contains(line)).map(|line| line.asin).collect()
        };
        [changed(&after, &before), changed(&before, &after)].concat()
    }
}
