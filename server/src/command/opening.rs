//! From the configuration to the services.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::Failure;
use crate::clock::{Clock, SystemClock, SystemRandomness};
use crate::configuration::{Configuration, NodeSettings, prepare_data_directory, settings};
use crate::egress::{Egress, SystemResolver};
use crate::services::{CookieRules, Services};
use crate::store::{self, Store};
use crate::vault::Vault;

/// The database and the vault, open.
pub(super) struct Opened {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Vault,
    egress: Egress,
}

/// Opens the data directory, the database (and brings its tables up to date) and the vault.
pub(super) async fn open(configuration: &Configuration) -> Result<Opened, Failure> {
    let egress = egress(&configuration.nodes)?;
    prepare_data_directory(&configuration.data_directory).map_err(|error| Failure::new(error.to_string()))?;
    let store =
        store::connect(configuration.database_url.expose()).await.map_err(|error| Failure::new(error.to_string()))?;
    let vault = Vault::open(&configuration.master_key_file, &*store, Arc::new(SystemRandomness)).await;
    let vault = vault.map_err(|error| Failure::new(error.to_string()))?;
    Ok(Opened { store, vault, egress })
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
