//! Where things are decided: authorise, parse, act, record.
//!
//! Server functions, REST and the command line all come in here, each with a [`Caller`]; nothing above this module decides, and
//! nothing below it asks who is calling.

mod certificates;
mod people;

use std::net::IpAddr;
use std::sync::Arc;

use app::service::{Answer, Error, Permission, Secret};

use crate::auth::Token;
use crate::clock::{Clock, Randomness};
use crate::store::{Account, Store, User};
use crate::vault::Vault;

/// Everything that the services need.
pub struct Services {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Seals and opens private keys.
    pub vault: Vault,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable bytes.
    pub randomness: Arc<dyn Randomness>,
    /// How session cookies are written.
    pub cookies: CookieRules,
    _more: (),
}

impl Services {
    /// The services on this store and vault.
    pub fn new(store: Arc<dyn Store>, vault: Vault, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>, cookies: CookieRules) -> Self {
        Self { store, vault, clock, randomness, cookies, _more: () }
    }

    /// Who sends a request with this `Cookie` header from this address. `Who::Nobody` without a session that is alive.
    pub async fn caller(&self, _cookie_header: Option<&str>, address: Option<IpAddr>) -> Caller {
        Caller { who: Who::Nobody, address }
    }

    /// Makes the one-time set-up link's token, in place of the former. **Permissions:** the server itself and its command line.
    ///
    /// # Errors
    /// [`Error::SetupLink`] if there is a user already.
    pub async fn create_setup_link(&self) -> Answer<Token> {
        Err(Error::SetupLink)
    }

    /// Creates a company. **Permissions:** the command line.
    ///
    /// # Errors
    /// [`Error::Fields`] for the name (`name`) and the id (`id`: 32 lower-case hex digits, not taken).
    pub async fn create_account(&self, _name: &str, _id: Option<&str>) -> Answer<Account> {
        Err(Error::NotFound)
    }

    /// Creates a person in a company. **Permissions:** the command line.
    ///
    /// # Errors
    /// [`Error::Fields`] for `email`, `name`, `password`.
    pub async fn create_user(&self, _account_id: &str, _user: NewUser) -> Answer<User> {
        Err(Error::NotFound)
    }

    /// Destroys what was deleted more than 30 days ago and removes sessions that have ended. To be called at start and hourly.
    pub async fn purge(&self) -> Answer<()> {
        Ok(())
    }
}

/// A person to be created, as typed.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The e-mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// What the person may do in the company.
    pub permissions: Vec<Permission>,
}

/// How session cookies are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieRules {
    /// The public address is https: `__Host-signet`, `Secure`. Otherwise `signet`, for plain http on this machine.
    pub secure: bool,
}

/// Who is asking, through which door.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub who: Who,
    /// The client's address; `None` on the command line.
    pub address: Option<IpAddr>,
}

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Who {
    /// Nobody is signed in.
    Nobody,
    /// A person with a session.
    Person(Person),
    /// Whoever runs `signet` on the server's machine, acting in this account.
    CommandLine {
        /// The account.
        account_id: String,
    },
}

/// A person with a session.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person's id.
    pub user_id: String,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The company's id.
    pub account_id: String,
    /// The company's name.
    pub account_name: String,
    /// What the person may do there.
    pub permissions: Vec<Permission>,
    /// SHA-256 of the session's identifier.
    pub session: [u8; 32],
}

/// The services for one caller: what [`app::service`] promises to the pages.
#[derive(Clone)]
pub struct Door {
    /// The services.
    pub services: Arc<Services>,
    /// Who is asking.
    pub caller: Caller,
}
