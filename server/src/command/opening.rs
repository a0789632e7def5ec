//! From the configuration to the services.

use std::io;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::Failure;
use crate::clock::{Clock, SystemClock, SystemRandomness};
use crate::configuration::{Configuration, NodeSettings, prepare_data_directory, settings};
use crate::egress::{Egress, SystemResolver};
use crate::services::{CookieRules, Services, audit};
use crate::store::{self, Store};
use crate::vault::Vault;

/// The database and the vault, open.
pub(super) struct Opened {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Vault,
    egress: Egress,
}

/// Opens the data directory, the database (and brings its tables up to date) and the vault; creates what is not there.
pub(super) async fn open(configuration: &Configuration) -> Result<Opened, Failure> {
    prepare_data_directory(&configuration.data_directory).map_err(failure)?;
    let store = store::connect(configuration.database_url.expose()).await.map_err(failure)?;
    audit::begin(&*store, SystemClock.now()).await.map_err(failure)?;
    open_vault(configuration, store).await
}

/// Opens what another command has created: nothing is begun in a data directory that was named by mistake.
pub(super) async fn open_existing(configuration: &Configuration) -> Result<Opened, Failure> {
    let store = connect_existing(configuration).await?;
    let begun = store.master_key_checks().await.map(|checks| !checks.is_empty());
    match begun {
        Ok(true) => open_vault(configuration, store).await,
        Ok(false) => {
            store.close().await;
            Err(Failure::new(format!("the database has never been used: `signet serve` begins one; {WHICH_DATABASE}")))
        }
        Err(error) => {
            store.close().await;
            Err(failure(error))
        }
    }
}

/// Opens a database that is there (and brings its tables up to date), without the vault.
pub(super) async fn connect_existing(configuration: &Configuration) -> Result<Arc<dyn Store>, Failure> {
    find_database(configuration)?;
    if configuration.data_directory.exists() {
        prepare_data_directory(&configuration.data_directory).map_err(failure)?;
    }
    store::connect(configuration.database_url.expose()).await.map_err(failure)
}

/// Says so where the file of an embedded database is not there, or nothing was ever written to it.
pub(super) fn find_database(configuration: &Configuration) -> Result<(), Failure> {
    let Some(file) = store::sqlite_file(configuration.database_url.expose()) else { return Ok(()) };
    let missing = match std::fs::metadata(&file) {
        Ok(found) => found.len() == 0,
        // Whoever opens it says what else is in the way.
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if missing {
        return Err(Failure::new(format!("there is no database at {}: {WHICH_DATABASE}", file.display())));
    }
    Ok(())
}

async fn open_vault(configuration: &Configuration, store: Arc<dyn Store>) -> Result<Opened, Failure> {
    match Vault::open(&configuration.master_key_file, &*store, Arc::new(SystemRandomness)).await {
        Ok(vault) => Ok(Opened { store, vault, egress: egress(&configuration.nodes)? }),
        Err(error) => {
            store.close().await;
            Err(failure(error))
        }
    }
}

/// What to look at where it is not the database that was meant.
const WHICH_DATABASE: &str = "SIGNET_DATA_DIR (--data-dir) or SIGNET_DATABASE_URL say which one is meant";

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

impl Opened {
    /// The services, as a browser would reach them at the configured address.
    pub(super) fn services(&self, configuration: &Configuration) -> Services {
        self.services_at(configuration, Arc::new(SystemClock))
    }

    /// The services, with another clock.
    pub(super) fn services_at(&self, configuration: &Configuration, clock: Arc<dyn Clock>) -> Services {
        let cookies = CookieRules { secure: configuration.public_url_at(configuration.address).is_secure() };
        let randomness = Arc::new(SystemRandomness);
        Services::new(Arc::clone(&self.store), self.vault.clone(), clock, randomness, cookies)
            .with_limits(configuration.limits)
            .with_egress(self.egress.clone())
    }
}

/// Where API nodes may call, and whom they trust.
fn egress(settings: &NodeSettings) -> Result<Egress, Failure> {
    let roots = settings.ca_file.as_ref().map_or(Ok(Vec::new()), |path| {
        let refuse = |problem: &str| {
            Failure::new(format!("{} = {}: {problem}", settings::NODES_CA_FILE.variable(), path.display()))
        };
        let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match read {
            Ok(roots) if roots.is_empty() => Err(refuse("there is no PEM certificate in it")),
            Ok(roots) => Ok(roots),
            Err(_quotes_the_file) => Err(refuse("it cannot be read as PEM certificates")),
        }
    })?;
    Ok(Egress::new(settings.allow_private, roots, Arc::new(SystemResolver)))
}
