//! The store on a SQLite file that goes with the process: reading a cart, and changing one with nobody else waiting.

use cartwright::cart::{Access, Action, Asin, CartChange, CartId, CartItemId, Edit, Expiry, Limits, Locale, NewItem};
use cartwright::catalog::seed::SeedFile;
use cartwright::store::{DatabaseUrl, StoreSettings, open};
use criterion::Criterion;
use jiff::Timestamp;
use tokio::runtime::Runtime;

pub(crate) fn benches(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("the machine has threads to spare");
    let store = runtime.block_on(open(&DatabaseUrl::Memory, StoreSettings::default())).expect("a throwaway database");
    runtime.block_on(store.load_baseline(&[SeedFile::demo()])).expect("the demo catalogue has no errors");
    let id = CartId::from_random(Locale::Us, 1);
    let items: Vec<NewItem> = ["0123456789", "0999990101", "0999990144"].iter().enumerate().map(item).collect();
    let line = items[0].item_id;
    let limits = Limits { lines: 50, quantity: 999 };
    let tag = "webservices-20".to_owned();
    let create = Action::Create { associate_tag: tag, merge: false, items, may_be_empty: false, limits };
    let change = |action| {
        runtime
            .block_on(store.change(CartChange { cart: id, access: access(), action }))
            .expect("the database works")
            .expect("there is this cart")
    };
    change(create);

    let mut group = criterion.benchmark_group("store");
    group.bench_function("read a cart of 3 lines", |bencher| {
        bencher.iter(|| runtime.block_on(store.cart(id, "")).expect("the database works").expect("there is this cart"));
    });
    let mut quantity = 0;
    group.bench_function("change a cart of 3 lines", |bencher| {
        bencher.iter(|| {
            quantity = quantity % 999 + 1;
            let edit = Edit { item_id: line, quantity: Some(quantity), area: None, cap: 999 };
            change(Action::Modify { merge: None, edits: vec![edit] })
        });
    });
    group.finish();
    runtime.block_on(store.close());
}

fn access() -> Access {
    let expiry = Expiry::default();
    Access { locale: Locale::Us, account: String::new(), isolated: true, now: Timestamp::UNIX_EPOCH, expiry }
}

fn item((position, asin): (usize, &&str)) -> NewItem {
    let asin: Asin = asin.parse().expect("ten capital letters and digits");
    let item_id = CartItemId::of(Locale::Us, asin, None);
    NewItem { position, asin, listing: None, item_id, quantity: 1, cap: 999, list_item_id: None }
}
