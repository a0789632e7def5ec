//! The pages: one a file.

mod address;
mod audit_log;
mod certificates;
mod invite;
mod not_found;
mod set_up;
mod sign_in;
mod team;
mod tokens;

pub use audit_log::AuditLogPage;
pub use certificates::CertificatesPage;
pub use invite::InvitePage;
pub use not_found::NotFoundPage;
pub use set_up::SetUpPage;
pub use sign_in::{SignInPage, wanted_path};
pub use team::TeamPage;
pub use tokens::TokensPage;

/// Path of the list of certificates, where everything starts.
pub const CERTIFICATES: &str = "/company/security/certificates";
/// Path of the sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// Path of the API tokens.
pub const TOKENS: &str = "/company/tokens";
/// Path of the audit log.
pub const AUDIT_LOG: &str = "/company/audit-log";
/// Path of the team.
pub const TEAM: &str = "/company/team";
