//! The load itself: connections that send cart requests and count what comes back. One thread, so that what the generator takes
//! from the server's cores is small and known.

use crate::carts::{Ask, KnownCart, asin, product_query, product_shown};
use crate::connection::{Connection, Target};
use crate::process::Usage;
use crate::row::{Row, quantile};
use crate::schedule::Schedule;
use anyhow::{Context as _, Result, ensure};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::LocalSet;

/// Lines of a cart beyond which CartAdd gives way to a CartModify that removes one.
const MOST_LINES: usize = 5;

/// How often each operation is chosen, in parts of the sum.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// CartGet, of any cart.
    pub get: u32,
    /// CartCreate.
    pub create: u32,
    /// CartAdd, to a cart of the connection's own.
    pub add: u32,
    /// CartModify, of a cart of the connection's own.
    pub modify: u32,
    /// ItemLookup, of any product.
    pub lookup: u32,
}

impl Mix {
    /// CartCreate alone.
    pub const CREATE: Self = Self { get: 0, create: 1, add: 0, modify: 0, lookup: 0 };

    /// Whether it changes carts that are there.
    pub fn writes(&self) -> bool {
        self.add + self.modify > 0
    }
}

impl std::str::FromStr for Mix {
    type Err = anyhow::Error;

    /// Reads `GET:CREATE:ADD:MODIFY`, or `GET:CREATE:ADD:MODIFY:LOOKUP`.
    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<u32> = text.split(':').map(str::parse).collect::<Result<_, _>>().context("a mix is numbers")?;
        let (&[get, create, add, modify], lookup) = (match &parts[..] {
            [carts @ .., lookup] if carts.len() == 4 => (carts, *lookup),
            carts => (carts, 0),
        }) else {
            anyhow::bail!("a mix is GET:CREATE:ADD:MODIFY, such as 70:10:10:10, with :LOOKUP behind it or without");
        };
        let sum: u64 = [get, create, add, modify, lookup].into_iter().map(u64::from).sum();
        ensure!((1..=1_000_000).contains(&sum), "the parts of a mix have a sum from 1 to 1000000");
        Ok(Self { get, create, add, modify, lookup })
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Load {
    /// Whom to load.
    pub target: Target,
    /// What to send.
    pub mix: Mix,
    /// Connections, at least 1.
    pub connections: u32,
    /// How long.
    pub span: Duration,
    /// The most requests.
    pub limit: u32,
    /// Requests a second in an open loop; `None` is a closed loop.
    pub rate: Option<f64>,
    /// Lines of a new cart.
    pub lines: u32,
    /// ASINs that the server knows, from B000000000 on.
    pub asins: u32,
    /// Equal seeds choose equal carts and items.
    pub seed: u64,
    /// The server's process, for what it uses.
    pub pid: Option<u32>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The numbers; `server` and `work` are left to the caller.
    pub row: Row,
    /// The carts that were handed in, as the server last acknowledged them. One whose change had no good answer is left out:
    /// nobody knows what it holds.
    pub carts: Vec<KnownCart>,
    /// The carts that were made.
    pub created: Vec<KnownCart>,
    /// What went wrong, and how often.
    pub problems: BTreeMap<String, u32>,
}

/// Runs the load on these carts. Every connection is open and has had an answer before the clock starts, so that no latency
/// is of the accept queue. Fails when nothing can be measured at all.
pub async fn run(load: Load, carts: Vec<KnownCart>) -> Result<Outcome> {
    let needs_carts = load.mix.get + load.mix.add + load.mix.modify > 0;
    ensure!(!needs_carts || !carts.is_empty(), "this mix needs carts");
    // A connection writes to its own carts only, so that each cart's state is known.
    let writes = load.mix.writes();
    let few = u32::try_from(carts.len()).unwrap_or(u32::MAX) < load.connections;
    ensure!(!(writes && few), "a mix that writes needs a cart for each connection");

    let mut connections = Vec::new();
    for _ in 0..load.connections {
        let mut connection = Connection::new(load.target);
        if let Some(cart) = carts.first() {
            connection.get(&Ask::Get(cart).query()).await.context("the first request")?;
        }
        connections.push(connection);
    }
    let before = Meter::read(load.pid)?;
    let pid = load.pid;
    let conns = load.connections;
    let shared = Rc::new(Shared {
        schedule: Schedule::start(load.span, load.limit, load.rate),
        carts: RefCell::new(carts.into_iter().map(Some).collect()),
        tally: RefCell::default(),
        wrong: Cell::new(0),
        load,
    });
    let tasks = LocalSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let random = fastrand::Rng::with_seed(shared.load.seed ^ (number as u64 + 1).rotate_left(32));
        tasks.spawn_local(Worker { shared: Rc::clone(&shared), connection, number, random }.work());
    }
    tasks.await;
    let elapsed = shared.schedule.elapsed();
    let after = Meter::read(pid)?;

    let Shared { carts, tally, wrong, .. } =
        Rc::into_inner(shared).context("a connection is still at work after all have ended")?;
    let Tally { mut latencies, created, problems } = tally.into_inner();
    latencies.sort_unstable();
    let requests = u32::try_from(latencies.len()).context("too many answers")?;
    let for_each = |spent: Duration| spent.as_secs_f64() * 1e6 / f64::from(requests.max(1));
    let row = Row {
        server: String::new(),
        work: String::new(),
        conns,
        rps: f64::from(requests) / elapsed.as_secs_f64(),
        p50: quantile(&latencies, 500),
        p99: quantile(&latencies, 990),
        p999: quantile(&latencies, 999),
        max: quantile(&latencies, 1000),
        requests,
        errors: problems.values().sum(),
        wrong: wrong.get(),
        srv_us: for_each(after.server.cpu.saturating_sub(before.server.cpu)),
        gen_us: for_each(after.own.cpu.saturating_sub(before.own.cpu)),
        pss_kib: after.server.pss_kib,
        rss_kib: after.server.rss_kib,
    };
    Ok(Outcome { row, carts: carts.into_inner().into_iter().flatten().collect(), created, problems })
}

/// What the server and the generator have used so far.
struct Meter {
    server: Usage,
    own: Usage,
}

impl Meter {
    fn read(server: Option<u32>) -> Result<Self> {
        let server = server.map(Usage::of).transpose()?.unwrap_or_default();
        Ok(Self { server, own: Usage::of(std::process::id())? })
    }
}

/// What the connections of a load have in common.
struct Shared {
    load: Load,
    schedule: Schedule,
    /// `None` where a change had no good answer.
    carts: RefCell<Vec<Option<KnownCart>>>,
    tally: RefCell<Tally>,
    wrong: Cell<u32>,
}

#[derive(Default)]
struct Tally {
    /// Of good answers, in microseconds.
    latencies: Vec<u32>,
    created: Vec<KnownCart>,
    problems: BTreeMap<String, u32>,
}

/// One connection at work.
struct Worker {
    shared: Rc<Shared>,
    connection: Connection,
    number: usize,
    random: fastrand::Rng,
}

impl Worker {
    async fn work(mut self) {
        while let Some(since) = self.shared.schedule.turn().await {
            let mix = self.shared.load.mix;
            let choice = self.random.u32(..mix.lookup + mix.get + mix.create + mix.add + mix.modify);
            if choice < mix.lookup {
                self.lookup(since).await;
            } else if choice < mix.lookup + mix.get {
                self.get(since).await;
            } else if choice < mix.lookup + mix.get + mix.create {
                self.create(since).await;
            } else {
                self.write(since, choice < mix.lookup + mix.get + mix.create + mix.add).await;
            }
        }
    }

    async fn get(&mut self, since: Instant) {
        let cart = {
            let carts = self.shared.carts.borrow();
            let place = self.random.usize(..carts.len());
            carts[place].clone()
        };
        if let Some(cart) = cart {
            self.send(since, &Ask::Get(&cart)).await;
        }
    }

    async fn create(&mut self, since: Instant) {
        // Neighbours in the catalogue, so that no ASIN comes twice.
        let load = &self.shared.load;
        let first = self.random.u32(..load.asins);
        let asins: Vec<String> = (0..load.lines).map(|n| asin((first + n) % load.asins)).collect();
        if let Some(cart) = self.send(since, &Ask::Create(&asins)).await {
            self.shared.tally.borrow_mut().created.push(cart);
        }
    }

    async fn write(&mut self, since: Instant, add: bool) {
        let (step, carts) = (self.shared.load.connections as usize, self.shared.carts.borrow().len());
        let own = self.number + step * self.random.usize(..(carts - self.number).div_ceil(step));
        let Some(cart) = self.shared.carts.borrow()[own].clone() else { return };
        let lines = cart.lines.len();
        let shown = if lines == 0 || (add && lines < MOST_LINES) {
            let mut asin = asin(self.random.u32(..self.shared.load.asins));
            while cart.lines.iter().any(|line| line.asin == asin) {
                asin = crate::carts::asin(self.random.u32(..self.shared.load.asins));
            }
            self.send(since, &Ask::Add(&cart, &asin)).await
        } else {
            let place = self.random.usize(..lines);
            let quantity = if lines >= MOST_LINES { 0 } else { cart.lines[place].quantity % 9 + 1 };
            self.send(since, &Ask::Modify(&cart, place, quantity)).await
        };
        self.shared.carts.borrow_mut()[own] = shown;
    }

    async fn lookup(&mut self, since: Instant) {
        let asin = asin(self.random.u32(..self.shared.load.asins));
        let read = |answer: &str| product_shown(answer).map(str::to_owned);
        self.exchange(since, &product_query(&asin), read, |shown| *shown == asin).await;
    }

    /// Sends a request about a cart. Gives the cart that a good answer shows.
    async fn send(&mut self, since: Instant, ask: &Ask<'_>) -> Option<KnownCart> {
        self.exchange(since, &ask.query(), KnownCart::shown, |shown| ask.is_done(shown)).await
    }

    /// Sends a request and counts its answer: good when it can be read, and wrong when it is not what was asked for.
    async fn exchange<T>(
        &mut self,
        since: Instant,
        query: &str,
        read: impl FnOnce(&str) -> Result<T>,
        is_done: impl FnOnce(&T) -> bool,
    ) -> Option<T> {
        let answer = self.connection.get(query).await;
        let micros = u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX);
        match answer.and_then(read) {
            Ok(shown) => {
                self.shared.tally.borrow_mut().latencies.push(micros);
                if !is_done(&shown) {
                    self.shared.wrong.set(self.shared.wrong.get() + 1);
                }
                Some(shown)
            }
            Err(error) => {
                *self.shared.tally.borrow_mut().problems.entry(format!("{error:#}")).or_default() += 1;
                // A server that refuses at once would otherwise be asked as fast as the generator can.
                tokio::time::sleep(Duration::from_millis(5)).await;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_has_four_parts_or_five_and_something_to_do() {
        let mix: Mix = "70:10:15:5".parse().unwrap();
        assert_eq!((mix.get, mix.create, mix.add, mix.modify, mix.lookup), (70, 10, 15, 5, 0));
        assert_eq!("0:0:0:0:1".parse::<Mix>().unwrap().lookup, 1);
        for refused in ["", "1:2:3", "0:0:0:0", "a:b:c:d", "1:2:3:4:5:6", "0:0:0:0:0"] {
            assert!(refused.parse::<Mix>().is_err(), "{refused}");
        }
    }
}
