//! Who somebody is: passwords, sessions, one-time links.

mod token;

pub use token::Token;
