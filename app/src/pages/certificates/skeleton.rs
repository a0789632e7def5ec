use leptos::prelude::*;

/// Rows that are drawn while the list is read.
const ROWS: usize = 8;

/// In the place of the list while it is read: as high as what will be there, so that nothing jumps.
#[component]
pub fn Skeleton() -> impl IntoView {
    let cells = || (0..7).map(|_| view! { <td><span class="skeleton"></span></td> }).collect_view();
    let rows = (0..ROWS).map(|_| view! { <tr>{cells()}</tr> }).collect_view();
    view! {
        <div class="table-area">
            <p class="visually-hidden" role="status">"Loading the certificates…"</p>
            <div class="toolbar" aria-hidden="true">
                <span class="skeleton skeleton-search"></span>
            </div>
            <div class="table-box" aria-hidden="true">
                <table class="data-table skeleton-table">
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
}

/// In the place of the button above the list.
#[component]
pub fn ButtonSkeleton() -> impl IntoView {
    view! {
        <div class="actions" aria-hidden="true">
            <span class="skeleton skeleton-button"></span>
        </div>
    }
}
