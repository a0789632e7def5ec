//! Refused attempts that can come in any number, from strangers and from scripts: summed up per minute, so that whoever is refused
//! cannot fill the database.
//!
//! The sums are in memory until they are recorded: when their minute is over, at an orderly end of the program, and again a few
//! seconds later for as long as the database fails. So a process that is killed takes at most the last 65 seconds of them with it.
//! Of somebody whom Signet knows the first attempt of a minute is recorded at once, and only the others are summed up.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use app::service::Answer;
use app::timestamp::Timestamp;

use super::Services;
use super::audit::{self, Actor, Event, Outcome};
use super::failure::Result;
use crate::auth::{Email, network};

/// Different refusals that are remembered at most; what is more in one minute counts together, whatever its address.
const REMEMBERED: usize = 10_000;

/// A refused attempt: equal ones are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Refusal {
    /// In whose chain it is recorded.
    pub(super) account_id: Option<String>,
    /// Who, and from where.
    pub(super) actor: Actor,
    /// What.
    pub(super) action: String,
    /// On what.
    pub(super) object_id: Option<String>,
    /// Its name.
    pub(super) object_name: String,
    /// Why it was refused.
    pub(super) detail: String,
}

/// How often, in this process, and in minutes that are not recorded yet.
#[derive(Default)]
pub(super) struct Refusals {
    counts: Mutex<HashMap<(Minute, Refusal), u64>>,
    with_email: Mutex<HashMap<(Minute, WithEmail), u64>>,
}

/// Attempts with an e-mail address that are refused before it is looked whose it is: that is looked up when they are recorded, so that
/// the answer to them takes as long for everybody's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct WithEmail {
    email: String,
    actor: Actor,
    action: String,
    detail: String,
}

/// Minutes since 1970.
type Minute = i64;

impl Refusals {
    /// Counts one; says whether it is the first of its kind in this minute.
    fn count(&self, minute: Minute, refusal: Refusal) -> bool {
        self.add(minute, refusal, 1)
    }

    fn add(&self, minute: Minute, refusal: Refusal, number: u64) -> bool {
        let mut counts = self.counts();
        let full = counts.len() >= REMEMBERED && !counts.contains_key(&(minute, refusal.clone()));
        let refusal = if full { Refusal { actor: Actor::many(), object_id: None, ..refusal } } else { refusal };
        let count = counts.entry((minute, refusal)).or_default();
        let is_first = *count == 0 && !full;
        *count += number;
        is_first
    }

    /// Counts one with an e-mail address; what is more than can be remembered is forgotten.
    fn count_with_email(&self, minute: Minute, attempt: WithEmail) {
        let mut counts = self.with_email();
        let key = (minute, attempt);
        if counts.len() < REMEMBERED || counts.contains_key(&key) {
            *counts.entry(key).or_default() += 1;
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<(Minute, Refusal), u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_email(&self) -> MutexGuard<'_, HashMap<(Minute, WithEmail), u64>> {
        self.with_email.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was counted before this minute, in the order in which all servers record it.
    fn before(&self, minute: Minute) -> Vec<((Minute, Refusal), u64)> {
        let counts = self.counts();
        let counted = counts.iter().filter(|((counted, _refusal), _count)| *counted < minute);
        let mut counted: Vec<_> = counted.map(|(key, count)| (key.clone(), *count)).collect();
        counted.sort_unstable_by(|((minute, refusal), _), ((other_minute, other), _)| {
            (&refusal.account_id, minute).cmp(&(&other.account_id, other_minute))
        });
        counted
    }

    /// Forgets what is recorded by now; what was counted meanwhile stays.
    fn forget(&self, recorded: Vec<((Minute, Refusal), u64)>) {
        let mut counts = self.counts();
        for (key, recorded) in recorded {
            let at_once = u64::from(key.1.is_recorded_at_once());
            let Entry::Occupied(mut count) = counts.entry(key) else { continue };
            match count.get().saturating_sub(recorded) {
                0 => _ = count.remove(),
                more => _ = count.insert(more.saturating_add(at_once)),
            }
        }
    }
}

impl Services {
    /// Records the refused attempts of minutes that are over; at the end of the program, with `all`, those of this minute too. To be
    /// called every few seconds. **Permissions:** the server itself.
    pub async fn write_refusals(&self, all: bool) -> Answer<()> {
        self.answer(self.record_refusals(all).await)
    }

    /// Counts an attempt of somebody of whom nothing is known but the address.
    pub(super) fn count_stranger(&self, action: &str, detail: &str, address: Option<IpAddr>) {
        let refusal = Refusal {
            account_id: None,
            actor: Actor::stranger(address.map(address_in_words)),
            action: action.to_owned(),
            object_id: None,
            object_name: String::new(),
            detail: detail.to_owned(),
        };
        self.refusals.count(minute(self.clock.now()), refusal);
    }

    /// Counts an attempt of somebody unknown with this e-mail address; it is recorded in the company of the person whose it is, if it is
    /// anybody's.
    pub(super) fn count_stranger_as(&self, email: &Email, action: &str, detail: &str, address: Option<IpAddr>) {
        let attempt = WithEmail {
            email: email.as_str().to_owned(),
            actor: Actor::stranger(address.map(address_in_words)),
            action: action.to_owned(),
            detail: detail.to_owned(),
        };
        self.refusals.count_with_email(minute(self.clock.now()), attempt);
    }

    /// Counts an attempt of somebody unknown on what belongs to this company.
    pub(super) fn count_stranger_in(
        &self,
        account_id: &str,
        (object_id, object_name): (&str, &str),
        action: &str,
        detail: &str,
        address: Option<IpAddr>,
    ) {
        let refusal = Refusal {
            account_id: Some(account_id.to_owned()),
            actor: Actor::stranger(address.map(address_in_words)),
            action: action.to_owned(),
            object_id: Some(object_id.to_owned()),
            object_name: object_name.to_owned(),
            detail: detail.to_owned(),
        };
        self.refusals.count(minute(self.clock.now()), refusal);
    }

    /// Records the first attempt of its kind in a minute at once, and counts the others.
    pub(super) async fn record_refusal(&self, refusal: Refusal) -> Result<()> {
        self.record_refusal_about(refusal, None).await
    }

    /// The same for attempts that are equal whatever they were made on: the first one says on what that was.
    pub(super) async fn record_refusal_about(&self, refusal: Refusal, first_object: Option<&str>) -> Result<()> {
        let now = self.clock.now();
        if self.refusals.count(minute(now), refusal.clone()) {
            let first = match first_object {
                Some(object) => Refusal { object_id: Some(object.to_owned()), ..refusal },
                None => refusal,
            };
            let mut transaction = self.store.begin().await?;
            first.record(&mut *transaction, now, &first.detail).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Looks whose e-mail addresses were tried before this minute, and counts the attempts in their companies.
    async fn find_whose(&self, end: Minute) -> Result<()> {
        let tried: Vec<_> = self.refusals.with_email().keys().filter(|(minute, _)| *minute < end).cloned().collect();
        for key in tried {
            let user = self.store.user_by_email(&key.1.email).await?;
            let membership = match &user {
                Some(user) => self.store.first_membership(&user.id).await?,
                None => None,
            };
            // Only now: what could not be looked up is tried again.
            let Some(number) = self.refusals.with_email().remove(&key) else { continue };
            if let (Some(user), Some(membership)) = (user, membership) {
                let (minute, WithEmail { actor, action, detail, .. }) = key;
                let (account_id, object_id) = (Some(membership.account_id), Some(user.id));
                let refusal = Refusal { account_id, actor, action, object_id, object_name: user.name, detail };
                self.refusals.add(minute, refusal, number);
            }
        }
        Ok(())
    }

    async fn record_refusals(&self, all: bool) -> Result<()> {
        let now = self.clock.now();
        let end = if all { Minute::MAX } else { minute(now) };
        self.find_whose(end).await?;
        let counted = self.refusals.before(end);
        // What was recorded at once is not recorded again.
        let due = counted.iter().filter_map(|((minute, refusal), count)| {
            let count = count.saturating_sub(u64::from(refusal.is_recorded_at_once()));
            (count > 0).then_some((*minute, refusal, count))
        });
        let mut transaction = None;
        for (minute, refusal, count) in due {
            let transaction = match &mut transaction {
                Some(transaction) => transaction,
                none => none.insert(self.store.begin().await?),
            };
            let detail = refusal.in_words(minute, count);
            refusal.record(&mut **transaction, now, &detail).await?;
        }
        if let Some(transaction) = transaction {
            transaction.commit().await?;
        }
        // Only now: what could not be recorded is tried again.
        self.refusals.forget(counted);
        Ok(())
    }
}

impl Refusal {
    /// Those of strangers are only summed up.
    fn is_recorded_at_once(&self) -> bool {
        self.actor.is_known()
    }

    fn in_words(&self, minute: Minute, count: u64) -> String {
        let from = Timestamp::from_seconds(minute * 60);
        let more = if self.is_recorded_at_once() { " more" } else { "" };
        let times = if count == 1 { "time" } else { "times" };
        format!("{}; {count}{more} {times} in the minute from {}", self.detail, from.date_and_time())
    }

    async fn record(
        &self,
        transaction: &mut dyn crate::store::Transaction,
        at: Timestamp,
        detail: &str,
    ) -> crate::store::Result<()> {
        let event = Event {
            action: &self.action,
            object_id: self.object_id.as_deref(),
            object_name: &self.object_name,
            outcome: Outcome::Refused,
            detail,
        };
        audit::record(transaction, self.account_id.as_deref(), &self.actor, at, event).await
    }
}

fn minute(at: Timestamp) -> Minute {
    at.seconds().div_euclid(60)
}

/// The address; of IPv6 the network that one customer has.
fn address_in_words(address: IpAddr) -> String {
    match network(address) {
        IpAddr::V6(network) if network != Ipv6Addr::LOCALHOST => format!("{network}/64"),
        network => network.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(address: u32) -> Refusal {
        Refusal {
            account_id: None,
            actor: Actor::stranger(Some(address.to_string())),
            action: "session.sign_in".to_owned(),
            object_id: None,
            object_name: String::new(),
            detail: "refused".to_owned(),
        }
    }

    #[test]
    fn are_counted_per_minute_and_address() {
        let refusals = Refusals::default();
        for (minute, address, first) in [(1, 7, true), (1, 7, false), (1, 8, true), (2, 7, true), (1, 7, false)] {
            assert_eq!(refusals.count(minute, refusal(address)), first, "{minute} {address}");
        }
        let counted = refusals.before(2);
        let mut counts: Vec<_> = counted.iter().map(|((minute, _), count)| (*minute, *count)).collect();
        counts.sort_unstable();
        assert_eq!(counts, [(1, 1), (1, 3)]);
        assert_eq!(refusals.before(2).len(), 2, "until they are recorded");
        refusals.forget(counted);
        assert_eq!(refusals.before(2), []);
        assert_eq!(refusals.before(Minute::MAX), [((2, refusal(7)), 1)]);
    }

    #[test]
    fn what_comes_while_the_others_are_recorded_is_recorded_the_next_time() {
        let refusals = Refusals::default();
        let known = Refusal { actor: Actor::token("id", "ci"), ..refusal(7) };
        for refusal in [refusal(7), known.clone()] {
            refusals.count(1, refusal.clone());
            refusals.count(1, refusal.clone());
            let counted = refusals.before(2);
            refusals.count(1, refusal.clone());
            refusals.forget(counted);
            // Of somebody who is known one more stands for the one that is recorded at once.
            let left = 1 + u64::from(refusal.is_recorded_at_once());
            assert_eq!(refusals.before(2), [((1, refusal.clone()), left)]);
            refusals.forget(refusals.before(2));
            assert_eq!(refusals.before(2), []);
        }
    }

    #[test]
    fn no_more_are_remembered_than_may_be() {
        let refusals = Refusals::default();
        let many = u32::try_from(REMEMBERED).unwrap();
        for address in 0..many + 50 {
            assert_eq!(refusals.count(1, refusal(address)), address < many);
        }
        assert!(!refusals.count(1, refusal(3)), "it is remembered");
        let counted = refusals.before(2);
        assert_eq!(counted.len(), REMEMBERED + 1);
        let sum = counted.iter().find(|((_, refusal), _)| refusal.actor == Actor::many()).unwrap();
        assert_eq!(sum.1, 50);
    }

    #[test]
    fn addresses() {
        let words = |address: &str| address_in_words(address.parse().unwrap());
        assert_eq!(words("203.0.113.7"), "203.0.113.7");
        assert_eq!(words("::ffff:203.0.113.7"), "203.0.113.7");
        assert_eq!(words("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    }
}
