//! What became of a test request.

use leptos::prelude::*;

use super::timing::TimingBar;
use crate::api_node::{CallOutcome, HttpAnswer, TlsFacts};
use crate::components::{Icon, Moment, Prose};
use crate::pages::api_nodes::certificate_link::CertificateLink;
use crate::timestamp::Timestamp;
use crate::words;
use crate::words::calls::{self, Tone};

/// Letters of an answer's body that are shown.
const MOST: usize = 64 * 1024;

/// A test request that came to an end.
#[derive(Clone, Debug, PartialEq)]
pub struct Tested {
    /// What became of it.
    pub outcome: CallOutcome,
    /// Whether mTLS was on.
    pub identifies: bool,
    /// Whether its certificate was the primary.
    pub follows_primary: bool,
    /// What time it was given.
    pub timeout_ms: u32,
    /// When, if it is known.
    pub at: Option<Timestamp>,
}

/// How it ended, what can be done, and all that is known of the connection.
#[component]
pub fn Outcome(tested: Tested) -> impl IntoView {
    let Tested { outcome, identifies, follows_primary, timeout_ms, at } = tested;
    let ending = calls::ending(&outcome, identifies, timeout_ms);
    let (class, icon) = match ending.tone {
        Tone::Good => ("banner banner-ok", "check-circle"),
        Tone::Doubtful => ("banner banner-warning", "warning"),
        Tone::Bad => ("banner banner-error", "octagon-x"),
    };
    let hint = outcome.error.as_ref().map(|error| error.hint.clone()).filter(|hint| !hint.is_empty());
    let issuers = outcome.tls.as_ref().map(|tls| tls.accepted_issuers.clone()).unwrap_or_default();
    let timing = outcome.timing;
    let facts = view! { <Facts outcome=outcome.clone() follows_primary/> };
    view! {
        <div class=class>
            <Icon name=icon/>
            <div>
                <h3>{ending.title}</h3>
                <p>{ending.text}</p>
            </div>
        </div>
        {hint.map(|hint| view! { <WhatToDo hint/> })}
        {facts}
        <TimingBar timing/>
        {(!issuers.is_empty()).then(|| view! { <Issuers issuers/> })}
        {outcome.answer.map(|answer| view! { <Answer answer/> })}
        {at
            .map(|at| {
                view! {
                    <p class="muted small">
                        "Tested "
                        <Moment at/>
                        " by you. Only you see the answer, and only now."
                    </p>
                }
            })}
    }
}

#[component]
fn WhatToDo(hint: String) -> impl IntoView {
    view! {
        <div class="stack-small">
            <h3>"What you can do"</h3>
            <ul class="findings">
                <li class="finding-info">
                    <Icon name="info"/>
                    <div>
                        <Prose text=hint/>
                    </div>
                </li>
            </ul>
        </div>
    }
}

#[component]
fn Facts(outcome: CallOutcome, follows_primary: bool) -> impl IntoView {
    let answered = match &outcome.answer {
        Some(answer) => {
            let line = calls::status_line(answer.status);
            let version = answer.version.clone();
            view! {
                <strong>{line}</strong>
                {format!(", {version}")}
            }
            .into_any()
        }
        None => view! { <span class="muted">"No answer"</span> }.into_any(),
    };
    let redirects = outcome.redirects;
    view! {
        <dl class="facts facts-tight">
            {outcome.tls.map(|tls| view! { <Handshake tls follows_primary/> })}
            {fact("HTTP", answered)}
            {(redirects > 0)
                .then(|| fact("Redirects", format!("{redirects} followed").into_any()))}
            {fact("Time", calls::duration(outcome.timing.total).into_any())}
        </dl>
    }
}

#[component]
fn Handshake(tls: TlsFacts, follows_primary: bool) -> impl IntoView {
    let sent = tls.certificate_name.clone().zip(tls.certificate_id.clone()).filter(|_| tls.client_certificate_sent);
    let sent = sent.map(|(name, id)| {
        let how = if follows_primary { ", the primary" } else { ", pinned" };
        let what = view! {
            <CertificateLink id text=name.clone() otherwise=name/>
            {how}
        };
        fact("Sent", what.into_any())
    });
    let issuers =
        tls.client_certificate_requested.then(|| fact("Accepted issuers", calls::accepted_issuers(&tls).into_any()));
    let alert = tls.alert.clone().map(|alert| {
        view! {
            ", then alert "
            <code>{alert}</code>
        }
    });
    let version = view! {
        {calls::tls(&tls)}
        {alert}
    };
    let trusted = if tls.server_trusted { "(trusted)" } else { "(not trusted)" };
    let last = tls.server_chain.len();
    let chain = tls
        .server_chain
        .iter()
        .enumerate()
        .map(|(place, certificate)| {
            let subject = certificate.subject.clone();
            let arrow = if place == 0 { "" } else { "→ " };
            view! {
                <div>
                    {arrow} {subject}
                    {(place + 1 == last).then(|| view! { " " <span class="muted">{trusted}</span> })}
                </div>
            }
        })
        .collect_view();
    view! {
        {fact("Client certificate", calls::client_certificate(&tls).into_any())}
        {sent}
        {issuers}
        {fact("TLS", version.into_any())}
        {(last > 0).then(|| fact("Service’s chain", chain.into_any()))}
    }
}

fn fact(term: &'static str, what: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{what}</dd>
        </div>
    }
    .into_any()
}

#[component]
fn Issuers(issuers: Vec<String>) -> impl IntoView {
    let number = issuers.len();
    let names = issuers.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
    view! {
        <details class="disclosure">
            <summary>{format!("Accepted issuers, {number}")}</summary>
            <ul class="stack-small small">{names}</ul>
        </details>
    }
}

/// Headers and body of an answer.
#[component]
fn Answer(answer: HttpAnswer) -> impl IntoView {
    let number = answer.headers.len();
    let headers: String =
        answer.headers.iter().flat_map(|header| [header.name.as_str(), ": ", &header.value, "\n"]).collect();
    let size = words::size(u32::try_from(answer.bytes).unwrap_or(u32::MAX));
    let mut body = answer.body;
    let end = body.char_indices().nth(MOST).map(|(end, _letter)| end);
    let is_cut = end.is_some();
    if let Some(end) = end {
        body.truncate(end);
    }
    let remark = match (answer.is_base64, is_cut) {
        (false, false) => None,
        (true, false) => Some("It is not text, and shown in Base64."),
        (false, true) => Some("Only its beginning is shown."),
        (true, true) => Some("It is not text, and shown in Base64; only its beginning."),
    };
    let has_body = !body.is_empty();
    view! {
        <details class="disclosure">
            <summary>{format!("Headers, {number}")}</summary>
            <pre class="code-block" tabindex="0" role="region" aria-label="Headers of the answer">
                {headers}
            </pre>
        </details>
        {has_body
            .then(|| {
                view! {
                    <details class="disclosure" open>
                        <summary>{format!("Body, {size}")}</summary>
                        {remark.map(|remark| view! { <p class="muted small">{remark}</p> })}
                        <pre class="code-block" tabindex="0" role="region" aria-label="Body of the answer">
                            {body}
                        </pre>
                    </details>
                }
            })}
    }
}
