//! `signet keys add`, `signet keys rotate`, `signet keys verify`

use clap::Subcommand;

use super::opening::open_existing;
use super::{Failure, terminal};
use crate::configuration::Configuration;
use crate::services::{Rotation, Services, Verification, WhichKey, WhichPart};

/// Add, rotate and verify what private keys are sealed with
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Append a new version to the master key file
    ///
    /// Prints its number. It is used for nothing yet: with several servers, copy the file to all of them, then run `signet keys
    /// rotate` on one. The file keeps mode 0600 and its owner; make a copy of it in a safe place.
    #[command(after_help = "Examples:\n  signet keys add\n  signet keys add && signet keys rotate     with one server")]
    Add,
    /// Seal every stored key with the newest version of the master key
    ///
    /// Makes the newest version in the master key file the active one and wraps every stored key with it, beside running servers.
    /// If it is stopped half-way, run it again. Says which older versions nothing needs any more; backups that were made before
    /// still need them.
    #[command(after_help = "Examples:\n  signet keys rotate")]
    Rotate,
    /// Open every stored key and compare it with its certificate
    ///
    /// Prints each key that cannot be opened or does not belong to its certificate, and counts; exits with 1 if there is one. Every
    /// opening is written to the audit log.
    #[command(after_help = "Examples:\n  signet keys verify")]
    Verify,
}

pub(super) async fn run(arguments: Arguments, configuration: Configuration) -> Result<(), Failure> {
    let opened = open_existing(&configuration).await?;
    let done = done(&arguments.verb, &opened.services(&configuration)).await;
    opened.store.close().await;
    done
}

async fn done(verb: &Verb, services: &Services) -> Result<(), Failure> {
    let failed = |error: crate::vault::Error| Failure::new(error.to_string());
    match verb {
        Verb::Add => terminal::say(&services.add_master_key().await.map_err(failed)?.to_string()),
        Verb::Rotate => {
            let rotation = services.rotate_master_key().await.map_err(failed)?;
            terminal::say(&rotated(&rotation))?;
            no_failures(&rotation.damaged.iter().collect::<Vec<_>>(), "could not be opened and stays as it is")
        }
        Verb::Verify => {
            let verification = services.verify_keys().await.map_err(failed)?;
            terminal::say(&verified(&verification))?;
            no_failures(&verification.bad.iter().map(|(key, _problem)| key).collect::<Vec<_>>(), "fails")
        }
    }
}

fn rotated(rotation: &Rotation) -> String {
    let Rotation { active, rewrapped, rewrapped_headers, damaged, unneeded, needed } = rotation;
    let mut lines = vec![
        format!("Number {active} of the master key is the active one."),
        format!("{} sealed with it now.", keys(*rewrapped, "was", "were")),
    ];
    if *rewrapped_headers > 0 {
        lines.push(format!("{} sealed with it now.", header_values(*rewrapped_headers, "was", "were")));
    }
    lines.extend(damaged.iter().map(|key| format!("{}: the key does not open", name(key))));
    lines.extend(needed.iter().map(|version| format!("Number {version} is still needed by keys that do not open.")));
    lines.extend(unneeded.iter().map(|version| {
        format!("Nothing in this database needs number {version} any more; backups that were made before still do.")
    }));
    lines.join("\n")
}

fn verified(verification: &Verification) -> String {
    let Verification { good, good_headers, bad } = verification;
    let mut lines: Vec<_> = bad.iter().map(|(key, problem)| format!("{}: {problem}", name(key))).collect();
    let bad_headers = bad.iter().filter(|(key, _problem)| is_header(key)).count();
    let good = keys(*good, "opens and belongs to its certificate", "open and belong to their certificates");
    lines.push(format!("{good}, {} not.", bad.len() - bad_headers));
    if *good_headers > 0 || bad_headers > 0 {
        lines.push(format!("{}, {bad_headers} not.", header_values(*good_headers, "opens", "open")));
    }
    lines.join("\n")
}

fn name(key: &WhichKey) -> String {
    let WhichKey { account_id, id, name, part } = key;
    let part = match part {
        WhichPart::Key { content_version } => format!("version {content_version}"),
        WhichPart::Header { name } => format!("header {name}"),
    };
    format!("“{name}” ({id}, {part}, account {account_id})")
}

fn is_header(key: &WhichKey) -> bool {
    matches!(key.part, WhichPart::Header { .. })
}

fn keys(count: u64, one: &str, several: &str) -> String {
    if count == 1 { format!("1 key {one}") } else { format!("{count} keys {several}") }
}

fn header_values(count: u64, one: &str, several: &str) -> String {
    if count == 1 { format!("1 secret header value {one}") } else { format!("{count} secret header values {several}") }
}

fn no_failures(failed: &[&WhichKey], what: &str) -> Result<(), Failure> {
    let headers = failed.iter().filter(|key| is_header(key)).count();
    match (failed.len() - headers, headers) {
        (0, 0) => Ok(()),
        (1, 0) => Err(Failure::new(format!("1 key {what}"))),
        (keys, 0) => Err(Failure::new(format!("{keys} keys: each {what}"))),
        (0, 1) => Err(Failure::new(format!("1 secret header value {what}"))),
        (keys, headers) => Err(Failure::new(format!("keys: {keys}, secret header values: {headers}; each {what}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::Problem;

    #[test]
    fn keys_and_header_values_are_counted_apart() {
        let which = |part| WhichKey { account_id: "a".to_owned(), id: "i".to_owned(), name: "Pay".to_owned(), part };
        let header = || which(WhichPart::Header { name: "X-Key".to_owned() });
        let bad = vec![(header(), Problem::DoesNotOpen)];
        let said = verified(&Verification { good: 1, good_headers: 2, bad });
        let expected = "“Pay” (i, header X-Key, account a): the key does not open: it was changed, or copied from elsewhere\n\
                        1 key opens and belongs to its certificate, 0 not.\n\
                        2 secret header values open, 1 not.";
        assert_eq!(said, expected);

        let key = || which(WhichPart::Key { content_version: 1 });
        let failure = |failed: &[&WhichKey]| no_failures(failed, "fails").err().map(|failure| failure.line);
        assert_eq!(failure(&[]), None);
        assert_eq!(failure(&[&key()]).as_deref(), Some("1 key fails"));
        assert_eq!(failure(&[&key(), &key()]).as_deref(), Some("2 keys: each fails"));
        assert_eq!(failure(&[&header()]).as_deref(), Some("1 secret header value fails"));
        assert_eq!(failure(&[&key(), &header()]).as_deref(), Some("keys: 1, secret header values: 1; each fails"));
    }
}
