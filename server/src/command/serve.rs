//! `signet serve`

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::service::Error;
use leptos::config::LeptosOptions;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::opening::open;
use super::process::allow_many_connections;
use super::{Failure, terminal};
use crate::configuration::{Configuration, PublicUrl, Site, find_site};
use crate::connections::{self, Timeouts, Tls};
use crate::router::{Limits, Options, router};
use crate::services::Services;

/// How long open requests may go on after the signal to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How often what is over is cleared away.
const PURGE_EVERY: Duration = Duration::from_hours(1);
/// How often it is looked whether a minute with refused attempts is over. With that minute it is what `kill -9` can cost.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Run the server (what plain `signet` does too)
///
/// Runs until SIGTERM or SIGINT, then answers the requests that are under way, for 10 seconds at most. While there is no user it
/// prints a new one-time set-up link at each start.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  \
                        signet serve\n  \
                        signet serve --addr 0.0.0.0:3000 --public-url https://signet.example.com --trusted-proxies 10.0.0.0/8\n  \
                        SIGNET_DATABASE_URL=postgres://signet:…@db/signet signet serve")]
pub(super) struct Arguments {}

pub(super) async fn run(configuration: Configuration) -> Result<(), Failure> {
    // Signals count from here on, so that stopping during the start leaves nothing half done.
    let mut stop = Stop::listen()?;
    allow_many_connections();
    let tls = configuration.tls.clone().map(Tls::load).transpose();
    let tls = tls.map_err(|error| Failure::new(error.to_string()))?.map(Arc::new);
    let address = configuration.address;
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(address, &error))?;
    let public_url = configuration.public_url_at(address);
    let leptos = leptos_options(&configuration, address)?;

    let opened = open(&configuration).await?;
    let services = Arc::new(opened.services(&configuration));
    services.describe_stored_certificates().await.map_err(|error| Failure::new(error.to_string()))?;
    announce(&services, address, &public_url, tls.is_some()).await?;

    let purging = tokio::spawn(purge(Arc::clone(&services)));
    let (end_sums, sums_end) = oneshot::channel::<()>();
    let summing_up = tokio::spawn(sum_up(Arc::clone(&services), sums_end));
    let options = Options {
        leptos,
        public_url,
        trusted_proxies: configuration.trusted_proxies.into(),
        limits: Limits::default(),
    };
    let router = router(Arc::clone(&services), options);
    let reloading = tls.clone().map(|tls| reload(tls).map(tokio::spawn)).transpose()?;
    let (begin_drain, drain) = oneshot::channel::<()>();
    let mut serving = tokio::spawn(connections::serve(listener, tls, router, Timeouts::default(), async {
        let _begun = drain.await;
    }));

    tokio::select! {
        () = stop.signalled() => {}
        ended = &mut serving => {
            drop(end_sums);
            let _recorded = summing_up.await;
            return Err(Failure::new(format!("the server ended by itself: {ended:?}")));
        }
    }
    tracing::info!("stopping");
    drop(begin_drain);
    tokio::select! {
        _drained = &mut serving => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("some requests were not answered in time"),
        () = stop.signalled() => tracing::warn!("told twice to stop: some requests were not answered"),
    }
    purging.abort();
    drop(end_sums);
    let _recorded = summing_up.await;
    if let Some(reloading) = reloading {
        reloading.abort();
    }
    opened.store.close().await;
    Ok(())
}

/// What stands in the way of listening, and what to do about it.
fn cannot_listen(address: SocketAddr, error: &io::Error) -> Failure {
    let remedy = match error.kind() {
        ErrorKind::AddrInUse => "; stop the program that uses it, or set SIGNET_ADDR (--addr) to another address",
        ErrorKind::AddrNotAvailable => "; set SIGNET_ADDR (--addr) to an address of this machine",
        ErrorKind::PermissionDenied => "; set SIGNET_ADDR (--addr) to a port from 1024 on",
        _ => "",
    };
    Failure::new(format!("cannot listen on {address}: {error}{remedy}"))
}

/// Says where the server is, and how to begin while there is nobody.
async fn announce(
    services: &Services,
    address: SocketAddr,
    public_url: &PublicUrl,
    secure: bool,
) -> Result<(), Failure> {
    let mut lines = vec![format!("Signet is listening on {}://{address}", if secure { "https" } else { "http" })];
    if *public_url != PublicUrl::of_address(address, secure) {
        lines.push(format!("Browsers open it at {}", public_url.origin()));
    }
    match services.create_setup_link().await {
        Ok(token) => lines.push(format!("Set-up link (valid for a day): {}", public_url.setup_link(token.expose()))),
        // There is a user.
        Err(Error::SetupLink) => {}
        Err(error) => return Err(Failure::new(format!("cannot make a set-up link: {error}"))),
    }
    terminal::say(&lines.join("\n"))?;
    if public_url.is_exposed() {
        tracing::warn!("the public URL is plain http: passwords and private keys can be read on the way to Signet");
    }
    Ok(())
}

/// Reads the files of HTTPS again at each SIGHUP.
fn reload(tls: Arc<Tls>) -> Result<impl Future<Output = ()>, Failure> {
    let mut hangup = signal(SignalKind::hangup()).map_err(cannot_hear)?;
    Ok(async move {
        while hangup.recv().await.is_some() {
            match tls.reload() {
                Ok(()) => tracing::info!("read the TLS certificate again"),
                Err(error) => tracing::error!(%error, "the TLS certificate stays as it is"),
            }
        }
    })
}

/// Clears away what is over, at the start and then hourly.
async fn purge(services: Arc<Services>) {
    loop {
        if let Err(error) = services.purge().await {
            tracing::error!(%error, "could not clear away what is over");
        }
        tokio::time::sleep(PURGE_EVERY).await;
    }
}

/// Records the refused attempts of each minute when it is over, and at the end those of the minute that is not; and how often API nodes
/// and certificates were used.
async fn sum_up(services: Arc<Services>, mut end: oneshot::Receiver<()>) {
    loop {
        let ended = tokio::time::timeout(SUM_UP_EVERY, &mut end).await.is_ok();
        record_refusals(&services, ended).await;
        if let Err(error) = services.write_uses().await {
            tracing::error!(%error, "how often certificates were used could not be written");
        }
        if ended {
            return;
        }
    }
}

async fn record_refusals(services: &Services, all: bool) {
    if let Err(error) = services.write_refusals(all).await {
        tracing::error!(%error, "refused attempts could not be recorded");
    }
}

/// Where the pages' files are, seen from the program's own place.
fn leptos_options(configuration: &Configuration, address: SocketAddr) -> Result<LeptosOptions, Failure> {
    let program = std::env::current_exe().and_then(|program| program.canonicalize()).unwrap_or_default();
    let program_directory = program.parent().unwrap_or(&program);
    let site = find_site(program_directory, configuration.site_directory.as_deref());
    let builder = LeptosOptions::builder().output_name("signet").site_addr(address);
    Ok(match site.map_err(|error| Failure::new(error.to_string()))? {
        Some(Site { directory, hashes: Some(hashes) }) => builder
            .site_root(directory.to_string_lossy())
            .hash_files(true)
            .hash_file(Arc::from(hashes.to_string_lossy()))
            .build(),
        Some(Site { directory, hashes: None }) => builder.site_root(directory.to_string_lossy()).build(),
        None => {
            tracing::warn!(
                "the pages' files were not found: build them (make build) or say where they are (SIGNET_SITE_DIR)"
            );
            builder.site_root("/nonexistent").build()
        }
    })
}

fn cannot_hear(error: std::io::Error) -> Failure {
    Failure::new(format!("cannot listen for signals: {error}"))
}

/// SIGTERM and SIGINT.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> Result<Self, Failure> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(cannot_hear)?,
            interrupt: signal(SignalKind::interrupt()).map_err(cannot_hear)?,
        })
    }

    async fn signalled(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
