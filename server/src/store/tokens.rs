//! API tokens in the store.

use app::service::Scope;
use app::timestamp::Timestamp;

use super::database::{Database, Open};
use super::query::{Row, query};
use super::{Error, Result};

/// A token as it is stored: everything but its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// 32 lower-case hex digits.
    pub id: String,
    /// The account it belongs to.
    pub account_id: String,
    /// The name that people gave it.
    pub name: String,
    /// The first characters of its secret.
    pub beginning: String,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// What it may do, in the order of their names.
    pub scopes: Vec<Scope>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Name of who created it.
    pub created_by: String,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// `select` of every column of a token, with what follows it.
macro_rules! select_token {
    ($rest:literal) => {
        concat!(
            "select id, account_id, name, beginning, secret_hash, created_at, created_by, expires_at, used_at, revoked_at, \
               (select string_agg(scope, ' ' order by scope) from token_scopes where token_id = tokens.id) as scopes \
             from tokens ",
            $rest
        )
    };
}

/// How many tokens a list has at most: more than an account can have.
const ALL: i64 = 10_000;

pub(super) async fn list(database: &impl Database, account_id: &str) -> Result<Vec<Token>> {
    let sql = select_token!("where account_id = $1 and revoked_at is null order by created_at desc, id desc limit $2");
    database.all(query(sql).bind(account_id).bind(ALL), token).await
}

pub(super) async fn by_secret(database: &impl Database, secret_hash: &[u8; 32]) -> Result<Option<Token>> {
    database.one(query(select_token!("where secret_hash = $1")).bind(secret_hash), token).await
}

pub(super) async fn by_id(database: &impl Database, id: &str) -> Result<Option<Token>> {
    database.one(query(select_token!("where id = $1")).bind(id), token).await
}

pub(super) async fn lock(database: &mut Open, account_id: &str, id: &str) -> Result<Option<Token>> {
    let sql = select_token!("where account_id = $1 and id = $2 for update");
    database.one(query(sql).bind(account_id).bind(id), token).await
}

pub(super) async fn count(database: &mut Open, account_id: &str) -> Result<u64> {
    let sql = "select count(*) as present from tokens where account_id = $1 and revoked_at is null";
    let count = database.one(query(sql).bind(account_id), |row| row.count("present")).await?;
    Ok(count.unwrap_or_default())
}

pub(super) async fn insert(database: &mut Open, token: &Token) -> Result<()> {
    let sql = "insert into tokens \
                 (id, account_id, name, beginning, secret_hash, created_at, created_by, expires_at, used_at, revoked_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let insert = query(sql)
        .bind(&token.id)
        .bind(&token.account_id)
        .bind(&token.name)
        .bind(&token.beginning)
        .bind(&token.secret_hash)
        .bind(token.created_at)
        .bind(&token.created_by)
        .bind(token.expires_at)
        .bind(token.used_at)
        .bind(token.revoked_at);
    database.change(insert).await?;
    for scope in &token.scopes {
        let sql = "insert into token_scopes (token_id, scope) values ($1, $2)";
        database.change(query(sql).bind(&token.id).bind(scope.as_str())).await?;
    }
    Ok(())
}

pub(super) async fn revoke(database: &mut Open, id: &str, at: Timestamp) -> Result<()> {
    let sql = "update tokens set revoked_at = $2 where id = $1 and revoked_at is null";
    database.change_one("tokens", query(sql).bind(id).bind(at)).await
}

pub(super) async fn touch(database: &mut Open, id: &str, at: Timestamp) -> Result<()> {
    let sql = "update tokens set used_at = $2 where id = $1 and (used_at is null or used_at < $2)";
    database.change(query(sql).bind(id).bind(at)).await.map(drop)
}

fn token(row: &Row) -> Result<Token> {
    let names = row.value::<Option<String>>("token_scopes.scopes")?.unwrap_or_default();
    let scopes = names
        .split_whitespace()
        .map(|name| Scope::parse(name).ok_or(Error::Unreadable { column: "token_scopes.scope" }));
    Ok(Token {
        id: row.value("tokens.id")?,
        account_id: row.value("tokens.account_id")?,
        name: row.value("tokens.name")?,
        beginning: row.value("tokens.beginning")?,
        secret_hash: row.hash("tokens.secret_hash")?,
        scopes: scopes.collect::<Result<_>>()?,
        created_at: row.time("tokens.created_at")?,
        created_by: row.value("tokens.created_by")?,
        expires_at: row.optional_time("tokens.expires_at")?,
        used_at: row.optional_time("tokens.used_at")?,
        revoked_at: row.optional_time("tokens.revoked_at")?,
    })
}
