//! Opening every stored key, to see that it can be opened and is the right one.

use std::fmt;

use app::certificate::{Kind, Upload, validate};

use super::{WhichKey, fingerprint, header_place, place};
use crate::services::Services;
use crate::services::audit::{self, Actor, Event, Outcome};
use crate::store::{StoredHeader, StoredKey};
use crate::vault::Error;

/// How many keys are opened before their audit entries are written.
const AT_ONCE: u32 = 100;

/// What became of all keys.
#[derive(Debug, Default)]
pub struct Verification {
    /// How many private keys open and belong to their certificates.
    pub good: u64,
    /// How many secret header values of API nodes open.
    pub good_headers: u64,
    /// The others.
    pub bad: Vec<(WhichKey, Problem)>,
}

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is not there.
    Missing,
    /// It was changed, or belongs elsewhere.
    DoesNotOpen,
    /// The master key file lacks the version that it is sealed with.
    LacksVersion(i64),
    /// It opens, and is not the key of its certificate.
    OtherCertificates,
    /// The certificate itself is not there, or is another one than the list says.
    NoCertificate,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("there is no key"),
            Self::DoesNotOpen => formatter.write_str("the key does not open: it was changed, or copied from elsewhere"),
            Self::LacksVersion(version) => write!(formatter, "the master key file lacks number {version}"),
            Self::OtherCertificates => formatter.write_str("the key opens, but does not belong to the certificate"),
            Self::NoCertificate => formatter.write_str("the certificate is missing, or was changed"),
        }
    }
}

impl Services {
    /// Opens every stored key, of deleted certificates and earlier contents too, and compares it with its certificate. Each opening
    /// is recorded. **Permissions:** the command line.
    pub async fn verify_keys(&self) -> Result<Verification, Error> {
        let mut all = Verification::default();
        let mut after = (String::new(), 0);
        loop {
            let page = self.store.stored_keys((&after.0, after.1), AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = (last.certificate_id.clone(), last.content_version);
            let judged = page.into_iter().map(|key| self.judge(&key).map(|problem| (key, problem)));
            let judged = judged.collect::<Result<Vec<_>, Error>>()?;
            self.record_openings(&judged).await?;
            for (key, problem) in judged {
                match problem {
                    None => all.good += 1,
                    Some(problem) => all.bad.push((key.into(), problem)),
                }
            }
        }
        self.verify_headers(&mut all).await?;
        Ok(all)
    }

    /// Opens every secret header value of API nodes.
    async fn verify_headers(&self, all: &mut Verification) -> Result<(), Error> {
        let mut after = (String::new(), -1);
        loop {
            let page = self.store.stored_headers((&after.0, after.1), AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = (last.node_id.clone(), last.position);
            for header in page {
                match self.judge_header(&header)? {
                    None => all.good_headers += 1,
                    Some(problem) => all.bad.push((header.into(), problem)),
                }
            }
        }
    }

    fn judge_header(&self, stored: &StoredHeader) -> Result<Option<Problem>, Error> {
        let Some(sealed) = &stored.key else { return Ok(Some(Problem::Missing)) };
        match self.vault.open_header(&header_place(stored), sealed) {
            Ok(_value) => Ok(None),
            Err(Error::DoesNotOpen) => Ok(Some(Problem::DoesNotOpen)),
            Err(Error::LacksVersion { version }) => Ok(Some(Problem::LacksVersion(version))),
            Err(error) => Err(error),
        }
    }

    /// What is wrong with this key, if anything.
    fn judge(&self, stored: &StoredKey) -> Result<Option<Problem>, Error> {
        let Some(sealed) = &stored.key else { return Ok(Some(Problem::Missing)) };
        let Some(leaf) = &stored.leaf else { return Ok(Some(Problem::NoCertificate)) };
        let fingerprint = fingerprint(leaf);
        if stored.fingerprint_sha256.as_ref().is_some_and(|known| *known != fingerprint) {
            return Ok(Some(Problem::NoCertificate));
        }
        let key = match self.vault.open_key(&place(stored, &fingerprint), sealed) {
            Ok(key) => key,
            Err(Error::DoesNotOpen) => return Ok(Some(Problem::DoesNotOpen)),
            Err(Error::LacksVersion { version }) => return Ok(Some(Problem::LacksVersion(version))),
            Err(error) => return Err(error),
        };
        let pair = Upload { kind: Kind::Leaf, certificates: leaf, private_key: Some(key.expose_der()), name: None };
        // Only whether the two belong together is asked here: a certificate that has expired since keeps its key.
        let facts = validate(&pair, self.clock.now()).report.certificate;
        let belongs = facts.is_some_and(|facts| facts.key_belongs);
        Ok((!belongs).then_some(Problem::OtherCertificates))
    }

    /// One entry for each key that there was an attempt to open.
    async fn record_openings(&self, judged: &[(StoredKey, Option<Problem>)]) -> Result<(), Error> {
        let tried = |problem: &Option<Problem>| !matches!(problem, Some(Problem::Missing | Problem::NoCertificate));
        let mut tried: Vec<_> = judged.iter().filter(|(_key, problem)| tried(problem)).collect();
        // In one order for everybody who writes to several accounts' audit chains.
        tried.sort_by_key(|(key, _problem)| &key.account_id);
        let mut transaction = self.store.begin().await?;
        for (key, problem) in tried {
            let result = problem.map(|problem| format!("; {problem}")).unwrap_or_default();
            let event = Event {
                action: "key.open",
                object_id: Some(&key.certificate_id),
                object_name: &key.certificate_name,
                outcome: if problem.is_none() { Outcome::Done } else { Outcome::Refused },
                detail: &format!("for signet keys verify, version {} of the contents{result}", key.content_version),
            };
            let now = self.clock.now();
            audit::record(&mut *transaction, Some(&key.account_id), &Actor::command_line(), now, event).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
