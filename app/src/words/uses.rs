//! How it reads who uses a certificate, and what a change means to them.

use super::{count, date, distance};
use crate::certificate::Status;
use crate::service::{CertificateRow, DeletePlan, Due};
use crate::timestamp::Timestamp;

/// "1 node", "4 nodes".
pub fn nodes(number: u64) -> String {
    count(i64::try_from(number).unwrap_or(i64::MAX), "node", "nodes")
}

/// "And 1 more." below a list that names only some of the nodes.
pub fn more_nodes(number: usize) -> String {
    format!("And {number} more.")
}

/// "4 nodes follow the primary and change now".
pub fn nodes_follow(number: u64, then: &str) -> String {
    let verb = if number == 1 { "follows" } else { "follow" };
    let then = if number == 1 {
        then.replacen("change ", "changes ", 1).replacen("have ", "has ", 1)
    } else {
        then.to_owned()
    };
    format!("{} {verb} the primary and {then}", nodes(number))
}

/// "15 nodes are pinned to another certificate and stay as they are."
pub fn nodes_stay(number: u64) -> String {
    if number == 1 {
        "1 node is pinned to another certificate and stays as it is.".to_owned()
    } else {
        format!("{} are pinned to another certificate and stay as they are.", nodes(number))
    }
}

/// Why a certificate cannot be made the primary.
pub fn why_not_primary(ca: bool, status: Status) -> Option<&'static str> {
    match status {
        _ if ca => Some("A CA certificate has no private key and cannot be the primary."),
        Status::Expired => Some("It has expired and cannot be the primary."),
        Status::NotYetValid => Some("It is not valid yet and cannot be the primary before it is."),
        Status::Urgent | Status::Expiring | Status::Valid => None,
    }
}

/// "4 API nodes send “Clearing gateway”. If it is deleted, their calls will fail."
pub fn in_use(name: &str, ca: bool, number: u64) -> String {
    let users = count(i64::try_from(number).unwrap_or(i64::MAX), "API node", "API nodes");
    match (ca, number) {
        (false, 1) => format!("{users} sends “{name}”. If it is deleted, its calls will fail."),
        (false, _) => format!("{users} send “{name}”. If it is deleted, their calls will fail."),
        (true, 1) => format!("{users} trusts its server by “{name}”. If it is deleted, its calls will fail."),
        (true, _) => format!("{users} trust their servers by “{name}”. If it is deleted, their calls will fail."),
    }
}

/// What becomes of the primary when it is deleted while so many nodes follow it and others may be pinned to it.
pub fn primary_goes(followers: usize) -> String {
    match followers {
        0 => "It is the primary; afterwards no certificate is.".to_owned(),
        1 => "It is the primary, and 1 of them follows it: the certificate that you choose becomes the primary."
            .to_owned(),
        _ => format!(
            "It is the primary, and {followers} of them follow it: the certificate that you choose becomes the primary."
        ),
    }
}

/// What becomes of those that have pinned a certificate which is deleted, and do not use it; empty if there are none.
pub fn released(plan: &DeletePlan) -> String {
    let idle: Vec<&str> = plan.nodes.iter().filter(|node| !node.active).map(|node| node.name.as_str()).collect();
    match idle.as_slice() {
        [] => String::new(),
        [one] => format!("“{one}” has pinned it with its mTLS off; it follows the primary afterwards."),
        several => format!(
            "{} have pinned it with their mTLS off; they follow the primary afterwards.",
            nodes(u64::try_from(several.len()).unwrap_or(u64::MAX))
        ),
    }
}

/// When a certificate that can be chosen ends: "expires in 12 days", "expires 17 Aug 2027".
pub fn expires(now: Timestamp, not_after: Timestamp) -> String {
    if not_after.calendar_days_since(now) <= 30 {
        format!("expires in {}", distance(now, not_after))
    } else {
        format!("expires {}", date(not_after))
    }
}

/// What is due, and what that means: "2 certificates expire this week, used by 5 nodes."
pub fn due(due: Due) -> (String, &'static str) {
    let Due { certificates, nodes } = due;
    let used = self::nodes(nodes);
    if certificates == 1 {
        let then = if nodes == 1 {
            "Its calls will fail unless you replace it."
        } else {
            "Their calls will fail unless you replace it."
        };
        (format!("1 certificate expires this week, used by {used}."), then)
    } else {
        (
            format!("{certificates} certificates expire this week, used by {used}."),
            "Their calls will fail unless you replace them.",
        )
    }
}

/// What has changed of a certificate: "It is called “Bank prod” now. It is the primary now."
pub fn changed(before: &CertificateRow, after: &CertificateRow) -> String {
    let mut said = Vec::new();
    if after.name != before.name {
        said.push(format!("It is called “{}” now.", after.name));
    }
    match (before.primary, after.primary) {
        (false, true) => said.push("It is the primary now.".to_owned()),
        (true, false) => said.push("It is no longer the primary.".to_owned()),
        _ => {}
    }
    let contents = |row: &CertificateRow| (row.not_before, row.not_after, row.issued_to.clone(), row.issuer.clone());
    if contents(before) != contents(after) {
        said.push(format!("It was replaced, and expires on {} now.", date(after.not_after)));
    }
    if said.is_empty() {
        said.push("Its settings are others now.".to_owned());
    }
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::UsingNode;

    /// 2026-11-21 10:42 UTC.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_257_720);
    const DAY: i64 = 86_400;

    fn row() -> CertificateRow {
        CertificateRow {
            id: "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a111".to_owned(),
            name: "Bank".to_owned(),
            ca: false,
            primary: false,
            issued_to: "bank.example".to_owned(),
            issuer: "Bank CA".to_owned(),
            not_before: NOW,
            not_after: NOW.plus_seconds(100 * DAY),
            uploaded_on: NOW,
            deleted_on: None,
            version: 1,
        }
    }

    #[test]
    fn one_and_several() {
        assert_eq!((nodes(1), nodes(4)), ("1 node".to_owned(), "4 nodes".to_owned()));
        assert_eq!(nodes_follow(1, "change now"), "1 node follows the primary and changes now");
        assert_eq!(nodes_follow(2, "change now"), "2 nodes follow the primary and change now");
        assert_eq!(
            nodes_follow(1, "have no certificate then"),
            "1 node follows the primary and has no certificate then"
        );
        assert_eq!(nodes_stay(1), "1 node is pinned to another certificate and stays as it is.");
        assert_eq!(nodes_stay(15), "15 nodes are pinned to another certificate and stay as they are.");
        assert_eq!(in_use("Bank", false, 1), "1 API node sends “Bank”. If it is deleted, its calls will fail.");
        assert_eq!(
            in_use("CA", true, 2),
            "2 API nodes trust their servers by “CA”. If it is deleted, their calls will fail."
        );
        assert_eq!(due(Due { certificates: 1, nodes: 1 }).0, "1 certificate expires this week, used by 1 node.");
        assert_eq!(
            due(Due { certificates: 2, nodes: 5 }),
            (
                "2 certificates expire this week, used by 5 nodes.".to_owned(),
                "Their calls will fail unless you replace them."
            )
        );
    }

    #[test]
    fn when_a_certificate_ends() {
        assert_eq!(expires(NOW, NOW.plus_seconds(12 * DAY)), "expires in 12 days");
        assert_eq!(expires(NOW, NOW.plus_seconds(40 * DAY)), "expires 31 Dec 2026");
    }

    #[test]
    fn what_has_changed() {
        let before = row();
        let renamed = CertificateRow { name: "Bank prod".to_owned(), primary: true, ..row() };
        assert_eq!(changed(&before, &renamed), "It is called “Bank prod” now. It is the primary now.");
        assert_eq!(changed(&renamed, &before), "It is called “Bank” now. It is no longer the primary.");
        let replaced = CertificateRow { not_after: NOW.plus_seconds(40 * DAY), ..row() };
        assert_eq!(changed(&before, &replaced), "It was replaced, and expires on 31 Dec 2026 now.");
        assert_eq!(changed(&before, &CertificateRow { version: 2, ..row() }), "Its settings are others now.");
    }

    #[test]
    fn who_is_released() {
        let node = |name: &str, active: bool| UsingNode {
            id: String::new(),
            name: name.to_owned(),
            follows_primary: false,
            active,
        };
        let plan = |nodes: Vec<UsingNode>| DeletePlan {
            now: NOW,
            certificate: row(),
            nodes,
            primary: None,
            choices: Vec::new(),
            has_more: false,
        };
        assert_eq!(released(&plan(vec![node("Used", true)])), "");
        assert_eq!(
            released(&plan(vec![node("Off", false), node("Used", true)])),
            "“Off” has pinned it with its mTLS off; it follows the primary afterwards."
        );
        assert_eq!(
            released(&plan(vec![node("Off", false), node("Out", false)])),
            "2 nodes have pinned it with their mTLS off; they follow the primary afterwards."
        );
    }
}
