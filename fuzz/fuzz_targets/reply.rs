//! Answers: any texts wherever a text may stand, in every version and locale; each comes back as it was sent.
//!
//! Four bytes choose, the rest are the texts: 0xFF, which is in no text, stands between two.
#![no_main]

use cartwright::cart::{Area, CartId, CartItemId, Locale, MacKey, Money};
use cartwright::protocol::schema::ItemField;
use cartwright::protocol::{
    CartDocument, Contents, ItemDocument, LinkBase, Operation, Params, SimilarDocument, Similars, Version,
    mobile_cart_url, purchase_url, write_transport_error,
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
    params.push("CartId", format!("I{}", text(2)));
    params.push("HMAC", format!("I{}", text(3)));
    params.push(text(4), text(5));
    if flag(1) {
        // Right in every operation, so that the cart is shown.
        params.push("Item.1.CartItemId", format!("I{}", text(6)));
        params.push("Item.1.ASIN", format!("I{}", text(7)));
        params.push("Item.1.Quantity", "1");
    } else {
        params.push("MergeCart", text(6));
        params.push("ResponseGroup", text(7));
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
    answer(&params, &Rest { locale, user_agent: Some(text(9)), request_id: text(10), cart: Some(cart) });
    well_formed(&write_transport_error(text(0), text(1), text(2)));
});
