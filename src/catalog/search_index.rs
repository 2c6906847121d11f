//! Which search index of ItemSearch a product belongs to when its record does not say (docs/PROTOCOL.md, section 15).

use super::Product;

/// What Amazon called the products of each index, by product group. A group that is not here is found in `All` alone.
const BY_PRODUCT_GROUP: &[(&str, &str)] = &[
    ("Apparel", "Apparel"),
    ("Automotive Parts and Accessories", "Automotive"),
    ("Baby Product", "Baby"),
    ("Beauty", "Beauty"),
    ("Book", "Books"),
    ("CE", "Electronics"),
    ("DVD", "DVD"),
    ("Electronics", "Electronics"),
    ("Ebooks", "KindleStore"),
    ("eBooks", "KindleStore"),
    ("Gourmet", "GourmetFood"),
    ("Grocery", "Grocery"),
    ("Health and Beauty", "HealthPersonalCare"),
    ("Home Improvement", "Tools"),
    ("Home Theater", "Electronics"),
    ("Jewelry", "Jewelry"),
    ("Kitchen", "Kitchen"),
    ("Lawn & Patio", "OutdoorLiving"),
    ("Libro", "Books"),
    ("Libro digital", "KindleStore"),
    ("Libro digitale", "KindleStore"),
    ("Magazine", "Magazines"),
    ("Music", "Music"),
    ("Musical Instruments", "MusicalInstruments"),
    ("Office Product", "OfficeProducts"),
    ("Personal Computer", "PCHardware"),
    ("Pet Products", "PetSupplies"),
    ("Photography", "Photo"),
    ("Shoes", "Shoes"),
    ("Software", "Software"),
    ("Sports", "SportingGoods"),
    ("Tools", "Tools"),
    ("Toy", "Toys"),
    ("Video", "VHS"),
    ("Video Games", "VideoGames"),
    ("Watch", "Watches"),
    ("Wireless", "Wireless"),
    ("Wireless Phone Accessory", "WirelessAccessories"),
];

impl Product {
    /// The search index that finds the product: the record's own, or else the one of its product group. `None` is `All` alone.
    pub fn search_index(&self) -> Option<&str> {
        let of_group =
            || BY_PRODUCT_GROUP.iter().find(|(group, _)| *group == self.product_group).map(|(_, index)| *index);
        self.search_index.as_deref().or_else(of_group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(product_group: &str, own: Option<&str>) -> Option<String> {
        let product: Product = serde_json::from_value(serde_json::json!({
            "locale": "us", "asin": "B000000001", "title": "T", "product_group": product_group, "search_index": own,
        }))
        .unwrap();
        product.search_index().map(str::to_owned)
    }

    #[test]
    fn a_product_stands_in_the_index_of_its_group_unless_its_record_names_another() {
        assert_eq!(index("Book", None).as_deref(), Some("Books"));
        assert_eq!(index("DVD", None).as_deref(), Some("DVD"));
        assert_eq!(index("Book", Some("ForeignBooks")).as_deref(), Some("ForeignBooks"));
        assert_eq!(index("Wheelbarrow", None), None);
    }
}
