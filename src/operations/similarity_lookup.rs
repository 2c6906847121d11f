//! SimilarityLookup: products that are like others.

use super::{Context, Outcome, Shown, products};
use crate::cart::Asin;
use crate::catalog::Product;
use crate::protocol::{LookupError, OffersWanted};
use crate::store::StoreError;
use std::sync::Arc;

/// How many products are shown at most; there are no pages.
const MOST: usize = 10;

pub(super) async fn run(
    context: &Context<'_>,
    items: &[&str],
    random: bool,
    offers: OffersWanted<'_>,
) -> Result<Outcome, StoreError> {
    let numbers: Vec<String> = items.iter().map(|item| item.to_uppercase()).collect();
    let asins: Vec<Option<Asin>> = numbers.iter().map(|number| number.parse().ok()).collect();
    let (mut errors, mut asked) = (Vec::new(), Vec::new());
    for (number, mut found) in numbers.iter().zip(products::of_asins(context, &asins).await?) {
        match found.pop() {
            Some(product) => asked.push(product),
            None => errors.push(LookupError::NoSuch { name: "ItemId", value: number.clone() }.into()),
        }
    }
    let similar = similar(&asked, random);
    let similar = products::of_asins(context, &similar.into_iter().map(Some).collect::<Vec<_>>()).await?;
    let similar: Vec<Arc<Product>> = similar.into_iter().flatten().take(MOST).collect();
    if similar.is_empty() && errors.is_empty() {
        errors.push(LookupError::no_similarities(&numbers, context.version).into());
    }
    let document = products::document(context, &similar, offers).await?;
    Ok(Outcome::with(errors, Shown::Items(document)))
}

/// What is like all of these products, or like any of them; none of them itself. In the order of their own lists.
fn similar(asked: &[Arc<Product>], any: bool) -> Vec<Asin> {
    let mut similar: Vec<Asin> = Vec::new();
    for asin in asked.iter().flat_map(|product| &product.similar) {
        let new = !similar.contains(asin) && asked.iter().all(|product| product.asin != *asin);
        if new && (any || asked.iter().all(|product| product.similar.contains(asin))) {
            similar.push(*asin);
        }
    }
    similar
}
