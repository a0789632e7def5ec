use leptos::prelude::*;

use crate::certificate::{Link, Role};
use crate::components::{Icon, Time};

/// The certificates that are sent, from the leaf towards the root.
#[component]
pub fn Chain(
    links: Vec<Link>,
    /// It is a CA certificate, which is sent to nobody.
    ca: bool,
) -> impl IntoView {
    let has_root = links.iter().skip(1).any(|link| link.role == Role::Root);
    let sent = match (ca, has_root) {
        (true, _) => "Never sent: API nodes can trust servers by it",
        (false, true) => "Sent with every call, without the root",
        (false, false) => "Sent with every call",
    };
    let links =
        links.into_iter().enumerate().map(|(place, link)| view! { <Certificate link place ca/> }).collect_view();
    view! {
        <section class="card" aria-labelledby="chain-title">
            <div class="card-head">
                <h2 id="chain-title">"Chain"</h2>
                <span class="muted small">{sent}</span>
            </div>
            <div class="card-body">
                <ol class="chain">{links}</ol>
            </div>
        </section>
    }
}

#[component]
fn Certificate(link: Link, place: usize, ca: bool) -> impl IntoView {
    let (icon, what) = match (link.role, place) {
        (_, 0) if !ca => ("certificate", "Client certificate"),
        (Role::Leaf, _) => ("certificate", "Certificate"),
        (Role::Intermediate, _) => ("link", if ca { "Intermediate CA" } else { "Intermediate" }),
        (Role::Root, _) => ("shield", if ca { "Root CA" } else { "Root" }),
    };
    view! {
        <li>
            <Icon name=icon/>
            <div>
                {link.name} <p>{format!("{what}, valid from ")}<Time at=link.not_before/>" until "<Time at=link.not_after/></p>
            </div>
        </li>
    }
}
