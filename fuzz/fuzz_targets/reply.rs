//! Answers: any texts wherever a text may stand, in every version and locale; each comes back as it was sent.
//!
//! Four bytes choose, the rest are the texts: 0xFF, which is in no text, stands between two.
#![no_main]

use cartwright::cart::{Area, CartId, CartItemId, ListingId, Locale, MacKey, Money};
use cartwright::protocol::schema::{ItemField, Parameter};
use cartwright::protocol::{
    AvailabilityDocument, CartDocument, Contents, ItemDocument, LinkBase, ListDocument, ListItemDocument,
    MerchantDocument, OfferDocument, OfferSummary, OffersDocument, Operation, Params, ProductDocument, SimilarDocument,
    Similars, Version, mobile_cart_url, purchase_url, write_transport_error,
};
use cartwright_fuzz::{Rest, answer, check_encoding, well_formed};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&[operation, version, locale, flags], rest)) = input.split_first_chunk::<4>() else { return };
    let texts: Vec<String> =
        rest.split(|byte| *byte == 0xFF).map(|text| String::from_utf8_lossy(text).into_owned()).collect();
    let text = |place: usize| texts.get(place).map(String::as_str).unwrap_or_default();
    let operations: Vec<Operation> = Operation::all().collect();
    let operation = operations[usize::from(operation) % operations.len()];
    let version = Version::ALL[usize::from(version) % Version::ALL.len()];
    let locale = Locale::ALL[usize::from(locale) % Locale::ALL.len()];
    let flag = |bit: u8| flags >> bit & 1 == 1;

    let mut params = Params::default();
    params.push("Service", "AWSECommerceService");
    params.push("Operation", operation.name());
    params.push("Version", version.as_str());
    params.push("XMLEscaping", if flag(0) { "Double" } else { "Single" });
    params.push("AWSAccessKeyId", text(0));
    params.push("AssociateTag", text(1));
    if operation.row().place(Parameter::CART_ID).is_some() {
        params.push("CartId", format!("I{}", text(2)));
        params.push("HMAC", format!("I{}", text(3)));
    }
    params.push(text(4), text(5));
    if flag(1) {
        // Right in every operation, so that there is something to show.
        params.push("Item.1.CartItemId", format!("I{}", text(6)));
        params.push("Item.1.ASIN", format!("I{}", text(7)));
        params.push("Item.1.Quantity", "1");
        params.push("ItemId", format!("I{}", text(6).replace(',', "")));
        match operation {
            Operation::ItemSearch => {
                params.push("SearchIndex", "Books");
                params.push("Keywords", format!("I{}", text(7)));
            }
            Operation::ListLookup => {
                params.push("ListId", format!("I{}", text(7)));
                params.push("ListType", "WishList");
            }
            Operation::Help => {
                let about = operations[text(7).len() % operations.len()];
                params.push("About", if flag(5) { about.name() } else { "Request" });
                params.push("HelpType", if flag(5) { "Operation" } else { "ResponseGroup" });
            }
            _ => {}
        }
        // Each byte of a text chooses a group.
        let names = operation.row().response_groups.names(version, locale);
        let groups: Vec<_> = text(17).bytes().map(|byte| names[usize::from(byte) % names.len()]).collect();
        params.push("ResponseGroup", groups.join(","));
    } else {
        for (place, rule) in operation.row().parameters.iter().enumerate() {
            if !["CartId", "HMAC", "Items"].contains(&rule.parameter.name()) {
                params.push(rule.parameter.name(), text(6 + place));
            }
        }
        for (place, field) in ItemField::ALL.into_iter().enumerate() {
            params.push(format!("Item.{}.{}", text(8), field.name()), text(9 + place));
        }
        params.push(format!("Item.1.MetaData.{}.Key", text(17)), text(18));
        params.push(format!("Item.1.MetaData.{}.Value", text(19)), text(20));
    }
    check_encoding(&params);

    let id = CartId::from_random(locale, u64::from(flags));
    let hmac = MacKey::new(text(3).as_bytes()).sign(locale, id, text(1));
    let base = LinkBase { here: flag(2).then_some(text(8)), locale, version, access_key: text(0) };
    let optional = |place: usize| Some(text(place).to_owned()).filter(|_| flag(3));
    let asin = |number: u8| format!("B{number:09}").parse().expect("ten capital letters and digits");
    let item = |number: u8| ItemDocument {
        item_id: CartItemId::from_number(u64::from(number)),
        area: if flag(number) { Area::Active } else { Area::Saved },
        asin: asin(number),
        exchange_id: optional(9),
        merchant_id: optional(10),
        seller_id: optional(11),
        seller_nickname: optional(12),
        quantity: u32::from(flags),
        title: text(13).to_owned(),
        product_group: text(14).to_owned(),
        price: flag(3).then(|| Money::new(text(15).parse().unwrap_or(i64::MAX), locale.currency())),
    };
    let similar = vec![SimilarDocument { asin: asin(9), title: text(16).to_owned() }];
    let cart = CartDocument {
        id,
        hmac,
        contents: flag(7).then(|| Contents {
            purchase_url: purchase_url(&base, id, &hmac, text(1), flag(4)),
            mobile_cart_url: flag(5).then(|| mobile_cart_url(&base, id, &hmac, text(1), flag(4))),
            items: vec![item(4), item(5), item(6)],
        }),
        similars: Similars {
            similar: similar.clone(),
            top_sellers: similar.clone(),
            new_releases: similar.clone(),
            viewed: similar.clone(),
            other_categories: similar,
        },
    };
    let money = |place: usize| Money::new(text(place).parse().unwrap_or(i64::MAX), locale.currency());
    let date = flag(4).then(|| jiff::civil::date(2006, 10, 25));
    let offer = |amazon: bool, availability: AvailabilityDocument| OfferDocument {
        merchant: MerchantDocument { id: optional(10), name: optional(12), amazon },
        condition: text(18).to_owned(),
        listing: ListingId::from_request(&format!("I{}", text(19))).expect("it is not empty"),
        exchange_id: optional(9),
        price: money(15),
        saved: flag(5).then(|| (money(15), u32::from(flags))),
        availability,
        limit: flag(6).then(|| u32::from(flags)),
    };
    let product = |number: u8| ProductDocument {
        asin: asin(number),
        title: text(13).to_owned(),
        product_group: text(14).to_owned(),
        author: optional(2),
        binding: optional(3),
        brand: optional(4),
        ean: optional(5),
        upc: optional(6),
        isbn: optional(7),
        list_price: flag(4).then(|| money(15)),
        manufacturer: optional(8),
        release_date: date,
        sales_rank: flag(number).then(|| u32::from(flags)),
        image: optional(11),
        offer_summary: flag(number).then(|| OfferSummary {
            lowest: [Some(money(15)), None, flag(5).then(|| money(15)), flag(6).then(|| money(15))],
            totals: [1, 0, u32::from(flags), 3],
        }),
        offers: flag(number).then(|| OffersDocument {
            total: u32::from(flags),
            offers: vec![
                offer(true, AvailabilityDocument::Now),
                offer(false, AvailabilityDocument::Soon),
                offer(flag(3), AvailabilityDocument::Preorder),
            ],
        }),
        similar: vec![SimilarDocument { asin: asin(8), title: text(16).to_owned() }],
    };
    let list_item = |number: u8| ListItemDocument {
        id: text(1).to_owned(),
        date_added: date,
        comment: optional(16),
        desired: u32::from(flags),
        received: u32::from(number),
        product: flag(number).then(|| product(number)),
    };
    let list = ListDocument {
        id: text(2).to_owned(),
        name: text(3).to_owned(),
        list_type: "WishList",
        total: usize::from(flags),
        date_created: date,
        last_modified: date,
        occasion_date: date,
        customer_name: optional(4),
        comment: optional(5),
        items: vec![list_item(6), list_item(7)],
    };
    let rest = Rest {
        locale,
        user_agent: Some(text(9)),
        request_id: text(10),
        cart: Some(cart),
        products: vec![product(4), product(5)],
        list: Some(list),
    };
    answer(&params, &rest);
    well_formed(&write_transport_error(text(0), text(1), text(2)));
});
