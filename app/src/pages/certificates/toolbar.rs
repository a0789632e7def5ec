use leptos::prelude::*;

use crate::pages::CERTIFICATES;
use crate::service::CertificateList;

/// The filters, which live in the address.
#[component]
pub fn Toolbar(list: CertificateList) -> impl IntoView {
    let showing_deleted = list.showing_deleted;
    let present = if showing_deleted { None } else { Some(list.total) };
    (showing_deleted || list.deleted > 0).then(|| {
        view! {
            <div class="toolbar">
                <ul class="chips" aria-label="Filter">
                    <li>
                        <a class="chip" href=CERTIFICATES aria-current=(!showing_deleted).then_some("true")>
                            "All "
                            {present.map(|present| view! { <span>{present}</span> })}
                        </a>
                    </li>
                    <li>
                        <a
                            class="chip"
                            href=format!("{CERTIFICATES}?filter=deleted")
                            aria-current=showing_deleted.then_some("true")
                        >
                            "Deleted "
                            <span>{list.deleted}</span>
                        </a>
                    </li>
                </ul>
            </div>
        }
    })
}
