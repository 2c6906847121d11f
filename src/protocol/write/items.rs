//! What an answer shows of products (docs/PROTOCOL.md, section 15).

use super::Writer;
use crate::protocol::link::{self, ProductLinks, ProductPages};
use crate::protocol::reply::{ItemsDocument, ProductDocument, Results};
use crate::protocol::schema::{self, Groups};
use std::borrow::Cow;

/// How many results stand on a page.
pub(super) const PAGE: u64 = 10;

/// The pictures of a product by name, with the longer edge in pixels.
const IMAGES: [(&str, u32); 3] = [("SmallImage", 75), ("MediumImage", 160), ("LargeImage", LARGE)];
const IMAGE_SET: [(&str, u32); 6] = [
    ("SwatchImage", 30),
    ("SmallImage", 75),
    ("ThumbnailImage", 75),
    ("TinyImage", 110),
    ("MediumImage", 160),
    ("LargeImage", LARGE),
];
/// The longer edge of a picture in full size.
const LARGE: u32 = 500;

impl Writer<'_> {
    pub(super) fn items(&mut self, document: &ItemsDocument) {
        if let Some(results) = &document.results {
            self.results(results, &document.links);
        }
        for item in &document.items {
            self.product(item, document.groups, &document.links);
        }
    }

    fn results(&mut self, results: &Results, links: &ProductLinks) {
        self.xml.plain("TotalResults", results.total);
        self.xml.plain("TotalPages", results.total.div_ceil(PAGE));
        if self.has(schema::MORE_SEARCH_RESULTS_URL) {
            let url = link::more_results(self.locale, links, &results.keywords, &results.search_index);
            self.xml.text("MoreSearchResultsUrl", &url);
        }
    }

    pub(super) fn product(&mut self, item: &ProductDocument, groups: Groups, links: &ProductLinks) {
        // Without a group of products there is nothing to say of one.
        if !groups.has(Groups::ITEM.and(Groups::LIST_ITEMS)) {
            return;
        }
        let pages = ProductPages::new(self.locale, links, item.asin, &item.title);
        self.xml.open("Item");
        self.xml.plain("ASIN", item.asin);
        if groups.has(Groups::SMALL) {
            self.xml.text("DetailPageURL", &pages.detail());
            self.item_links(&pages);
        }
        if groups.has(Groups::SALES_RANK)
            && let Some(rank) = item.sales_rank
        {
            self.xml.plain("SalesRank", rank);
        }
        if groups.has(Groups::IMAGES)
            && let Some(url) = &item.image
        {
            self.images(url);
        }
        self.attributes(item, groups);
        if groups.has(Groups::OFFER_SUMMARY)
            && let Some(summary) = &item.offer_summary
        {
            self.offer_summary(summary);
        }
        if groups.has(Groups::OFFERS)
            && let Some(offers) = &item.offers
        {
            self.offers(offers, groups, &pages);
        }
        if groups.has(Groups::SIMILARITIES) {
            self.similars("SimilarProducts", "SimilarProduct", &item.similar);
        }
        self.xml.close("Item");
    }

    fn item_links(&mut self, pages: &ProductPages<'_>) {
        let links = if self.has(schema::ITEM_LINKS) { pages.item_links() } else { Vec::new() };
        if links.is_empty() {
            return;
        }
        self.xml.open("ItemLinks");
        for (description, url) in links {
            self.xml.open("ItemLink");
            self.xml.text("Description", description);
            self.xml.text("URL", &url);
            self.xml.close("ItemLink");
        }
        self.xml.close("ItemLinks");
    }

    fn images(&mut self, url: &str) {
        for (name, edge) in IMAGES {
            self.image(name, url, edge);
        }
        if self.has(schema::IMAGE_SETS) {
            self.xml.open("ImageSets");
            self.xml.open_with("ImageSet", &[("Category", Some("primary"))]);
            for (name, edge) in IMAGE_SET {
                self.image(name, url, edge);
            }
            self.xml.close("ImageSet");
            self.xml.close("ImageSets");
        }
    }

    /// A picture. The catalogue has one for all sizes and does not know its own, but the schemas call for both edges: the frame
    /// into which Amazon's would fit stands for them.
    fn image(&mut self, name: &str, url: &str, edge: u32) {
        self.xml.open(name);
        self.xml.text("URL", &sized(url, edge));
        for side in ["Height", "Width"] {
            self.xml.open_with(side, &[("Units", Some("pixels"))]);
            self.xml.characters(&edge.to_string());
            self.xml.close(side);
        }
        self.xml.close(name);
    }

    fn attributes(&mut self, item: &ProductDocument, groups: Groups) {
        let (small, all) = (groups.has(Groups::SMALL), groups.has(Groups::ATTRIBUTES));
        if !small && !groups.has(Groups::LIST_ITEMS) {
            return;
        }
        self.xml.open("ItemAttributes");
        if small {
            self.optional("Author", item.author.as_deref());
        }
        if all {
            for (name, value) in
                [("Binding", &item.binding), ("Brand", &item.brand), ("EAN", &item.ean), ("ISBN", &item.isbn)]
            {
                self.optional(name, value.as_deref());
            }
            if let Some(price) = item.list_price {
                self.price("ListPrice", price);
            }
        }
        if small {
            self.optional("Manufacturer", item.manufacturer.as_deref());
            self.xml.text("ProductGroup", &item.product_group);
        }
        if all && let Some(date) = item.release_date {
            self.xml.plain("ReleaseDate", date);
        }
        self.xml.text("Title", &item.title);
        if all {
            self.optional("UPC", item.upc.as_deref());
        }
        self.xml.close("ItemAttributes");
    }
}

/// The address of a picture in a size. Recorded: Amazon's pictures have the longer edge in their names, but for the large ones. Any
/// other picture is the same one in all sizes.
fn sized(url: &str, edge: u32) -> Cow<'_, str> {
    let stem =
        url.strip_suffix(".jpg").filter(|stem| stem.contains("images-amazon.com/images/") && !stem.ends_with('_'));
    match stem {
        Some(stem) if edge < LARGE => Cow::Owned(format!("{stem}._SL{edge}_.jpg")),
        _ => Cow::Borrowed(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_amazon_have_their_size_in_the_name() {
        let amazons = "http://ecx.images-amazon.com/images/I/41RbE1XoSwL";
        for (url, edge, shown) in [
            (format!("{amazons}.jpg"), 75, format!("{amazons}._SL75_.jpg")),
            (format!("{amazons}.jpg"), LARGE, format!("{amazons}.jpg")),
            (format!("{amazons}._SL75_.jpg"), 160, format!("{amazons}._SL75_.jpg")),
            ("http://localhost/a.jpg".to_owned(), 75, "http://localhost/a.jpg".to_owned()),
        ] {
            assert_eq!(sized(&url, edge), shown, "{url} {edge}");
        }
    }
}
