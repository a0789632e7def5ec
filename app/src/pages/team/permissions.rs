use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use super::state::{TeamState, team_error_text};
use crate::components::{Announcer, Dialog, DialogFoot, DialogSize, ErrorBanner, browser_action};
use crate::server_fns::{answer, change_permissions};
use crate::service::{Error, MemberRow, Permission};

/// What somebody with this permission can do.
const fn allows(permission: Permission) -> &'static str {
    match permission {
        Permission::CompanySettings => {
            "See, create, rename, replace and delete certificates; choose the primary; team, API tokens and audit log"
        }
        Permission::ManageApiNodes => {
            "Create and change API nodes, choose their certificate by name, send test requests"
        }
    }
}

/// What the permissions allow.
#[component]
pub fn Explanation() -> impl IntoView {
    let permissions = Permission::ALL
        .into_iter()
        .map(|permission| {
            view! {
                <div>
                    <dt>
                        <code>{permission.as_str()}</code>
                    </dt>
                    <dd>{allows(permission)}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="permissions-title">
            <div class="card-head">
                <h2 id="permissions-title">"What the permissions allow"</h2>
            </div>
            <div class="card-body">
                <dl class="facts">{permissions}</dl>
                <p class="muted small">
                    "At least one member always keeps " <code>{Permission::CompanySettings.as_str()}</code> "."
                </p>
            </div>
        </section>
    }
}

/// Every permission with a box to tick.
#[component]
pub fn PermissionBoxes(
    /// Those that are ticked.
    chosen: RwSignal<Vec<Permission>>,
) -> impl IntoView {
    let boxes = Permission::ALL
        .into_iter()
        .map(|permission| {
            let tick = move |event| {
                let ticked = event_target_checked(&event);
                chosen.update(|chosen| {
                    chosen.retain(|other| *other != permission);
                    if ticked {
                        chosen.push(permission);
                    }
                });
            };
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        name="permission"
                        value=permission.as_str()
                        prop:checked=move || chosen.read().contains(&permission)
                        on:change=tick
                    />
                    <span>
                        <code>{permission.as_str()}</code>
                        <span class="hint">{allows(permission)}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>"Permissions"</legend>
            <div class="stack-small">{boxes}</div>
        </fieldset>
    }
}

/// Grants and takes a member's permissions.
#[component]
pub fn PermissionsDialog(member: MemberRow) -> impl IntoView {
    let state = TeamState::of_this_page();
    let announcer = Announcer::of_this_page();
    let chosen = RwSignal::new(member.permissions.clone());
    let error = RwSignal::new(None::<Error>);
    let button = format!("edit-{}", member.id);
    let title = format!("Permissions of {}", member.name);

    let save = browser_action({
        let button = button.clone();
        move |(): &()| {
            let (member, button) = (member.clone(), button.clone());
            async move {
                match answer(change_permissions(member.id, member.version, chosen.get_untracked()).await) {
                    Ok(_changed) => {
                        announcer.say(format!("Permissions of {} changed.", member.name));
                        state.close_changed(vec![button, "title".to_owned()]);
                    }
                    Err(refused) => error.set(Some(refused)),
                }
            }
        }
    });
    let busy = save.pending();
    let on_close = Callback::new(move |()| {
        if !busy.get_untracked() {
            state.close_after(error.get_untracked().as_ref(), button.clone());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            error.set(None);
            save.dispatch(());
        }
    };
    view! {
        <Dialog id="permissions" title=title size=DialogSize::Medium focus_title=true on_close>
            <form on:submit=submit>
                <div class="dialog-body fields">
                    <ErrorBanner id="permissions-error" error words=team_error_text/>
                    <PermissionBoxes chosen/>
                    <p class="hint">"Takes effect at once, also in pages that are open."</p>
                </div>
                <DialogFoot busy send="Save permissions" sending="Saving…" on_cancel=on_close/>
            </form>
        </Dialog>
    }
}
