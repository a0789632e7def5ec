//! Where things are decided: authorise, parse, act, record.
//!
//! Server functions, REST and the command line all come in here, each with a [`Caller`]; nothing above this module decides, and
//! nothing below it asks who is calling.

mod access;
mod accounts;
mod accounts_of_tokens;
mod api_nodes;
pub mod audit;
mod audit_log;
mod callers;
mod certificates;
mod failure;
mod keys;
mod known;
mod listeners;
mod operations;
mod own_account;
mod people;
mod purge;
mod refusals;
mod reset_password;
mod restored;
mod setup_link;
mod team;
mod token_callers;
mod tokens;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

pub use app::service::Removal;
use app::service::{Permission, Scope};
use app::timestamp::Timestamp;
use tokio::time::Instant;

pub use self::accounts::{CreatedUser, NewUser, parse_account_id};
use self::api_nodes::{Plans, Uses};
use self::audit_log::ChainChecks;
pub use self::certificates::{Changes, Inspection, Removed, Seen, Version};
pub use self::keys::{Problem, Rotation, Verification, WhichKey, WhichPart};
use self::listeners::Listeners;
pub use self::listeners::{Heard, Listener};
pub use self::operations::Operation;
use self::refusals::Refusals;
pub use self::restored::after_restore;
use self::token_callers::TokensInUse;
pub use self::token_callers::Unauthenticated;
use crate::auth::{Attempts, Calls, Passwords};
use crate::clock::{Clock, Randomness};
use crate::egress::Egress;
use crate::store::{State, Store};
use crate::vault::Vault;

/// How long what was seen of the database after a request came counts as what it is now.
const MOMENT: Duration = Duration::from_millis(1);
/// How long a deleted certificate can be restored: 30 days, in seconds.
const RESTORABLE: i64 = 30 * 86_400;

/// Everything that the services need. One for the whole server: its bounds on sign-ins are in here too.
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
    /// How much of something there may be.
    pub limits: Limits,
    /// Where API nodes may call.
    pub egress: Egress,
    calls: Calls,
    passwords: Passwords,
    attempts: Attempts,
    refusals: Refusals,
    chain_checks: ChainChecks,
    tokens_in_use: TokensInUse,
    plans: Plans,
    uses: Uses,
    listeners: Listeners,
}

impl Services {
    /// The services on this store and vault.
    pub fn new(
        store: Arc<dyn Store>,
        vault: Vault,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
        cookies: CookieRules,
    ) -> Self {
        Self {
            store,
            vault,
            clock,
            randomness,
            cookies,
            limits: Limits::default(),
            egress: Egress::default(),
            calls: Calls::new(Limits::default().calls),
            passwords: Passwords::new(),
            attempts: Attempts::new(),
            refusals: Refusals::default(),
            chain_checks: ChainChecks::default(),
            tokens_in_use: TokensInUse::default(),
            plans: Plans::default(),
            uses: Uses::default(),
            listeners: Listeners::default(),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, calls: Calls::new(limits.calls), ..self }
    }

    /// The same calling elsewhere.
    #[must_use]
    pub fn with_egress(self, egress: Egress) -> Self {
        Self { egress, ..self }
    }

    /// How many passwords were hashed since the start: each sign-in is one, whoever it says it is.
    pub fn passwords_hashed(&self) -> u64 {
        self.passwords.hashed()
    }
}

/// How much of something there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// CA certificates of an account; 0 for any number.
    pub authorities: u32,
    /// API requests per second, of each token, to this server; bursts of ten times that. 0 for any number.
    pub calls: u32,
}

impl Default for Limits {
    /// 5 CA certificates, 100 requests per second.
    fn default() -> Self {
        Self { authorities: 5, calls: 100 }
    }
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
    /// The state of the database at a moment after the request came, if it was asked for.
    seen: Option<(Instant, State)>,
}

impl Caller {
    /// Somebody at an address.
    pub fn new(who: Who, address: Option<IpAddr>) -> Self {
        Self { who, address, seen: None }
    }
}

/// Who is asking.
#[derive(Clone, Debug)]
pub enum Who {
    /// Nobody is signed in.
    Nobody,
    /// A person with a session.
    Person(Person),
    /// A program with an API token.
    Token(Arc<TokenHolder>),
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

/// A program with an API token.
#[derive(Clone, Debug)]
pub struct TokenHolder {
    /// The token's id.
    pub id: String,
    /// The token's name.
    pub name: String,
    /// The id of the company that it belongs to.
    pub account_id: String,
    /// What it may do there.
    pub scopes: Vec<Scope>,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
}

/// The services for one caller: what [`app::service`] promises to the pages.
#[derive(Clone)]
pub struct Door {
    /// The services.
    pub services: Arc<Services>,
    /// Who is asking.
    pub caller: Caller,
}

impl Door {
    /// The state of the database now, or a moment ago if that was after the request came; none if it cannot be told.
    async fn state(&self) -> Option<State> {
        match self.caller.seen {
            Some((at, state)) if at.elapsed() < MOMENT => Some(state),
            _ => self.services.store.state().await,
        }
    }
}
