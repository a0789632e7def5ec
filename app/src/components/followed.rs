//! What a page shows of the company: read when its address asks for another part, and whenever somebody has changed something.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{AsOf, Resource, Session, focus_soon, keep_focus, resource};
use crate::service::{Answer, Error};

/// What a page can show of the company.
pub trait Part: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What an address asks for.
    type Query: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Asks the server.
    fn read(query: Self::Query) -> impl Future<Output = Answer<Self>> + Send;
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

/// A part of the company, and what was asked for: the answer to a page number beyond the end is the last page.
type Asked<P> = (<P as Part>::Query, P);

/// The part of the company that the page shows, as it was last read.
pub struct Followed<P: Part> {
    /// What the address asks for. What is drawn may be another part, while this one is read.
    pub query: Memo<P::Query>,
    read: Resource<Answer<Asked<P>>>,
    drawn: StoredValue<Option<Asked<P>>>,
    /// Whether it could not be read again, which the page says then.
    has_failed: StoredValue<bool>,
    /// How many times the page has asked by itself: what was asked for before, because of others, is older than that.
    times: StoredValue<u32>,
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
    /// Starts reading. In the browser, `note` is given whatever is shown, and again whenever it was found to be still the same; `also` is done
    /// after it was read again because somebody has changed something.
    pub fn new(
        query: Memo<P::Query>,
        session: Session,
        note: impl Fn(&P) + Send + Sync + 'static,
        also: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let read =
            resource(move || query.get(), |query| async { P::read(query.clone()).await.map(|part| (query, part)) });
        let followed = Self {
            query,
            read,
            drawn: StoredValue::new(None),
            has_failed: StoredValue::new(false),
            times: StoredValue::new(0),
            focus: StoredValue::default(),
            as_of: AsOf::nothing(),
            session,
        };
        let note = Callback::new(move |asked: Asked<P>| {
            note(&asked.1);
            followed.as_of.shows(asked.1.as_of());
            followed.drawn.set_value(Some(asked));
        });
        let also = Callback::new(move |()| also());
        Effect::new(move || {
            let read = read.get();
            followed.has_failed.set_value(matches!(read, Some(Err(_))));
            match read {
                Some(Ok(asked)) => note.run(asked),
                Some(Err(error)) if takes_away(&error) => {
                    followed.as_of.may_not();
                    if error == Error::SignedOut {
                        session.ask();
                    } else {
                        followed.drawn.set_value(None);
                    }
                }
                Some(Err(_)) | None => {}
            }
            let ids = followed.focus.try_update_value(std::mem::take).unwrap_or_default();
            if !ids.is_empty() {
                focus_soon(ids);
            }
        });
        session.when_renewed(move || followed.read_again());
        followed.as_of.listen(move || followed.look_again(note, also));
        followed
    }

    /// Reads it again because somebody has changed something; what is the same stays as it is drawn, and so does the focus.
    fn look_again(self, note: Callback<Asked<P>>, also: Callback<()>) {
        let query = self.query.get_untracked();
        let times = self.times.get_value();
        spawn_local(async move {
            let Some(read) = self.session.still(P::read(query.clone())).await else { return };
            // Another part, or another page, is shown by now; or it is being read once more.
            if self.query.try_get_untracked().as_ref() != Some(&query) || self.times.try_get_value() != Some(times) {
                return;
            }
            let is_drawn = |holds: &dyn Fn(&P) -> bool| {
                let of_query = |(drawn_of, drawn): &Asked<P>| *drawn_of == query && holds(drawn);
                self.drawn.with_value(|drawn| drawn.as_ref().is_some_and(of_query))
            };
            let has_failed = self.has_failed.get_value();
            match read {
                // Another one was faster.
                Ok(part) if is_drawn(&|drawn| drawn.as_of() > part.as_of()) => {}
                Ok(part) if !has_failed && is_drawn(&|drawn| drawn.shows_the_same(&part)) => note.run((query, part)),
                // What is drawn stays, and the next change is told again.
                Err(error) if !takes_away(&error) => {}
                read => keep_focus(|| self.read.set(Some(read.map(|part| (query, part))))),
            }
            also.run(());
        });
    }

    /// What to show, once there is an answer. A failure to read the same part again takes nothing away that is there.
    pub fn shown(self) -> Option<Shown<P>> {
        let error = match self.read.get()? {
            Ok((_query, part)) => return Some(Shown::Current(part)),
            Err(error) => error,
        };
        let query = self.query.get_untracked();
        let drawn = self.drawn.get_value().filter(|(drawn_of, _)| *drawn_of == query);
        Some(match drawn {
            Some((_query, drawn)) if !takes_away(&error) => Shown::Outdated(drawn, error),
            _ => Shown::Nothing(error),
        })
    }

    /// Whether the person may not see it.
    pub fn is_forbidden(self) -> bool {
        matches!(self.read.get(), Some(Err(Error::Forbidden { .. })))
    }

    /// What was drawn last; not tracked.
    pub fn drawn(self) -> Option<P> {
        self.drawn.with_value(|drawn| drawn.as_ref().map(|(_query, part)| part.clone()))
    }

    /// Reads it again when it is called, for a button.
    pub fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.read_again())
    }

    /// Reads it again after a change, then moves the focus to the first of these that exists.
    pub fn changed(self, focus: Vec<String>) {
        self.focus.set_value(focus);
        self.read_again();
    }

    fn read_again(self) {
        self.times.update_value(|times| *times += 1);
        self.read.refetch();
    }
}

/// Whether what was shown may not, or can not, be shown any longer.
fn takes_away(error: &Error) -> bool {
    matches!(error, Error::SignedOut | Error::Forbidden { .. } | Error::NotFound)
}
