use leptos::prelude::*;

use super::Icon;
use crate::service::{Contact, Permission};

/// In place of what somebody may not see: which permission is missing, and who can give it.
#[component]
pub fn MissingPermission(
    /// What cannot be done, as a heading.
    title: &'static str,
    /// The permission.
    permission: Permission,
    /// Who can give it.
    contacts: Vec<Contact>,
) -> impl IntoView {
    let nobody = contacts.is_empty();
    let contacts = contacts
        .into_iter()
        .map(|Contact { name, email }| {
            view! {
                <li>
                    <a href=format!("mailto:{email}")>{name}</a>
                    " "
                    <span class="muted">{email.clone()}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="empty">
            <Icon name="lock" class="empty-icon"/>
            <h2>{title}</h2>
            <p>
                "You need the permission " <code class="tag">{permission.as_str()}</code>
                {if nobody {
                    ". Ask an administrator of your company to give it to you."
                } else {
                    ". These people can give it to you:"
                }}
            </p>
            <ul class="stack">{contacts}</ul>
        </div>
    }
}
