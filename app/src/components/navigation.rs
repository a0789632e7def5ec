use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, Resource, Session};
use crate::pages::{API_NODES, AUDIT_LOG, CERTIFICATES, TEAM, TOKENS};
use crate::service::{Me, Permission};

/// Every page of a company.
#[component]
pub fn Navigation(
    /// Who is signed in.
    me: Resource<Option<Me>>,
) -> impl IntoView {
    let manages_nodes =
        move || me.get().map(|me| me.is_some_and(|me| me.permissions.contains(&Permission::ManageApiNodes)));
    let session = Session::of_this_page();
    let due = move || {
        let read = session.and_then(Session::due);
        me.get().flatten().map(|me| read.unwrap_or(me.due)).filter(|number| *number > 0)
    };
    view! {
        <nav id="site-nav" class="sidenav" popover="auto" aria-label="Main">
            <button
                type="button"
                class="icon-button sidenav-close"
                popovertarget="site-nav"
                popovertargetaction="hide"
                aria-label="Close menu"
                autofocus
            >
                <Icon name="x"/>
            </button>
            <Transition>
                {move || {
                    manages_nodes()
                        .filter(|manages| *manages)
                        .map(|_| {
                            view! {
                                <h2 id="nav-flows">"Flows"</h2>
                                <ul aria-labelledby="nav-flows">
                                    <li>
                                        <Destination path=API_NODES>
                                            <Icon name="node"/>
                                            " API nodes"
                                        </Destination>
                                    </li>
                                </ul>
                            }
                        })
                }}
            </Transition>
            <h2 id="nav-company">"Company"</h2>
            <ul aria-labelledby="nav-company">
                <li>
                    <Destination path=TEAM>
                        <Icon name="users"/>
                        " Team"
                    </Destination>
                </li>
                <li>
                    <span class="sidenav-group" id="nav-security">
                        <Icon name="shield"/>
                        " Security"
                    </span>
                    <ul aria-labelledby="nav-security">
                        <li>
                            <Destination path=CERTIFICATES>
                                "Certificates" <Transition>{move || due().map(|number| view! { <Due number/> })}</Transition>
                            </Destination>
                        </li>
                        <li>
                            <Destination path=TOKENS>"API tokens"</Destination>
                        </li>
                        <li>
                            <Destination path=AUDIT_LOG>"Audit log"</Destination>
                        </li>
                    </ul>
                </li>
            </ul>
        </nav>
    }
}

/// How many certificates need attention.
#[component]
fn Due(number: u64) -> impl IntoView {
    view! {
        " "
        <span class="count">
            {number}
            <span class="visually-hidden">
                {if number == 1 { " needs attention" } else { " need attention" }}
            </span>
        </span>
    }
}

/// A link that says when one is there already.
#[component]
fn Destination(
    /// Where it leads.
    path: &'static str,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let here = use_location().pathname;
    view! {
        <a href=path aria-current=move || is_here(&here.read(), path).then_some("page")>
            {children()}
        </a>
    }
}

/// The page itself, or one below it.
fn is_here(here: &str, path: &str) -> bool {
    here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_counts_and_a_longer_name_does_not() {
        assert!(is_here("/company/team", TEAM));
        assert!(is_here("/company/team/", TEAM));
        assert!(!is_here("/company/teams", TEAM));
        assert!(!is_here("/company", TEAM));
    }
}
