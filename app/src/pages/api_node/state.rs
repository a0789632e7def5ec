use std::collections::BTreeSet;

use leptos::prelude::*;

use super::form::{Form, Snapshot};
use crate::components::{Clock, choose_again, focus_soon, on_hydrated};
use crate::service::{Error, FieldProblem, LastCall, Node, NodeChoices};

/// What is known of a node that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub id: String,
    pub name: String,
    pub version: i64,
}

impl From<&Node> for Saved {
    fn from(node: &Node) -> Self {
        Self { id: node.id.clone(), name: node.name.clone(), version: node.version }
    }
}

/// What the parts of the editor share.
#[derive(Clone, Copy)]
pub struct EditorState {
    /// The fields.
    pub form: Form,
    /// The node as it was saved; none before.
    pub node: RwSignal<Option<Saved>>,
    /// What it can be given.
    pub choices: RwSignal<NodeChoices>,
    /// How its last call ended, as it was read with the node.
    pub last_call: StoredValue<Option<LastCall>>,
    /// Variables that only the server knows of, since they stand in secret headers.
    pub hidden_variables: RwSignal<BTreeSet<String>>,
    /// What stood in the fields when they were last saved.
    unchanged: RwSignal<Snapshot>,
    /// Ids of fields, each with what is wrong with it.
    problems: RwSignal<Vec<(String, String)>>,
    clock: StoredValue<Option<Clock>>,
    /// Why saving it would be refused: what somebody else has done to it meanwhile.
    pub elsewhere: RwSignal<Option<Error>>,
    /// Whether it is being saved, or was deleted here.
    pub busy: RwSignal<bool>,
}

impl EditorState {
    /// An editor of this node, or of a new one.
    pub fn new(node: Option<&Node>, choices: NodeChoices) -> Self {
        let form = Form::of(node);
        let state = Self {
            form,
            node: RwSignal::new(node.map(Saved::from)),
            choices: RwSignal::new(choices),
            last_call: StoredValue::new(node.and_then(|node| node.last_call.clone())),
            hidden_variables: RwSignal::default(),
            unchanged: RwSignal::new(untrack(|| form.snapshot())),
            problems: RwSignal::default(),
            clock: StoredValue::new(None),
            elsewhere: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        Effect::new(move |before: Option<()>| {
            state.choices.track();
            if before.is_some() {
                choose_again("node-certificate", form.certificate.get_untracked());
                choose_again("node-trust", form.server_ca.get_untracked());
            }
        });
        on_hydrated(move || state.clock.set_value(Some(Clock::set(untrack(|| state.choices.read().now)))));
        state
    }

    /// The state of the page that this component is in.
    pub fn of_this_page() -> Self {
        expect_context()
    }

    /// The server's time, as far as it is known here.
    pub fn clock(self) -> Option<Clock> {
        self.clock.try_get_value().flatten()
    }

    /// Whether there is something that would be lost.
    pub fn is_changed(self) -> bool {
        self.form.snapshot() != *self.unchanged.read()
    }

    /// What is typed is not wanted any more.
    pub fn forget_changes(self) {
        self.unchanged.set(untrack(|| self.form.snapshot()));
    }

    /// This was saved, as this node.
    pub fn saved(self, sent: Snapshot, node: &Node) {
        self.form.forget_secrets(&sent);
        self.unchanged.set(sent.saved());
        self.node.set(Some(Saved::from(node)));
        self.elsewhere.set(None);
    }

    /// Nothing is said about any field.
    pub fn clear_problems(self) {
        self.problems.set(Vec::new());
    }

    /// Shows each problem at its field, and moves the focus to the first. What has no field is an error by itself.
    pub fn refuse(self, problems: Vec<FieldProblem>) -> Option<Error> {
        let mut elsewhere = Vec::new();
        let mut placed = Vec::new();
        for problem in problems {
            if let Some(name) = problem.field.strip_prefix("variables/") {
                self.hidden_variables.update(|names| _ = names.insert(name.to_owned()));
            }
            match self.place_of(&problem.field) {
                Some(id) => placed.push((id, problem.message)),
                None => elsewhere.push(problem),
            }
        }
        if let Some((first, _message)) = placed.first() {
            focus_soon(vec![first.clone()]);
        }
        self.problems.set(placed);
        (!elsewhere.is_empty()).then_some(Error::Fields { problems: elsewhere })
    }

    /// What is wrong with the field of this id.
    pub fn problem_at(self, id: impl Into<String>) -> Signal<Option<String>> {
        let id = id.into();
        Signal::derive(move || {
            self.problems.read().iter().find(|(place, _message)| *place == id).map(|(_place, message)| message.clone())
        })
    }

    /// The id of the element at which a problem of this field is shown.
    fn place_of(self, field: &str) -> Option<String> {
        let id = match field {
            "name" => "node-name",
            "method" => "node-method",
            "url" => "node-url",
            "headers" => "add-header",
            "body" => "node-body",
            "timeout_ms" => "node-timeout",
            "server_ca" => "node-trust",
            "mtls/certificate" | "mtls/enabled" if self.form.mtls.get_untracked() => "node-certificate",
            "mtls/certificate" | "mtls/enabled" => "node-mtls",
            other => return self.place_of_many(other),
        };
        Some(id.to_owned())
    }

    fn place_of_many(self, field: &str) -> Option<String> {
        if let Some(name) = field.strip_prefix("variables/") {
            return Some(format!("variable-{name}"));
        }
        let (place, part) = field.strip_prefix("headers/")?.split_once('/')?;
        let header = self.form.headers.read_untracked().get(place.parse::<usize>().ok()?).copied()?;
        Some(header.id(part))
    }
}
