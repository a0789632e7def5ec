use leptos::prelude::*;

use crate::components::{Icon, Moment};
use crate::service::LastCall;
use crate::words::calls;

/// How the last call of a node ended, when, and for which host: for its row of the list.
#[component]
pub fn Last(
    /// The call; none if it was never called.
    last_call: Option<LastCall>,
) -> impl IntoView {
    let Some(last_call) = last_call else {
        return view! { <span class="muted nowrap">"Never called"</span> }.into_any();
    };
    let (class, icon, word) = if last_call.has_failed() {
        ("badge badge-expired", "octagon-x", "Failed")
    } else {
        ("badge badge-valid", "check-circle", "Passed")
    };
    view! {
        <div>
            <span class=class>
                <Icon name=icon/>
                {word}
            </span>
            " "
            <span class="sub">
                <Moment at=last_call.at/>
                {format!(" for {}", last_call.host)}
            </span>
            {calls::noted(&last_call.result).map(|reason| view! { <span class="sub">{reason}</span> })}
        </div>
    }
    .into_any()
}

/// The same in a sentence: for the page of the node.
#[component]
pub fn LastSentence(
    /// The call.
    last_call: LastCall,
) -> impl IntoView {
    let icon = if last_call.has_failed() { "warning" } else { "check-circle" };
    let LastCall { at, result, host, calls, failures } = last_call;
    let reason = calls::noted(&result).map(|reason| format!(" {reason}."));
    view! {
        <p class="small last-use">
            <Icon name=icon/>
            <span>
                "Last call "
                <Moment at/>
                {format!(" for {host}.{} {}", reason.unwrap_or_default(), calls::counted(calls, failures))}
            </span>
        </p>
    }
}
