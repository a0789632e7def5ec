use leptos::ev;
use leptos::prelude::*;

use super::{Announcer, Icon, browser_action, error_text, go_to, on_hydrated};
use crate::pages::CERTIFICATES;
use crate::server_fns::{answer, switch_company};
use crate::service::Company;

/// Where the browser's tabs tell each other which company they are in.
const COMPANY: &str = "company";

/// The company's name; for somebody who belongs to several a menu to go over to another one.
#[component]
pub fn CompanyMenu(
    /// The one that the session is in.
    company: String,
    /// All of them.
    companies: Vec<Company>,
) -> impl IntoView {
    reload_when_another_tab_switches();
    if companies.len() < 2 {
        return view! { <span class="topbar-company">{company}</span> }.into_any();
    }
    let announcer = Announcer::of_this_page();
    let switch = browser_action(move |id: &String| {
        let id = id.clone();
        async move {
            match answer(switch_company(id.clone()).await) {
                Ok(()) => {
                    tell_other_tabs(&id);
                    // From the server, so that nothing of the other company is left in the page.
                    go_to(CERTIFICATES);
                }
                Err(error) => announcer.say(error_text(&error)),
            }
        }
    });
    let choices = companies
        .into_iter()
        .map(|Company { id, name, current }| {
            view! {
                <li>
                    <button
                        type="button"
                        class="button button-quiet button-block"
                        aria-current=current.then_some("true")
                        disabled=move || switch.pending().get()
                        on:click=move |_| {
                            if !current {
                                switch.dispatch(id.clone());
                            }
                        }
                    >
                        {current.then(|| view! { <Icon name="check"/> })}
                        {name}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <button
            type="button"
            id="company-button"
            class="button button-quiet button-small topbar-company"
            popovertarget="company-menu"
        >
            <span class="visually-hidden">"Company: "</span>
            <span class="topbar-company-name">{company}</span>
            <Icon name="chevron-down"/>
        </button>
        <div id="company-menu" class="popover" popover="auto">
            <div class="menu">
                <h2 id="company-menu-title">"Your companies"</h2>
                <ul aria-labelledby="company-menu-title">{choices}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// All tabs share one session. One that still showed the former company would upload into the new one.
fn reload_when_another_tab_switches() {
    on_hydrated(|| {
        let listening = window_event_listener(ev::storage, |event| {
            if event.key().as_deref() == Some(COMPANY) {
                // If it is refused, everything on the page is refused too: its ids are of the other company.
                let _refused = window().location().reload();
            }
        });
        on_cleanup(move || listening.remove());
    });
}

fn tell_other_tabs(id: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Only a change is told. A full or forbidden storage only means that nobody is told.
        let _gone = storage.remove_item(COMPANY);
        let _untold = storage.set_item(COMPANY, id);
    }
}
