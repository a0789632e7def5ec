//! What a page shows of the company: read when its address asks for another part, and whenever somebody has changed something.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{AsOf, Session, focus_soon, keep_focus};
use crate::service::{Answer, Error};

/// What a page can show of the company.
pub trait Part: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What an address asks for.
    type Query: Clone + PartialEq + Send + Sync + 'static;

    /// Asks the server.
    fn read(query: Self::Query) -> impl Future<Output = Answer<Self>> + Send;
    /// Whether it is what this asks for.
    fn is_of(&self, query: &Self::Query) -> bool;
    /// Number of the last change that it may show.
    fn as_of(&self) -> i64;
    /// Whether another one shows the same, whenever it was read.
    fn shows_the_same(&self, other: &Self) -> bool;
}

/// What the page shows.
pub enum Shown<P> {
    /// What was read last.
    Current(P),
    /// What was read before: reading it again has failed, for this reason.
    Outdated(P, Error),
    /// Nothing, for this reason.
    Nothing(Error),
}

impl<P> Shown<P> {
    /// What is shown, if it is anything.
    pub fn part(self) -> Option<P> {
        match self {
            Self::Current(part) | Self::Outdated(part, _) => Some(part),
            Self::Nothing(_) => None,
        }
    }
}

/// The part of the company that the page shows, as it was last read.
pub struct Followed<P: Part> {
    /// What the address asks for. What is drawn may be another part, while this one is read.
    pub query: Memo<P::Query>,
    read: Resource<Answer<P>>,
    drawn: StoredValue<Option<P>>,
    /// Ids, of which the first that exists gets the focus once the part is drawn anew.
    focus: StoredValue<Vec<String>>,
    as_of: AsOf,
    session: Session,
}

#[expect(clippy::expl_impl_clone_on_copy, reason = "what is derived is for parts that can be copied")]
impl<P: Part> Clone for Followed<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Part> Copy for Followed<P> {}

impl<P: Part> Followed<P> {
    /// Starts reading. `note` is given whatever was read, once it is drawn, and `also` is done whenever somebody has changed something.
    pub fn new(
        query: Memo<P::Query>,
        session: Session,
        note: impl Fn(&P) + Send + Sync + 'static,
        also: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let read = Resource::new_blocking(move || query.get(), P::read);
        let followed = Self {
            query,
            read,
            drawn: StoredValue::new(None),
            focus: StoredValue::default(),
            as_of: AsOf::nothing(),
            session,
        };
        let note = Callback::new(move |part: P| {
            note(&part);
            followed.as_of.shows(part.as_of());
            followed.drawn.set_value(Some(part));
        });
        Effect::new(move || {
            match read.get() {
                Some(Ok(part)) => note.run(part),
                Some(Err(error)) if takes_away(&error) => {
                    followed.as_of.may_not();
                    if error == Error::SignedOut {
                        session.ask();
                    }
                }
                Some(Err(_)) | None => {}
            }
            let ids = followed.focus.try_update_value(std::mem::take).unwrap_or_default();
            if !ids.is_empty() {
                focus_soon(ids);
            }
        });
        session.when_renewed(move || read.refetch());
        followed.as_of.listen(move || {
            followed.look_again(note);
            also();
        });
        followed
    }

    /// Reads it again because somebody has changed something; what is the same stays as it is drawn, and so does the focus.
    fn look_again(self, note: Callback<P>) {
        let query = self.query.get_untracked();
        spawn_local(async move {
            let Some(read) = self.session.still(P::read(query.clone())).await else { return };
            // Another part, or another page, is shown by now.
            if self.query.try_get_untracked().as_ref() != Some(&query) {
                return;
            }
            let is_drawn =
                |holds: &dyn Fn(&P) -> bool| self.drawn.with_value(|drawn| drawn.as_ref().is_some_and(holds));
            match read {
                // Another one was faster.
                Ok(part) if is_drawn(&|drawn| drawn.is_of(&query) && drawn.as_of() > part.as_of()) => {}
                Ok(part) if is_drawn(&|drawn| drawn.shows_the_same(&part)) => note.run(part),
                // What is drawn stays, and the next change is told again.
                Err(error) if !takes_away(&error) => {}
                read => keep_focus(|| self.read.set(Some(read))),
            }
        });
    }

    /// What to show, once there is an answer. A failure to read the same part again takes nothing away that is there.
    pub fn shown(self) -> Option<Shown<P>> {
        let error = match self.read.get()? {
            Ok(part) => return Some(Shown::Current(part)),
            Err(error) => error,
        };
        let drawn = self.query.with_untracked(|query| self.drawn().filter(|part| part.is_of(query)));
        Some(match drawn {
            Some(drawn) if !takes_away(&error) => Shown::Outdated(drawn, error),
            _ => Shown::Nothing(error),
        })
    }

    /// Whether the person may not see it.
    pub fn is_forbidden(self) -> bool {
        matches!(self.read.get(), Some(Err(Error::Forbidden { .. })))
    }

    /// What was drawn last; not tracked.
    pub fn drawn(self) -> Option<P> {
        self.drawn.get_value()
    }

    /// Where that is kept.
    pub fn stored(self) -> StoredValue<Option<P>> {
        self.drawn
    }

    /// Reads it again.
    pub fn read_again(self) {
        self.read.refetch();
    }

    /// The same for a button.
    pub fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.read_again())
    }

    /// Reads it again after a change, then moves the focus to the first of these that exists.
    pub fn changed(self, focus: Vec<String>) {
        self.focus.set_value(focus);
        self.read.refetch();
    }
}

/// Whether what was shown may not, or can not, be shown any longer.
fn takes_away(error: &Error) -> bool {
    matches!(error, Error::SignedOut | Error::Forbidden { .. } | Error::NotFound)
}
