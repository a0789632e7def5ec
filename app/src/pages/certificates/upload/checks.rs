use leptos::prelude::*;

use super::state::UploadState;
use crate::certificate::{Facts, Finding, Pointer, Report, Rule, Severity, Status};
use crate::components::{Clock, Icon, focus};
use crate::pages::certificates::state::ListState;
use crate::timestamp::Timestamp;
use crate::words;

/// The errors on top of the dialog, each a link to its field; focused when it comes.
#[component]
pub fn Summary() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || {
        let problems = state.problems();
        let stored = state.stored.get();
        let count = problems.len() + usize::from(stored.is_some());
        (count > 0).then(|| {
            view! {
                <div class="banner banner-error" role="alert" id="upload-summary" tabindex="-1">
                    <Icon name="octagon-x"/>
                    <div>
                        <h3>
                            {words::count(i64::try_from(count).unwrap_or(i64::MAX), "problem to fix", "problems to fix")}
                        </h3>
                        <ul>
                            {problems.into_iter().map(|finding| view! { <SummaryLine finding/> }).collect_view()}
                            {stored
                                .map(|row| {
                                    view! {
                                        <li>
                                            {format!("Already stored as “{}”, since {}.", row.name, row.uploaded_on.date())}
                                        </li>
                                    }
                                })}
                        </ul>
                    </div>
                </div>
            }
        })
    }
}

#[component]
fn SummaryLine(finding: Finding) -> impl IntoView {
    let target = match finding.pointer {
        Pointer::Certificates => "upload-certificates",
        Pointer::PrivateKey => "upload-key",
        Pointer::Name => "upload-name",
    };
    let go = move |event: leptos::web_sys::MouseEvent| {
        event.prevent_default();
        // A key inside the one PEM file has no row of its own.
        let _found = focus(target) || focus("upload-certificates");
    };
    view! {
        <li>
            <a href=format!("#{target}") on:click=go>
                {finding.message}
            </a>
        </li>
    }
}

/// Everything that was checked: errors, warnings to confirm, warnings, notes, and what is in order.
#[component]
pub fn Checks() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let list = ListState::of_this_page();
    move || {
        let report = state.judged.get()?.report;
        let now = list.clock().map(Clock::now)?;
        let not_stored = state.stored.read().is_none();
        let new = (not_stored && report.certificate.is_some()).then(|| "Not stored yet".to_owned());
        let in_order: Vec<String> = state.was_opened().into_iter().chain(in_order(&report, now)).chain(new).collect();
        // What is locked is said where its passphrase is asked for.
        let said = |finding: &Finding| !Rule::OF_LOCKED_FILES.contains(&finding.rule);
        let findings: Vec<Finding> = report.findings.into_iter().filter(said).collect();
        (!findings.is_empty() || !in_order.is_empty()).then(|| {
            view! {
                <div class="field">
                    <h3>"Checks"</h3>
                    <ul class="findings">
                        {findings.into_iter().map(|finding| view! { <FindingLine finding/> }).collect_view()}
                        {in_order.into_iter().map(|text| view! { <InOrder text/> }).collect_view()}
                    </ul>
                </div>
            }
        })
    }
}

#[component]
fn FindingLine(finding: Finding) -> impl IntoView {
    let severity = finding.severity();
    let (class, icon, word) = match severity {
        Severity::Error => ("finding-error", "octagon-x", "Error: "),
        Severity::StrongWarning | Severity::Warning => ("finding-warning", "warning", "Warning: "),
        Severity::Information => ("finding-info", "info", "Note: "),
    };
    let place = match (finding.line, finding.certificate) {
        (Some(line), _) => Some(format!("Line {line}. ")),
        (None, Some(number)) if number > 1 => Some(format!("Certificate {number}. ")),
        _ => None,
    };
    let hint = (!finding.hint.is_empty() || place.is_some()).then(|| view! { <p>{place}{finding.hint}</p> });
    view! {
        <li class=class>
            <Icon name=icon/>
            <div>
                <span class="visually-hidden">{word}</span>
                {finding.message}
                {hint}
                {(severity == Severity::StrongWarning).then(|| view! { <Confirm rule=finding.rule/> })}
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
            <span>"I know. Create it all the same."</span>
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
