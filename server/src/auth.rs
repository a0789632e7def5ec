//! Who somebody is: passwords, sessions, one-time links.
//!
//! Nothing in here asks the store: the services do, and decide with what is here.

mod attempts;
mod cookie;
mod known_passwords;
mod password;
mod people;
pub(crate) mod session;
mod token;

pub(crate) use attempts::Attempts;
pub(crate) use cookie::{clear_cookie, read_cookie, write_cookie};
pub use password::{Busy, Password, Passwords};
pub(crate) use people::problem;
pub use people::{CompanyName, Email, PersonName};
pub use token::Token;
