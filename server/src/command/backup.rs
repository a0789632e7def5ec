//! `signet backup`, `signet restore`

use std::path::PathBuf;
use std::sync::Arc;

use super::opening::find_database;
use super::{Failure, terminal};
use crate::backup::{self, Destination};
use crate::clock::{SystemClock, SystemRandomness};
use crate::configuration::Configuration;

/// Copy the database into one file, while the server runs
///
/// The copy is consistent: it holds everything that was there at one moment. It is for nobody else's eyes (mode 0600), and holds
/// every private key sealed, without the master key: keep a copy of the master key file too, and in another place. For PostgreSQL
/// use `pg_dump`.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet backup /backup/signet-2026-11-21.db")]
pub(super) struct Backup {
    /// The new file; nothing is overwritten
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Put a backup into an empty data directory
///
/// The data directory may hold the master key file and nothing else. The backup is checked first: whether it is whole, of this
/// version of Signet or an older one, and whether its audit log is what was written. Everybody is signed out. What was revoked or
/// removed after the backup was made is there again.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  signet restore /backup/signet-2026-11-21.db --data-dir ./restored")]
pub(super) struct Restore {
    /// The backup, which stays as it is
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) async fn backup(arguments: Backup, configuration: Configuration) -> Result<(), Failure> {
    find_database(&configuration)?;
    backup::create(configuration.database_url.expose(), &arguments.file, &SystemRandomness)
        .await
        .map_err(|error| Failure::new(error.to_string()))
}

pub(super) async fn restore(arguments: Restore, configuration: Configuration) -> Result<(), Failure> {
    let destination = Destination {
        data_directory: &configuration.data_directory,
        database_url: configuration.database_url.expose(),
        master_key_file: &configuration.master_key_file,
    };
    let restored = backup::restore(&arguments.file, destination, &SystemClock, Arc::new(SystemRandomness)).await;
    let restored = restored.map_err(|error| Failure::new(error.to_string()))?;
    // No value for scripts.
    if restored.has_master_key {
        terminal::complain("restored; the master key file is the right one");
    } else {
        let file = configuration.master_key_file.display();
        terminal::complain(&format!("restored; before you start Signet, put the master key file at {file}"));
    }
    Ok(())
}
