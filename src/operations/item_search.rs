//! ItemSearch: products by words, category and price.

use super::{Context, Outcome, Shown, products};
use crate::catalog::{Search, SearchField, Sort};
use crate::protocol::{Field, LookupError, Order, Results, SearchRequest};
use crate::store::StoreError;

/// How many results an answer has at most.
const PAGE: u32 = 10;

pub(super) async fn run(context: &Context<'_>, request: &SearchRequest<'_>) -> Result<Outcome, StoreError> {
    let search = Search {
        words: request.terms.iter().map(|(field, text)| (search_field(*field), *text)).collect(),
        // Blended stood for all indexes too, and showed the results of each apart.
        search_index: Some(request.search_index).filter(|index| !matches!(*index, "All" | "Blended")),
        browse_node: request.browse_node,
        minimum_price: request.minimum_price.map(i64::from),
        maximum_price: request.maximum_price.map(i64::from),
        sort: sort(request.order),
        skip: (request.page - 1) * PAGE,
        limit: PAGE,
    };
    let found = context.store.search(context.site(), &search).await?;
    let errors = if found.total == 0 { vec![LookupError::NoExactMatches.into()] } else { Vec::new() };
    let mut items = products::document(context, &found.products, request.offers).await?;
    items.results = Some(Results {
        total: found.total,
        keywords: request.terms.iter().map(|(_, text)| *text).collect::<Vec<_>>().join(" "),
        search_index: request.search_index.to_owned(),
    });
    Ok(Outcome::with(errors, Shown::Items(items)))
}

const fn search_field(field: Field) -> SearchField {
    match field {
        Field::Any => SearchField::Any,
        Field::Title => SearchField::Title,
        Field::Author => SearchField::Author,
        Field::Brand => SearchField::Brand,
        Field::Manufacturer => SearchField::Manufacturer,
    }
}

const fn sort(order: Order) -> Sort {
    match order {
        Order::Relevance => Sort::Relevance,
        Order::SalesRank => Sort::SalesRank,
        Order::PriceAscending => Sort::PriceAscending,
        Order::PriceDescending => Sort::PriceDescending,
        Order::Title => Sort::Title,
        Order::TitleDescending => Sort::TitleDescending,
        Order::Newest => Sort::Newest,
    }
}
