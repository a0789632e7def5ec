//! `signet audit list`, `verify`

use clap::Subcommand;
use serde_json::json;

use super::account::account_id;
use super::opening::connect_existing;
use super::{Failure, terminal};
use crate::configuration::Configuration;
use crate::services::audit::{Whole, verify_all};
use crate::store::{self, AuditEntry, Store};

/// Entries that are read at once.
const AT_ONCE: u32 = 500;

/// Read and verify the audit log
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  signet audit list\n  signet audit list --account ID --json\n  signet audit verify"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print the entries of a company's audit log, or of what belongs to no company, oldest first
    ///
    /// What belongs to no company: keys of the master key file, set-up links, restored backups, sign-ins of strangers, unknown tokens, and
    /// which companies were created. One line for each entry: number, tab, UTC time, tab, kind of actor, tab, actor, tab, address, tab,
    /// action, tab, object's id, tab, object's name, tab, `done` or `refused`, tab, detail. `-` stands for what there is none of, and a
    /// control character in a value is a space.
    #[command(after_help = "Examples:\n  \
                            signet audit list\n  \
                            signet audit list | grep refused\n  \
                            signet audit list --account ID --json | jq 'select(.action == \"key.open\")'")]
    List {
        /// The company's id, as `signet account list` prints it; without it, what belongs to no company
        #[arg(long, value_name = "ID", value_parser = account_id)]
        account: Option<String>,
        /// One JSON object a line, with every field and the hashes
        #[arg(long)]
        json: bool,
    },
    /// Walk every chain of the audit log and look for entries that were changed, removed or moved
    ///
    /// Prints one line for each chain: the company's id (`-` for what belongs to none), tab, number of entries, tab, hash of the last
    /// one. Exits with 1 and names the first bad entry if there is one. Whoever can write to the database can also cut off the end of
    /// a chain together with what the chain knows of its end: keep the lines elsewhere to notice that too.
    #[command(after_help = "Examples:\n  signet audit verify\n  signet audit verify | sort > audit-ends.txt")]
    Verify {},
}

pub(super) async fn run(configuration: Configuration, arguments: Arguments) -> Result<(), Failure> {
    // Without the vault: a copy of the database can be read and verified where its master key is not.
    let store = connect_existing(&configuration).await?;
    let done = match arguments.verb {
        Verb::List { account, json } => list(&*store, account.as_deref(), json).await,
        Verb::Verify {} => verify(&*store).await,
    };
    store.close().await;
    done
}

/// Prints page by page: a log can be longer than the memory.
async fn list(store: &dyn Store, account_id: Option<&str>, as_json: bool) -> Result<(), Failure> {
    if let Some(id) = account_id
        && !store.has_account(id).await.map_err(failure)?
    {
        return Err(Failure::new(format!("there is no company with the id {id}")));
    }
    let mut last = 0;
    loop {
        let page = store.audit_entries(account_id, last, AT_ONCE).await.map_err(failure)?;
        let Some(newest) = page.last() else { return Ok(()) };
        last = newest.sequence;
        let lines: Vec<_> = page.iter().map(if as_json { object } else { columns }).collect();
        terminal::say(&lines.join("\n"))?;
    }
}

async fn verify(store: &dyn Store) -> Result<(), Failure> {
    let chains = verify_all(store).await.map_err(|broken| Failure::new(broken.to_string()))?;
    let lines: Vec<_> = chains.iter().map(line).collect();
    if lines.is_empty() { Ok(()) } else { terminal::say(&lines.join("\n")) }
}

fn line(chain: &Whole) -> String {
    format!("{}\t{}\t{}", chain.account_id.as_deref().unwrap_or("-"), chain.entries, hex::encode(chain.hash))
}

fn columns(entry: &AuditEntry) -> String {
    let sequence = entry.sequence.to_string();
    let at = entry.at.rfc3339();
    let columns = [
        &sequence,
        &at,
        &entry.actor_kind,
        &entry.actor_name,
        entry.address.as_deref().unwrap_or_default(),
        &entry.action,
        entry.object_id.as_deref().unwrap_or_default(),
        &entry.object_name,
        &entry.result,
        &entry.detail,
    ];
    columns.map(value).join("\t")
}

fn value(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.replace(char::is_control, " ") }
}

fn object(entry: &AuditEntry) -> String {
    json!({
        "sequence": entry.sequence,
        "at": entry.at.rfc3339_microseconds(),
        "account_id": entry.account_id,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "address": entry.address,
        "action": entry.action,
        "object_id": entry.object_id,
        "object_name": entry.object_name,
        "result": entry.result,
        "detail": entry.detail,
        "previous_hash": hex::encode(entry.previous_hash),
        "hash": hex::encode(entry.hash),
    })
    .to_string()
}

fn failure(error: store::Error) -> Failure {
    Failure::new(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_column() {
        assert_eq!(value(""), "-");
        assert_eq!(value("a\tb\nc"), "a b c");
    }
}
