//! What programs ask about certificates, through the REST API.

use app::certificate::{ApiFields, Facts, Finding, Report, Rule};
use app::service::{Answer, Error, NewCertificate, Removal};
use app::timestamp::Timestamp;

use super::judge::{self, Upload};
use super::{LOOK, READ, WRITE, change, delete, lock, replace, restore, upload};
use crate::services::failure::Result;
use crate::services::{Door, RESTORABLE};
use crate::store::{CertificateUser, UploadedFilter, UploadedPage, Whole};

/// Which version of a certificate the caller has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It does not say: whatever is there is changed.
    Any,
    /// This one.
    Version(i64),
    /// One of these.
    OneOf(Vec<i64>),
}

impl Seen {
    pub(in crate::services) fn includes(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Version(seen) => *seen == version,
            Self::OneOf(seen) => seen.contains(&version),
        }
    }
}

/// What is to be changed of a certificate; `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Another name.
    pub name: Option<String>,
    /// The account's only primary, or no longer.
    pub primary: Option<bool>,
    /// Hosts that it may be presented to; empty for any.
    pub allowed_hosts: Option<Vec<String>>,
}

impl Changes {
    /// What a refused attempt is recorded as.
    pub(super) fn action(&self) -> &'static str {
        match self {
            Self { name: Some(_), .. } => "certificate.rename",
            Self { primary: Some(true), .. } => "certificate.set_primary",
            Self { primary: Some(false), .. } => "certificate.remove_primary",
            Self { .. } => "certificate.allow_hosts",
        }
    }
}

/// A certificate that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// As it is now.
    pub whole: Whole,
    /// How many API nodes use another certificate now.
    pub moved: usize,
    /// API nodes whose mTLS is off and that had pinned it: they follow the primary now.
    pub released: Vec<String>,
}

/// Contents of a certificate that can be brought back, or are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The version of the contents, from 1.
    pub version: i64,
    /// When they were stored.
    pub stored_at: Timestamp,
    /// When others took their place, and who did it; `None` for those in use.
    pub replaced: Option<(Timestamp, String)>,
    /// Their public facts.
    pub facts: Facts,
    /// What the REST API says besides.
    pub api_fields: ApiFields,
}

/// What would be said of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Findings and public facts.
    pub report: Report,
    /// What the REST API says of the certificate besides; only if nothing speaks against storing it.
    pub api_fields: Option<ApiFields>,
}

/// Each can answer [`Error::MissingScope`] and [`Error::Forbidden`]; an id of another company is [`Error::NotFound`].
impl Door {
    /// One page of the certificates that match. **Permissions:** `settings:company_settings`, or a token with `certificates:read`.
    pub async fn uploaded_certificates(&self, filter: UploadedFilter, offset: u64, limit: u32) -> Answer<UploadedPage> {
        self.services.answer(uploaded(self, &filter, offset, limit).await)
    }

    /// One certificate. **Permissions:** as above.
    pub async fn certificate(&self, id: &str) -> Answer<Whole> {
        self.services.answer(whole(self, id).await)
    }

    /// Who uses a certificate. **Permissions:** as above.
    pub async fn certificate_users(&self, id: &str) -> Answer<Vec<CertificateUser>> {
        self.services.answer(users(self, id).await)
    }

    /// The contents of a certificate: those in use, and those that were replaced in the last 30 days; newest first.
    /// **Permissions:** as above.
    pub async fn certificate_versions(&self, id: &str) -> Answer<Vec<Version>> {
        self.services.answer(versions(self, id).await)
    }

    /// Whether a certificate with this id was deleted. **Permissions:** as above.
    pub async fn was_deleted(&self, id: &str) -> Answer<bool> {
        self.services.answer(was_deleted(self, id).await)
    }

    /// Stores an upload, strong warnings confirmed. **Permissions:** `settings:company_settings`, or a token with
    /// `certificates:write`.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::TooManyAuthorities`].
    pub async fn add_certificate(&self, upload: NewCertificate) -> Answer<(Whole, Vec<Finding>)> {
        let upload = NewCertificate { confirmed: Rule::ALL.to_vec(), ..upload };
        let stored = upload::upload(self, upload).await;
        self.services.answer(self.noting("certificate.upload", None, stored).await)
    }

    /// What would be said of an upload; nothing is stored. **Permissions:** as above.
    pub async fn inspect_upload(&self, upload: NewCertificate) -> Answer<Inspection> {
        self.services.answer(inspect(self, upload).await)
    }

    /// Changes name, primary and allowed hosts in one step. **Permissions:** as above.
    ///
    /// # Errors
    /// [`Error::Refused`] for the name; [`Error::Fields`] for the hosts; [`Error::CannotBePrimary`]; [`Error::Stale`].
    pub async fn change_certificate(&self, id: &str, seen: &Seen, changes: Changes) -> Answer<(Whole, Vec<Finding>)> {
        let action = changes.action();
        let done = changed(self, id, seen, changes).await;
        self.services.answer(self.noting(action, Some(id), done).await)
    }

    /// Puts other contents in a certificate's place, strong warnings confirmed; id, name, primary and users stay. **Permissions:** as
    /// above.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::Fields`] if they are not valid yet and the certificate is needed now; [`Error::Stale`].
    pub async fn replace_certificate(
        &self,
        id: &str,
        seen: &Seen,
        upload: NewCertificate,
    ) -> Answer<(Whole, Vec<Finding>)> {
        let upload = NewCertificate { confirmed: Rule::ALL.to_vec(), ..upload };
        let replaced = replace::replace(self, id, seen, upload).await;
        self.services.answer(self.noting("certificate.replace", Some(id), replaced).await)
    }

    /// Brings contents back that were replaced in the last 30 days. **Permissions:** as above.
    ///
    /// # Errors
    /// [`Error::NotFound`] if they are not kept; else as [`Door::replace_certificate`].
    pub async fn restore_certificate_version(&self, id: &str, seen: &Seen, version: i64) -> Answer<Whole> {
        let restored = replace::restore_version(self, id, seen, version).await;
        self.services.answer(self.noting("certificate.restore_version", Some(id), restored).await)
    }

    /// Deletes a certificate. **Permissions:** as above.
    ///
    /// # Errors
    /// [`Error::InUse`]; [`Error::Fields`] for `move_to`; [`Error::CannotBePrimary`] if the other one would have to be it;
    /// [`Error::Stale`].
    pub async fn delete_certificate(&self, id: &str, seen: &Seen, removal: Removal) -> Answer<Removed> {
        let removed = delete::delete(self, id, seen, removal).await;
        self.services.answer(self.noting("certificate.delete", Some(id), removed).await)
    }

    /// Takes back a delete of the last 30 days. **Permissions:** as above.
    ///
    /// # Errors
    /// [`Error::Refused`] with `crt.duplicate` if the same certificate was uploaded again; [`Error::TooManyAuthorities`].
    pub async fn restore_certificate(&self, id: &str) -> Answer<Whole> {
        let restored = async {
            self.noting("certificate.restore", Some(id), restore::restore(self, id).await).await?;
            whole(self, id).await
        };
        self.services.answer(restored.await)
    }
}

async fn uploaded(door: &Door, filter: &UploadedFilter, offset: u64, limit: u32) -> Result<UploadedPage> {
    let account_id = door.authorise_reading(READ, LOOK, None).await?;
    Ok(door.services.store.certificates_by_upload(account_id, filter, offset, limit).await?)
}

async fn whole(door: &Door, id: &str) -> Result<Whole> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    let found = door.services.store.whole_certificate(account_id, lock::parse_id(id)?).await?;
    Ok(found.ok_or(Error::NotFound)?)
}

pub(super) async fn users(door: &Door, id: &str) -> Result<Vec<CertificateUser>> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    let store = &door.services.store;
    store.certificate(account_id, lock::parse_id(id)?).await?.ok_or(Error::NotFound)?;
    Ok(store.users_of(account_id, id).await?)
}

async fn versions(door: &Door, id: &str) -> Result<Vec<Version>> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    let after = door.services.clock.now().plus_seconds(-RESTORABLE);
    let kept = door.services.store.earlier_contents(account_id, lock::parse_id(id)?, after).await?;
    let versions: Vec<Version> = kept
        .into_iter()
        .filter_map(|kept| {
            Some(Version {
                version: kept.contents.content_version,
                stored_at: kept.contents.stored_at,
                replaced: kept.replaced_on.map(|on| (on, kept.replaced_by)),
                facts: Facts::read(&kept.contents.chain)?,
                api_fields: ApiFields::read(kept.contents.chain.first()?)?,
            })
        })
        .collect();
    if versions.is_empty() { Err(Error::NotFound.into()) } else { Ok(versions) }
}

async fn was_deleted(door: &Door, id: &str) -> Result<bool> {
    let account_id = door.authorise_reading(READ, LOOK, Some(id)).await?;
    match lock::parse_id(id) {
        Ok(id) => Ok(door.services.store.was_deleted(account_id, id).await?),
        Err(_no_id) => Ok(false),
    }
}

async fn inspect(door: &Door, upload: NewCertificate) -> Result<Inspection> {
    let account_id = door.authorise(WRITE, "certificate.validate", None).await?;
    let NewCertificate { ca, certificates, private_key, name, .. } = upload;
    let upload = Upload { ca, certificates, private_key, name, in_place_of: None };
    let (_name, verdict) = judge::inspect(door, account_id, upload, door.services.clock.now()).await?;
    let leaf = verdict.material.as_ref().and_then(|material| material.chain.first());
    Ok(Inspection { api_fields: leaf.and_then(|leaf| ApiFields::read(leaf)), report: verdict.report })
}

async fn changed(door: &Door, id: &str, seen: &Seen, changes: Changes) -> Result<(Whole, Vec<Finding>)> {
    let done = change::change(door, id, seen, changes).await?;
    let whole = whole(door, id).await?;
    Ok((whole, done.findings))
}
