//! What clients ask beside the certificates: who the token is, and which account it belongs to.

use app::service::Error;
use axum::Json;
use axum::extract::RawQuery;
use serde::Serialize;
use utoipa::ToSchema;

use super::Refusal;
use super::authentication::{Company, Holder};
use super::envelope::{Envelope, Page, done, page};
use super::input::Parameters;
use crate::services::TokenHolder;
use crate::store;

/// Who calls. A token is nobody's: it stands for itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct User {
    /// The token's id.
    id: String,
    /// What stands for an address, since a token has none: its name.
    email: String,
    /// The token's name.
    first_name: String,
    /// Null.
    last_name: Option<String>,
}

/// A token that is valid.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VerifiedToken {
    /// 32 hex digits.
    id: String,
    /// How it stands: one that is not active is refused.
    status: TokenStatus,
    /// When it ends, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    expires_on: Option<String>,
}

/// How a token stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TokenStatus {
    /// It is valid.
    Active,
}

/// An account: a company.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Account {
    /// 32 hex digits.
    id: String,
    /// The company's name.
    name: String,
    /// Always `standard`.
    #[serde(rename = "type")]
    kind: AccountType,
    /// When it was created, RFC 3339 in UTC with microseconds.
    #[schema(format = DateTime)]
    created_on: String,
}

/// What kind of an account it is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AccountType {
    /// As all are.
    Standard,
}

/// The token's place in its account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Membership {
    /// The token's id.
    id: String,
    /// Always `accepted`.
    status: MembershipStatus,
    /// The account.
    account: Account,
    /// The token's scopes.
    roles: Vec<String>,
}

/// How a membership stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MembershipStatus {
    /// It is one.
    Accepted,
}

impl From<store::Account> for Account {
    fn from(account: store::Account) -> Self {
        Self {
            id: account.id,
            name: account.name,
            kind: AccountType::Standard,
            created_on: account.created_at.rfc3339_microseconds(),
        }
    }
}

/// Show who calls
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/user" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/user",
    operation_id = "showUser",
    tag = "Token and account",
    responses((status = 200, description = "The token", body = Envelope<User>)),
)]
pub(super) async fn user(Holder(_door, token): Holder) -> Json<Envelope<User>> {
    let TokenHolder { id, name, .. } = &*token;
    let email = format!("{name} (API token)");
    done(User { id: id.clone(), email, first_name: name.clone(), last_name: None }, Vec::new())
}

/// Verify the token
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/user/tokens/verify" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/user/tokens/verify",
    operation_id = "verifyToken",
    tag = "Token and account",
    responses((status = 200, description = "The token", body = Envelope<VerifiedToken>)),
)]
pub(super) async fn verify_own_token(Holder(_door, token): Holder) -> Json<Envelope<VerifiedToken>> {
    done(verified(&token), Vec::new())
}

/// Verify that the token belongs to an account
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts/$ACCOUNT/tokens/verify" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts/{account_id}/tokens/verify",
    operation_id = "verifyAccountToken",
    tag = "Token and account",
    params(("account_id" = String, Path, description = "The account, 32 hex digits")),
    responses((status = 200, description = "The token", body = Envelope<VerifiedToken>)),
)]
pub(super) async fn verify_token(
    Company(_door): Company,
    Holder(_its_door, token): Holder,
) -> Json<Envelope<VerifiedToken>> {
    done(verified(&token), Vec::new())
}

fn verified(token: &TokenHolder) -> VerifiedToken {
    VerifiedToken {
        id: token.id.clone(),
        status: TokenStatus::Active,
        expires_on: token.expires_at.map(app::timestamp::Timestamp::rfc3339),
    }
}

/// List the accounts that the token belongs to
///
/// That is one.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/accounts" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/accounts",
    operation_id = "listAccounts",
    tag = "Token and account",
    params(
        ("page" = Option<u64>, Query, minimum = 1, description = "The page's number; 1 if there is none"),
        ("per_page" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Accounts on a page; 50 if there is none"),
    ),
    responses((status = 200, description = "One page", body = Page<Account>)),
)]
pub(super) async fn accounts(
    Holder(door, _token): Holder,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<Account>>, Refusal> {
    let (number, per_page) = Parameters::read(query.as_deref()).page()?;
    let account = door.account().await.map_err(no_account)?;
    Ok(page(on_first(number, account.into()), number, per_page, 1))
}

/// List the token's places in accounts
///
/// That is one.
///
/// ```sh
/// curl --silent --fail "$SIGNET/client/v4/memberships" --header "Authorization: Bearer $TOKEN"
/// ```
#[utoipa::path(
    get,
    path = "/memberships",
    operation_id = "listMemberships",
    tag = "Token and account",
    params(
        ("page" = Option<u64>, Query, minimum = 1, description = "The page's number; 1 if there is none"),
        ("per_page" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Places on a page; 50 if there is none"),
    ),
    responses((status = 200, description = "One page", body = Page<Membership>)),
)]
pub(super) async fn memberships(
    Holder(door, token): Holder,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<Membership>>, Refusal> {
    let (number, per_page) = Parameters::read(query.as_deref()).page()?;
    let account = door.account().await.map_err(no_account)?;
    let membership = Membership {
        id: token.id.clone(),
        status: MembershipStatus::Accepted,
        account: account.into(),
        roles: token.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
    };
    Ok(page(on_first(number, membership), number, per_page, 1))
}

/// A list of one is on its first page.
fn on_first<T>(number: u64, only: T) -> Vec<T> {
    if number == 1 { vec![only] } else { Vec::new() }
}

fn no_account(error: Error) -> Refusal {
    error.into()
}
