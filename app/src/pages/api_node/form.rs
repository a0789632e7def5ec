//! What stands in the fields of the editor.

use leptos::prelude::*;

use crate::api_node::{Chosen, Draft, DraftHeader, Mtls, TIMEOUT_MS};
use crate::service::{FieldProblem, Node, Secret};

/// What the choice of a certificate says for the primary.
pub const PRIMARY: &str = "primary";

/// The fields.
#[derive(Clone, Copy)]
pub struct Form {
    pub name: RwSignal<String>,
    pub method: RwSignal<String>,
    pub url: RwSignal<String>,
    pub headers: RwSignal<Vec<HeaderFields>>,
    pub body: RwSignal<String>,
    /// In seconds.
    pub timeout: RwSignal<String>,
    pub follow_redirects: RwSignal<bool>,
    /// The id of a CA certificate; empty for the system's alone.
    pub server_ca: RwSignal<String>,
    pub mtls: RwSignal<bool>,
    /// [`PRIMARY`], or the id of a certificate.
    pub certificate: RwSignal<String>,
    next_key: StoredValue<u32>,
}

/// The fields of one header.
#[derive(Clone, Copy)]
pub struct HeaderFields {
    /// What it is called by while it moves up and down.
    pub key: u32,
    pub name: RwSignal<String>,
    pub value: RwSignal<String>,
    pub secret: RwSignal<bool>,
    /// Whether the server keeps a secret value of it, which nobody sees.
    pub stored: RwSignal<bool>,
}

impl HeaderFields {
    fn new(key: u32, name: String, value: Option<String>, secret: bool) -> Self {
        Self {
            key,
            name: RwSignal::new(name),
            stored: RwSignal::new(secret && value.is_none()),
            value: RwSignal::new(value.unwrap_or_default()),
            secret: RwSignal::new(secret),
        }
    }

    /// The id of one of its fields, `name` or `value`.
    pub fn id(self, field: &str) -> String {
        format!("header-{}-{field}", self.key)
    }

    /// Whether nothing stands in the place of the secret value that the server has: it stays. Taken out of the lock it cannot, since
    /// nobody sees it, and has to be typed again.
    pub fn is_untyped(self) -> bool {
        let is_secret = self.secret.get();
        let value = self.value.read();
        self.stored.get() && if is_secret { value.is_empty() } else { value.trim().is_empty() }
    }
}

/// What stood in the fields at one moment. Not for printing: a header's value can be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    name: String,
    method: String,
    url: String,
    headers: Vec<HeaderText>,
    body: String,
    timeout: String,
    pub follow_redirects: bool,
    server_ca: String,
    pub mtls: bool,
    pub certificate: String,
}

#[derive(Clone, PartialEq, Eq)]
struct HeaderText {
    key: u32,
    name: String,
    /// None for a secret one that stays as it is, and for one that was taken out of the lock and not typed again.
    value: Option<String>,
    secret: bool,
}

impl Form {
    /// The fields of a node; of a new one without.
    pub fn of(node: Option<&Node>) -> Self {
        let draft = Draft::default();
        let (mtls, headers) = match node {
            Some(node) => (node.mtls.clone(), node.headers.clone()),
            None => (draft.mtls, Vec::new()),
        };
        let text = |of_node: fn(&Node) -> &String, usual: &str| {
            RwSignal::new(node.map_or_else(|| usual.to_owned(), |node| of_node(node).clone()))
        };
        let form = Self {
            name: text(|node| &node.name, ""),
            method: text(|node| &node.method, &draft.method),
            url: text(|node| &node.url, ""),
            headers: RwSignal::new(Vec::new()),
            body: text(|node| &node.body, ""),
            timeout: RwSignal::new(seconds(node.map_or(draft.timeout_ms, |node| node.timeout_ms))),
            follow_redirects: RwSignal::new(node.is_some_and(|node| node.follow_redirects)),
            server_ca: RwSignal::new(node.and_then(|node| node.server_ca.clone()).unwrap_or_default()),
            mtls: RwSignal::new(mtls.enabled),
            certificate: RwSignal::new(mtls.certificate.pinned().unwrap_or(PRIMARY).to_owned()),
            next_key: StoredValue::new(0),
        };
        for header in headers {
            form.add_header(header.name, header.value, header.secret);
        }
        form
    }

    /// Adds a header behind the others.
    pub fn add_header(self, name: String, value: Option<String>, secret: bool) -> HeaderFields {
        let key = self.next_key.get_value();
        self.next_key.set_value(key.wrapping_add(1));
        let header = HeaderFields::new(key, name, value, secret);
        self.headers.update(|headers| headers.push(header));
        header
    }

    /// What stands in the fields now.
    pub fn snapshot(self) -> Snapshot {
        let header = |header: HeaderFields| HeaderText {
            key: header.key,
            name: header.name.get(),
            value: (!header.is_untyped()).then(|| header.value.get()),
            secret: header.secret.get(),
        };
        Snapshot {
            name: self.name.get(),
            method: self.method.get(),
            url: self.url.get(),
            headers: self.headers.get().into_iter().map(header).collect(),
            body: self.body.get(),
            timeout: self.timeout.get(),
            follow_redirects: self.follow_redirects.get(),
            server_ca: self.server_ca.get(),
            mtls: self.mtls.get(),
            certificate: self.certificate.get(),
        }
    }

    /// After this was saved: secret values leave the page. What was typed since stays.
    pub fn forget_secrets(self, sent: &Snapshot) {
        for header in self.headers.get_untracked() {
            let Some(text) = sent.headers.iter().find(|text| text.key == header.key) else { continue };
            header.stored.set(text.secret);
            if text.secret && text.value.as_deref() == Some(header.value.read_untracked().as_str()) {
                header.value.set(String::new());
            }
        }
    }
}

impl Snapshot {
    /// The node that is to be sent.
    ///
    /// # Errors
    /// The time limit is not a number, or none that does.
    pub fn draft(&self) -> Result<Draft, Vec<FieldProblem>> {
        let timeout_ms = milliseconds(&self.timeout).ok_or_else(|| {
            let seconds = |ms: &u32| f64::from(*ms) / 1000.0;
            let (least, most) = (seconds(TIMEOUT_MS.start()), seconds(TIMEOUT_MS.end()));
            let message = format!("Give a number of seconds from {least} to {most}.");
            vec![FieldProblem { field: "timeout_ms".to_owned(), message }]
        })?;
        let header = |header: &HeaderText| DraftHeader {
            name: header.name.clone(),
            value: header.value.clone().map(Secret::from),
            secret: header.secret,
        };
        let pinned = (self.certificate != PRIMARY).then(|| self.certificate.clone());
        Ok(Draft {
            name: self.name.clone(),
            method: self.method.clone(),
            url: self.url.clone(),
            headers: self.headers.iter().map(header).collect(),
            body: self.body.clone(),
            timeout_ms,
            follow_redirects: self.follow_redirects,
            server_ca: Some(self.server_ca.clone()).filter(|id| !id.is_empty()),
            mtls: Mtls { enabled: self.mtls, certificate: Chosen::from(pinned) },
        })
    }

    /// Whether this asks for the same request as fields that stood there before; that they were saved since changes none.
    pub fn asks_the_same(&self, before: &Self) -> bool {
        let now = Self { name: before.name.clone(), ..self.clone() };
        now == *before || now == before.clone().saved()
    }

    /// The same once it was saved: the server keeps the secrets.
    #[must_use]
    pub fn saved(mut self) -> Self {
        for header in self.headers.iter_mut().filter(|header| header.secret) {
            header.value = None;
        }
        self
    }
}

/// "30", "1.5".
fn seconds(milliseconds: u32) -> String {
    (f64::from(milliseconds) / 1000.0).to_string()
}

/// A time limit as it is typed, with a point or a comma; none if it does not do.
fn milliseconds(seconds: &str) -> Option<u32> {
    let seconds: f64 = seconds.trim().replace(',', ".").parse().ok()?;
    let milliseconds = (seconds * 1000.0).round();
    let is_allowed = milliseconds >= f64::from(*TIMEOUT_MS.start()) && milliseconds <= f64::from(*TIMEOUT_MS.end());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number between the two")]
    is_allowed.then_some(milliseconds as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_limits_as_they_are_typed() {
        assert_eq!(milliseconds("30"), Some(30_000));
        assert_eq!(milliseconds(" 1,5 "), Some(1_500));
        assert_eq!(milliseconds("0.1"), Some(100));
        for refused in ["", "0", "0.05", "121", "-3", "NaN", "inf", "thirty"] {
            assert_eq!(milliseconds(refused), None, "{refused}");
        }
        assert_eq!(seconds(30_000), "30");
        assert_eq!(seconds(1_500), "1.5");
    }
}
