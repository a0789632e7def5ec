//! From the configuration to the services.

use std::sync::Arc;

use super::Failure;
use crate::clock::{Clock, SystemClock, SystemRandomness};
use crate::configuration::{Configuration, prepare_data_directory};
use crate::services::{CookieRules, Services};
use crate::store::{self, Store};
use crate::vault::Vault;

/// The database and the vault, open.
pub(super) struct Opened {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Vault,
}

/// Opens the data directory, the database (and brings its tables up to date) and the vault.
pub(super) async fn open(configuration: &Configuration) -> Result<Opened, Failure> {
    prepare_data_directory(&configuration.data_directory).map_err(|error| Failure::new(error.to_string()))?;
    let store =
        store::connect(configuration.database_url.expose()).await.map_err(|error| Failure::new(error.to_string()))?;
    let vault = Vault::open(&configuration.master_key_file, &*store, Arc::new(SystemRandomness)).await;
    let vault = vault.map_err(|error| Failure::new(error.to_string()))?;
    Ok(Opened { store, vault })
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
    }
}
