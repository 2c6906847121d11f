//! What the answer of a cart operation presupposes: the catalogue, one setting, and the cart before the request.
//!
//! What the answer shows must be in the catalogue as it shows it; what was asked for and refused must be missing or not
//! eligible there; and the cart must have been such that the request made it what the answer shows. Where the answer leaves that
//! open (the quantity before a change, the lines before CartClear), the world is chosen so that the request has something to do.
//! Must not know what products look like in lookups.

use super::{World, blank, filled, filler_asin};
use crate::cart::{Area, Asin, CartItemId};
use crate::catalog::{Availability, Offer, Product};
use crate::config::Unavailable;
use crate::protocol::{
    AddItem, DecodeLimits, Element, ModifyItem, Operation, Params, Request, Setting, Version, Wanted, decode, envelope,
    schema,
};
use crate::replay::recording::{Recording, ShownLine};
use std::collections::BTreeMap;

/// A cart before the recorded request.
#[derive(Debug, Default)]
pub(in crate::replay) struct CartBefore {
    /// What CartCreate is asked for.
    pub(in crate::replay) lines: Vec<LineBefore>,
    /// CartClear follows: the cart is empty then.
    pub(in crate::replay) cleared: bool,
}

/// A line before the recorded request.
#[derive(Debug)]
pub(in crate::replay) struct LineBefore {
    /// What tells it from the others, in both answers.
    pub(in crate::replay) label: String,
    /// Its id in the recording, where that has one.
    pub(in crate::replay) recorded_id: Option<CartItemId>,
    pub(in crate::replay) ask: Ask,
    pub(in crate::replay) quantity: u32,
    /// SaveForLater follows.
    pub(in crate::replay) saved: bool,
    /// Shows among the saved lines anyway, because its offer cannot be bought.
    pub(in crate::replay) unavailable: bool,
}

/// How a request asks for an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::replay) enum Ask {
    Asin(String),
    Listing(String),
}

/// What answers of November 2011 have in the place of a MerchantId.
const HIDDEN_MERCHANT: &str = "Deprecated";

/// What becomes of a shown line in the presupposed world.
struct Role<'r> {
    line: ShownLine<'r>,
    /// The request named it by this OfferListingId.
    listing: Option<String>,
    availability: Availability,
    cap: Option<u32>,
    /// Quantity and whether it was saved; `None` when the request adds the line.
    before: Option<(u32, bool)>,
    /// Some item of the request is about it.
    asked: bool,
}

/// The world that the answer of a cart operation presupposes.
pub(super) fn presuppose(recording: &Recording) -> World {
    let mut params = Params::default();
    for (name, value) in &recording.arguments {
        params.push(name.as_str(), value.as_str());
    }
    let Ok(envelope) = envelope(&params) else { return World::default() };
    let Some(operation) = Operation::named(envelope.operation) else { return World::default() };
    let double_escaping = envelope.double_escaping;
    let mut maker = Maker { recording, double_escaping, shelf: BTreeMap::new(), unavailable: None, fillers: 0 };
    let setting =
        Setting { version: envelope.version, locale: recording.locale, limits: DecodeLimits { quantity: u32::MAX } };
    let decoded = decode(&params, operation, setting);
    // What is wrong with a request by itself needs no world; what is wrong with its cart needs one without that cart.
    let cart = match decoded.request {
        Ok(request) if recording.is_valid() && !recording.has_error("CartInfoMismatch") => maker.before(&request),
        _ => None,
    };
    maker.recommend();
    World { unavailable: maker.unavailable, products: maker.shelf.into_values().collect(), lists: Vec::new(), cart }
}

struct Maker<'r> {
    recording: &'r Recording,
    /// The texts of the answer are escaped twice.
    double_escaping: bool,
    shelf: BTreeMap<Asin, Product>,
    unavailable: Option<Unavailable>,
    /// Products of our own making so far.
    fillers: u32,
}

impl<'r> Maker<'r> {
    fn before(&mut self, request: &Request<'_>) -> Option<CartBefore> {
        let mut roles: Vec<Role<'r>> = self.recording.lines().into_iter().map(Role::shown).collect();
        let mut removed = Vec::new();
        match request {
            Request::CartCreate { items, .. } | Request::CartAdd { items, .. } => {
                self.added(&mut roles, items);
            }
            Request::CartModify { items, .. } => removed = modified(&mut roles, items),
            _ => {}
        }
        let mut lines: Vec<LineBefore> = roles.into_iter().filter_map(|role| self.shelve(role)).collect();
        for id in removed {
            let line = self.filler(Some(id));
            lines.push(line);
        }
        if self.recording.operation == Operation::CartCreate {
            return None;
        }
        // An empty cart was emptied. What CartClear cleared is not told, nor what an answer without a cart leaves alone.
        let cleared = lines.is_empty();
        if cleared {
            let line = self.filler(None);
            lines.push(line);
        }
        let shows_cart = self.recording.container().child("CartId").is_some();
        Some(CartBefore { lines, cleared: cleared && shows_cart && !matches!(request, Request::CartClear { .. }) })
    }

    /// Tells new lines from old ones, and why items that are not shown were left out.
    fn added(&mut self, roles: &mut [Role<'r>], items: &[AddItem<'_>]) {
        let named = |code: &str, asin: &str| {
            let about = |(known, message): &&(String, String)| known.ends_with(code) && message.contains(asin);
            self.recording.errors.iter().find(about).is_some()
        };
        let mut missing = Vec::new();
        let mut listings = Vec::new();
        for item in items {
            match item.wanted {
                Wanted::Asin(asin) => match place(roles, |line| line.asin == asin) {
                    Some(place) => {
                        let already = named(".ItemAlreadyInCart", asin);
                        roles[place].take(item, already, named(".InvalidQuantity", asin));
                    }
                    None => missing.push(item),
                },
                Wanted::Listing(_) => listings.push(item),
            }
        }
        // An offer's product is not told. New lines stand in front and in the order of the request, so the next free one it is.
        for item in listings {
            match roles.iter().position(|role| !role.asked) {
                Some(place) if !self.recording.has_error("ItemNotEligibleForCart") => {
                    let asin = roles[place].line.asin;
                    roles[place].take(item, named(".ItemAlreadyInCart", asin), named(".InvalidQuantity", asin));
                }
                _ => missing.push(item),
            }
        }
        // What no item asks for was there before.
        for role in roles.iter_mut().filter(|role| !role.asked) {
            role.before = Some((role.line.quantity, role.line.saved));
        }
        let unnamed = self.recording.has_error("ItemNotEligibleForCart");
        for item in missing {
            match item.wanted {
                Wanted::Asin(asin) => match asin.parse() {
                    Ok(known) if named(".ItemNotEligibleForCart", asin) => self.hold(known, Availability::Ineligible),
                    Ok(known) if !unnamed => self.drop_silently(known),
                    _ => {} // unknown to the catalogue
                },
                Wanted::Listing(listing) if !unnamed => {
                    let asin = self.filler_asin();
                    self.drop_silently(asin);
                    if let Some(product) = self.shelf.get_mut(&asin) {
                        product.listing_id = Some(listing.to_owned());
                    }
                }
                Wanted::Listing(_) => {}
            }
        }
    }

    /// Puts the line's offer into the catalogue. Gives back the line as it was before, if it was.
    fn shelve(&mut self, role: Role<'r>) -> Option<LineBefore> {
        let Role { line, listing, availability, cap, before, .. } = role;
        let asin: Asin = line.asin.parse().ok()?;
        let locale = self.recording.locale;
        let max_quantity = cap.unwrap_or(Product::DEFAULT_MAX_QUANTITY);
        let [merchant_id, seller_id, seller_nickname] = self.seller(&line);
        let product = self.shelf.entry(asin).or_insert_with(|| Product {
            title: filled(line.title, self.double_escaping),
            product_group: filled(line.product_group, self.double_escaping),
            ..blank(locale, asin)
        });
        let ask = if product.price.is_none() && listing.is_none() && line.exchange_id.is_none() {
            product.price = line.price;
            product.availability = availability;
            product.max_quantity = max_quantity;
            product.merchant_id = merchant_id;
            product.seller_id = seller_id;
            product.seller_nickname = seller_nickname;
            Ask::Asin(line.asin.to_owned())
        } else {
            let listing = listing.unwrap_or_else(|| format!("{asin}-{}", product.offers.len()));
            product.offers.push(Offer {
                listing_id: Some(listing.clone()),
                exchange_id: line.exchange_id.map(str::to_owned),
                merchant_id: merchant_id.or(line.merchant_id.map(str::to_owned)).unwrap_or_default(),
                seller_id: seller_id.or(line.seller_id.map(str::to_owned)),
                seller_nickname: seller_nickname.or(line.seller_nickname.map(str::to_owned)).unwrap_or_default(),
                condition: "New".to_owned(),
                price: line.price?,
                availability,
                max_quantity,
            });
            Ask::Listing(listing)
        };
        let (quantity, saved) = before?;
        let unavailable = availability != Availability::Available;
        Some(LineBefore {
            label: line.label(locale),
            recorded_id: line.id(),
            ask,
            quantity,
            saved: saved && !unavailable,
            unavailable,
        })
    }

    /// MerchantId, SellerId and SellerNickname, as far as the catalogue must name them.
    fn seller(&self, line: &ShownLine<'_>) -> [Option<String>; 3] {
        let Recording { locale, version, .. } = self.recording;
        let own_name = locale.seller_nickname();
        // The site's own ids are left to this server, so that a wrong one shows. Late answers hide them.
        let is_own =
            line.seller_nickname.is_none_or(|name| name == own_name) && line.merchant_id != Some(HIDDEN_MERCHANT);
        let named = |text: Option<&str>, own: Option<&str>, shows: bool| match text {
            Some(_) if is_own && own.is_some() => None,
            Some(text) => Some(text.to_owned()),
            // The version would show it: then it is left out on purpose. Else it stays open.
            None => shows.then(String::new),
        };
        [
            named(line.merchant_id, locale.merchant_id(), schema::MERCHANT_ID.is_in(*version)),
            named(line.seller_id, locale.seller_id(), schema::SELLER_ID.is_in(*version)),
            named(line.seller_nickname, Some(own_name), !line.saved || *version >= Version::V2013_08_01),
        ]
    }

    /// A line that the answer does not show.
    fn filler(&mut self, recorded_id: Option<CartItemId>) -> LineBefore {
        let asin = self.filler_asin();
        self.hold(asin, Availability::Available);
        LineBefore {
            label: format!("removed {}", self.fillers),
            recorded_id,
            ask: Ask::Asin(asin.to_string()),
            quantity: 1,
            saved: false,
            unavailable: false,
        }
    }

    fn filler_asin(&mut self) -> Asin {
        self.fillers += 1;
        filler_asin(self.fillers)
    }

    fn drop_silently(&mut self, asin: Asin) {
        self.unavailable = Some(Unavailable::Drop);
        self.hold(asin, Availability::OutOfStock);
    }

    fn hold(&mut self, asin: Asin, availability: Availability) {
        let locale = self.recording.locale;
        let product = Product { price: Some(100), availability, ..blank(locale, asin) };
        self.shelf.entry(asin).or_insert(product);
    }

    /// Puts what the answer recommends into the catalogue, so that it is recommended again: to the first line's product.
    fn recommend(&mut self) {
        let Some((first, group)) = self.recording.lines().iter().find_map(|line| {
            let asin: Asin = line.asin.parse().ok()?;
            Some((asin, line.product_group.to_owned()))
        }) else {
            return;
        };
        let cart = self.recording.container();
        let listed = |list: &str| -> Vec<(Asin, String)> {
            let entry = |entry: &Element| {
                Some((
                    entry.text_at(&["ASIN"])?.parse().ok()?,
                    entry.text_at(&["Title"]).unwrap_or_default().to_owned(),
                ))
            };
            cart.child(list).map_or_else(Vec::new, |list| list.children.iter().filter_map(entry).collect())
        };
        let double_escaping = self.double_escaping;
        for (list, group) in [
            ("SimilarProducts", group.as_str()),
            ("OtherCategoriesSimilarProducts", "another group"),
            ("SimilarViewedProducts", group.as_str()),
            ("TopSellers", group.as_str()),
            ("NewReleases", group.as_str()),
        ] {
            for (rank, (asin, title)) in (1_u32..).zip(listed(list)) {
                let locale = self.recording.locale;
                let product = self.shelf.entry(asin).or_insert_with(|| Product {
                    title: filled(&title, double_escaping),
                    product_group: filled(group, double_escaping),
                    ..blank(locale, asin)
                });
                match list {
                    "TopSellers" => product.sales_rank = Some(rank),
                    // The later ones were released earlier.
                    "NewReleases" => {
                        product.release_date =
                            i16::try_from(rank).ok().map(|rank| jiff::civil::date(2000 - rank, 1, 1));
                    }
                    "SimilarViewedProducts" => self.adds(first, |product| product.also_viewed.push(asin)),
                    _ => self.adds(first, |product| product.similar.push(asin)),
                }
            }
        }
    }

    fn adds(&mut self, to: Asin, add: impl FnOnce(&mut Product)) {
        if let Some(product) = self.shelf.get_mut(&to) {
            add(product);
        }
    }
}

impl<'r> Role<'r> {
    /// A line that is left alone.
    fn shown(line: ShownLine<'r>) -> Self {
        Self {
            listing: None,
            availability: Availability::Available,
            cap: None,
            before: Some((line.quantity, line.saved)),
            asked: false,
            line,
        }
    }

    /// Makes it the line of an item of CartCreate or CartAdd.
    fn take(&mut self, item: &AddItem<'_>, already: bool, too_many: bool) {
        let shown = self.line.quantity;
        if let Wanted::Listing(listing) = item.wanted {
            self.listing = Some(listing.to_owned());
        }
        if already {
            if too_many {
                // The least that the sum exceeds, and the line itself does not.
                self.cap = Some(shown.max(shown + item.quantity - 1));
            }
        } else {
            self.before = None;
            // New lines are active unless they cannot be bought, and hold what was asked for unless there is a maximum.
            if self.line.saved {
                self.availability = Availability::OutOfStock;
            }
            if item.quantity > shown {
                self.cap = Some(shown);
            }
        }
        self.asked = true;
    }
}

/// The line that an item is about: one that no other item is about, if there is one.
fn place(roles: &[Role<'_>], is: impl Fn(&ShownLine<'_>) -> bool) -> Option<usize> {
    let found = |asked| roles.iter().position(|role| role.asked == asked && is(&role.line));
    found(false).or_else(|| found(true))
}

/// Undoes the items of CartModify. Gives back the lines that they must have removed: what they name and the answer does not show.
fn modified(roles: &mut [Role<'_>], items: &[ModifyItem<'_>]) -> Vec<CartItemId> {
    let mut removed = Vec::new();
    for item in items {
        let Ok(id) = item.item_id.parse::<CartItemId>() else { continue };
        let Some(role) = roles.iter_mut().find(|role| role.line.id() == Some(id)) else {
            if item.quantity == Some(0) && !removed.contains(&id) {
                removed.push(id);
            }
            continue;
        };
        let shown = role.line.quantity;
        let (mut quantity, mut saved) = role.before.unwrap_or((shown, role.line.saved));
        if let Some(asked) = item.quantity {
            quantity = if shown == 1 { 2 } else { 1 };
            role.cap = (asked > shown).then_some(shown);
        }
        match item.area {
            Some(Area::Saved) => saved = false,
            Some(Area::Active) if role.line.saved => role.availability = Availability::OutOfStock,
            Some(Area::Active) => saved = true,
            None => {}
        }
        role.before = Some((quantity, saved));
    }
    removed
}
