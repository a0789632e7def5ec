use crate::service::{Error, NotPrimaryBecause};
use crate::words;

/// What a page says of a refusal: what happened, and what to do.
pub fn error_text(error: &Error) -> String {
    match error {
        Error::SignedOut => {
            "Your session has ended. Sign in again in another tab, then try once more: nothing you entered is lost."
                .to_owned()
        }
        Error::Forbidden { permission } => {
            format!("You need the permission {permission} for this. Ask an administrator of your company.")
        }
        Error::MissingScope { scope } => format!("The token needs the scope {scope} for this."),
        Error::NotFound => {
            "This certificate is no longer there; somebody may have deleted it. Reload the list.".to_owned()
        }
        Error::Refused { findings } | Error::Unconfirmed { findings } => match findings.first() {
            Some(finding) if finding.hint.is_empty() => finding.message.clone(),
            Some(finding) => format!("{} {}", finding.message, finding.hint),
            None => "The server refused this certificate.".to_owned(),
        },
        Error::Stale { by, at } => {
            let who = by.as_deref().unwrap_or("Someone");
            format!("{who} changed this certificate on {}. Reload the list to see it.", words::date_and_time(*at))
        }
        Error::InUse { nodes } => {
            let count = i64::try_from(nodes.len()).unwrap_or(i64::MAX);
            format!(
                "Used by {}: {}. Move them to another certificate first.",
                words::count(count, "API node", "API nodes"),
                nodes.join(", ")
            )
        }
        Error::CannotBePrimary { reason } => match reason {
            NotPrimaryBecause::CertificateAuthority => "A CA certificate has no private key and cannot be the primary.",
            NotPrimaryBecause::Expired => "An expired certificate cannot be made the primary.",
            NotPrimaryBecause::NotYetValid => {
                "This certificate is not valid yet and cannot be the primary before it is."
            }
        }
        .to_owned(),
        Error::TooManyAuthorities { most } => format!(
            "Your company can have {} at most. Delete one that is not needed any more, or let whoever runs Signet raise SIGNET_CA_QUOTA.",
            words::count(i64::from(*most), "CA certificate", "CA certificates")
        ),
        Error::Credentials => "The email or the password is not correct.".to_owned(),
        Error::TooManyAttempts { seconds } => {
            format!("Too many attempts. Try again in {}.", wait(*seconds))
        }
        Error::SetupLink => {
            "This set-up link is not valid any more. Run “signet setup-link” on the server for a new one.".to_owned()
        }
        Error::Invitation => "This invitation is not valid any more. Ask whoever invited you for a new one.".to_owned(),
        Error::LastAdministrator => {
            "Somebody has to keep the permission settings:company_settings. Give it to another member first.".to_owned()
        }
        Error::Fields { problems } => {
            problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
        }
        Error::Connection => {
            "The server cannot be reached. Nothing you entered is lost: check your connection and try again.".to_owned()
        }
        Error::BadRequest => "This page is older than the server. Copy what you need and reload it.".to_owned(),
        Error::Internal { reference } if reference.is_empty() => {
            "The server failed. Try again; if it stays so, tell your administrator.".to_owned()
        }
        Error::Internal { reference } => {
            format!("The server failed. Try again; if it stays so, tell your administrator the reference {reference}.")
        }
    }
}

fn wait(seconds: u32) -> String {
    if seconds < 60 {
        words::count(i64::from(seconds), "second", "seconds")
    } else {
        words::count(i64::from(seconds.div_ceil(60)), "minute", "minutes")
    }
}
