//! The knowledge of the field: what a client certificate must be, and why an upload is not one.
//!
//! [`validate`] is the one way in. The browser, the server and `signet check` call it with the same bytes and get the same
//! [`Report`], byte for byte: no clock, no randomness and no I/O in here, `now` is an argument.
//!
//! An upload's way: `input` turns a file into text or one DER object, `pem` finds the blocks in it, `set` sees whether
//! everything is there and the key belongs to the certificate, `key` and `parsed` read keys and certificates, `signature`,
//! `checks` and `chain` judge them, `facts` says who they are. What there is to find stands in `rules`.
//!
//! A file that its passphrase opens goes through [`unlock`](unlock()) first.

mod api_fields;
mod chain;
mod characters;
mod checks;
mod der;
mod details;
mod distinguished_name;
mod facts;
mod handshake;
mod input;
mod key;
mod name;
mod parsed;
mod pem;
mod report;
mod rules;
mod search;
mod set;
mod signature;
mod status;
mod text;
mod unlock;
mod validate;

pub use api_fields::ApiFields;
pub use details::{Details, Link, Role};
pub use handshake::{RawNames, name_in_words};
pub use name::CertificateName;
pub use report::{Contents, Facts, Finding, Pointer, Report, Severity};
pub use rules::{Rule, Scope};
pub use search::{folded, search_term, searchable, searched};
pub use status::Status;
pub use text::{catalogue_text, report_json, report_text};
pub use unlock::{Opened, unlock};
pub use validate::{Kind, Material, PrivateKey, Upload, Verdict, validate};
