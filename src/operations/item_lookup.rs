//! ItemLookup: products by their numbers.

use super::{Context, Outcome, Shown, products};
use crate::cart::Asin;
use crate::catalog::{CodeType, Product};
use crate::protocol::{IdType, LookupError, ProductsRequest};
use crate::store::StoreError;
use std::sync::Arc;

pub(super) async fn run(context: &Context<'_>, request: &ProductsRequest<'_>) -> Result<Outcome, StoreError> {
    let (mut errors, mut found) = (Vec::new(), Vec::new());
    // Recorded: numbers are looked for, and told, in capitals; each that is not found has an error, and the others are shown.
    let numbers: Vec<String> = request.items.iter().map(|item| item.to_uppercase()).collect();
    for (number, mut products) in numbers.iter().zip(of_numbers(context, request.id_type, &numbers).await?) {
        if products.is_empty() {
            errors.push(LookupError::NoSuch { name: "ItemId", value: number.clone() }.into());
        }
        found.append(&mut products);
    }
    let items = products::document(context, &found, request.offers).await?;
    Ok(Outcome::with(errors, Shown::Items(items)))
}

/// The products of each number; several editions may share one.
async fn of_numbers(
    context: &Context<'_>,
    id_type: IdType,
    numbers: &[String],
) -> Result<Vec<Vec<Arc<Product>>>, StoreError> {
    let code_type = match id_type {
        IdType::Asin => {
            let asins: Vec<Option<Asin>> = numbers.iter().map(|number| number.parse().ok()).collect();
            return products::of_asins(context, &asins).await;
        }
        IdType::Sku => return Ok(vec![Vec::new(); numbers.len()]), // no product has one
        IdType::Upc => CodeType::Upc,
        IdType::Ean => CodeType::Ean,
        IdType::Isbn => CodeType::Isbn,
    };
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        let products = context.store.products_of_code(context.site(), code_type, number).await?;
        found.push(products.into_iter().map(Arc::new).collect());
    }
    Ok(found)
}
