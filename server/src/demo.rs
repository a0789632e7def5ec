//! A company to look around in: certificates in every state of the list, made on the spot, and API nodes that use them, all stored
//! through the service.

mod issuing;
mod nodes;
mod sample;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::certificate::{Kind, Upload, validate};
use app::service::{self, ApiNodes, Certificates, NewCertificate, Permission, Secret};
use app::timestamp::Timestamp;

use crate::clock::{Clock, NoRandomness, Randomness, SystemClock, SystemRandomness};
use crate::services::{Caller, Door, NewUser, Services, Who};
use crate::store;

pub use issuing::Error as IssuingError;

const COMPANY: &str = "Meridian Retail";
const NAME: &str = "Ana Ruiz";
const EMAIL: &str = "ana@meridian.example";

/// Who can sign in afterwards.
pub struct Administrator {
    /// The e-mail address.
    pub email: &'static str,
    /// The password, which is random.
    pub password: String,
}

/// Why there is no demo. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is a user or an account: the demo is for an empty database, so use another data directory.
    #[error("the database has data: the demo needs an empty one, for example with --data-dir ./demo")]
    NotEmpty,
    /// A certificate could not be made.
    #[error("cannot make the certificate {name:?}: {cause}")]
    Issuing {
        /// Whose.
        name: &'static str,
        /// Why.
        cause: IssuingError,
    },
    /// The service refused something: the demo and the rules disagree, which is a mistake in Signet.
    #[error("{what} was refused: {reason}")]
    Refused {
        /// What.
        what: &'static str,
        /// The service's words.
        reason: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// No random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// Fills an empty database. `services_with` gives the services with the demo's clock, which goes through the past: a certificate that
/// has expired by now was valid when it was stored.
///
/// # Errors
/// [`Error::NotEmpty`] if there is any user or account.
pub async fn fill(services_with: &(dyn Fn(Arc<dyn Clock>) -> Services + Sync)) -> Result<Administrator, Error> {
    let now = SystemClock.now();
    let clock = Arc::new(MovableClock(AtomicI64::new(now.microseconds())));
    let services = Arc::new(services_with(Arc::clone(&clock) as _));
    if !services.store.is_empty().await? {
        return Err(Error::NotEmpty);
    }

    let mut samples = sample::all(now);
    samples.sort_by_key(|sample| sample.stored_at);
    let beginning = samples.first().map_or(now, |sample| sample.stored_at);
    clock.set(beginning.plus_seconds(-3600));

    let account = services.create_account(COMPANY, None).await.map_err(refused("the company"))?;
    let password = random_password(&SystemRandomness)?;
    let administrator = NewUser {
        email: EMAIL.to_owned(),
        name: NAME.to_owned(),
        password: Secret::from(password.clone()),
        permissions: Permission::ALL.to_vec(),
    };
    services.create_user(&account.id, administrator).await.map_err(refused("the administrator"))?;

    let caller = Caller::new(Who::CommandLine { account_id: account.id }, None);
    let door = Door { services, caller };
    for sample in samples {
        clock.set(sample.stored_at);
        let pem = issuing::issue(&sample).map_err(|cause| Error::Issuing { name: sample.name, cause })?;
        let upload = Upload {
            kind: if sample.authority { Kind::CertificateAuthority } else { Kind::Leaf },
            certificates: pem.as_bytes(),
            private_key: None,
            name: Some(sample.name),
        };
        // Whoever runs the demo wants the certificates that need a second look as well.
        let confirmed = validate(&upload, clock.now()).report.to_confirm();
        let certificate = NewCertificate {
            ca: sample.authority,
            certificates: Secret::from(pem.as_str().to_owned()),
            private_key: None,
            name: sample.name.to_owned(),
            primary: sample.primary,
            confirmed,
        };
        let stored = door.upload(certificate).await.map_err(refused(sample.name))?;
        // While it is valid: an expired one is not given to a node any more.
        for (name, draft) in nodes::with(sample.name, &stored.certificate.id) {
            door.create_node(draft).await.map_err(refused(name))?;
        }
    }
    Ok(Administrator { email: EMAIL, password })
}

fn refused(what: &'static str) -> impl Fn(service::Error) -> Error {
    move |error| {
        let reason = match &error {
            service::Error::Refused { findings } | service::Error::Unconfirmed { findings } => {
                findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join(" ")
            }
            service::Error::Fields { problems } => {
                problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        };
        Error::Refused { what, reason }
    }
}

/// 100 random bits as four groups of five letters and digits, none of which looks like another.
fn random_password(randomness: &dyn Randomness) -> Result<String, NoRandomness> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut bytes = [0; 20];
    randomness.fill(&mut bytes)?;
    let letter = |byte: &u8| char::from(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
    let groups: Vec<String> = bytes.chunks(5).map(|group| group.iter().map(letter).collect()).collect();
    Ok(groups.join("-"))
}

/// A clock that shows what it is told to.
struct MovableClock(AtomicI64);

impl MovableClock {
    fn set(&self, time: Timestamp) {
        self.0.store(time.microseconds(), Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microseconds(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_differ() {
        let first = random_password(&SystemRandomness).unwrap();
        assert_eq!(first.len(), 23);
        assert_ne!(first, random_password(&SystemRandomness).unwrap());
    }
}
