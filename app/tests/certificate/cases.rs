//! The table, by the sections of the catalogue.

mod certificate;
mod chain;
mod input;
mod key;
mod name;
mod pem;
mod set;
mod usage;

pub use self::pem::rewrap;

use crate::case::Case;

/// Every case.
pub fn all() -> Vec<Case> {
    [
        input::cases(),
        pem::cases(),
        set::cases(),
        key::cases(),
        certificate::cases(),
        usage::cases(),
        chain::cases(),
        name::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
