use leptos::prelude::*;
use leptos::web_sys::SubmitEvent;

use crate::components::{Announcer, Dialog, DialogFoot, ErrorBanner, FieldError, browser_action, focus_soon};
use crate::pages::certificates::host::DialogHost;
use crate::server_fns::{allow_hosts, answer};
use crate::service::{CertificateRow, Error, FieldProblem};

/// The hosts that the certificate may be presented to, one a line.
#[component]
pub fn HostsDialog(row: CertificateRow, hosts: Vec<String>) -> impl IntoView {
    let state = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let text = RwSignal::new(hosts.join("\n"));
    let error = RwSignal::new(None::<Error>);
    let problems = RwSignal::new(Vec::<String>::new());
    let pencil = format!("hosts-{}", row.id);

    let save = browser_action({
        let pencil = pencil.clone();
        move |(): &()| {
            let (row, pencil) = (row.clone(), pencil.clone());
            async move {
                let typed = read(&text.get_untracked());
                let sent = typed.clone();
                match answer(allow_hosts(row.id, row.version, sent).await) {
                    Ok(_row) => {
                        announcer.say(if typed.is_empty() {
                            "Any host is allowed now.".to_owned()
                        } else {
                            "Allowed hosts saved. Calls to other hosts are refused from now on.".to_owned()
                        });
                        state.close_changed(vec![pencil]);
                    }
                    Err(Error::Fields { problems: refused }) => {
                        problems.set(refused.iter().map(|problem| in_words(problem, &typed)).collect());
                        focus_soon(vec!["hosts-text".to_owned()]);
                    }
                    Err(refused) => error.set(Some(refused)),
                }
            }
        }
    });
    let busy = save.pending();
    let on_close = Callback::new(move |()| {
        if !busy.get_untracked() {
            state.close(pencil.clone());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        error.set(None);
        problems.set(Vec::new());
        save.dispatch_local(());
    };
    view! {
        <Dialog id="hosts" title="Allowed hosts".to_owned() on_close>
            <form on:submit=submit novalidate>
                <div class="dialog-body">
                    <ErrorBanner id="hosts-banner" error/>
                    <div class="field">
                        <label for="hosts-text">"Hosts that it may be presented to"</label>
                        <textarea
                            class="input"
                            id="hosts-text"
                            name="hosts"
                            rows="5"
                            spellcheck="false"
                            autocomplete="off"
                            autocapitalize="none"
                            autofocus
                            bind:value=text
                            aria-describedby="hosts-error hosts-hint"
                            aria-invalid=move || (!problems.read().is_empty()).then_some("true")
                        ></textarea>
                        <p class="hint" id="hosts-hint">
                            "One a line, such as api.example.com; *.example.com stands for each name with one label more. API nodes do not call other hosts with it. Empty for any host."
                        </p>
                        <div id="hosts-error" class="stack-small">
                            {move || {
                                problems
                                    .get()
                                    .into_iter()
                                    .enumerate()
                                    .map(|(place, message)| {
                                        view! { <FieldError id=format!("hosts-error-{place}") message/> }
                                    })
                                    .collect_view()
                            }}
                        </div>
                    </div>
                </div>
                <DialogFoot busy send="Save hosts" sending="Saving…" on_cancel=on_close/>
            </form>
        </Dialog>
    }
}

/// One host a line; commas and blanks between them are taken too.
fn read(text: &str) -> Vec<String> {
    let parts = text.split(|character: char| character.is_whitespace() || character == ',' || character == ';');
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What the server says of a host, with the host in front.
fn in_words(problem: &FieldProblem, typed: &[String]) -> String {
    let place = problem.field.strip_prefix("allowed_hosts/").and_then(|place| place.parse::<usize>().ok());
    match place.and_then(|place| typed.get(place)) {
        Some(typed) if typed.len() <= 100 => format!("“{typed}”: {}", problem.message),
        _ => problem.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_stand_one_a_line_or_between_commas() {
        assert_eq!(
            read(" a.example\n\n*.b.example, c.example;d.example\t"),
            ["a.example", "*.b.example", "c.example", "d.example"]
        );
        assert_eq!(read(" \n"), [""; 0]);
    }

    #[test]
    fn a_problem_names_its_host() {
        let problem = |field: &str| FieldProblem { field: field.to_owned(), message: "No.".to_owned() };
        let typed = ["a b".to_owned()];
        assert_eq!(in_words(&problem("allowed_hosts/0"), &typed), "“a b”: No.");
        assert_eq!(in_words(&problem("allowed_hosts/100"), &typed), "No.");
    }
}
