//! Cartwright answers as Amazon's E-Commerce Service 4.0 (`AWSECommerceService`) did for remote shopping carts: CartCreate,
//! CartGet, CartAdd, CartModify and CartClear, and the product lookups that lead to them. It is a stand-in for tests and staging, and
//! independent of Amazon.
//!
//! # Bird's eye
//!
//! ```text
//! bytes ──► Params ──► Request ──► operation ──► CartChange ──► store
//!           neutral    typed       catalogue     data, pure     one write lane, group commit
//! bytes ◄── XML    ◄── Reply   ◄──────┘
//! ```
//!
//! A request is read into neutral parameters ([`protocol::Params`]), decoded into a typed [`protocol::Request`] with all its
//! errors collected, run by a file in [`operations`], and turned by that into a [`cart::CartChange`]: plain data, which the
//! [`store`] applies with a pure function and commits together with whatever else is waiting. The answer is a
//! [`protocol::Reply`] in domain values, which one writer turns into XML.
//!
//! # Code map
//!
//! | module | what lives there | what it must not know |
//! | --- | --- | --- |
//! | [`cart`] | the domain: ids, money, carts, changes, expiry, HMAC, clock, chance | HTTP, SQL, XML, the runtime |
//! | [`catalog`] | products, offers, seed files | where products are kept, how they are shown |
//! | [`protocol`] | parameters, requests, replies, versions, error texts, XML | stores, time, chance |
//! | [`operations`] | what each operation does | element names, error texts, SQL, HTTP |
//! | [`account`] | what an access key has for itself: its settings, in memory and in step with the database | what a request is |
//! | [`store`] | the database behind a trait; the write lane | what a request is |
//! | [`journal`] | what was asked and answered, in memory | HTTP, SQL, how a request is answered |
//! | [`faults`] | fault rules: which calls fare badly, and how | what an answer is made of, where rules are kept |
//! | `state` | reset, snapshots, the watch over the seed files | HTTP, how anything is stored |
//! | [`sweeper`] | deleting expired carts in small steps | how carts are stored |
//! | [`controls`] | what a test does to a running server: accounts, clock, faults, journal, catalogue, carts, snapshots, reset | how it was asked for |
//! | `http` | which path is answered by whom; the control API; the pages of the purchase hand-off (`templates/`) | how carts work |
//! | [`server`] | listener, limits, orderly end | what is answered |
//! | `app` | the wiring | everything else only through it |
//! | [`replay`] | recorded answers of the live service, asked for again and compared | the server's inside |
//! | [`config`], [`cli`], [`telemetry`] | settings, commands, logs | |
//! | `metrics` | counts and times for `/metrics` | what they are of |
//! | `troubles`, `alarm` | what goes wrong for many requests at once: told when it begins and when it is over | how requests are answered |
//! | `readiness` | whether the database answers, one question at a time | how the answer is shown |
//! | `percent` | percent-encoding | what is encoded |
//! | `nearest` | "did you mean" | what the names stand for |
//!
//! The protocol itself is described in `docs/PROTOCOL.md`; comments cite its sections.
//!
//! # Invariants
//!
//! 1. An acknowledged change is in the store. A change that failed left no trace.
//! 2. Concurrent operations on one cart are serialised; none is lost.
//! 3. Whatever the input, the answer is a well-formed ECS document (or a SOAP fault, HTML under `/gp/`, JSON under `/_cartwright/`), and the
//!    process lives.
//!    Exempt is what hyper refuses before any service sees it: malformed HTTP, a request line over 64 KiB.
//! 4. No answer tells a caller without the HMAC whether a cart exists.
//! 5. Everything that varies between runs can be fixed by the caller: the clock, the ids, the secret.
//!
//! # Embedding
//!
//! A test can run a server of its own; several run side by side in one process.
//!
//! ```
//! # async fn make_a_cart(url: &str) -> std::io::Result<u16> {
//! #     use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
//! #     let mut connection = tokio::net::TcpStream::connect(&url["http://".len()..]).await?;
//! #     let query = "Service=AWSECommerceService&AWSAccessKeyId=AKIA-MY-TEST&Operation=CartCreate&Item.1.ASIN=0123456789";
//! #     connection.write_all(format!("GET /onca/xml?{query} HTTP/1.0\r\n\r\n").as_bytes()).await?;
//! #     let mut answer = String::new();
//! #     connection.read_to_string(&mut answer).await?;
//! #     Ok(answer["HTTP/1.0 ".len()..][..3].parse().expect("a status"))
//! # }
//! use cartwright::config::Config;
//! use cartwright::controls::{Expectation, Operation, Rule};
//! use cartwright::server::Server;
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let config = Config { listen: ([127, 0, 0, 1], 0).into(), database: "memory".to_owned(), ..Config::default() };
//! let server = Server::builder(config).start().await?;
//! // Each test takes an access key of its own: it has carts, a clock, faults and a catalogue of its own.
//! let account = server.account("AKIA-MY-TEST");
//!
//! account.faults().add(Rule::error("RequestThrottled").on(Operation::CartCreate).times(1)).await?;
//! while make_a_cart(server.url()).await? == 503 {} // here stands your code
//! let verdict = account.requests().verify(&Expectation::of(Operation::CartCreate).exactly(2)).await;
//! assert!(verdict.pass, "{verdict}");
//!
//! let swept = account.clock().advance(jiff::SignedDuration::from_hours(91 * 24)).await?;
//! assert_eq!(swept.expired_count, 1, "a forgotten cart is gone after 90 days");
//! account.reset().await?;
//! server.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod account;
mod alarm;
mod app;
pub mod cart;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod controls;
pub mod faults;
mod http;
pub mod journal;
mod metrics;
mod nearest;
pub mod operations;
mod percent;
pub mod protocol;
mod readiness;
pub mod replay;
pub mod server;
mod state;
pub mod store;
pub mod sweeper;
pub mod telemetry;
mod troubles;
