//! Telling whoever looks at a company's pages that something was changed there, by whomever and on whichever server.
//!
//! Every change appends to the company's audit chain in its own transaction, so the chain's end says whether there was one. It is looked
//! at by one task for all listeners of this process, and only while there are any.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::service::{Answer, Error, Permission};
use tokio::sync::watch;
use tokio::time::sleep;

use super::failure::Result;
use super::{Caller, Door, Person, Services, Who, certificates};
use crate::store::Store;

/// How often it is looked whether something was changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long nothing is said at most; also how often it is looked whether the listener may still listen.
const PULSE: Duration = Duration::from_secs(15);
/// Seconds after which somebody is to try again for whom there is no place.
const FULL: u32 = 30;
/// Listeners of this process.
const MOST: usize = 1000;
/// Whoever may see one of the pages that are told.
const PAGES: [Permission; 2] = [Permission::CompanySettings, Permission::ManageApiNodes];
/// Listeners of one session.
const MOST_OF_A_SESSION: usize = 16;

/// Everybody who listens.
#[derive(Default)]
pub(super) struct Listeners(Mutex<Places>);

#[derive(Default)]
struct Places {
    companies: HashMap<String, Company>,
    sessions: HashMap<[u8; 32], usize>,
    taken: usize,
    is_looking: bool,
}

/// A company with listeners.
struct Company {
    listeners: usize,
    end: watch::Sender<End>,
}

/// Where a company's audit chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    /// Number of the last entry that was looked at.
    last: i64,
    /// The same when it was last found that something had changed which pages show.
    changed: i64,
}

impl Listeners {
    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place; `None` if there is none. Also tells whether somebody has to begin to look.
    fn enter(&self, person: &Person, last: i64) -> Option<(watch::Receiver<End>, bool)> {
        let mut places = self.places();
        let of_session = places.sessions.get(&person.session).copied().unwrap_or_default();
        if places.taken >= MOST || of_session >= MOST_OF_A_SESSION {
            return None;
        }
        places.taken += 1;
        places.sessions.insert(person.session, of_session + 1);
        let company = places
            .companies
            .entry(person.account_id.clone())
            .or_insert_with(|| Company { listeners: 0, end: watch::Sender::new(End { last, changed: 0 }) });
        company.listeners += 1;
        let end = company.end.subscribe();
        Some((end, !std::mem::replace(&mut places.is_looking, true)))
    }

    /// Gives the place back.
    fn leave(&self, person: &Person) {
        let mut places = self.places();
        places.taken = places.taken.saturating_sub(1);
        if let Some(of_session) = places.sessions.get_mut(&person.session) {
            *of_session -= 1;
            if *of_session == 0 {
                places.sessions.remove(&person.session);
            }
        }
        if let Some(company) = places.companies.get_mut(&person.account_id) {
            company.listeners -= 1;
            if company.listeners == 0 {
                places.companies.remove(&person.account_id);
            }
        }
    }

    /// The companies with listeners, and how far each was looked at; none, and nobody looks any more, if there are no listeners.
    fn looked_at(&self) -> HashMap<String, i64> {
        let mut places = self.places();
        places.is_looking = !places.companies.is_empty();
        places.companies.iter().map(|(id, company)| (id.clone(), company.end.borrow().last)).collect()
    }

    fn tell(&self, account_id: &str, last: i64, has_changed: bool) {
        if let Some(company) = self.places().companies.get(account_id) {
            company.end.send_modify(|end| {
                end.last = last;
                if has_changed {
                    end.changed = last;
                }
            });
        }
    }
}

/// Somebody who is told about changes for as long as this is kept.
pub struct Listener {
    services: Arc<Services>,
    person: Person,
    end: watch::Receiver<End>,
    /// Number of the last entry that was told about.
    told: i64,
    /// Something was changed before there was somebody to be told.
    has_missed: bool,
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something was changed; as of this entry of the audit log.
    Changed(i64),
    /// Nothing, for a while.
    Pulse,
}

impl Door {
    /// Listens for changes of what the company's pages show, from this entry of its audit log on; without one from now on.
    /// **Permissions:** `settings:company_settings` or `api_nodes:manage`, and a session.
    ///
    /// # Errors
    /// [`Error::SignedOut`]; [`Error::Forbidden`]; [`Error::TooManyAttempts`] if there are too many listeners.
    pub async fn listen(&self, after: Option<i64>) -> Answer<Listener> {
        self.services.answer(listen(self, after).await)
    }
}

async fn listen(door: &Door, after: Option<i64>) -> Result<Listener> {
    if !may_see_a_page(door) {
        door.authorise_reading(Permission::CompanySettings, certificates::LOOK, None).await?;
    }
    let Who::Person(person) = &door.caller.who else { return Err(Error::SignedOut.into()) };
    let services = Arc::clone(&door.services);
    let end = as_of(&*services.store, &person.account_id).await?;
    let has_missed = match after {
        Some(after) if after < end => services.store.has_changed(&person.account_id, after, end).await?,
        _ => false,
    };
    let Some((heard, is_first)) = services.listeners.enter(person, end) else {
        return Err(Error::TooManyAttempts { seconds: FULL }.into());
    };
    if is_first {
        tokio::spawn(look(Arc::clone(&services)));
    }
    Ok(Listener { person: person.clone(), services, end: heard, told: end, has_missed })
}

/// Number of the last change in a company that what is read now may show: what comes after it is told.
pub(super) async fn as_of(store: &dyn Store, account_id: &str) -> Result<i64> {
    Ok(store.audit_chain_end(Some(account_id)).await?.map_or(0, |(last, _hash)| last))
}

fn may_see_a_page(door: &Door) -> bool {
    PAGES.into_iter().any(|permission| door.may(permission).is_ok())
}

impl Listener {
    /// Waits for the next thing to hear; `None` once there is nothing more: the session has ended, or its permission is gone.
    pub async fn hear(&mut self) -> Option<Heard> {
        loop {
            let end = *self.end.borrow_and_update();
            if std::mem::take(&mut self.has_missed) || end.changed > self.told {
                self.told = self.told.max(end.last);
                return self.may_listen().await.then_some(Heard::Changed(self.told));
            }
            tokio::select! {
                // Whatever it was, it may have been that the session was ended, or a permission taken.
                told = self.end.changed() => if told.is_err() || !self.may_listen().await { return None },
                () = sleep(PULSE) => return self.may_listen().await.then_some(Heard::Pulse),
            }
        }
    }

    /// Whether the session is alive, in the same company, and has the permission. To listen is no use of a session: it ends when nobody
    /// does anything else.
    async fn may_listen(&self) -> bool {
        match self.services.person_in(&self.person.session).await {
            Ok(Some(person)) => {
                let account_id = person.account_id.clone();
                let caller = Caller::new(Who::Person(person), None);
                let door = Door { services: Arc::clone(&self.services), caller };
                account_id == self.person.account_id && may_see_a_page(&door)
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "it could not be looked whether somebody may still listen");
                false
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.services.listeners.leave(&self.person);
    }
}

/// Looks whether something was changed in the companies with listeners, until there are none.
async fn look(services: Arc<Services>) {
    loop {
        sleep(LOOK_EVERY).await;
        let known = services.listeners.looked_at();
        if known.is_empty() {
            return;
        }
        if let Err(error) = look_once(&services, &known).await {
            tracing::warn!(%error, "it could not be looked whether something was changed");
        }
    }
}

async fn look_once(services: &Services, known: &HashMap<String, i64>) -> Result<()> {
    let ids: Vec<&str> = known.keys().map(String::as_str).collect();
    for (account_id, end) in services.store.audit_chain_ends(&ids).await? {
        let Some(&last) = known.get(&account_id) else { continue };
        if end != last {
            let has_changed = services.store.has_changed(&account_id, last, end).await?;
            services.listeners.tell(&account_id, end, has_changed);
        }
    }
    Ok(())
}
