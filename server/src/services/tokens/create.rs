//! Creating a token.

use app::service::{CreatedToken, FieldProblem, NewToken, Scope, ShownOnce};
use app::timestamp::Timestamp;

use super::{PERMISSION, row};
use crate::auth::{ApiToken, TokenName, problem};
use crate::services::Door;
use crate::services::accounts::refused;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;
use crate::store::Token;

/// The longest time that can be asked for: ten years.
const LONGEST: u32 = 3_650;
/// Tokens that a company has at most at the same time.
const MOST: u64 = 500;
const DAY: i64 = 86_400;

/// Creates a token; its secret is in this answer only. **Permissions:** `settings:company_settings`.
pub(super) async fn create(door: &Door, request: NewToken) -> Result<CreatedToken> {
    let account_id = door.authorise(PERMISSION, "token.create", None).await?;
    let NewToken { name, scopes, days } = request;
    let (name, scopes, days) = match (TokenName::parse(&name), parse_scopes(scopes), days.map(parse_days).transpose()) {
        (Ok(name), Ok(scopes), Ok(days)) => (name, scopes, days),
        (name, scopes, days) => return Err(refused([name.err(), scopes.err(), days.err()].into_iter().flatten())),
    };

    let services = &*door.services;
    let now = services.clock.now();
    let actor = door.actor();
    let secret = ApiToken::random(&*services.randomness)?;
    let mut id = [0; 16];
    services.randomness.fill(&mut id)?;
    let token = Token {
        id: hex::encode(id),
        account_id: account_id.to_owned(),
        name: name.as_str().to_owned(),
        beginning: secret.beginning().to_owned(),
        secret_hash: secret.hash(),
        scopes,
        created_at: now,
        created_by: actor.name().to_owned(),
        expires_at: days.map(|days| now.plus_seconds(days * DAY)),
        used_at: None,
        revoked_at: None,
    };
    let mut transaction = services.store.begin().await?;
    if transaction.count_tokens(account_id).await? >= MOST {
        let message = format!("There are {MOST} tokens already. Revoke those that nothing uses any more.");
        return Err(refused([problem("name", message)]));
    }
    transaction.insert_token(&token).await?;
    let event = Event {
        action: "token.create",
        object_id: Some(&token.id),
        object_name: &token.name,
        outcome: Outcome::Done,
        detail: &in_words(&token.scopes, token.expires_at),
    };
    audit::record(&mut *transaction, Some(account_id), &actor, now, event).await?;
    transaction.commit().await?;
    Ok(CreatedToken { token: row(token), secret: ShownOnce::from(secret.expose().to_owned()) })
}

/// Each scope once, in the order of their names.
fn parse_scopes(mut scopes: Vec<Scope>) -> Result<Vec<Scope>, FieldProblem> {
    if scopes.is_empty() {
        return Err(problem("scopes", "Choose at least one thing that the token may do."));
    }
    scopes.sort_unstable_by_key(|scope| scope.as_str());
    scopes.dedup();
    Ok(scopes)
}

fn parse_days(days: u32) -> Result<i64, FieldProblem> {
    if (1..=LONGEST).contains(&days) {
        Ok(i64::from(days))
    } else {
        Err(problem("days", format!("Choose 1 to {LONGEST} days, or no end.")))
    }
}

fn in_words(scopes: &[Scope], expires_at: Option<Timestamp>) -> String {
    let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let end = expires_at.map_or_else(|| "no end".to_owned(), |end| format!("until {}", end.date_and_time()));
    format!("{}; {end}", scopes.join(", "))
}
