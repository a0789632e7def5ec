use leptos::prelude::*;

use super::address;
use crate::components::Icon;
use crate::service::{CertificateList, ListQuery};

/// Where one is in the list, and the way to the page before and after.
#[component]
pub fn Pages(list: CertificateList) -> impl IntoView {
    let ListQuery { page, .. } = list.query;
    let first_row = u64::from(page - 1) * u64::from(list.per_page) + 1;
    let last_row = (first_row + u64::try_from(list.rows.len()).unwrap_or(0)).saturating_sub(1);
    let address = move |page: u32| address::of(&ListQuery { page, ..list.query.clone() });
    (page > 1 || list.is_followed).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages">
                <p>{format!("{first_row}–{last_row} of {}", list.total)}</p>
                <ul>
                    <li>
                        {if page > 1 {
                            view! {
                                <a href=address(page - 1)>
                                    <Icon name="chevron-left"/>
                                    " Previous"
                                </a>
                            }
                                .into_any()
                        } else {
                            view! {
                                <span aria-disabled="true">
                                    <Icon name="chevron-left"/>
                                    " Previous"
                                </span>
                            }
                                .into_any()
                        }}
                    </li>
                    <li>
                        <span aria-current="page">{format!("Page {page}")}</span>
                    </li>
                    <li>
                        {if list.is_followed {
                            view! {
                                <a href=address(page + 1)>
                                    "Next "
                                    <Icon name="chevron-right"/>
                                </a>
                            }
                                .into_any()
                        } else {
                            view! {
                                <span aria-disabled="true">
                                    "Next "
                                    <Icon name="chevron-right"/>
                                </span>
                            }
                                .into_any()
                        }}
                    </li>
                </ul>
            </nav>
        }
    })
}
