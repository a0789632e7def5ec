use leptos::prelude::*;

use super::form::PRIMARY;
use super::state::EditorState;
use crate::certificate::Status;
use crate::components::{FieldError, StatusBadge, Time, time_text};
use crate::pages::CERTIFICATES;
use crate::pages::api_nodes::certificate_link::CertificateLink;
use crate::service::{CertificateChoice, NodeChoices};
use crate::timestamp::Timestamp;
use crate::words;
use crate::words::times::TimeStyle;

/// Which certificate the node identifies itself with: the primary, or one by name.
#[component]
pub fn Certificate() -> impl IntoView {
    let state = EditorState::of_this_page();
    let certificate = state.form.certificate;
    let problem = state.problem_at("node-certificate");
    let choices = state.choices;
    view! {
        <div class="indent">
            <div class="field">
                <label for="node-certificate">"Certificate"</label>
                <select
                    class="input"
                    id="node-certificate"
                    autocomplete="off"
                    aria-invalid=move || problem.read().is_some().then_some("true")
                    aria-describedby=move || {
                        if problem.read().is_some() {
                            "node-certificate-error node-certificate-hint"
                        } else {
                            "node-certificate-hint"
                        }
                    }
                    prop:value=move || certificate.get()
                    on:change=move |event| certificate.set(event_target_value(&event))
                >
                    {move || options(&choices.read(), &certificate.get_untracked())}
                </select>
                {move || problem.get().map(|message| view! { <FieldError id="node-certificate-error" message/> })}
                {move || view! { <Explanation choices=choices.get() chosen=certificate.get()/> }}
            </div>
        </div>
    }
}

/// The primary first, then all that are valid now; the others cannot be chosen, and say why. CA certificates are not among them.
fn options(choices: &NodeChoices, current: &str) -> impl IntoView + use<> {
    let now = choices.now;
    let primary = choices.primary.as_ref().map_or("none set", |primary| primary.name.as_str());
    let group = |label: &'static str, wanted: fn(Status) -> bool| {
        let matching = |choice: &&CertificateChoice| wanted(Status::at(now, choice.not_before, choice.not_after));
        let found: Vec<_> =
            choices.certificates.iter().filter(matching).map(|choice| option(choice, now, true, current)).collect();
        (!found.is_empty()).then(|| view! { <optgroup label=label>{found}</optgroup> })
    };
    let usable = choices
        .certificates
        .iter()
        .filter(|choice| choice.is_valid(now))
        .map(|choice| option(choice, now, false, current))
        .collect_view();
    let is_known = current == PRIMARY || choices.certificates.iter().any(|choice| choice.id == current);
    let unknown = (!is_known).then(|| {
        view! {
            <option value=current.to_owned() selected>
                "The chosen certificate"
            </option>
        }
    });
    view! {
        <option value=PRIMARY selected=current == PRIMARY>
            {format!("Primary certificate (automatic) — {primary}")}
        </option>
        {unknown}
        {usable}
        {group("Not valid yet", |status| status == Status::NotYetValid)}
        {group("Expired", |status| status == Status::Expired)}
    }
}

/// A certificate in a list of choices: its name, until when it is valid, and its key.
pub fn option(choice: &CertificateChoice, now: Timestamp, disabled: bool, current: &str) -> AnyView {
    let CertificateChoice { id, name, key_type, not_before, not_after } = choice.clone();
    let status = Status::at(now, not_before, not_after);
    let (begin, end) = (time_text(not_before, TimeStyle::Date), time_text(not_after, TimeStyle::Date));
    let until = move || match status {
        Status::NotYetValid => format!("valid from {}", begin.get()),
        Status::Valid => format!("expires {}", end.get()),
        status => lower(&words::badge(status, now, not_before, not_after)),
    };
    let selected = id == current;
    view! {
        <option value=id disabled=disabled selected=selected>
            {move || format!("{name} — {}, {key_type}", until())}
        </option>
    }
    .into_any()
}

/// "expires in 12 days" of "Expires in 12 days".
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// What the choice means, and what to do if it does not work.
#[component]
fn Explanation(choices: NodeChoices, chosen: String) -> impl IntoView {
    let now = choices.now;
    let found = match chosen.as_str() {
        PRIMARY => choices.primary,
        id => choices.certificates.into_iter().find(|choice| choice.id == id),
    };
    let Some(certificate) = found else {
        return view! {
            <p class="hint" id="node-certificate-hint">
                {nothing_to_send(&chosen)}
            </p>
        }
        .into_any();
    };
    let CertificateChoice { id, name, not_before, not_after, .. } = certificate;
    let status = Status::at(now, not_before, not_after);
    let open = format!("Open {name}");
    let sentence = if status == Status::Expired {
        let which = if chosen == PRIMARY {
            format!("Follows the primary: “{name}”")
        } else {
            "Pinned. This certificate".to_owned()
        };
        view! {
            <p class="hint" id="node-certificate-hint">
                {format!("{which} expired on ")} <Time at=not_after/> ": choose another, or replace it."
            </p>
        }
        .into_any()
    } else if chosen == PRIMARY {
        view! {
            <p class="hint" id="node-certificate-hint">
                {format!("Follows the primary: “{name}”, expires ")} <Time at=not_after/>
                ". If another certificate becomes primary, this node uses that one. To keep this one, choose it by name."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="hint" id="node-certificate-hint">
                "Pinned. It stays when another certificate becomes primary. Expires " <Time at=not_after/> "."
            </p>
        }
        .into_any()
    };
    view! {
        {sentence}
        <p>
            <StatusBadge status badge=words::badge(status, now, not_before, not_after) not_before/>
            " "
            <CertificateLink id text=open otherwise=""/>
        </p>
    }
    .into_any()
}

fn nothing_to_send(chosen: &str) -> AnyView {
    if chosen == PRIMARY {
        view! {
            "No certificate is the primary, so calls of this node would fail. Make one the primary under "
            <a href=CERTIFICATES>"Certificates"</a>
            ", or choose one here by name."
        }
        .into_any()
    } else {
        "This certificate is no longer there: choose another one.".into_any()
    }
}
