//! Who somebody is: passwords, sessions, one-time links, API tokens.
//!
//! Nothing in here asks the store: the services do, and decide with what is here.

mod api_token;
mod attempts;
mod bearer;
mod calls;
mod cookie;
mod known_passwords;
mod limiter;
mod password;
mod people;
pub(crate) mod session;
mod token;
mod token_name;

pub use api_token::ApiToken;
pub(crate) use attempts::{Attempts, TooMany};
pub use bearer::{Bearer, read_bearer};
pub(crate) use calls::Calls;
pub(crate) use cookie::{clear_cookie, read_cookie, write_cookie};
pub(crate) use limiter::{Limiter, Limits, SECOND, locked, network};
pub use password::{Busy, Password, Passwords};
pub(crate) use people::problem;
pub use people::{CompanyName, Email, PersonName};
pub use token::Token;
pub use token_name::TokenName;
