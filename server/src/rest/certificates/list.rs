//! `GET /accounts/{account_id}/mtls_certificates`

use axum::extract::{RawQuery, State};

use super::{CertificateObject, Refusable};
use crate::rest::Context;
use crate::rest::authentication::Company;
use crate::rest::envelope::{Long, Page, page};
use crate::rest::input::{Parameters, wrong};
use crate::services::Operation;
use crate::store::UploadedFilter;

/// Bytes that the fields of a certificate beside its PEM text seldom exceed.
const FIELDS: usize = 1024;

/// List certificates
///
/// In the order in which they were uploaded. A page past the end is empty.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/mtls_certificates?per_page=20" \
///   --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/mtls_certificates",
    operation_id = "listCertificates",
    tag = "Certificates",
    params(
        ("account_id" = String, Path, description = "The account, 32 hex digits"),
        ("type" = Option<String>, Query, description = "Only these, separated by commas: custom, gateway_managed, access_managed"),
        ("ca" = Option<bool>, Query, description = "Only CA certificates, or only others"),
        ("name" = Option<String>, Query, description = "Only those with exactly this name"),
        ("page" = Option<u64>, Query, minimum = 1, description = "The page's number; 1 if there is none"),
        ("per_page" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Certificates on a page; 50 if there is none"),
    ),
    responses((status = 200, description = "One page", body = Page<CertificateObject>)),
)]
pub(in crate::rest) async fn list(
    State(context): State<Context>,
    Company(door): Company,
    RawQuery(query): RawQuery,
) -> Refusable<Long<Page<CertificateObject>>> {
    door.may_do(Operation::ReadCertificates, None).await?;
    let parameters = Parameters::read(query.as_deref());
    let (number, per_page) = parameters.page()?;
    let filter = UploadedFilter { ca: parameters.flag("ca")?, name: parameters.one("name")?.map(str::to_owned) };
    let includes_uploaded = includes_custom(&parameters)?;
    let offset = (number - 1).saturating_mul(per_page);
    let limit = if includes_uploaded { u32::try_from(per_page).unwrap_or(u32::MAX) } else { 0 };
    let found = door.uploaded_certificates(filter, offset, limit).await?;
    let total = if includes_uploaded { found.total } else { 0 };
    let now = context.services.clock.now();
    // Every line of the PEM text ends in an escaped line break.
    let room = found.rows.iter().map(|uploaded| uploaded.text.len() / 32 * 33 + FIELDS).sum();
    let rows = found.rows.into_iter().map(|uploaded| CertificateObject::of(uploaded, now)).collect();
    Ok(Long(page(rows, number, per_page, total), room))
}

/// Whether the types that are asked for, if any, include the only one that there is here.
fn includes_custom(parameters: &Parameters) -> Refusable<bool> {
    let mut is_filtered = false;
    let mut includes = false;
    for kind in parameters.all("type").flat_map(|types| types.split(',')).map(str::trim).filter(|kind| !kind.is_empty())
    {
        is_filtered = true;
        match kind {
            "custom" => includes = true,
            "gateway_managed" | "access_managed" => {}
            _ => return Err(wrong("type", "is one or more of custom, gateway_managed and access_managed")),
        }
    }
    Ok(includes || !is_filtered)
}
