//! The pages: one a file.

mod address;
mod api_node;
mod api_nodes;
mod audit_log;
mod certificates;
mod invite;
pub(crate) mod lazy;
mod not_found;
mod set_up;
mod sign_in;
mod team;
mod tokens;

use api_node::ApiNodePage;
use api_nodes::ApiNodesPage;
use audit_log::AuditLogPage;
use certificates::CertificatePage;
pub use certificates::CertificatesRoute;
use invite::InvitePage;
use lazy::lazy_page;
pub use not_found::NotFoundPage;
use set_up::SetUpPage;
use sign_in::SignInPage;
pub use sign_in::wanted_path;
use team::TeamPage;
use tokens::TokensPage;

// The list of certificates is there from the start; everything else is loaded when it is opened.
lazy_page!(CertificateRoute, certificate_page in certificate, CertificatePage);
lazy_page!(SignInRoute, sign_in_page in entrance, SignInPage);
lazy_page!(SetUpRoute, set_up_page in entrance, SetUpPage);
lazy_page!(InviteRoute, invite_page in entrance, InvitePage);
lazy_page!(ApiNodesRoute, api_nodes_page in api_nodes, ApiNodesPage);
lazy_page!(ApiNodeRoute, api_node_page in api_nodes, ApiNodePage);
lazy_page!(TeamRoute, team_page in company, TeamPage);
lazy_page!(TokensRoute, tokens_page in company, TokensPage);
lazy_page!(AuditLogRoute, audit_log_page in company, AuditLogPage);

/// Path of the list of certificates, where everything starts.
pub const CERTIFICATES: &str = "/company/security/certificates";
/// Path of the sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// Path of the API tokens.
pub const TOKENS: &str = "/company/tokens";
/// Path of the API nodes.
pub const API_NODES: &str = "/api-nodes";
/// Path of the audit log.
pub const AUDIT_LOG: &str = "/company/audit-log";
/// Path of the team.
pub const TEAM: &str = "/company/team";
