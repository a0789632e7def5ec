use leptos::prelude::*;

use crate::components::{Icon, Moment};
use crate::pages::certificates::restore::restore;
use crate::service::CertificateRow;
use crate::timestamp::Timestamp;

/// Says that the certificate was deleted, and takes that back.
#[component]
pub fn Deleted(row: CertificateRow, until: Timestamp) -> impl IntoView {
    let restore = restore(&row);
    view! {
        <div class="banner banner-warning">
            <Icon name="warning"/>
            <p>
                <strong>
                    {match row.deleted_on {
                        Some(at) => view! { "This certificate was deleted on " <Moment at/> "." }.into_any(),
                        None => "This certificate was deleted.".into_any(),
                    }}
                </strong>
                " Nothing can use it. It can be restored until "
                <Moment at=until/>
                "; it does not come back as primary."
            </p>
            <button
                type="button"
                class="button button-small"
                disabled=restore.pending()
                on:click=move |_| {
                    restore.dispatch(());
                }
            >
                "Restore"
            </button>
        </div>
    }
}
