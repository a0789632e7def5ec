//! The tokens that are not revoked.

use app::service::TokenList;

use super::{PERMISSION, row};
use crate::services::Door;
use crate::services::failure::Result;

/// All tokens that are not revoked, the newest first. **Permissions:** `settings:company_settings`.
pub(super) async fn list(door: &Door) -> Result<TokenList> {
    let account_id = door.authorise_reading(PERMISSION, "token.read", None).await?;
    let tokens = door.services.store.tokens(account_id).await?;
    Ok(TokenList { now: door.services.clock.now(), rows: tokens.into_iter().map(row).collect() })
}
