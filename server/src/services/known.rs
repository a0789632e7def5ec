//! What the database has said and cannot have changed since.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::failure::Result;
use crate::store::State;

/// Seconds after which an answer that nobody asks for any more is forgotten.
const FORGOTTEN_AFTER: i64 = 300;

/// Answers of the database, by what they are about.
///
/// Nobody is told what was true before they came: they say in which state the database was then, and an answer that was read in another
/// state is read again.
pub(super) struct Known<K, A>(Mutex<HashMap<K, Arc<Slot<A>>>>);

/// The answer about one thing.
struct Slot<A> {
    /// When it was last asked for, in seconds since 1970.
    used_at: AtomicI64,
    /// The latest one, and the state in which it was read.
    latest: tokio::sync::Mutex<Option<(Option<State>, A)>>,
}

/// Takes an empty slot away when whoever has come for an answer leaves, even without one.
struct Visit<'k, K: Eq + Hash, A> {
    known: &'k Known<K, A>,
    key: &'k K,
    has_answer: bool,
}

impl<K: Eq + Hash + Clone, A: Clone> Known<K, A> {
    /// The answer about `key` for somebody who came when the database was in this state; if that is not known, it is read. Many who need a new
    /// one share it. `read` gets the earlier answer, if one is kept, and may answer with it where it still holds. What fails changes nothing, and
    /// nothing is kept of what does not exist.
    pub(super) async fn as_of<F>(
        &self,
        state: Option<State>,
        key: &K,
        now: i64,
        read: impl FnOnce(Option<A>) -> F,
    ) -> Result<Option<A>>
    where
        F: Future<Output = Result<Option<A>>>,
    {
        let slot = self.slot(key);
        slot.used_at.store(now, Ordering::Relaxed);
        // Lets go of the slot before it is looked at whether it is empty.
        let mut visit = Visit { known: self, key, has_answer: false };
        let mut latest = slot.latest.lock().await;
        let (as_of, earlier) = latest.clone().unzip();
        visit.has_answer = earlier.is_some();
        if state.is_some() && as_of.flatten() == state {
            return Ok(earlier);
        }
        let found = read(earlier).await?;
        *latest = found.clone().map(|answer| (state, answer));
        visit.has_answer = found.is_some();
        Ok(found)
    }

    /// Forgets the answer about `key`.
    pub(super) fn forget(&self, key: &K) {
        self.slots().remove(key);
    }

    /// Forgets what was not asked for in a while.
    pub(super) fn forget_unused(&self, now: i64) {
        self.slots().retain(|_, slot| now - slot.used_at.load(Ordering::Relaxed) < FORGOTTEN_AFTER);
    }

    fn slot(&self, key: &K) -> Arc<Slot<A>> {
        let mut slots = self.slots();
        match slots.get(key) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(key.clone()).or_default()),
        }
    }
}

impl<K, A> Known<K, A> {
    fn slots(&self) -> MutexGuard<'_, HashMap<K, Arc<Slot<A>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, A> Drop for Visit<'_, K, A> {
    fn drop(&mut self) {
        if self.has_answer {
            return;
        }
        let mut slots = self.known.slots();
        // Somebody else may be reading it.
        if slots.get(self.key).is_some_and(|slot| slot.latest.try_lock().is_ok_and(|latest| latest.is_none())) {
            slots.remove(self.key);
        }
    }
}

impl<K, A> Default for Known<K, A> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<A> Default for Slot<A> {
    fn default() -> Self {
        Self { used_at: AtomicI64::new(0), latest: tokio::sync::Mutex::new(None) }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use futures_util::future::join_all;

    use super::*;
    use crate::services::failure::Failure;
    use crate::store::{SqliteStore, Store};

    type Numbers = Known<&'static str, u32>;

    /// A store, and the two states before and after a change.
    async fn states() -> (tempfile::TempDir, State, State) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("signet.db")).await.unwrap();
        let before = Store::state(&store).await.unwrap();
        assert_eq!(Store::state(&store).await, Some(before));
        let mut transaction = store.begin().await.unwrap();
        let at = app::timestamp::Timestamp::from_seconds(0);
        transaction.replace_setup_link(&[0; 32], at).await.unwrap();
        assert_eq!(Store::state(&store).await, Some(before), "nothing is committed yet");
        transaction.commit().await.unwrap();
        let after = Store::state(&store).await.unwrap();
        assert_ne!(before, after);
        (folder, before, after)
    }

    fn kept(known: &Numbers) -> usize {
        known.slots().len()
    }

    #[tokio::test]
    async fn it_is_read_once_in_each_state() {
        let (_folder, before, after) = states().await;
        let known = Numbers::default();
        let read = Cell::new(0);
        let next = |earlier: Option<u32>| {
            let answer = earlier.unwrap_or(10) + 1;
            read.set(read.get() + 1);
            async move {
                tokio::task::yield_now().await;
                Ok(Some(answer))
            }
        };
        for answer in join_all((0..10).map(|_| known.as_of(Some(before), &"a", 0, next))).await {
            assert_eq!(answer.unwrap(), Some(11));
        }
        assert_eq!(read.get(), 1);
        for _ in 0..3 {
            assert_eq!(
                known.as_of(Some(after), &"a", 0, next).await.unwrap(),
                Some(12),
                "it is shown the earlier answer"
            );
        }
        assert_eq!(read.get(), 2);
        assert_eq!(known.as_of(Some(before), &"a", 0, next).await.unwrap(), Some(13), "who came earlier reads again");
        assert_eq!(
            known.as_of(None, &"a", 0, next).await.unwrap(),
            Some(14),
            "and so does who does not know the state"
        );
        assert_eq!(known.as_of(None, &"a", 0, next).await.unwrap(), Some(15), "each time");
        assert_eq!(known.as_of(Some(after), &"a", 0, next).await.unwrap(), Some(16));
    }

    #[tokio::test]
    async fn what_nobody_asks_for_is_forgotten() {
        let (_folder, state, _) = states().await;
        let known = Numbers::default();
        let next = |earlier: Option<u32>| ready(Ok(Some(earlier.unwrap_or(0) + 1)));
        assert_eq!(known.as_of(Some(state), &"a", 0, next).await.unwrap(), Some(1));
        assert_eq!(known.as_of(Some(state), &"b", 100, next).await.unwrap(), Some(1));
        known.forget_unused(300);
        assert_eq!(kept(&known), 1);
        known.forget(&"b");
        assert_eq!(kept(&known), 0);
    }

    #[tokio::test]
    async fn nothing_is_kept_of_what_does_not_exist_and_a_failure_changes_nothing() {
        let (_folder, before, after) = states().await;
        let known = Numbers::default();
        let failing = |_| ready(Err(Failure::Mistake("it broke")));
        assert!(known.as_of(Some(before), &"a", 0, failing).await.is_err());
        assert_eq!(known.as_of(Some(before), &"a", 0, |_| ready(Ok(None))).await.unwrap(), None);
        assert_eq!(kept(&known), 0);
        assert_eq!(known.as_of(Some(before), &"a", 0, |_| ready(Ok(Some(1)))).await.unwrap(), Some(1));
        assert!(known.as_of(Some(after), &"a", 0, failing).await.is_err());
        let earlier = Cell::new(None);
        let seen = |kept| {
            earlier.set(kept);
            ready(Ok(None))
        };
        assert_eq!(known.as_of(Some(after), &"a", 0, seen).await.unwrap(), None);
        assert_eq!((earlier.get(), kept(&known)), (Some(1), 0));
    }

    #[tokio::test]
    async fn who_hangs_up_takes_nothing_away_and_leaves_nothing() {
        let (_folder, before, after) = states().await;
        let known = Numbers::default();
        let never = |_| std::future::pending();
        let hang_up = async |state| {
            let waiting = known.as_of(Some(state), &"a", 0, never);
            tokio::time::timeout(std::time::Duration::from_millis(1), waiting).await.unwrap_err();
        };
        hang_up(before).await;
        assert_eq!(kept(&known), 0);
        assert_eq!(known.as_of(Some(before), &"a", 0, |_| ready(Ok(Some(1)))).await.unwrap(), Some(1));
        hang_up(after).await;
        assert_eq!(known.as_of(Some(before), &"a", 0, never).await.unwrap(), Some(1));
    }
}
