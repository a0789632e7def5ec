use leptos::prelude::*;

use crate::components::Session;
use crate::pages::CERTIFICATES;
use crate::service::Permission;

/// A link to a certificate for those who may see it, as soon as the page knows who that is.
#[component]
pub fn CertificateLink(
    /// The certificate.
    id: String,
    /// What the link says.
    text: String,
    /// What the others read.
    #[prop(into)]
    otherwise: String,
) -> impl IntoView {
    let session = Session::of_this_page();
    move || {
        if session.is_some_and(|session| session.may(Permission::CompanySettings)) {
            view! { <a href=format!("{CERTIFICATES}/{id}")>{text.clone()}</a> }.into_any()
        } else {
            otherwise.clone().into_any()
        }
    }
}
