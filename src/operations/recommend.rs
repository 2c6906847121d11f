//! The recommendation lists: CartSimilarities, CartTopSellers, CartNewReleases (docs/PROTOCOL.md, section 6).

use super::Context;
use crate::cart::Asin;
use crate::catalog::Product;
use crate::protocol::{Groups, SimilarDocument, Similars};
use crate::store::{Listed, StoreError};
use std::borrow::Borrow;
use std::sync::Arc;

/// How many products a list holds at most.
const LENGTH: u32 = 5;

/// The lists for a cart with these products, as far as they were asked for.
pub(super) async fn for_cart(context: &Context<'_>, products: &[Option<Listed>]) -> Result<Similars, StoreError> {
    let in_cart: Vec<&Product> = products.iter().flatten().map(|listed| &*listed.product).collect();
    let mut lists = Similars::default();
    if context.groups.has(Groups::CART_SIMILARITIES) {
        let similar = in_catalogue(context, &in_cart, |product| &product.similar).await?;
        let (same_group, other_group): (Vec<_>, Vec<_>) = similar.into_iter().partition(|product| {
            in_cart
                .iter()
                .any(|item| item.similar.contains(&product.asin) && item.product_group == product.product_group)
        });
        lists.similar = documents(&same_group);
        lists.other_categories = documents(&other_group);
        lists.viewed = documents(&in_catalogue(context, &in_cart, |product| &product.also_viewed).await?);
    }
    if context.groups.has(Groups::CART_TOP_SELLERS) || context.groups.has(Groups::CART_NEW_RELEASES) {
        let (mut top_sellers, mut new_releases) = (Vec::new(), Vec::new());
        for group in product_groups(&in_cart) {
            if context.groups.has(Groups::CART_TOP_SELLERS) {
                top_sellers.extend(context.store.top_sellers(context.site(), group, LENGTH).await?);
            }
            if context.groups.has(Groups::CART_NEW_RELEASES) {
                new_releases.extend(context.store.new_releases(context.site(), group, LENGTH).await?);
            }
        }
        // Each group came in order; together they are put in order again.
        top_sellers.sort_by_key(|product| (product.sales_rank, product.asin));
        new_releases.sort_by_key(|product| (std::cmp::Reverse(product.release_date), product.asin));
        lists.top_sellers = documents(&top_sellers);
        lists.new_releases = documents(&new_releases);
    }
    Ok(lists)
}

/// The first few of these products, as they are shown.
fn documents(products: &[impl Borrow<Product>]) -> Vec<SimilarDocument> {
    let shown = |product: &Product| SimilarDocument { asin: product.asin, title: product.title.clone() };
    products.iter().take(LENGTH as usize).map(|product| shown(product.borrow())).collect()
}

/// The products behind the ASINs that `list` names for the cart's items: each once, in order, none that is in the cart already
/// and none that the catalogue does not have.
async fn in_catalogue(
    context: &Context<'_>,
    in_cart: &[&Product],
    list: impl Fn(&Product) -> &[Asin],
) -> Result<Vec<Arc<Product>>, StoreError> {
    let mut asins: Vec<Asin> = Vec::new();
    for asin in in_cart.iter().flat_map(|product| list(product)) {
        if !asins.contains(asin) && in_cart.iter().all(|product| product.asin != *asin) {
            asins.push(*asin);
        }
    }
    if asins.is_empty() {
        return Ok(Vec::new());
    }
    let found = context.store.products(context.site(), &asins).await?;
    Ok(found.into_iter().flatten().filter(|listed| !listed.withdrawn).map(|listed| listed.product).collect())
}

/// The cart's product groups, each once, in the order of the lines.
fn product_groups<'a>(in_cart: &[&'a Product]) -> Vec<&'a str> {
    let mut groups: Vec<&str> = Vec::new();
    for product in in_cart {
        if !groups.contains(&product.product_group.as_str()) {
            groups.push(&product.product_group);
        }
    }
    groups
}
