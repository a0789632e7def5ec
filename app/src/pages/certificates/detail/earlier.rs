use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::{DetailState, Open};
use crate::certificate::Status;
use crate::components::{Announcer, Confirmation, Moment, Time, Undo, browser_action, error_text};
use crate::server_fns::{answer, restore_version};
use crate::service::{Answer, CertificateDetail, CertificateRow, EarlierVersion, Replaced};
use crate::words;

/// Earlier contents that are to be brought back although they are not valid now.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    row: CertificateRow,
    /// The contents that are in use.
    content_version: i64,
    earlier: EarlierVersion,
    status: Status,
    used_by: i64,
}

/// Contents that were replaced; a click brings them back.
#[component]
pub fn EarlierVersions(detail: CertificateDetail) -> impl IntoView {
    let versions = detail.earlier.clone();
    let versions =
        versions.into_iter().map(|earlier| view! { <Version detail=detail.clone() earlier/> }).collect_view();
    view! {
        <section class="card" aria-labelledby="earlier-title">
            <div class="card-head">
                <h2 id="earlier-title">"Earlier versions"</h2>
            </div>
            <div class="card-body">
                <ul class="timeline">{versions}</ul>
            </div>
        </section>
    }
}

#[component]
fn Version(detail: CertificateDetail, earlier: EarlierVersion) -> impl IntoView {
    let state = DetailState::of_this_page();
    let announcer = Announcer::of_this_page();
    let EarlierVersion { version, replaced_on, replaced_by, until, issuer, not_before, not_after } = earlier.clone();
    let status = Status::at(detail.now, not_before, not_after);
    let active = detail.usage.nodes.iter().filter(|node| node.active).count();
    let question = Question {
        row: detail.row,
        content_version: detail.content_version,
        earlier,
        status,
        used_by: i64::try_from(active).unwrap_or(i64::MAX),
    };
    let bring_back = browser_action({
        let question = question.clone();
        move |(): &()| {
            let question = question.clone();
            async move {
                if let Err(error) = bring_back(state, announcer, question).await {
                    announcer.say(error_text(&error));
                }
            }
        }
    });
    let clicked = move |_| {
        if status.is_valid() {
            bring_back.dispatch_local(());
        } else {
            state.show(Open::BringBack(question.clone()));
        }
    };
    view! {
        <li>
            <span>
                {format!("Version {version}, ")}
                {match status {
                    Status::Expired => view! { "expired on " <Time at=not_after/> }.into_any(),
                    Status::NotYetValid => view! { "valid from " <Time at=not_before/> }.into_any(),
                    _ => view! { "valid until " <Time at=not_after/> }.into_any(),
                }}
                {format!(", issued by {issuer}")}
            </span>
            <p>
                "Replaced on "
                <Moment at=replaced_on/>
                {(!replaced_by.is_empty()).then(|| format!(" by {replaced_by}"))}
                ". It can be brought back until "
                <Moment at=until/>
                "."
            </p>
            <div>
                <button
                    type="button"
                    id=format!("earlier-{version}")
                    class="button button-small"
                    disabled=bring_back.pending()
                    on:click=clicked
                >
                    "Bring back"
                    <span class="visually-hidden">{format!(" version {version}")}</span>
                </button>
            </div>
        </li>
    }
}

/// Asks before contents are brought back that are not valid now.
#[component]
pub fn BringBackDialog(question: Question) -> impl IntoView {
    let state = DetailState::of_this_page();
    let announcer = Announcer::of_this_page();
    let Question { earlier, status, used_by, .. } = question.clone();
    let button = format!("earlier-{}", earlier.version);
    let act = browser_action(move |(): &()| {
        let question = question.clone();
        async move { bring_back(state, announcer, question).await }
    });
    view! {
        <Confirmation
            id="bring-back"
            title=format!("Bring version {} back?", earlier.version)
            kind=crate::components::DialogKind::Alert
            confirm="Bring back"
            confirming="Saving…"
            danger=true
            busy=act.pending()
            error=Signal::derive(move || act.value().get().and_then(Result::err))
            on_confirm=Callback::new(move |()| {
                act.dispatch_local(());
            })
            on_close=Callback::new(move |()| state.close(button.clone()))
        >
            <p>
                {if status == Status::Expired {
                    view! { "It expired on " <Moment at=earlier.not_after/> "." }.into_any()
                } else {
                    view! { "It is valid only from " <Moment at=earlier.not_before/> "." }.into_any()
                }}
                {match used_by {
                    0 => " No API node uses this certificate now.".to_owned(),
                    1 => " 1 API node uses this certificate: the service that it calls may refuse it.".to_owned(),
                    more => format!(" {more} API nodes use this certificate: the services that they call may refuse it."),
                }}
            </p>
        </Confirmation>
    }
}

/// Brings the contents back, says so, and offers to take that back.
async fn bring_back(state: DetailState, announcer: Announcer, question: Question) -> Answer<()> {
    let Question { row, content_version, earlier, .. } = question;
    let back = answer(restore_version(row.id.clone(), row.version, earlier.version).await)?;
    let undo = undo(state, announcer, back.certificate.clone(), content_version);
    announcer.say_with_undo(said(&back, earlier.version), undo);
    state.close_changed(Vec::new());
    Ok(())
}

fn said(back: &Replaced, version: i64) -> String {
    words::from_now_on(&format!("Version {version} of {} is back.", back.certificate.name), "it", back.used_by)
}

fn undo(state: DetailState, announcer: Announcer, row: CertificateRow, former: i64) -> Undo {
    Arc::new(move || {
        let row = row.clone();
        spawn_local(async move {
            match answer(restore_version(row.id, row.version, former).await) {
                Ok(back) => {
                    announcer.say(said(&back, former));
                    state.close_changed(Vec::new());
                }
                Err(error) => announcer.say(error_text(&error)),
            }
        });
    })
}
