use leptos::prelude::*;

use crate::components::Moment;
use crate::pages::AUDIT_LOG;
use crate::pages::address::with_query;
use crate::service::HistoryEntry;
use crate::words;

/// What was done to the certificate, newest first; all of it stands in the audit log.
#[component]
pub fn History(id: String, entries: Vec<HistoryEntry>, goes_on: bool) -> impl IntoView {
    let all = with_query(AUDIT_LOG, [("object", id.as_str())]);
    let older = all.clone();
    view! {
        <section class="card" aria-labelledby="history-title">
            <div class="card-head">
                <h2 id="history-title">"History"</h2>
                <a class="small" href=all>"All entries"</a>
            </div>
            <div class="card-body">
                <ol class="timeline">
                    {entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}
                </ol>
                {goes_on
                    .then(|| {
                        view! {
                            <p class="small">
                                <a href=older>"Older entries in the audit log"</a>
                            </p>
                        }
                    })}
            </div>
        </section>
    }
}

#[component]
fn Entry(entry: HistoryEntry) -> impl IntoView {
    let HistoryEntry { at, actor_kind, actor_name, action, refused, detail, .. } = entry;
    let who = words::audit::actor(&actor_kind, &actor_name);
    view! {
        <li>
            <span>{words::audit::sentence(&who, &action, refused)}</span>
            {(!detail.is_empty()).then(|| view! { <p>{detail}</p> })}
            <p>
                <Moment at/>
            </p>
        </li>
    }
}
