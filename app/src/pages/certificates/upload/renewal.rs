use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::state::UploadState;
use crate::certificate::{Facts, Status};
use crate::components::{Announcer, Clock, Dialog, DialogSize, ErrorBanner, Icon, browser_action};
use crate::pages::certificates::host::DialogHost;
use crate::server_fns::{answer, replace_certificate};
use crate::service::{Alike, Error, Renewal, UsingNode};
use crate::words;

/// "This looks like a renewal of …": what differs, which nodes are affected, and the choice.
#[component]
pub fn RenewalDialog(
    /// Whether the dialog is open.
    comparing: RwSignal<bool>,
    /// The certificate is being added as a new one.
    #[prop(into)]
    adding: Signal<bool>,
    /// Adds it as a new one.
    on_add: Callback<()>,
) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let host = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let renewals = state.renewals.get_untracked();
    let is_asked = state.replacing().is_none();
    let chosen = RwSignal::new(0_usize);
    let renewal = {
        let renewals = renewals.clone();
        Memo::new(move |_| renewals.get(chosen.get()).cloned())
    };
    let error = RwSignal::new(None::<Error>);

    let replace = browser_action(move |(): &()| async move {
        let Some((renewal, upload)) = renewal.get_untracked().zip(state.to_replace()) else {
            return comparing.set(false);
        };
        let row = renewal.certificate;
        state.is_replacing.set(true);
        let replaced = answer(replace_certificate(row.id.clone(), row.version, upload).await);
        state.is_replacing.set(false);
        match replaced {
            Ok(replaced) => {
                let what = format!("{} replaced.", row.name);
                announcer.say(words::from_now_on(&what, "the new certificate", replaced.used_by));
                host.close_changed(vec![format!("name-{}", row.id), "create".to_owned()]);
            }
            // What is wrong with the files is said where they are.
            Err(refused @ (Error::Refused { .. } | Error::Unconfirmed { .. })) => {
                comparing.set(false);
                state.refused(refused);
            }
            Err(refused) => error.set(Some(refused)),
        }
    });
    let busy = Signal::derive(move || replace.pending().get() || adding.get());
    let on_close = Callback::new(move |()| {
        if !busy.get_untracked() {
            comparing.set(false);
            crate::components::focus_soon(vec!["upload-submit".to_owned()]);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            error.set(None);
            replace.dispatch_local(());
        }
    };
    let name = move || renewal.read().as_ref().map(|renewal| renewal.certificate.name.clone()).unwrap_or_default();
    let title = Signal::derive(move || {
        if is_asked {
            format!("This looks like a renewal of “{}”", name())
        } else {
            format!("Replace “{}”?", name())
        }
    });
    view! {
        <Dialog id="renewal" title size=DialogSize::Medium focus_title=true on_close>
            <form on:submit=submit>
                <div class="dialog-body">
                    <ErrorBanner id="renewal-error" error/>
                    <Choice renewals chosen/>
                    {move || renewal.get().map(|renewal| view! { <Comparison renewal is_asked/> })}
                </div>
                <div class="dialog-foot">
                    <button type="button" class="button" disabled=busy on:click=move |_| on_close.run(())>
                        "Cancel"
                    </button>
                    {is_asked
                        .then(|| {
                            view! {
                                <button type="button" class="button" disabled=busy on:click=move |_| on_add.run(())>
                                    {move || if adding.get() { "Saving…" } else { "Add as new" }}
                                </button>
                            }
                        })}
                    <button
                        type="submit"
                        class="button button-primary"
                        disabled=busy
                        aria-busy=move || replace.pending().get().then_some("true")
                    >
                        {move || {
                            if replace.pending().get() { "Saving…".to_owned() } else { format!("Replace “{}”", name()) }
                        }}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

/// Which one, if there are several.
#[component]
fn Choice(renewals: Vec<Renewal>, chosen: RwSignal<usize>) -> impl IntoView {
    (renewals.len() > 1).then(|| {
        view! {
            <div class="field">
                <label for="renewal-choice">"Certificate to replace"</label>
                <select
                    class="input"
                    id="renewal-choice"
                    name="certificate"
                    on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or_default())
                >
                    {renewals
                        .into_iter()
                        .enumerate()
                        .map(|(place, renewal)| {
                            let row = renewal.certificate;
                            view! {
                                <option value=place.to_string()>
                                    {format!("{}, until {}", row.name, words::date(row.not_after))}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </div>
        }
    })
}

#[component]
fn Comparison(renewal: Renewal, is_asked: bool) -> impl IntoView {
    let state = UploadState::of_this_dialog();
    let host = DialogHost::of_this_page();
    let facts = state.judged.with_untracked(|judged| judged.as_ref()?.report.certificate.clone())?;
    let now = host.clock().map_or(facts.not_before, Clock::now);
    let warnings = warnings(&renewal, &facts, Status::at(now, facts.not_before, facts.not_after));
    let warnings = warnings.into_iter().map(|(strong, text)| view! { <Warning strong text/> }).collect_view();
    let lines = lines(&renewal, &facts).into_iter().map(|line| view! { <Compared line/> }).collect_view();
    Some(view! {
        <p>{lead(&renewal, is_asked)}</p>
        <div>
            <table class="compare">
                <caption class="visually-hidden">"What changes"</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">"Stored now"</th>
                        <th scope="col">"New file"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
        {warnings}
        <Nodes nodes=renewal.nodes ca=renewal.certificate.ca/>
    })
}

#[component]
fn Compared(line: Line) -> impl IntoView {
    let Line { what, stored, new } = line;
    let changed = new.is_some();
    view! {
        <tr class:changed=changed>
            <th scope="row">{what}</th>
            <td>{stored}</td>
            <td>{new.unwrap_or_else(|| "Same".to_owned())}</td>
        </tr>
    }
}

#[component]
fn Warning(strong: &'static str, text: String) -> impl IntoView {
    view! {
        <div class="banner banner-warning">
            <Icon name="warning"/>
            <p>
                <strong>{strong}</strong>
                " "
                {text}
            </p>
        </div>
    }
}

#[component]
fn Nodes(nodes: Vec<UsingNode>, ca: bool) -> impl IntoView {
    let summary = match nodes.len() {
        0 => return ().into_any(),
        1 => "The node that changes".to_owned(),
        more => format!("The {more} nodes that change"),
    };
    let nodes = nodes
        .into_iter()
        .map(|UsingNode { name, follows_primary, .. }| {
            let how = match (ca, follows_primary) {
                (true, _) => "trusts its server by it",
                (false, true) => "follows the primary",
                (false, false) => "pinned",
            };
            view! {
                <li>
                    <span>{name}</span>
                    " "
                    <span class="muted">{how}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="disclosure">
            <summary>{summary}</summary>
            <ul class="node-list node-list-boxed" tabindex="0" aria-label="Nodes">{nodes}</ul>
        </details>
    }
    .into_any()
}

/// What happens, in words.
fn lead(renewal: &Renewal, is_asked: bool) -> String {
    let why = match renewal.alike {
        _ if !is_asked => "",
        Alike::All => "The new file has the same subject, issuer and names as a certificate you already have. ",
        Alike::SubjectAndIssuer => "The new file has the same subject and issuer as a certificate you already have. ",
        Alike::Names | Alike::Nothing => "The new file has the same names as a certificate you already have. ",
    };
    let mark = if renewal.certificate.primary { "name and primary mark" } else { "identifier and name" };
    let users = match renewal.nodes.len() {
        0 => format!("If you replace it, its {mark} stay. No API node uses it."),
        1 => format!("If you replace it, its node uses the new one from its next call, and its {mark} stay."),
        more => {
            format!("If you replace it, its {more} nodes use the new one from their next call, and its {mark} stay.")
        }
    };
    format!("{why}{users} You can go back for 30 days.")
}

/// A field of both; `new` only if it is another one.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    what: &'static str,
    stored: String,
    new: Option<String>,
}

/// What changes first, as the list of fields has it.
fn lines(renewal: &Renewal, facts: &Facts) -> Vec<Line> {
    let row = &renewal.certificate;
    let line = |what, stored: String, new: String| {
        let new = (stored != new).then_some(new);
        Line { what, stored, new }
    };
    let joined = |texts: &[String]| if texts.is_empty() { "None".to_owned() } else { texts.join(", ") };
    let new_key = if facts.public_key_sha256 == renewal.public_key_sha256 {
        facts.key_type.clone()
    } else {
        format!("{}, a new key", facts.key_type)
    };
    let mut lines = vec![
        line("Expires", words::date(row.not_after), words::date(facts.not_after)),
        line("Valid from", words::date(row.not_before), words::date(facts.not_before)),
        line("Issuer", renewal.issuer.clone(), facts.issuer.clone()),
        line("Key", renewal.key_type.clone(), new_key),
        line("Subject", renewal.subject.clone(), facts.subject.clone()),
        line("Names", joined(&renewal.names), joined(&facts.names)),
        line("Usage", joined(&renewal.usages), joined(&facts.usages)),
    ];
    lines.sort_by_key(|line| line.new.is_none());
    lines
}

/// What the other side may mind.
fn warnings(renewal: &Renewal, facts: &Facts, status: Status) -> Vec<(&'static str, String)> {
    let mut warnings = Vec::new();
    if status == Status::NotYetValid {
        let text = format!(
            "It cannot replace one that is primary or in use before {}.",
            words::date_and_time(facts.not_before)
        );
        warnings.push(("The new certificate is not valid yet.", text));
    }
    if facts.not_after < renewal.certificate.not_after {
        let text = format!(
            "Until {} instead of {}.",
            words::date(facts.not_after),
            words::date(renewal.certificate.not_after)
        );
        warnings.push(("The new certificate expires earlier.", text));
    }
    let tell = "If the service has pinned the old one, tell them before you replace it.";
    if facts.subject != renewal.subject {
        warnings.push((
            "The subject changed.",
            "If the service knows you by the old one, tell them before you replace it.".to_owned(),
        ));
    }
    if facts.issuer != renewal.issuer {
        warnings.push(("The issuer changed.", tell.to_owned()));
    }
    warnings
}
