//! Server functions: one verb a file, each asks the service and nothing else.
//!
//! A server function answers with the service's own [`Answer`], so a refusal is an answer like any other; [`Unreached`] is left for
//! the case that there is none.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments; the function's doc says what they are"
)]

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::Serialize;

use crate::service::{Answer, Error};

mod accept_invitation;
mod allow_hosts;
mod answers;
mod api_node;
mod api_node_choices;
mod audit_choices;
mod certificate_detail;
mod certificate_usage;
mod change_password;
mod change_permissions;
mod check_audit_chain;
mod check_invitation;
mod create_api_node;
mod create_token;
mod current_certificate;
mod delete_api_node;
mod delete_certificate;
mod duplicate_api_node;
mod end_sessions;
mod invite_member;
mod json;
mod known_certificate;
mod list_api_nodes;
mod list_audit_entries;
mod list_certificates;
mod list_team;
mod list_tokens;
mod me;
mod plan_delete;
mod plan_primary;
mod remove_member;
mod remove_primary;
mod rename_certificate;
mod replace_certificate;
mod restore_certificate;
mod restore_version;
mod revoke_invitation;
mod revoke_token;
mod save_api_node;
mod set_primary;
mod set_up;
mod sign_in;
mod sign_out;
mod sign_out_everywhere;
mod switch_company;
mod test_api_node;
mod unreached;
mod upload_certificate;
mod whom_to_ask;

pub use accept_invitation::{AcceptInvitationLink, accept_invitation_link};
pub use allow_hosts::{AllowHosts, allow_hosts};
pub use answers::{Answers, Reader};
pub use api_node::{GetApiNode, api_node};
pub use api_node_choices::{ListApiNodeChoices, api_node_choices};
pub use audit_choices::{ListAuditChoices, audit_choices};
pub use certificate_detail::{GetCertificateDetail, certificate_detail};
pub use certificate_usage::{GetCertificateUsage, certificate_usage};
pub use change_password::{ChangeOwnPassword, change_own_password};
pub use change_permissions::{ChangePermissions, change_permissions};
pub use check_audit_chain::{CheckAuditChain, check_audit_chain};
pub use check_invitation::{CheckInvitation, check_invitation};
pub use create_api_node::{CreateApiNode, create_api_node};
pub use create_token::{CreateToken, create_token};
pub use current_certificate::{GetCurrentCertificate, current_certificate};
pub use delete_api_node::{DeleteApiNode, delete_api_node};
pub use delete_certificate::{DeleteCertificate, delete_certificate};
pub use duplicate_api_node::{DuplicateApiNode, duplicate_api_node};
pub use end_sessions::{EndSessions, end_sessions};
pub use invite_member::{InviteMember, invite_member};
pub use json::Json;
pub use known_certificate::{KnownCertificate, known_certificate};
pub use list_api_nodes::{ListApiNodes, list_api_nodes};
pub use list_audit_entries::{ListAuditEntries, list_audit_entries};
pub use list_certificates::{ListCertificates, list_certificates};
pub use list_team::{ListTeam, list_team};
pub use list_tokens::{ListTokens, list_tokens};
pub use me::{WhoAmI, who_am_i};
pub use plan_delete::{PlanDelete, plan_delete};
pub use plan_primary::{PlanPrimary, plan_primary};
pub use remove_member::{RemoveMember, remove_member};
pub use remove_primary::{RemovePrimary, remove_primary};
pub use rename_certificate::{RenameCertificate, rename_certificate};
pub use replace_certificate::{ReplaceCertificate, replace_certificate};
pub use restore_certificate::{RestoreCertificate, restore_certificate};
pub use restore_version::{RestoreVersion, restore_version};
pub use revoke_invitation::{RevokeInvitation, revoke_invitation};
pub use revoke_token::{RevokeToken, revoke_token};
pub use save_api_node::{SaveApiNode, save_api_node};
pub use set_primary::{SetPrimary, set_primary};
pub use set_up::{CheckSetupLink, IsServerNew, SetUpCompany, check_setup_link, is_server_new, set_up_company};
pub use sign_in::{SignInPerson, sign_in_person};
pub use sign_out::{SignOutPerson, sign_out_person};
pub use sign_out_everywhere::{SignOutEverywhere, sign_out_everywhere};
pub use switch_company::{SwitchCompany, switch_company};
pub use test_api_node::{TestApiNode, test_api_node};
pub use upload_certificate::{UploadCertificate, upload_certificate};
pub use whom_to_ask::{WhomToAsk, whom_to_ask};

/// What a server function answers: the service's answer, unless there was none.
pub type Reply<T> = Result<Answer<T>, Unreached>;

/// The service gave no answer. Holds a code only: the foreign error's text may say more than a page should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unreached {
    /// The server was not reached, or the connection broke.
    Connection,
    /// Browser and server do not understand each other.
    BadRequest,
}

impl FromServerFnError for Unreached {
    type Encoder = unreached::Word;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // The second is what the browser says of an answer that is not Signet's: a proxy's error page, a cut-off body.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => Self::Connection,
            _ => Self::BadRequest,
        }
    }
}

/// A reply as a page handles it: whatever went wrong is an [`Error`].
pub fn answer<T>(reply: Reply<T>) -> Answer<T> {
    match reply {
        Ok(answer) => answer,
        Err(Unreached::Connection) => Err(Error::Connection),
        Err(Unreached::BadRequest) => Err(Error::BadRequest),
    }
}

/// The services of the one who asks, put into the context by the server's router.
#[cfg(feature = "ssr")]
mod services {
    use std::sync::Arc;

    use leptos::prelude::use_context;

    use crate::service::{Answer, ApiNodes, AuditLog, Certificates, Error, OwnAccount, People, Team, Tokens};

    pub fn certificates() -> Answer<Arc<dyn Certificates>> {
        use_context().ok_or(Error::SignedOut)
    }

    pub fn api_nodes() -> Answer<Arc<dyn ApiNodes>> {
        use_context().ok_or(Error::SignedOut)
    }

    pub fn audit_log() -> Answer<Arc<dyn AuditLog>> {
        use_context().ok_or(Error::SignedOut)
    }

    pub fn tokens() -> Answer<Arc<dyn Tokens>> {
        use_context().ok_or(Error::SignedOut)
    }

    pub fn people() -> Answer<Arc<dyn People>> {
        use_context().ok_or(Error::SignedOut)
    }

    pub fn team() -> Answer<Arc<dyn Team>> {
        use_context().ok_or(Error::SignedOut)
    }

    pub fn own_account() -> Answer<Arc<dyn OwnAccount>> {
        use_context().ok_or(Error::SignedOut)
    }
}

/// What a server function does to its HTTP answer besides the body.
#[cfg(feature = "ssr")]
mod response {
    use axum::http::{HeaderValue, header};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    use crate::service::{Answer, Error, SessionCookie};

    /// Sends the cookie along.
    pub fn set_cookie(cookie: &SessionCookie) -> Answer<()> {
        let mut value =
            HeaderValue::from_str(&cookie.0).map_err(|_not_a_header| Error::Internal { reference: String::new() })?;
        value.set_sensitive(true);
        if let Some(options) = use_context::<ResponseOptions>() {
            options.append_header(header::SET_COOKIE, value);
        }
        Ok(())
    }
}
