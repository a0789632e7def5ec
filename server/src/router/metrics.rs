//! `/metrics`: numbers for Prometheus, in the text format that `OpenMetrics` describes. Counts only, nothing of any certificate.

use std::time::Duration;

use axum::extract::State as Shared;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::State;
use super::refusal::refuse;
use crate::rest;
use crate::store::Outlook;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bounds in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// What is counted in this process since its start.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Door, Histogram, fn() -> Histogram>,
    certificates: Family<Validity, Gauge>,
    expired_primaries: Gauge,
}

/// Through which door a request came.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Door {
    door: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    door: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Validity {
    validity: &'static str,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("signet");
        let requests = Family::default();
        registry.register("requests", "Requests that were answered, by door and status", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let durations = Family::new_with_constructor(histogram);
        let help = "Time from a request's head to its answer's head";
        registry.register_with_unit("request_duration", help, Unit::Seconds, durations.clone());
        let certificates = Family::default();
        let help = "Certificates that are not deleted, of all companies, by how near their end is";
        registry.register("certificates", help, certificates.clone());
        let expired_primaries = Gauge::default();
        registry.register("expired_primaries", "Primaries whose validity has ended", expired_primaries.clone());
        Self { registry, requests, durations, certificates, expired_primaries }
    }

    /// Counts a request that was answered.
    pub(super) fn count(&self, path: &str, status: StatusCode, duration: Duration) {
        let door = door(path);
        self.requests.get_or_create(&Request { door, status: status.as_u16() }).inc();
        self.durations.get_or_create(&Door { door }).observe(duration.as_secs_f64());
    }

    fn set(&self, outlook: Outlook) {
        for (validity, number) in [
            ("not_yet_valid", outlook.not_yet_valid),
            ("later", outlook.later),
            ("within_30_days", outlook.within_30_days),
            ("within_7_days", outlook.within_7_days),
            ("expired", outlook.expired),
        ] {
            self.certificates.get_or_create(&Validity { validity }).set(gauge(number));
        }
        self.expired_primaries.set(gauge(outlook.expired_primaries));
    }
}

fn gauge(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn door(path: &str) -> &'static str {
    if path.starts_with(rest::BASE_PATH) {
        "api"
    } else if path.starts_with("/sfn/") {
        "function"
    } else if path.starts_with("/pkg/") {
        "file"
    } else {
        "page"
    }
}

/// Answers with all of them.
pub(super) async fn show(Shared(state): Shared<State>) -> Response {
    match state.services.store.outlook(state.services.clock.now()).await {
        Ok(outlook) => state.metrics.set(outlook),
        Err(cause) => {
            tracing::error!(%cause, "the certificates could not be counted");
            return refuse("/metrics", StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.");
        }
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = encode(&mut text, &state.metrics.registry);
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
}
