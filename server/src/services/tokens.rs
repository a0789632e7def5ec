//! The API tokens of the caller's company.

mod create;
mod list;
mod revoke;

use app::service::{Answer, CreatedToken, NewToken, Permission, TokenList, TokenRow, Tokens};
use async_trait::async_trait;

use super::Door;
use crate::store::Token;

/// What every verb in here asks for. No scope is enough: a token makes no tokens.
const PERMISSION: Permission = Permission::CompanySettings;

#[async_trait]
impl Tokens for Door {
    async fn list_tokens(&self) -> Answer<TokenList> {
        self.services.answer(list::list(self).await)
    }

    async fn create_token(&self, request: NewToken) -> Answer<CreatedToken> {
        self.services.answer(create::create(self, request).await)
    }

    async fn revoke_token(&self, id: String) -> Answer<TokenRow> {
        let done = revoke::revoke(self, &id).await;
        self.services.answer(self.noting("token.revoke", Some(&id), done).await)
    }
}

/// What people see of a token.
fn row(token: Token) -> TokenRow {
    TokenRow {
        id: token.id,
        name: token.name,
        beginning: token.beginning,
        scopes: token.scopes,
        created_at: token.created_at,
        created_by: token.created_by,
        expires_at: token.expires_at,
        used_at: token.used_at,
    }
}
