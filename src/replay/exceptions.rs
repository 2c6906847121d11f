//! The one table of differences that are not held against this server: where the live service contradicted itself, and where
//! docs/PROTOCOL.md, section 8, decides otherwise than a recording. Each row says why.
//!
//! A row excuses single differences, never a whole answer, unless the whole answer is a failure of the live service.

use super::compare::Difference;
use super::recording::Recording;
use crate::cart::Locale;
use crate::protocol::{Element, Version};

/// A row of the table.
#[derive(Debug)]
pub struct Exception {
    /// For reports.
    pub name: &'static str,
    /// Why the difference is not held against this server.
    pub reason: &'static str,
    /// Whether a difference is of this kind.
    pub(super) covers: fn(&Recording, &Difference) -> bool,
}

/// The table.
pub static EXCEPTIONS: &[Exception] = &[
    Exception {
        name: "wrong totals of fr",
        reason: "some answers of fr of 2011-02-24 give the price of one piece as the ItemTotal of several",
        covers: |recording, difference| {
            let is_total =
                ["/ItemTotal/Amount", "/ItemTotal/FormattedPrice", "/SubTotal/Amount", "/SubTotal/FormattedPrice"]
                    .iter()
                    .any(|end| difference.path.ends_with(end));
            is_total && recording.locale == Locale::Fr && has_total_of_one_piece(recording.container())
        },
    },
    Exception {
        name: "links of 2017",
        reason: "in 2016 and 2017 links were written with a plain & and a fully encoded hmac also for older versions; here the \
                 version decides",
        covers: |recording, difference| {
            let alike = |url: &str| {
                url.replace("{HMAC, + encoded}", "{HMAC}").replace("{HMAC, encoded}", "{HMAC}").replace("%26", "&")
            };
            recording.locale != Locale::Cn
                && (difference.path.ends_with("/PurchaseURL") || difference.path.ends_with("/MobileCartURL"))
                && alike(&difference.recorded) == alike(&difference.ours)
        },
    },
    Exception {
        name: "stump of MobileCartURL",
        reason: "some jp errors of November 2011 hold the end of a MobileCartURL without its beginning, which no client can use",
        covers: |recording, difference| {
            let stump = recording.container().child("MobileCartURL").is_some()
                && recording.container().child("CartId").is_none();
            stump
                && difference.path.ends_with("/Cart/*")
                && difference.recorded.replace(" MobileCartURL", "") == difference.ours
        },
    },
    Exception {
        name: "2010-12-01 in late 2011",
        reason: "from September 2011 on, requests of 2010-12-01 were echoed and refused as those of 2011-08-01, or half so; here the \
                 version decides",
        covers: |recording, difference| {
            // Time stamps of one form sort as text.
            let late = recording.argument("Timestamp").is_some_and(|stamp| stamp >= "2011-09");
            late && recording.version == Version::V2010_12_01
                && recording.operation.name().starts_with("Item")
                && difference.path.contains("/Items/Request/")
        },
    },
    Exception {
        name: "ItemPage of January 2011",
        reason: "then a good search of 2010-12-01 did not echo an ItemPage of 1, and a wrong one did; here both do",
        covers: |recording, difference| {
            recording.argument("ItemPage") == Some("1")
                && recording.version == Version::V2010_12_01
                && difference.path.ends_with("/Request/ItemSearchRequest/*")
                && difference.ours.replace("ItemPage ", "") == difference.recorded
        },
    },
    Exception {
        name: "sent by Amazon for others",
        reason: "some sellers let Amazon send what they sell, which no field of an offer tells; here everyone sends alone",
        covers: |recording, difference| {
            let Some((offer, _)) = difference.path.split_once("/OfferListing/") else { return false };
            at(&recording.answer, offer).is_some_and(|offer| {
                offer.text_at(&["OfferListing", "IsFulfilledByAmazon"]) == Some("1")
                    && offer
                        .text_at(&["Merchant", "Name"])
                        .is_some_and(|name| name != recording.locale.seller_nickname())
            })
        },
    },
    Exception {
        name: "failure of the live service",
        reason: "AWS.InternalError is an accident of that day, which no request brings about here",
        covers: |recording, _| recording.has_error("InternalError"),
    },
];

/// The element that a difference's path leads to.
fn at<'e>(root: &'e Element, path: &str) -> Option<&'e Element> {
    let mut steps = path.split('/').skip(2); // the root stands behind the first slash
    steps.try_fold(root, |element, step| {
        let (name, number) = match step.split_once('[') {
            Some((name, number)) => (name, number.trim_end_matches(']').parse().ok()?),
            None => (step, 1_usize),
        };
        element.children.iter().filter(|child| child.name == name).nth(number.checked_sub(1)?)
    })
}

/// Whether a line's total is the price of one of its several pieces, and all other sums go by the totals as they are.
fn has_total_of_one_piece(cart: &Element) -> bool {
    let amount = |element: &Element, name| element.text_at(&[name, "Amount"])?.parse::<i64>().ok();
    let Some(items) = cart.child("CartItems") else { return false };
    let (mut sum, mut glitches) = (0, 0);
    for line in items.all("CartItem") {
        let quantity = line.text_at(&["Quantity"]).and_then(|text| text.parse::<i64>().ok());
        let (Some(quantity), Some(price), Some(total)) = (quantity, amount(line, "Price"), amount(line, "ItemTotal"))
        else {
            return false;
        };
        match total {
            _ if total == price * quantity => {}
            _ if total == price => glitches += 1,
            _ => return false,
        }
        sum += total;
    }
    glitches > 0 && amount(items, "SubTotal") == Some(sum) && amount(cart, "SubTotal") == Some(sum)
}
