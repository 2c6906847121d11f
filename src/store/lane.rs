//! The write lane: the one queue through which every write of a database passes.
//!
//! The lane takes what is waiting (it never waits for more), loads those carts in one go, applies the changes in order, saves
//! the carts in one go, commits once, and only then answers. So a transaction costs the same for one caller and for two hundred,
//! and concurrent changes of one cart are serialised without a lock.
//!
//! Reads that restart a cart's idle clock are noted beside the queue ([`Lane::touch`]) and written with the next batch. Other work
//! on the database ([`Lane::run`]) stands in the queue too: it sees every change and touch that was handed in before it.
//!
//! **Invariants.** An answer means that the change is durable. A change that is refused answers its own caller alone; a cart
//! that cannot be read answers those who want to change it with the error, and stays as it is; a batch that fails answers all of
//! its callers with the error, and nothing of it is stored, unless the database went away before it said so: then nobody knows,
//! and nothing was acknowledged. A caller that has gone away disturbs nobody: its change is made all the same. This module must not know any database driver: see [`Backend`].

use super::StoreError;
use crate::alarm::Alarm;
use crate::cart::{Action, Applied, Cart, CartChange, CartId, Refusal};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// The most jobs that are taken from the queue at once: it bounds how long a transaction holds up those behind it.
const BATCH: usize = 256;

/// The most carts of which a touch is remembered between two batches.
const TOUCHES: usize = 65_536;

/// How often a change is tried again after another server was faster.
const ATTEMPTS: usize = 8;

/// What the lane asks of a database.
pub(super) trait Backend: Send + Sized + 'static {
    /// Opens a transaction and reads those of these carts that exist; there may be none to read. After an error no transaction is
    /// open. A cart whose row cannot be understood has an error of its own, and the transaction goes on for the others.
    fn load(&mut self, ids: &[CartId]) -> impl Future<Output = Result<Vec<Found>, StoreError>> + Send;

    /// Writes the carts and the touches, each list in the order of ids, and commits. Always follows a [`Backend::load`] that went
    /// well; both lists may be empty. Touches never move a cart's time backwards. After an error nothing is stored, as far as is
    /// known.
    ///
    /// Answers the carts that were not written, or of which nobody knows: a new one where there is one already is outrun. The others
    /// are durable.
    fn commit(
        &mut self,
        saves: &[Save<'_>],
        touches: &[(CartId, Timestamp)],
    ) -> impl Future<Output = Result<Vec<(CartId, Unwritten)>, StoreError>> + Send;

    /// Called when the answers of a batch are out, for whatever upkeep is due.
    fn settle(&mut self) -> impl Future<Output = ()> + Send;
}

/// A cart that exists: it, or why what is stored of it is no cart.
pub(super) type Found = (CartId, Result<Arc<Cart>, StoreError>);

/// Why a cart of a batch is not acknowledged, although the batch is.
#[derive(Clone, Debug)]
pub(super) enum Unwritten {
    /// Another server of the same database has changed it since it was loaded, or there is one although it was taken for new, and
    /// so it was not written.
    Outrun,
    /// The database went away before it answered, and what it holds now does not tell whether the cart was written.
    Unknown(StoreError),
}

/// A cart to be written.
pub(super) struct Save<'a> {
    /// As it shall be.
    pub(super) cart: &'a Arc<Cart>,
    /// The revision that was loaded; `None` when there was no such cart.
    pub(super) stored: Option<u64>,
}

/// What is asked of the database beside changes of carts.
type Task<B> = Box<dyn for<'a> FnOnce(&'a mut B) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> + Send>;

/// What stands in the queue.
enum Job<B> {
    /// A change, and its caller.
    Change(Box<Pending>),
    /// Anything else that needs the writer to itself.
    Task(Task<B>),
    /// There are touches to be written. Sent so that the lane wakes up.
    Touches,
    /// Take nothing more into the queue, finish what is in it, and end.
    Close,
}

/// The answer to a change.
type Answer = Result<Result<Applied, Refusal>, StoreError>;

struct Pending {
    change: CartChange,
    reply: oneshot::Sender<Answer>,
}

impl Pending {
    fn answer(self, answer: Answer) {
        let _ = self.reply.send(answer); // the caller may have gone away
    }
}

/// The callers' end of the lane. When it is dropped, the lane finishes what is in its queue and ends.
pub(super) struct Lane<B> {
    queue: mpsc::Sender<Job<B>>,
    touches: Arc<Touches>,
}

/// The database's end of the lane, to be driven on a thread or task of its own.
pub(super) struct Driver<B> {
    queue: mpsc::Receiver<Job<B>>,
    touches: Arc<Touches>,
    /// Batches are not written.
    failing: Alarm,
}

/// A lane whose queue holds at most `capacity` jobs, which must be at least 1.
pub(super) fn lane<B: Backend>(capacity: usize) -> (Lane<B>, Driver<B>) {
    let (sender, receiver) = mpsc::channel(capacity);
    let touches = Arc::new(Touches::default());
    let failing = Alarm::new("changes are written again");
    (Lane { queue: sender, touches: Arc::clone(&touches) }, Driver { queue: receiver, touches, failing })
}

impl<B: Backend> Lane<B> {
    /// Makes a change, and answers once it is durable. [`StoreError::Busy`] at once when the queue is full.
    pub(super) async fn change(&self, change: CartChange) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Job::Change(Box::new(Pending { change, reply }))).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Notes that a cart was used at `now`. Never waits.
    pub(super) fn touch(&self, id: CartId, now: Timestamp) {
        if self.touches.note(id, now) {
            // A full queue needs no waking: whoever takes those jobs takes the touches too.
            let _ = self.queue.try_send(Job::Touches);
        }
    }

    /// Runs `task` on the database, behind everything that was handed in before. Waits for room in the queue.
    pub(super) async fn run<T, F>(&self, task: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut B) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task: Task<B> = Box::new(move |backend| {
            Box::pin(async move {
                let _ = reply.send(task(backend).await); // the caller may have gone away
            })
        });
        self.queue.send(Job::Task(task)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)
    }

    /// Asks the lane to end. What is in the queue, and what still gets in before the lane comes to this, will be finished.
    pub(super) async fn close(&self) {
        let _ = self.queue.send(Job::Close).await; // a lane that has ended is closed
    }
}

impl<B: Backend> Driver<B> {
    /// Works until the lane is closed, and gives the database back.
    pub(super) async fn drive(mut self, mut backend: B) -> B {
        let mut jobs = Vec::with_capacity(BATCH);
        while self.queue.recv_many(&mut jobs, BATCH).await > 0 {
            let mut changes = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Change(pending) => changes.push(*pending),
                    Job::Touches => {} // written with the batch below
                    Job::Close => self.queue.close(),
                    Job::Task(task) => {
                        self.write(&mut backend, std::mem::take(&mut changes)).await;
                        task(&mut backend).await;
                    }
                }
            }
            self.write(&mut backend, changes).await;
            backend.settle().await;
        }
        self.write(&mut backend, Vec::new()).await; // touches whose wake-up found the queue full or closed
        backend
    }

    /// Makes a batch of changes and writes the touches noted so far; answers every caller.
    async fn write(&self, backend: &mut B, mut waiting: Vec<Pending>) {
        let mut touches = self.touches.take();
        if waiting.is_empty() && touches.is_empty() {
            return;
        }
        for tried in 0..ATTEMPTS {
            let (results, unwritten) = match attempt(backend, &waiting, &touches, tried == 0).await {
                Ok(done) => done,
                Err(error) => {
                    self.failing.raise(|| {
                        let changes = waiting.len();
                        tracing::error!(changes, touches = touches.len(), %error, "a batch of {changes} changes was not written: {error}");
                    });
                    self.touches.put_back(touches);
                    for pending in waiting {
                        pending.answer(Err(error.clone()));
                    }
                    return;
                }
            };
            self.failing.settle();
            touches.clear();
            let mut again = Vec::new();
            for (pending, result) in waiting.into_iter().zip(results) {
                match unwritten.iter().find(|(cart, _)| *cart == pending.change.cart) {
                    None => pending.answer(result),
                    Some((_, Unwritten::Outrun)) => again.push(pending),
                    Some((_, Unwritten::Unknown(error))) => pending.answer(Err(error.clone())),
                }
            }
            waiting = again;
            if waiting.is_empty() {
                return;
            }
        }
        tracing::warn!(changes = waiting.len(), "{} changes lost every race against other servers", waiting.len());
        for pending in waiting {
            pending.answer(Err(StoreError::Busy));
        }
    }
}

/// A cart of the batch at hand.
#[derive(Default)]
struct Slot {
    /// As the changes so far have left it.
    cart: Option<Arc<Cart>>,
    /// Why it cannot be read; then no change of it is made.
    unreadable: Option<StoreError>,
    /// The revision that was loaded.
    stored: Option<u64>,
    /// Changes of it that are still to be applied.
    left: usize,
    /// The place in the batch of the last change that was made.
    last: Option<usize>,
    /// It is taken for new, and not loaded.
    fresh: bool,
}

/// One transaction. Gives the changes' answers in order, and the carts for which they do not hold.
///
/// With `trusting`, what is to be made is taken for new: ids are drawn at random, so looking whether there is such a cart would
/// nearly always be in vain. The few that are there come back unwritten, and are looked at then.
async fn attempt<B: Backend>(
    backend: &mut B,
    batch: &[Pending],
    touches: &[(CartId, Timestamp)],
    trusting: bool,
) -> Result<(Vec<Answer>, Vec<(CartId, Unwritten)>), StoreError> {
    // In the order of ids, so that every database can lock rows in one order.
    let mut slots: BTreeMap<CartId, Slot> = BTreeMap::new();
    for pending in batch {
        let fresh = trusting && matches!(pending.change.action, Action::Create { .. });
        slots.entry(pending.change.cart).or_insert_with(|| Slot { fresh, ..Slot::default() }).left += 1;
    }
    let ids: Vec<CartId> = slots.iter().filter(|(_, slot)| !slot.fresh).map(|(id, _)| *id).collect();
    for (id, found) in backend.load(&ids).await? {
        let slot = slots.entry(id).or_default();
        let mut cart = match found {
            Ok(cart) => cart,
            Err(error) => {
                tracing::error!(cart = %id, %error, "cart {id} cannot be read");
                slot.unreadable = Some(error);
                continue;
            }
        };
        // A touch that was noted before this batch is part of what the changes find.
        if let Ok(place) = touches.binary_search_by_key(&cart.id, |(id, _)| *id) {
            let touched_at = cart.touched_at.max(touches[place].1);
            Arc::make_mut(&mut cart).touched_at = touched_at;
        }
        slot.stored = Some(cart.revision);
        slot.cart = Some(cart);
    }
    let mut results = Vec::with_capacity(batch.len());
    for (place, pending) in batch.iter().enumerate() {
        let slot = slots.entry(pending.change.cart).or_default();
        slot.left -= 1;
        if let Some(error) = &slot.unreadable {
            results.push(Err(error.clone()));
            continue;
        }
        // The last change of a cart may have it; those before must leave it for the next.
        let cart = if slot.left == 0 { slot.cart.take() } else { slot.cart.clone() };
        let result = pending.change.apply(cart);
        if let Ok(applied) = &result {
            slot.last = Some(place);
            if slot.left > 0 {
                slot.cart = Some(Arc::clone(&applied.cart));
            }
        }
        results.push(Ok(result));
    }
    let saves: Vec<Save<'_>> = slots
        .values()
        .filter_map(|slot| {
            let applied = results[slot.last?].as_ref().ok()?.as_ref().ok()?;
            Some(Save { cart: &applied.cart, stored: slot.stored })
        })
        .collect();
    let unwritten = backend.commit(&saves, touches).await?;
    Ok((results, unwritten))
}

/// The touches that wait for the next batch: for each cart the latest.
#[derive(Default)]
struct Touches(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    at: HashMap<CartId, Timestamp>,
    /// The lane has been woken and has not yet come.
    woken: bool,
    /// Touches for which there was no room.
    dropped: u64,
}

impl Touches {
    /// Notes a touch; answers whether the lane must be woken.
    ///
    /// When there is no room it is dropped and counted. That is sound: the cart's stored time stays old, so the next read of it is
    /// noted again, and the cart lives on from the time that is stored.
    fn note(&self, id: CartId, now: Timestamp) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.at.len() >= TOUCHES && !noted.at.contains_key(&id) {
            noted.dropped += 1;
        } else {
            let at = noted.at.entry(id).or_insert(now);
            *at = now.max(*at);
        }
        !std::mem::replace(&mut noted.woken, true)
    }

    /// Takes what was noted, in the order of ids.
    fn take(&self) -> Vec<(CartId, Timestamp)> {
        let (at, dropped) = {
            let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            noted.woken = false;
            (std::mem::take(&mut noted.at), std::mem::take(&mut noted.dropped))
        };
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "{dropped} reads did not restart the idle clock of their carts: more than {TOUCHES} carts at once"
            );
        }
        let mut touches: Vec<_> = at.into_iter().collect();
        touches.sort_unstable_by_key(|(id, _)| *id);
        touches
    }

    /// Notes again what could not be written; the next touch wakes the lane.
    fn put_back(&self, touches: Vec<(CartId, Timestamp)>) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, time) in touches {
            let at = noted.at.entry(id).or_insert(time);
            *at = time.max(*at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::{Access, Expiry, Limits, Locale};

    /// A database in a map, which does as it is told.
    #[derive(Default)]
    struct Fake {
        carts: BTreeMap<CartId, Cart>,
        /// What is stored of these is no cart.
        spoilt: Vec<CartId>,
        /// The next commits fail.
        failing: usize,
        /// Before the next commits another server changes every cart of the batch.
        racing: usize,
        /// Carts of which the next commit does not know whether it wrote them.
        doubtful: Vec<CartId>,
        /// For each commit how many carts and touches it wrote.
        commits: Vec<(usize, usize)>,
        /// How many carts were asked for.
        loaded: usize,
    }

    impl Backend for Fake {
        async fn load(&mut self, ids: &[CartId]) -> Result<Vec<Found>, StoreError> {
            self.loaded += ids.len();
            let found = |id: &CartId| match self.carts.get(id)? {
                _ if self.spoilt.contains(id) => Some((*id, Err(StoreError::InUse("spoilt".to_owned())))),
                cart => Some((*id, Ok(Arc::new(cart.clone())))),
            };
            Ok(ids.iter().filter_map(found).collect())
        }

        async fn commit(
            &mut self,
            saves: &[Save<'_>],
            touches: &[(CartId, Timestamp)],
        ) -> Result<Vec<(CartId, Unwritten)>, StoreError> {
            if self.failing > 0 {
                self.failing -= 1;
                return Err(StoreError::InUse("fake".to_owned()));
            }
            self.commits.push((saves.len(), touches.len()));
            if self.racing > 0 {
                self.racing -= 1;
                for save in saves {
                    self.carts.get_mut(&save.cart.id).unwrap().revision += 10;
                }
            }
            let mut unwritten = Vec::new();
            for save in saves {
                if self.doubtful.contains(&save.cart.id) {
                    unwritten.push((save.cart.id, Unwritten::Unknown(StoreError::InUse("fake".to_owned()))));
                } else if self.carts.get(&save.cart.id).map(|cart| cart.revision) == save.stored {
                    self.carts.insert(save.cart.id, Cart::clone(save.cart));
                } else {
                    unwritten.push((save.cart.id, Unwritten::Outrun));
                }
            }
            for (id, at) in touches {
                if let Some(cart) = self.carts.get_mut(id) {
                    cart.touched_at = cart.touched_at.max(*at);
                }
            }
            self.doubtful.clear();
            Ok(unwritten)
        }

        async fn settle(&mut self) {}
    }

    fn id(n: u64) -> CartId {
        CartId::from_number(n).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn change(n: u64, now: i64, action: Action) -> CartChange {
        let access = Access {
            locale: Locale::Us,
            account: String::new(),
            isolated: true,
            now: at(now),
            expiry: Expiry::default(),
        };
        CartChange { cart: id(n), access, action }
    }

    fn create(n: u64) -> CartChange {
        let limits = Limits { lines: 1, quantity: 1 };
        let action = Action::Create {
            associate_tag: "ws".to_owned(),
            merge: false,
            items: Vec::new(),
            may_be_empty: true,
            limits,
        };
        change(n, 0, action)
    }

    /// Hands everything in before the lane starts, so that what shares a batch is certain. Answers the answers and the database.
    async fn run(fake: Fake, changes: Vec<CartChange>, touches: &[(u64, i64)]) -> (Vec<Answer>, Fake) {
        let (lane, driver) = lane::<Fake>(1000);
        for (n, seconds) in touches {
            lane.touch(id(*n), at(*seconds));
        }
        let mut answers = Vec::new();
        for change in changes {
            let (reply, answer) = oneshot::channel();
            assert!(lane.queue.try_send(Job::Change(Box::new(Pending { change, reply }))).is_ok());
            answers.push(answer);
        }
        drop(lane);
        let fake = driver.drive(fake).await;
        let mut received = Vec::new();
        for answer in answers {
            received.push(answer.await.unwrap());
        }
        (received, fake)
    }

    fn revision(answer: &Answer) -> u64 {
        answer.as_ref().unwrap().as_ref().unwrap().cart.revision
    }

    #[tokio::test]
    async fn what_waits_is_one_transaction_and_each_caller_has_its_own_answer() {
        let changes = vec![create(1), create(2), create(1), change(3, 0, Action::Clear), change(1, 1, Action::Clear)];
        let (answers, fake) = run(Fake::default(), changes, &[(9, 1)]).await;
        assert_eq!(fake.commits, [(2, 1)]);
        assert_eq!((revision(&answers[0]), revision(&answers[1]), revision(&answers[4])), (1, 1, 2));
        assert!(matches!(answers[2], Ok(Err(Refusal::IdTaken))));
        assert!(matches!(answers[3], Ok(Err(Refusal::Mismatch))));
        assert_eq!(fake.carts[&id(1)].revision, 2);
    }

    #[tokio::test]
    async fn a_new_cart_is_looked_for_only_when_its_id_is_taken() {
        let (_, fake) = run(Fake::default(), (0..3).map(create).collect(), &[]).await;
        assert_eq!((fake.loaded, fake.commits.as_slice()), (0, &[(3, 0)][..]));
        let (answers, fake) = run(fake, vec![create(2), create(3), change(2, 1, Action::Clear)], &[]).await;
        assert!(matches!(answers[0], Ok(Err(Refusal::IdTaken))));
        assert_eq!((revision(&answers[1]), revision(&answers[2])), (1, 2), "the one that there is, is not overwritten");
        assert_eq!(fake.loaded, 1);
    }

    #[tokio::test]
    async fn a_batch_is_bounded() {
        let (_, fake) = run(Fake::default(), (0..600).map(create).collect(), &[]).await;
        assert_eq!(fake.commits, [(256, 0), (256, 0), (88, 0)]);
    }

    #[tokio::test]
    async fn a_failed_commit_is_told_to_all_and_keeps_the_touches() {
        let fake = Fake { failing: 1, ..Fake::default() };
        let changes: Vec<_> = (0..257).map(create).collect();
        let (answers, fake) = run(fake, changes, &[(256, 50)]).await;
        // A touch's wake-up stands in the queue too: the first batch has 255 changes.
        assert!(answers[..255].iter().all(|answer| matches!(answer, Err(StoreError::InUse(_)))));
        assert!(answers[255..].iter().all(|answer| revision(answer) == 1));
        assert_eq!(fake.commits, [(2, 1)]);
        assert_eq!(fake.carts[&id(256)].touched_at, at(50));
    }

    #[tokio::test]
    async fn a_cart_that_cannot_be_read_is_trouble_for_its_own_callers_alone() {
        let (_, fake) = run(Fake::default(), vec![create(1), create(2)], &[]).await;
        let fake = Fake { spoilt: vec![id(2)], ..fake };
        let clear = |n| change(n, 1, Action::Clear);
        let (answers, fake) = run(fake, vec![clear(1), clear(2), create(3), create(2)], &[]).await;
        assert_eq!((revision(&answers[0]), revision(&answers[2])), (2, 1));
        assert!(matches!(answers[1], Err(StoreError::InUse(_))) && matches!(answers[3], Err(StoreError::InUse(_))));
        assert_eq!(fake.carts[&id(2)].revision, 1, "it stays as it is");
    }

    #[tokio::test]
    async fn a_lost_race_is_run_again_on_the_cart_as_it_is_then() {
        let (_, fake) = run(Fake::default(), vec![create(1)], &[]).await;
        let fake = Fake { racing: 2, ..fake };
        let (answers, fake) = run(fake, vec![change(1, 1, Action::Clear), create(1)], &[]).await;
        assert_eq!(revision(&answers[0]), 22);
        assert!(matches!(answers[1], Ok(Err(Refusal::IdTaken))));
        let fake = Fake { racing: usize::MAX, ..fake };
        let (answers, _) = run(fake, vec![change(1, 1, Action::Clear)], &[]).await;
        assert!(matches!(answers[0], Err(StoreError::Busy)));
    }

    #[tokio::test]
    async fn a_change_of_which_nobody_knows_is_trouble_for_its_own_callers_and_not_made_again() {
        let (_, fake) = run(Fake::default(), vec![create(1), create(2)], &[]).await;
        let fake = Fake { doubtful: vec![id(2)], ..fake };
        let clear = |n| change(n, 1, Action::Clear);
        let (answers, fake) = run(fake, vec![clear(1), clear(2), clear(2)], &[]).await;
        assert_eq!(revision(&answers[0]), 2);
        assert!(answers[1..].iter().all(|answer| matches!(answer, Err(StoreError::InUse(_)))), "{answers:?}");
        assert_eq!(fake.commits, [(2, 0), (2, 0)]);
    }

    #[tokio::test]
    async fn a_task_sees_what_was_handed_in_before_and_nothing_of_what_came_after() {
        let (lane, driver) = lane::<Fake>(10);
        let driving = tokio::spawn(driver.drive(Fake::default()));
        lane.touch(id(1), at(70));
        let seen = |fake: &mut Fake| fake.carts.get(&id(1)).map(|cart| (cart.revision, cart.touched_at));
        let (_, first, _, second) = tokio::join!(
            lane.change(create(1)),
            lane.run(move |fake| Box::pin(async move { seen(fake) })),
            lane.change(change(1, 3, Action::Clear)),
            lane.run(move |fake| Box::pin(async move { seen(fake) })),
        );
        assert_eq!(first.unwrap(), Some((1, at(70))));
        assert_eq!(second.unwrap(), Some((2, at(70))));
        lane.close().await;
        driving.await.unwrap();
        assert!(matches!(lane.change(create(2)).await, Err(StoreError::Closed)));
    }

    #[test]
    fn touches_are_bounded_and_the_latest_counts() {
        let touches = Touches::default();
        assert!(touches.note(id(1), at(5)), "the first wakes the lane");
        assert!(!touches.note(id(1), at(9)) && !touches.note(id(1), at(7)));
        for n in 2..TOUCHES as u64 + 10 {
            touches.note(id(n), at(1));
        }
        touches.note(id(1), at(11)); // no new place is needed
        let taken = touches.take();
        assert_eq!((taken.len(), taken[0]), (TOUCHES, (id(1), at(11))));
        assert!(touches.note(id(1), at(1)), "and so does the first after the lane came");
        touches.put_back(vec![(id(1), at(3)), (id(2), at(3))]);
        assert_eq!(touches.take(), [(id(1), at(3)), (id(2), at(3))]);
    }
}
