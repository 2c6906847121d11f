//! Many at once: nothing is lost, and what comes out is what some order of the requests gives.

use crate::support::{Answer, TestDatabase, TestServer};
use std::collections::HashSet;
use std::sync::Barrier;

const CROWD: usize = 50;

/// Makes so many requests at the same moment, each from a thread of its own.
fn at_once(server: &TestServer, query: impl Fn(usize) -> String + Sync) -> Vec<Answer> {
    let barrier = Barrier::new(CROWD);
    std::thread::scope(|scope| {
        let (barrier, query) = (&barrier, &query);
        let ask = |n| {
            scope.spawn(move || {
                let query = query(n);
                barrier.wait();
                server.call(&format!("Version=2011-08-01&{query}"))
            })
        };
        let threads: Vec<_> = (0..CROWD).map(ask).collect();
        threads.into_iter().map(|thread| thread.join().expect("it asks and returns")).collect()
    })
}

/// A server with `C000000000` to `C000000099` in its catalogue, behind what it stands on.
fn stocked() -> (TestDatabase, tempfile::TempDir, TestServer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stock.jsonl");
    let product = |n| {
        format!(
            "{{\"locale\":\"us\",\"asin\":\"C{n:09}\",\"title\":\"Book {n}\",\"product_group\":\"Book\",\"price\":100}}\n"
        )
    };
    std::fs::write(&path, (0..100).map(product).collect::<String>()).unwrap();
    // A file, not a throwaway one: so its changes are written through.
    let database = TestDatabase::create();
    let server = TestServer::with(|config| {
        config.catalog = vec![path];
        config.database = database.url();
        config.max_lines = 200;
        config.ids_seed = None;
    });
    (database, folder, server)
}

#[test]
fn additions_at_once_are_all_in_the_cart() {
    let (_database, _folder, server) = stocked();
    let cart = server.create(&["C000000099"]);
    let answers = at_once(&server, |n| format!("Operation=CartAdd&{}&Item.1.ASIN=C{n:09}", cart.cart()));
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.codes().is_empty()));
    // Each saw its own item, and those before it: no two saw the same number.
    let counts: HashSet<_> = answers.iter().map(|answer| answer.texts("CartItemId").len()).collect();
    assert_eq!(counts, (2..=CROWD + 1).collect());
    let got = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    let asins: HashSet<_> = got.inside("CartItems").unwrap().texts("ASIN").into_iter().collect();
    let expected: HashSet<_> = (0..CROWD).chain([99]).map(|n| format!("C{n:09}")).collect();
    assert_eq!(asins, expected);
}

#[test]
fn of_equal_additions_at_once_one_wins() {
    let (_database, _folder, server) = stocked();
    let cart = server.create(&["C000000099"]);
    let answers = at_once(&server, |n| {
        format!("Operation=CartAdd&{}&Item.1.ASIN=C000000001&Item.1.Quantity={}", cart.cart(), n + 1)
    });
    let won: Vec<_> = answers.iter().filter(|answer| answer.codes().is_empty()).collect();
    assert_eq!(won.len(), 1);
    let got = server.call(&format!("Operation=CartGet&{}", cart.cart()));
    assert_eq!(got.lines(), won[0].lines());
}

#[test]
fn carts_made_at_once_are_all_different() {
    let (_database, _folder, server) = stocked();
    let answers = at_once(&server, |n| format!("Operation=CartCreate&Item.1.ASIN=C{n:09}"));
    let ids: HashSet<_> = answers.iter().map(|answer| answer.text("CartId")).collect();
    assert_eq!(ids.len(), CROWD);
    for (n, answer) in answers.iter().enumerate() {
        let got = server.call(&format!("Operation=CartGet&{}", answer.cart()));
        assert_eq!(got.lines(), format!("C{n:09} x 1"));
    }
}

/// What one of the crowd wants: products are told by their numbers.
#[derive(Clone, Copy, Debug)]
enum Wish {
    Add(usize),
    Set(usize, u32),
    Save(usize, bool),
    Clear,
}

const HELD: usize = 90;

fn wish(n: usize) -> Wish {
    match n {
        25 => Wish::Clear,
        _ => match n % 5 {
            0 | 1 => Wish::Add(n),
            2 => Wish::Set(HELD + n % 3, u32::try_from(n).expect("a few") + 2),
            3 => Wish::Save(HELD + n % 3, n % 3 != 2),
            _ => Wish::Set(HELD + n % 3, 0),
        },
    }
}

/// Does it to the lines, newest first: product, quantity, saved.
fn grant(lines: &mut Vec<(usize, u32, bool)>, wish: Wish) {
    let find = |lines: &[(usize, u32, bool)], product| lines.iter().position(|line| line.0 == product);
    match wish {
        Wish::Add(product) => lines.insert(0, (product, 1, false)),
        Wish::Clear => lines.clear(),
        Wish::Set(product, quantity) => {
            let Some(place) = find(lines, product) else { return };
            if quantity == 0 {
                lines.remove(place);
            } else {
                lines[place].1 = quantity;
            }
        }
        Wish::Save(product, saved) => {
            if let Some(place) = find(lines, product) {
                lines[place].2 = saved;
            }
        }
    }
}

/// As the tests' client writes them: active ones first.
fn text(lines: &[(usize, u32, bool)]) -> String {
    let (saved, active): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.2);
    let line = |(product, quantity, saved): (usize, u32, bool)| {
        format!("C{product:09} x {quantity}{}", if saved { "*" } else { "" })
    };
    active.into_iter().chain(saved).map(line).collect::<Vec<_>>().join(", ")
}

/// Looks for an order of the wishes that are left in which each of them leaves the cart as its own answer showed it, and the last
/// one leaves it as it is in the end.
///
/// No state of the cart but the empty one comes twice, since quantities differ from wish to wish and a line that has moved or gone
/// never returns. So a wish that changes nothing may come as soon as it fits, and only among those that do change something is
/// there a choice. The clearing is always one of these: the cart may be empty before it already, and not be so when it comes.
fn explained(lines: &[(usize, u32, bool)], mut left: Vec<usize>, answers: &[String], end: &str) -> bool {
    let now = text(lines);
    let after = |n: usize| {
        let mut next = lines.to_vec();
        grant(&mut next, wish(n));
        (text(&next) == answers[n]).then_some(next)
    };
    let clears = |n: usize| matches!(wish(n), Wish::Clear);
    left.retain(|n| clears(*n) || answers[*n] != now || after(*n).is_none_or(|next| next != lines));
    if left.is_empty() {
        return now == end;
    }
    // The clearing always fits; tried last, it is tried once.
    left.sort_by_key(|n| clears(*n));
    for (place, n) in left.iter().enumerate() {
        let Some(next) = after(*n) else { continue };
        let rest: Vec<_> = left[..place].iter().chain(&left[place + 1..]).copied().collect();
        if explained(&next, rest, answers, end) {
            return true;
        }
    }
    false
}

#[test]
fn changes_at_once_happen_in_some_order() {
    for _ in 0..5 {
        let (_database, _folder, server) = stocked();
        let start: Vec<_> = (HELD..HELD + 3).map(|product| (product, 1, product == HELD + 2)).collect();
        let asins: Vec<_> = start.iter().map(|(product, ..)| format!("C{product:09}")).collect();
        let cart = server.create(&asins.iter().map(String::as_str).collect::<Vec<_>>());
        let item = |product: usize| cart.item(&format!("C{product:09}"));
        let last = item(HELD + 2);
        let saved = server.call(&format!(
            "Version=2011-08-01&Operation=CartModify&{}&Item.1.CartItemId={last}&Item.1.Action=SaveForLater",
            cart.cart()
        ));
        assert_eq!(saved.lines(), text(&start));
        let answers = at_once(&server, |n| match wish(n) {
            Wish::Add(product) => format!("Operation=CartAdd&{}&Item.1.ASIN=C{product:09}", cart.cart()),
            Wish::Clear => format!("Operation=CartClear&{}", cart.cart()),
            Wish::Set(product, quantity) => format!(
                "Operation=CartModify&{}&Item.1.CartItemId={}&Item.1.Quantity={quantity}",
                cart.cart(),
                item(product)
            ),
            Wish::Save(product, saved) => format!(
                "Operation=CartModify&{}&Item.1.CartItemId={}&Item.1.Action={}",
                cart.cart(),
                item(product),
                if saved { "SaveForLater" } else { "MoveToCart" }
            ),
        });
        assert!(answers.iter().all(|answer| answer.status == 200 && answer.codes().is_empty()));
        let shown: Vec<_> = answers.iter().map(Answer::lines).collect();
        let end = server.call(&format!("Operation=CartGet&{}", cart.cart())).lines();
        assert!(explained(&start, (0..CROWD).collect(), &shown, &end), "no order explains {shown:#?} and {end}");
    }
}
