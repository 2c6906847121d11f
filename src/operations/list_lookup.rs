//! ListLookup: a wish list, registry or Listmania list with its items.

use super::{Context, Outcome, Shown, products};
use crate::catalog::{ListItem, Product, ProductList};
use crate::protocol::{Groups, ListDocument, ListItemDocument, ListOrder, ListRequest, ListsDocument, LookupError};
use crate::store::StoreError;
use std::sync::Arc;

/// How many items an answer has at most.
const PAGE: usize = 10;

pub(super) async fn run(context: &Context<'_>, request: &ListRequest<'_>) -> Result<Outcome, StoreError> {
    let found = context.store.list(context.site(), request.id).await?;
    let Some(list) = found.filter(|list| list.list_type.name() == request.list_type) else {
        let error = LookupError::NoSuch { name: "ListId", value: request.id.to_owned() };
        return Ok(Outcome::with(vec![error.into()], Shown::Nothing));
    };
    let last_modified = list.items.iter().filter_map(|item| item.date_added).max();
    let ProductList { id, list_type, name, customer_name, comment, date_created, occasion_date, items, .. } = list;
    let wanted = |item: &ListItem| !request.omit_purchased || item.quantity_received < item.quantity_desired;
    let mut entries = entries(context, request, items.into_iter().filter(wanted).collect()).await?;
    let total = entries.len();
    let skip = (request.page as usize - 1) * PAGE;
    entries = entries.into_iter().skip(skip).take(PAGE).collect();
    let items =
        if context.groups.has(Groups::LIST_ITEMS) { shown(context, request, entries).await? } else { Vec::new() };
    let list = ListDocument {
        id,
        name,
        list_type: list_type.name(),
        total,
        date_created,
        last_modified,
        occasion_date,
        customer_name,
        comment,
        items,
    };
    let document = ListsDocument { groups: context.groups, links: context.product_links(), lists: vec![list] };
    Ok(Outcome::with(Vec::new(), Shown::Lists(document)))
}

/// An item, and its product where that was needed to choose or sort.
struct Entry {
    item: ListItem,
    product: Option<Arc<Product>>,
}

/// The items that are asked for, in the order that is asked for.
async fn entries(
    context: &Context<'_>,
    request: &ListRequest<'_>,
    items: Vec<ListItem>,
) -> Result<Vec<Entry>, StoreError> {
    let by_product = request.product_group.is_some() || request.order == ListOrder::Price;
    let mut entries = if by_product { with_products(context, items).await? } else { bare(items) };
    if let Some(group) = request.product_group {
        entries.retain(|entry| entry.product.as_ref().is_some_and(|product| product.product_group == group));
    }
    match request.order {
        ListOrder::Own => {}
        ListOrder::DateAdded => entries.sort_by_key(|entry| std::cmp::Reverse(entry.item.date_added)),
        ListOrder::Price => entries.sort_by_key(|entry| {
            let price = entry.product.as_ref().and_then(|product| product.price);
            (price.is_none(), price)
        }),
    }
    Ok(entries)
}

fn bare(items: Vec<ListItem>) -> Vec<Entry> {
    items.into_iter().map(|item| Entry { item, product: None }).collect()
}

async fn with_products(context: &Context<'_>, items: Vec<ListItem>) -> Result<Vec<Entry>, StoreError> {
    let asins: Vec<_> = items.iter().map(|item| Some(item.asin)).collect();
    let products = products::of_asins(context, &asins).await?;
    Ok(items.into_iter().zip(products).map(|(item, mut found)| Entry { item, product: found.pop() }).collect())
}

/// The items of a page with their products as they are shown.
async fn shown(
    context: &Context<'_>,
    request: &ListRequest<'_>,
    entries: Vec<Entry>,
) -> Result<Vec<ListItemDocument>, StoreError> {
    let entries = with_products(context, entries.into_iter().map(|entry| entry.item).collect()).await?;
    let known: Vec<Arc<Product>> = entries.iter().filter_map(|entry| entry.product.clone()).collect();
    let mut documents = products::document(context, &known, request.offers).await?.items.into_iter();
    let shown = entries.into_iter().map(|Entry { item, product }| ListItemDocument {
        id: item.id,
        date_added: item.date_added,
        comment: item.comment,
        desired: item.quantity_desired,
        received: item.quantity_received,
        product: product.and_then(|_| documents.next()),
    });
    Ok(shown.collect())
}
