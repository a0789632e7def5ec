//! `signet audit verify`

use clap::Subcommand;

use super::opening::connect_existing;
use super::{Failure, terminal};
use crate::configuration::Configuration;
use crate::services::audit::{Whole, verify_all};

/// Verify the audit log
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet audit verify\n  signet audit verify | sort > audit-ends.txt")]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Walk every chain of the audit log and look for entries that were changed, removed or moved
    ///
    /// Prints one line for each chain: the company's id (`-` for what belongs to none), tab, number of entries, tab, hash of the last
    /// one. Exits with 1 and names the first bad entry if there is one. Whoever can write to the database can also cut off the end of
    /// a chain together with what the chain knows of its end: keep the lines elsewhere to notice that too.
    #[command(after_help = "Examples:\n  signet audit verify\n  signet audit verify | sort > audit-ends.txt")]
    Verify {},
}

pub(super) async fn run(configuration: Configuration, arguments: Arguments) -> Result<(), Failure> {
    let Verb::Verify {} = arguments.verb;
    // Without the vault: a copy of the database can be verified where its master key is not.
    let store = connect_existing(&configuration).await?;
    let verified = verify_all(&*store).await;
    store.close().await;
    let chains = verified.map_err(|broken| Failure::new(broken.to_string()))?;
    let lines: Vec<_> = chains.iter().map(line).collect();
    if lines.is_empty() { Ok(()) } else { terminal::say(&lines.join("\n")) }
}

fn line(chain: &Whole) -> String {
    format!("{}\t{}\t{}", chain.account_id.as_deref().unwrap_or("-"), chain.entries, hex::encode(chain.hash))
}
