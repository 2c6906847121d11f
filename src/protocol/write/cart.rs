//! What an answer shows of a cart.

use super::Writer;
use crate::cart::{Area, Money};
use crate::protocol::Version;
use crate::protocol::reply::{CartDocument, Contents, ItemDocument, SimilarDocument};
use crate::protocol::schema;

impl Writer<'_> {
    pub(super) fn cart(&mut self, cart: &CartDocument) {
        self.xml.plain("CartId", cart.id);
        self.xml.plain("HMAC", cart.hmac.as_str());
        if self.has(schema::URL_ENCODED_HMAC) {
            let encoded = cart.hmac.url_encoded();
            self.xml.plain("URLEncodedHMAC", encoded);
        }
        if let Some(contents) = &cart.contents {
            self.contents(contents);
        }
        let similars = &cart.similars;
        self.similars("SimilarProducts", "SimilarProduct", &similars.similar);
        if self.has(schema::TOP_SELLERS) {
            self.similars("TopSellers", "TopSeller", &similars.top_sellers);
        }
        if self.has(schema::NEW_RELEASES) {
            self.similars("NewReleases", "NewRelease", &similars.new_releases);
        }
        if self.has(schema::SIMILAR_VIEWED_PRODUCTS) {
            self.similars("SimilarViewedProducts", "SimilarViewedProduct", &similars.viewed);
        }
        if self.has(schema::OTHER_CATEGORIES_SIMILAR_PRODUCTS) {
            self.similars(
                "OtherCategoriesSimilarProducts",
                "OtherCategoriesSimilarProduct",
                &similars.other_categories,
            );
        }
    }

    fn contents(&mut self, contents: &Contents) {
        self.xml.text("PurchaseURL", &contents.purchase_url);
        if self.has(schema::MOBILE_CART_URL) {
            self.optional("MobileCartURL", contents.mobile_cart_url.as_deref());
        }
        // Recorded: the sum of both areas.
        self.sub_total(contents.items.iter());
        for (area, list, element) in
            [(Area::Active, "CartItems", "CartItem"), (Area::Saved, "SavedForLaterItems", "SavedForLaterItem")]
        {
            let items = contents.items.iter().filter(|item| item.area == area);
            if items.clone().next().is_none() {
                continue;
            }
            self.xml.open(list);
            self.sub_total(items.clone());
            for item in items {
                self.item(element, item);
            }
            self.xml.close(list);
        }
    }

    fn sub_total<'a>(&mut self, items: impl Iterator<Item = &'a ItemDocument>) {
        if self.has(schema::SUB_TOTAL) {
            let zero = Money::new(0, self.locale.currency());
            let sum = items.filter_map(|item| Some(item.price?.times(item.quantity))).fold(zero, Money::plus);
            self.price("SubTotal", sum);
        }
    }

    fn item(&mut self, element: &str, item: &ItemDocument) {
        self.xml.open(element);
        self.xml.plain("CartItemId", item.item_id.with_letter(self.letter(item.area)));
        self.xml.plain("ASIN", item.asin);
        for (schema, value) in [
            (schema::EXCHANGE_ID, &item.exchange_id),
            (schema::MERCHANT_ID, &item.merchant_id),
            (schema::SELLER_ID, &item.seller_id),
        ] {
            if self.has(schema) {
                self.optional(schema.name, value.as_deref());
            }
        }
        // Recorded: saved lines had no nickname before 2013-08-01.
        if item.area == Area::Active || self.version >= Version::V2013_08_01 {
            self.optional("SellerNickname", item.seller_nickname.as_deref());
        }
        self.xml.plain("Quantity", item.quantity);
        self.xml.text("Title", &item.title);
        self.xml.text("ProductGroup", &item.product_group);
        if let Some(price) = item.price {
            self.price("Price", price);
            if self.has(schema::ITEM_TOTAL) {
                self.price("ItemTotal", price.times(item.quantity));
            }
        }
        self.xml.close(element);
    }

    /// Decided: `U` to 2011-08-01; then the letter tells the area.
    fn letter(&self, area: Area) -> char {
        match area {
            _ if self.version < Version::V2013_08_01 => 'U',
            Area::Active => 'C',
            Area::Saved => 'S',
        }
    }

    pub(super) fn similars(&mut self, list: &str, element: &str, products: &[SimilarDocument]) {
        if products.is_empty() {
            return;
        }
        self.xml.open(list);
        for product in products {
            self.xml.open(element);
            self.xml.plain("ASIN", product.asin);
            self.xml.text("Title", &product.title);
            self.xml.close(element);
        }
        self.xml.close(list);
    }
}
