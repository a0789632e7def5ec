//! The knowledge of the field: what a client certificate must be, and why an upload is not one.
//!
//! [`validate`] is the one way in. The browser, the server and `signet check` call it with the same bytes and get the same
//! [`Report`], byte for byte: no clock, no randomness and no I/O in here, `now` is an argument.

mod name;
mod report;
mod rules;
mod status;
mod validate;

pub use name::CertificateName;
pub use report::{Contents, Facts, Finding, Pointer, Report, Severity};
pub use rules::Rule;
pub use status::Status;
pub use validate::{Kind, Material, PrivateKey, Upload, Verdict, validate};
