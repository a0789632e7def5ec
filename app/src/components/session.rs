use leptos::prelude::*;

use super::focused_id;
use crate::service::{Answer, Error, Me, Permission};

/// The session that a page is in: whose it is, and a way to sign in again in a dialog, so that nothing on the page is lost.
#[derive(Clone, Copy)]
pub struct Session {
    me: RwSignal<Option<Me>>,
    asking: RwSignal<bool>,
    renewals: RwSignal<u32>,
    due: RwSignal<Option<u64>>,
    changes: RwSignal<u32>,
    asked_at: StoredValue<Option<String>>,
}

impl Session {
    /// The session of a page that can go on after it has ended; to be called before its [`super::Frame`] is drawn.
    pub fn provide() -> Self {
        let session = Self {
            me: RwSignal::new(None),
            asking: RwSignal::new(false),
            renewals: RwSignal::new(0),
            due: RwSignal::new(None),
            changes: RwSignal::new(0),
            asked_at: StoredValue::new(None),
        };
        provide_context(session);
        session
    }

    /// The page's session, if the page can go on after it has ended.
    pub fn of_this_page() -> Option<Self> {
        use_context()
    }

    /// Notes whose session it is.
    pub(super) fn belongs_to(self, me: Me) {
        self.me.set(Some(me));
    }

    /// Whose session it is, once that is known; not tracked.
    pub fn me(self) -> Option<Me> {
        self.me.get_untracked()
    }

    /// Whether its person has this permission, as far as that is known: in the browser, once the page reacts.
    pub fn may(self, permission: Permission) -> bool {
        self.me.read().as_ref().is_some_and(|me| me.permissions.contains(&permission))
    }

    /// How many certificates need attention, by what the page has read since [`Self::me`].
    pub fn due(self) -> Option<u64> {
        self.due.get()
    }

    /// Notes how many certificates need attention.
    pub fn note_due(self, certificates: u64) {
        self.due.set(Some(certificates));
    }

    /// Something was changed on the page on which hangs what is around it.
    pub fn look_again(self) {
        self.due.set(None);
        self.changes.update(|changes| *changes += 1);
    }

    /// How many times something was changed.
    pub(super) fn changes(self) -> u32 {
        self.changes.get()
    }

    /// Asks the person to sign in again.
    pub fn ask(self) {
        // The page may have been left by now.
        let Some(is_asking) = self.asking.try_get_untracked() else { return };
        if !is_asking {
            self.asked_at.set_value(focused_id());
        }
        self.asking.set(true);
    }

    /// What had the focus when the person was asked.
    pub(super) fn asked_at(self) -> Option<String> {
        self.asked_at.get_value()
    }

    /// Whether the person is asked.
    pub(super) fn asking(self) -> RwSignal<bool> {
        self.asking
    }

    /// The person has signed in again.
    pub(super) fn renewed(self) {
        self.asking.set(false);
        self.renewals.update(|renewals| *renewals += 1);
    }

    /// Runs `again` each time the person has signed in again.
    pub fn when_renewed(self, again: impl Fn() + 'static) {
        Effect::new(move |before: Option<u32>| {
            let renewals = self.renewals.get();
            if before.is_some_and(|before| before != renewals) {
                again();
            }
            renewals
        });
    }

    /// What was read because somebody has changed something. None where it was asked for in a session that had ended, and that the person has
    /// renewed since: then everything is read again anyway.
    pub async fn still<T>(self, read: impl Future<Output = Answer<T>>) -> Option<Answer<T>> {
        let renewals = self.renewals.try_get_untracked();
        let read = read.await;
        let is_renewed = self.renewals.try_get_untracked() != renewals;
        (!is_renewed || !matches!(read, Err(Error::SignedOut))).then_some(read)
    }

    /// How many times the person has signed in again.
    pub fn renewals(self) -> ReadSignal<u32> {
        self.renewals.read_only()
    }
}
