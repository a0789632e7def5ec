//! `signet token create`, `list`, `revoke`

use std::sync::Arc;

use app::service::{Error, NewToken, Scope, TokenRow, Tokens};
use app::timestamp::Timestamp;
use clap::builder::PossibleValuesParser;
use clap::{Subcommand, value_parser};

use super::account::{account_id, failure};
use super::opening::open_existing;
use super::{Failure, terminal};
use crate::configuration::Configuration;
use crate::services::{Caller, Door, Services, Who};

/// Create, list and revoke API tokens
///
/// A token lets a script or a program use the REST API of one company. It can never read a private key.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet token create --account ID --name ci-deploy --scope certificates:write --expires-in 90\n  \
                        signet token list --account ID\n  \
                        signet token revoke ID")]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Create a token and print its secret, once
    ///
    /// The secret is `sgn_` and 49 letters and digits; the last six are a checksum. Only a hash of it is stored.
    #[command(after_help = "Examples:\n  \
                            signet token create --account ID --name ci-deploy --scope certificates:write --expires-in 90\n  \
                            signet token create --account ID --name grafana --scope certificates:read --scope audit_log:read")]
    Create {
        /// The company's id: 32 hex digits
        #[arg(long, value_name = "ID", value_parser = account_id)]
        account: String,
        /// What the token is called
        #[arg(long)]
        name: String,
        /// What it may do, repeated for more; write includes read
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = PossibleValuesParser::new(SCOPES))]
        scopes: Vec<String>,
        /// In how many days it ends; without this it has no end
        #[arg(long, value_name = "DAYS", value_parser = value_parser!(u32).range(1..=3650))]
        expires_in: Option<u32>,
    },
    /// Print a company's tokens: id, tab, name, tab, scopes, tab, last used
    ///
    /// Scopes are separated by commas. Last used is a UTC time to the minute, or `never`. Revoked tokens are left out.
    #[command(after_help = "Examples:\n  signet token list --account ID\n  signet token list --account ID | cut -f1,2")]
    List {
        /// The company's id: 32 hex digits
        #[arg(long, value_name = "ID", value_parser = account_id)]
        account: String,
    },
    /// Revoke a token: it is refused from now on
    #[command(after_help = "Examples:\n  signet token revoke 0f3c0d1e5b6a79887766554433221100")]
    Revoke {
        /// The token's id, the first column of the list
        id: String,
    },
}

const SCOPES: [&str; 6] = {
    let [a, b, c, d, e, f] = Scope::ALL;
    [a.as_str(), b.as_str(), c.as_str(), d.as_str(), e.as_str(), f.as_str()]
};

pub(super) async fn run(configuration: Configuration, arguments: Arguments) -> Result<(), Failure> {
    let opened = open_existing(&configuration).await?;
    let services = Arc::new(opened.services(&configuration));
    let done = match arguments.verb {
        Verb::Create { account, name, scopes, expires_in } => {
            let scopes = scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
            create(services, account, NewToken { name, scopes, days: expires_in }).await
        }
        Verb::List { account } => list(services, account).await,
        Verb::Revoke { id } => revoke(services, id).await,
    };
    opened.store.close().await;
    done.and_then(|lines| if lines.is_empty() { Ok(()) } else { terminal::say(&lines) })
}

async fn create(services: Arc<Services>, account: String, request: NewToken) -> Result<String, Failure> {
    let created = door(services, account).await?.create_token(request).await.map_err(|error| failure(&error))?;
    Ok(created.secret.expose().to_owned())
}

async fn list(services: Arc<Services>, account: String) -> Result<String, Failure> {
    let list = door(services, account).await?.list_tokens().await.map_err(|error| failure(&error))?;
    Ok(list.rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

async fn revoke(services: Arc<Services>, id: String) -> Result<String, Failure> {
    let no_such = || Failure::new(format!("there is no token {id:?}, or it is revoked already"));
    let token = services.store.token_by_id(&id).await.map_err(|error| Failure::new(error.to_string()))?;
    let caller = Caller::new(Who::CommandLine { account_id: token.ok_or_else(no_such)?.account_id }, None);
    match (Door { services, caller }).revoke_token(id.clone()).await {
        Ok(_revoked) => Ok(String::new()),
        Err(Error::NotFound) => Err(no_such()),
        Err(error) => Err(failure(&error)),
    }
}

/// The command line, acting in an account that there is.
async fn door(services: Arc<Services>, account_id: String) -> Result<Door, Failure> {
    if !services.store.has_account(&account_id).await.map_err(|error| Failure::new(error.to_string()))? {
        return Err(Failure::new(format!("there is no account {account_id:?}")));
    }
    Ok(Door { services, caller: Caller::new(Who::CommandLine { account_id }, None) })
}

fn line(token: &TokenRow) -> String {
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let used = token.used_at.map_or_else(|| "never".to_owned(), Timestamp::rfc3339);
    format!("{}\t{}\t{}\t{used}", token.id, token.name, scopes.join(","))
}
