use leptos::prelude::*;

use super::{Icon, Resource, resource};
use crate::server_fns::{answer, whom_to_ask};
use crate::service::{Contact, Permission};

/// Who can give somebody a permission, read with the page; and once more if it is taken while the page is open.
pub fn contacts(permission: Permission, is_missing: impl Fn() -> bool + 'static) -> Resource<Vec<Contact>> {
    let contacts = resource(|| (), move |()| async move { answer(whom_to_ask(permission).await).unwrap_or_default() });
    Effect::new(move || {
        if is_missing() && contacts.get_untracked().is_some_and(|contacts| contacts.is_empty()) {
            contacts.refetch();
        }
    });
    contacts
}

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
                    <a href=mailto(&email)>{name}</a>
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

/// The address as a link; what would begin something else in it is escaped (RFC 6068 section 2).
fn mailto(email: &str) -> String {
    let escaped = email.replace('%', "%25").replace('?', "%3F").replace('&', "%26").replace('#', "%23");
    format!("mailto:{escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_only_an_address() {
        assert_eq!(mailto("ana@meridian.example"), "mailto:ana@meridian.example");
        assert_eq!(mailto("a?cc=b&c%d#e@x.example"), "mailto:a%3Fcc=b%26c%25d%23e@x.example");
    }
}
