//! How nodes are shown, and how they become drafts again.

use app::api_node::{Chosen, Draft, DraftHeader, Mtls};
use app::service::{CertificateChoice, LastCall, Node, NodeHeader, Secret};

use crate::store::{ApiNode, Certificate, HeaderValue, ListedNode, Use};

/// A node as it is edited.
pub(super) fn node(listed: ListedNode) -> Node {
    let ListedNode { node, last_use } = listed;
    let mtls = mtls(&node);
    let header = |header: crate::store::NodeHeader| match header.value {
        HeaderValue::Plain(value) => NodeHeader { name: header.name, value: Some(value), secret: false },
        HeaderValue::Sealed(_) => NodeHeader { name: header.name, value: None, secret: true },
    };
    Node {
        id: node.id,
        name: node.name,
        method: node.method,
        url: node.url,
        headers: node.headers.into_iter().map(header).collect(),
        body: node.body,
        timeout_ms: u32::try_from(node.timeout_ms).unwrap_or(u32::MAX),
        follow_redirects: node.follow_redirects,
        server_ca: node.server_ca,
        mtls,
        created_at: node.created_at,
        changed_at: node.changed_at,
        changed_by: node.changed_by,
        last_call: last_use.map(last_call),
        version: node.version,
    }
}

pub(super) fn mtls(node: &ApiNode) -> Mtls {
    Mtls { enabled: node.mtls_enabled, certificate: Chosen::from(node.certificate_id.clone()) }
}

/// A stored node as if it had just been typed; secret values stay where they are.
pub(super) fn draft(node: &ApiNode) -> Draft {
    let header = |header: &crate::store::NodeHeader| match &header.value {
        HeaderValue::Plain(value) => {
            DraftHeader { name: header.name.clone(), value: Some(Secret::from(value.clone())), secret: false }
        }
        HeaderValue::Sealed(_) => DraftHeader { name: header.name.clone(), value: None, secret: true },
    };
    Draft {
        name: node.name.clone(),
        method: node.method.clone(),
        url: node.url.clone(),
        headers: node.headers.iter().map(header).collect(),
        body: node.body.clone(),
        timeout_ms: u32::try_from(node.timeout_ms).unwrap_or(u32::MAX),
        follow_redirects: node.follow_redirects,
        server_ca: node.server_ca.clone(),
        mtls: mtls(node),
    }
}

pub(in crate::services) fn last_call(last_use: Use) -> LastCall {
    let Use { calls, failures, at, result, host } = last_use;
    LastCall { at, result, host, calls, failures }
}

pub(super) fn choice(certificate: &Certificate) -> CertificateChoice {
    CertificateChoice {
        id: certificate.id.clone(),
        name: certificate.name.clone(),
        key_type: certificate.key_type.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
    }
}
