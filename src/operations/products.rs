//! What the product operations have in common: from the catalogue's products to those of an answer.

use super::{Context, offers};
use crate::cart::{Asin, Money};
use crate::catalog::Product;
use crate::protocol::{Groups, ItemsDocument, OffersWanted, ProductDocument, SimilarDocument};
use crate::store::StoreError;
use std::borrow::Borrow;
use std::sync::Arc;

/// How many similar products are named at most.
const SIMILAR: usize = 5;

/// The products with these ASINs that the catalogue has now: one or none for each.
pub(super) async fn of_asins(
    context: &Context<'_>,
    asins: &[Option<Asin>],
) -> Result<Vec<Vec<Arc<Product>>>, StoreError> {
    let known: Vec<Asin> = asins.iter().flatten().copied().collect();
    let mut listed =
        if known.is_empty() { Vec::new() } else { context.store.products(context.site(), &known).await? }.into_iter();
    let found = asins.iter().map(|asin| {
        let listed = asin.and_then(|_| listed.next().flatten()).filter(|listed| !listed.withdrawn);
        listed.map(|listed| listed.product).into_iter().collect()
    });
    Ok(found.collect())
}

/// Products as the answer shows them.
pub(super) async fn document(
    context: &Context<'_>,
    products: &[impl Borrow<Product>],
    wanted: OffersWanted<'_>,
) -> Result<ItemsDocument, StoreError> {
    let mut items: Vec<ProductDocument> =
        products.iter().map(|product| shown(context, product.borrow(), wanted)).collect();
    if context.groups.has(Groups::SIMILARITIES) {
        add_similar(context, products, &mut items).await?;
    }
    Ok(ItemsDocument { groups: context.groups, links: context.product_links(), results: None, items })
}

fn shown(context: &Context<'_>, product: &Product, wanted: OffersWanted<'_>) -> ProductDocument {
    let with_offers = context.groups.has(Groups::OFFERS.and(Groups::OFFER_SUMMARY));
    let (offer_summary, offers) = with_offers.then(|| offers::shown(product, wanted)).flatten().unzip();
    ProductDocument {
        asin: product.asin,
        title: product.title.clone(),
        product_group: product.product_group.clone(),
        author: product.author.clone(),
        binding: product.binding.clone(),
        brand: product.brand.clone(),
        ean: product.ean.clone(),
        upc: product.upc.clone(),
        isbn: product.isbn.clone(),
        list_price: product.list_price.map(|price| Money::new(price, product.locale.currency())),
        manufacturer: product.manufacturer.clone(),
        release_date: product.release_date,
        sales_rank: product.sales_rank,
        image: product.image.clone(),
        offer_summary,
        offers,
        similar: Vec::new(),
    }
}

/// Names the first few similar products of each, those that the catalogue has.
async fn add_similar(
    context: &Context<'_>,
    products: &[impl Borrow<Product>],
    items: &mut [ProductDocument],
) -> Result<(), StoreError> {
    // One question for all of them.
    let similar = products.iter().map(|product| &product.borrow().similar);
    let asins: Vec<Option<Asin>> = similar.clone().flatten().copied().map(Some).collect();
    let mut found = of_asins(context, &asins).await?.into_iter();
    for (similar, item) in similar.zip(items) {
        let similar = found.by_ref().take(similar.len()).flatten();
        let named = similar.map(|similar| SimilarDocument { asin: similar.asin, title: similar.title.clone() });
        item.similar = named.collect();
        item.similar.truncate(SIMILAR);
    }
    Ok(())
}
