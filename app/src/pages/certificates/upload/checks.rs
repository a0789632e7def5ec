use leptos::prelude::*;
use leptos::web_sys::MouseEvent;

use super::state::{Lookup, UploadState};
use super::wording::{details, heading, in_short};
use crate::certificate::{Facts, Finding, Pointer, Report, Rule, Severity, Status};
use crate::components::{Clock, Icon, Prose, browser_action, copy_text, focus};
use crate::pages::certificates::address::of_certificate;
use crate::pages::certificates::host::DialogHost;
use crate::pages::certificates::validator::report_to_copy;
use crate::service::CertificateRow;
use crate::timestamp::Timestamp;
use crate::words;

/// The errors on top of the dialog, each a link to its field; focused when it comes.
#[component]
pub fn Summary() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || {
        let count = state.count_problems();
        let unread = state.unread_change();
        (count > 0).then(|| {
            view! {
                <div class="banner banner-error" role="alert" id="upload-summary" tabindex="-1">
                    <Icon name="octagon-x"/>
                    <div>
                        <h3>
                            {words::count(i64::try_from(count).unwrap_or(i64::MAX), "problem to fix", "problems to fix")}
                        </h3>
                        <ul>
                            {state
                                .problems()
                                .into_iter()
                                .map(|finding| {
                                    view! { <SummaryLine pointer=finding.pointer text=in_short(&finding)/> }
                                })
                                .collect_view()}
                            {unread.map(|(pointer, text)| view! { <SummaryLine pointer text/> })}
                            {state.stored.get().map(|row| view! { <StoredAs row/> })}
                        </ul>
                    </div>
                </div>
            }
        })
    }
}

#[component]
fn SummaryLine(pointer: Pointer, text: String) -> impl IntoView {
    let target = match pointer {
        Pointer::Certificates => "upload-certificates",
        Pointer::PrivateKey => "upload-key",
        Pointer::Name => "upload-name",
    };
    let go = move |event: MouseEvent| {
        event.prevent_default();
        // A key inside the one PEM file has no row of its own; one that is missing has a place to choose it.
        let _found = focus(target) || focus("upload-key-file") || focus("upload-certificates");
    };
    view! {
        <li>
            <a href=format!("#{target}") on:click=go>
                <Prose text/>
            </a>
        </li>
    }
}

/// Leads to the certificate that is stored already, or says where it is.
#[component]
fn StoredAs(row: CertificateRow) -> impl IntoView {
    let list = DialogHost::of_this_page();
    let CertificateRow { id, name, uploaded_on, not_after, .. } = row;
    let said = format!("Already stored as “{name}”, since {}.", words::date(uploaded_on));
    let is_here = list.drawn().is_some_and(|list| list.rows.iter().any(|row| row.id == id));
    if !is_here {
        let where_it_is = format!(" It is not on this page; it expires on {}.", words::date(not_after));
        return view! {
            <li>
                <a href=of_certificate(&id)>{said}</a>
                {where_it_is}
            </li>
        }
        .into_any();
    }
    let title = format!("name-{id}");
    let href = format!("#{title}");
    let go = move |event: MouseEvent| {
        event.prevent_default();
        list.close(title.clone());
    };
    view! {
        <li>
            <a href=href on:click=go>
                {said}
            </a>
        </li>
    }
    .into_any()
}

/// Everything that was checked: errors, warnings to confirm, warnings, notes, and what is in order.
#[component]
pub fn Checks() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let list = DialogHost::of_this_page();
    move || {
        let report = state.judged.get()?.report;
        let now = list.clock().map(Clock::now)?;
        // What is locked is said where its passphrase is asked for.
        let is_said = |finding: &&Finding| !Rule::OF_LOCKED_FILES.contains(&finding.rule);
        let known = state.known.get().into_iter().filter(|known| !report.findings.contains(known));
        let said: Vec<Finding> = report.findings.iter().filter(is_said).cloned().chain(known).collect();
        let findings = said.iter().map(|finding| {
            let heading = heading(finding, &said);
            view! { <FindingLine finding=finding.clone() heading/> }
        });
        let findings = findings.collect_view();
        let in_order = state.was_opened().into_iter().chain(in_order(&report, now));
        let in_order = in_order.map(|text| view! { <InOrder text/> }).collect_view();
        let is_empty = said.is_empty() && in_order.is_empty() && report.certificate.is_none();
        (!is_empty).then(|| {
            view! {
                <div class="field">
                    <div class="field-head">
                        <h3>"Checks"</h3>
                        <CopyReport/>
                    </div>
                    <ul class="findings">{findings} {in_order} <Stored/> <LooksLike/></ul>
                </div>
            }
        })
    }
}

/// Copies the browser's report as JSON, for whoever issued the certificate or looks after the flows.
#[component]
fn CopyReport() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let said = RwSignal::new("");
    let copy = browser_action(move |(): &()| async move {
        let Some(judged) = state.judged.get_untracked() else { return };
        let copied = match report_to_copy(judged.report, judged.at).await {
            Ok(text) => copy_text(&text).await,
            Err(_not_loaded) => false,
        };
        said.set(if copied { "Copied." } else { "The browser did not allow it." });
    });
    view! {
        <span class="hint" role="status">{said}</span>
        <button
            type="button"
            class="button button-quiet button-small"
            title="The findings as JSON, without any part of a key"
            on:click=move |_| {
                copy.dispatch_local(());
            }
        >
            "Copy report"
        </button>
    }
}

#[component]
fn FindingLine(finding: Finding, heading: String) -> impl IntoView {
    let severity = finding.severity();
    let (class, icon, word) = match severity {
        Severity::Error => ("finding-error", "octagon-x", "Error: "),
        Severity::StrongWarning | Severity::Warning => ("finding-warning", "warning", "Warning: "),
        Severity::Information => ("finding-info", "info", "Note: "),
    };
    let details = details(&finding);
    view! {
        <li class=class>
            <Icon name=icon/>
            <div>
                <span class="visually-hidden">{word}</span>
                <Prose text=heading/>
                {(!details.is_empty()).then(|| view! { <p><Prose text=details/></p> })}
                {(severity == Severity::StrongWarning).then(|| view! { <Confirm rule=finding.rule/> })}
            </div>
        </li>
    }
}

/// Whether the server has it already; a line of its own, so that its answer moves nothing else.
#[component]
fn Stored() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || match state.lookup.get() {
        Lookup::Answered if state.stored.read().is_none() => {
            view! { <InOrder text="Not stored yet".to_owned()/> }.into_any()
        }
        Lookup::Asking => view! { <Note text="Asking the server whether it is stored already…"/> }.into_any(),
        Lookup::Failed => {
            view! { <Note text="The server did not say whether it is stored already; it checks that once more."/> }
                .into_any()
        }
        Lookup::NotAsked | Lookup::Answered => ().into_any(),
    }
}

/// Which certificate it may renew; nothing of that is done unasked.
#[component]
fn LooksLike() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || {
        let renewals = state.renewals.read();
        let name = renewals.first().filter(|_| state.replacing().is_none()).map(|first| &first.certificate.name)?;
        let text = format!("This looks like a renewal of “{name}”: you are asked whether to replace that.");
        Some(view! { <Note text/> })
    }
}

#[component]
fn Note(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <li class="finding-info">
            <Icon name="info"/>
            <div>
                <span class="visually-hidden">"Note: "</span>
                {text}
            </div>
        </li>
    }
}

/// The tick that a strong warning needs.
#[component]
fn Confirm(rule: Rule) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let tick = move |ticked: bool| {
        state.confirmed.update(|confirmed| {
            confirmed.retain(|other| *other != rule);
            if ticked {
                confirmed.push(rule);
            }
        });
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || state.confirmed.read().contains(&rule)
                on:change=move |event| tick(event_target_checked(&event))
            />
            <span>
                {if state.replacing().is_some() { "I know. Use it all the same." } else { "I know. Create it all the same." }}
            </span>
        </label>
    }
}

#[component]
fn InOrder(text: String) -> impl IntoView {
    view! {
        <li class="finding-ok">
            <Icon name="check"/>
            <div>
                <span class="visually-hidden">"In order: "</span>
                {text}
            </div>
        </li>
    }
}

/// What the report says is in order, in words.
fn in_order(report: &Report, now: Timestamp) -> Vec<String> {
    let Some(facts) = &report.certificate else { return Vec::new() };
    let Facts { not_before, not_after, key_belongs, .. } = facts;
    let belongs = key_belongs.then(|| "The private key belongs to this certificate".to_owned());
    let valid = Status::at(now, *not_before, *not_after)
        .is_valid()
        .then(|| format!("Valid now, for {}", words::distance(now, *not_after)));
    let client = facts
        .usages
        .iter()
        .any(|usage| usage == "Client authentication")
        .then(|| "Made for client authentication".to_owned());
    [belongs, valid, client].into_iter().flatten().collect()
}
