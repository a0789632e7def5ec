use leptos::prelude::*;

use crate::certificate::Status;
use crate::components::{Moment, Time};
use crate::service::CertificateRow;
use crate::timestamp::Timestamp;
use crate::words;

/// How much of the lifetime is left.
#[component]
pub fn Validity(row: CertificateRow, status: Status, now: Timestamp) -> impl IntoView {
    let CertificateRow { not_before, not_after, .. } = row;
    let lifetime = not_after.calendar_days_since(not_before).max(1);
    let passed = now.calendar_days_since(not_before).clamp(0, lifetime);
    view! {
        <section class="card" aria-labelledby="validity-title">
            <div class="card-head">
                <h2 id="validity-title">"Validity"</h2>
                <span class="muted small">
                    {(status == Status::NotYetValid).then(|| view! { "Valid from " <Time at=not_before/> ", " })}
                    {words::lifetime(status, now, not_before, not_after)}
                </span>
            </div>
            <div class="card-body">
                <div class="stack-small">
                    <progress
                        class="lifetime"
                        max=lifetime.to_string()
                        value=passed.to_string()
                        aria-label="Share of the lifetime that has passed"
                    >
                        {format!("{} %", passed * 100 / lifetime)}
                    </progress>
                    <p class="lifetime-ends">
                        <span>"From "<Moment at=not_before/></span>
                        <span>"Until "<Moment at=not_after/></span>
                    </p>
                </div>
            </div>
        </section>
    }
}
