//! `signet serve`

use std::future::IntoFuture;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::service::Error;
use axum::serve::ListenerExt;
use leptos::config::LeptosOptions;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::opening::open;
use super::{Failure, terminal};
use crate::configuration::{Configuration, PublicUrl, find_site};
use crate::router::{Limits, Options, router};
use crate::services::Services;

/// How long open requests may go on after the signal to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How often what is over is cleared away.
const PURGE_EVERY: Duration = Duration::from_hours(1);
/// How often it is looked whether a minute with refused attempts is over.
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
    let address = configuration.address;
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(address, &error))?;
    let public_url = configuration.public_url_at(address);

    let opened = open(&configuration).await?;
    let services = Arc::new(opened.services(&configuration));
    announce(&services, address, &public_url).await?;

    let purging = tokio::spawn(purge(Arc::clone(&services)));
    let summing_up = tokio::spawn(sum_up(Arc::clone(&services)));
    let options = Options {
        leptos: leptos_options(&configuration, address),
        public_url,
        trusted_proxies: configuration.trusted_proxies.into(),
        limits: Limits::default(),
    };
    let router = router(Arc::clone(&services), options).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|connection| {
        // Answers are small: waiting to fill a packet only makes them late.
        let _slower_without = connection.set_nodelay(true);
    });
    let (begin_drain, drain) = oneshot::channel::<()>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async {
        let _begun = drain.await;
    });
    let mut serving = tokio::spawn(serving.into_future());

    tokio::select! {
        () = stop.signalled() => {}
        ended = &mut serving => {
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
    summing_up.abort();
    record_refusals(&services, true).await;
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
async fn announce(services: &Services, address: SocketAddr, public_url: &PublicUrl) -> Result<(), Failure> {
    let mut lines = vec![format!("Signet is listening on http://{address}")];
    if *public_url != PublicUrl::of_address(address) {
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

/// Clears away what is over, at the start and then hourly.
async fn purge(services: Arc<Services>) {
    loop {
        if let Err(error) = services.purge().await {
            tracing::error!(%error, "could not clear away what is over");
        }
        tokio::time::sleep(PURGE_EVERY).await;
    }
}

/// Records the refused attempts of each minute when it is over.
async fn sum_up(services: Arc<Services>) {
    loop {
        tokio::time::sleep(SUM_UP_EVERY).await;
        record_refusals(&services, false).await;
    }
}

async fn record_refusals(services: &Services, all: bool) {
    if let Err(error) = services.write_refusals(all).await {
        tracing::error!(%error, "refused attempts could not be recorded");
    }
}

/// Where the pages' files are, seen from the program's own place.
fn leptos_options(configuration: &Configuration, address: SocketAddr) -> LeptosOptions {
    let program = std::env::current_exe().and_then(|program| program.canonicalize()).unwrap_or_default();
    let program_directory = program.parent().unwrap_or(&program);
    let builder = LeptosOptions::builder().output_name("signet").site_addr(address);
    match find_site(program_directory, configuration.site_directory.as_deref()) {
        Some((site, Some(hashes))) => builder
            .site_root(site.to_string_lossy())
            .hash_files(true)
            .hash_file(Arc::from(hashes.to_string_lossy()))
            .build(),
        Some((site, None)) => builder.site_root(site.to_string_lossy()).build(),
        None => {
            tracing::warn!(
                "the pages' files were not found: build them (make build) or say where they are (SIGNET_SITE_DIR)"
            );
            builder.site_root("/nonexistent").build()
        }
    }
}

/// SIGTERM and SIGINT.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> Result<Self, Failure> {
        let cannot = |error| Failure::new(format!("cannot listen for signals: {error}"));
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(cannot)?,
            interrupt: signal(SignalKind::interrupt()).map_err(cannot)?,
        })
    }

    async fn signalled(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
