//! What outlives a restart, and that several servers live side by side.

use super::shop::Shop;
use super::verdict;
use crate::support::TestServer;
use cartwright::catalog::seed::SeedFile;
use cartwright::config::Secret;
use cartwright::store::{Loaded, StoreSettings, open};
use std::path::Path;

/// Loads the shop's catalogue once more, and tells what that did.
fn load(shop: &Shop, file: &Path) -> Loaded {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let url = format!("sqlite:{}", shop.database().display()).parse().unwrap();
        let store = open(&url, StoreSettings::default()).await.unwrap();
        let loaded = store.load_baseline(&[SeedFile::at(file)]).await.unwrap();
        store.close().await;
        loaded
    })
}

#[test]
fn carts_and_their_hmacs_outlive_a_restart_with_a_secret_that_nobody_set() {
    let shop = Shop::with(&["B000000001", "B000000002"]);
    let open = || shop.open_with(|config| config.hmac_secret = None);
    let server = open();
    let items = "Item.1.ASIN=B000000001&Item.1.Quantity=3&Item.2.ASIN=B000000002";
    let cart = server.call(&format!("Operation=CartCreate&MergeCart=True&AssociateTag=tag-20&{items}"));
    let save = format!("Item.1.CartItemId={}&Item.1.Action=SaveForLater", cart.item("B000000002"));
    let before = server.call(&format!("Operation=CartModify&AssociateTag=tag-20&{save}&{}", cart.cart()));
    server.stop();
    let server = open();
    let after = server.call(&format!("Operation=CartGet&AssociateTag=tag-20&{}", cart.cart()));
    let shown = |body: &str| body.split_once("</Request>").unwrap().1.replace("CartModify", "CartGet");
    assert_eq!(shown(&after.body), shown(&before.body));
    assert_eq!(after.lines(), "B000000001 x 3, B000000002 x 1*");
    let new = server.call("Operation=CartCreate&Item.1.ASIN=B000000001");
    assert_ne!(new.text("CartId"), cart.text("CartId"));
}

#[test]
fn every_acknowledged_change_is_there_after_a_restart() {
    let shop = Shop::of_books(20);
    let server = shop.open();
    let cart = server.create(&["B000000000"]);
    for n in 1..20 {
        assert_eq!(verdict(&server.call(&format!("Operation=CartAdd&Item.1.ASIN=B{n:09}&{}", cart.cart()))), "True: ");
    }
    let get = format!("Operation=CartGet&{}", cart.cart());
    let before = server.call(&get).lines();
    server.stop();
    assert_eq!(shop.open().call(&get).lines(), before);
}

#[test]
fn another_secret_makes_every_older_hmac_worthless() {
    let shop = Shop::with(&["B000000001"]);
    let server = shop.open();
    let cart = server.create(&["B000000001"]);
    server.stop();
    let server = shop.open_with(|config| config.hmac_secret = Some(Secret::new("another secret")));
    assert_eq!(verdict(&server.call(&format!("Operation=CartGet&{}", cart.cart()))), "True: CartInfoMismatch");
}

#[test]
fn two_databases_have_two_secrets() {
    let carts = [(); 2].map(|()| {
        let shop = Shop::with(&["B000000001"]);
        let cart = shop.open_with(|config| config.hmac_secret = None).create(&["B000000001"]);
        (cart.text("CartId"), cart.text("HMAC"))
    });
    assert_eq!(carts[0].0, carts[1].0, "seeded ids repeat");
    assert_ne!(carts[0].1, carts[1].1, "a secret is never seeded");
}

#[test]
fn titles_prices_and_sellers_are_those_of_the_present_catalogue() {
    let shop = Shop::with(&[r#"B000000001,"title":"Old","price":100,"product_group":"Book""#]);
    let server = shop.open();
    let cart = server.call("Operation=CartCreate&Item.1.ASIN=B000000001&Item.1.Quantity=3&Version=2011-08-01");
    assert_eq!((cart.text("Title"), cart.text("Amount")), ("Old".into(), "300".into()));
    server.stop();
    shop.stock(&[r#"B000000001,"title":"New","price":150,"product_group":"Toy","seller_nickname":"Somebody""#]);
    let server = shop.open();
    let got = server.call(&format!("Operation=CartGet&Version=2011-08-01&{}", cart.cart()));
    assert_eq!(
        (got.text("Title"), got.text("ProductGroup"), got.text("SellerNickname")),
        ("New".into(), "Toy".into(), "Somebody".into())
    );
    let amount = |element: &str| got.inside("Cart").unwrap().inside(element).unwrap().text("Amount");
    assert_eq!((amount("Price"), amount("ItemTotal"), amount("SubTotal")), ("150".into(), "450".into(), "450".into()));
}

#[test]
fn an_unchanged_catalogue_is_not_loaded_again() {
    let shop = Shop::with(&["B000000001", "B000000002"]);
    shop.open().stop();
    assert_eq!(load(&shop, &shop.catalog()), Loaded::Unchanged { products: 2, lists: 0 }, "as the server loaded it");
    shop.stock(&["B000000002"]);
    shop.open().stop();
    assert_eq!(load(&shop, &shop.catalog()), Loaded::Unchanged { products: 1, lists: 0 });
    shop.stock(&["B000000001"]);
    assert_eq!(load(&shop, &shop.catalog()), Loaded::Loaded { products: 1, withdrawn: 1, lists: 0 });
}

#[test]
fn a_seed_of_ids_may_be_used_again_on_the_carts_that_it_made() {
    let shop = Shop::with(&["B000000001"]);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..4 {
        let server = shop.open();
        for _ in 0..8 {
            let cart = server.create(&["B000000001"]);
            assert!(seen.insert(cart.text("CartId")), "{} again", cart.text("CartId"));
        }
        server.stop();
    }
}

#[test]
fn several_servers_live_in_one_process_and_know_nothing_of_each_other() {
    let servers = [(); 3].map(|()| TestServer::start());
    let carts: Vec<_> = servers.iter().map(|server| server.create(&["B000000001"])).collect();
    assert!(carts.iter().all(|cart| cart.body == carts[0].body), "the same settings, the same answers");
    let clear = format!("Operation=CartClear&{}", carts[0].cart());
    assert_eq!(servers[0].call(&clear).lines(), "");
    for server in &servers[1..] {
        assert_eq!(server.call(&format!("Operation=CartGet&{}", carts[0].cart())).lines(), "B000000001 x 1");
    }
    let answers = |server: &TestServer, label: &str| {
        server.get("/metrics").body.lines().filter(|line| line.contains(label)).count()
    };
    assert_eq!((answers(&servers[0], "CartClear\",code"), answers(&servers[1], "CartClear\",code")), (1, 0));
    let [first, second, _] = servers;
    first.stop();
    assert_eq!(second.get("/livez").status, 200);
}
