//! How the audit log reads.

/// What was done, in words: "Renamed a certificate" for `certificate.rename`. An action that is not known here reads as it is.
pub fn action(action: &str) -> String {
    let known = match action {
        "database.create" => "Set up the database",
        "account.create" => "Created the company",
        "user.create" => "Created a person",
        "user.password" => "Set a password",
        "setup_link.create" => "Made a set-up link",
        "setup_link.use" => "Used a set-up link",
        "team.read" => "Looked at the team",
        "audit_log.read" => "Looked at the audit log",
        "session.sign_in" => "Signed in",
        "session.sign_out" => "Signed out",
        "certificate.upload" => "Created a certificate",
        "certificate.rename" => "Renamed a certificate",
        "certificate.set_primary" => "Set as primary",
        "certificate.remove_primary" => "Removed as primary",
        "certificate.allow_hosts" => "Changed the allowed hosts",
        "certificate.replace" => "Replaced a certificate",
        "certificate.restore_version" => "Brought an earlier version back",
        "certificate.read" => "Looked at certificates",
        "certificate.change" => "Changed a certificate",
        "certificate.validate" => "Checked a certificate",
        "certificate.delete" => "Deleted a certificate",
        "certificate.restore" => "Restored a certificate",
        "certificate.destroy" => "Destroyed a private key",
        "key.open" => "Opened a private key",
        "api_node.read" => "Looked at API nodes",
        "api_node.create" => "Created an API node",
        "api_node.change" => "Changed an API node",
        "api_node.delete" => "Deleted an API node",
        "api_node.test" => "Tested an API node",
        "api_node.call" => "Called an API node",
        "token.read" => "Looked at the tokens",
        "token.create" => "Created a token",
        "token.revoke" => "Revoked a token",
        "token.use" => "Used a token",
        other => return unknown(other),
    };
    known.to_owned()
}

/// What somebody did to the certificate that is spoken of: "Ana Ruiz renamed it", "Ana Ruiz could not delete it".
pub fn sentence(who: &str, action: &str, refused: bool) -> String {
    let (done, to_do) = match action {
        "certificate.upload" => ("created it", "create it"),
        "certificate.rename" => ("renamed it", "rename it"),
        "certificate.set_primary" => ("set it as primary", "set it as primary"),
        "certificate.remove_primary" => ("removed it as primary", "remove it as primary"),
        "certificate.allow_hosts" => ("changed its allowed hosts", "change its allowed hosts"),
        "certificate.replace" => ("replaced the file", "replace the file"),
        "certificate.restore_version" => ("brought an earlier version back", "bring an earlier version back"),
        "certificate.delete" => ("deleted it", "delete it"),
        "certificate.restore" => ("restored it", "restore it"),
        "certificate.destroy" => ("destroyed a private key of it", "destroy a private key of it"),
        other => return format!("{who}: {}{}", self::action(other), if refused { ", refused" } else { "" }),
    };
    if refused { format!("{who} could not {to_do}") } else { format!("{who} {done}") }
}

/// `team.invite_member` as "Team: invite member".
fn unknown(action: &str) -> String {
    let text = action.replacen('.', ": ", 1).replace(['_', '.'], " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Who did it, in words: a name, or what stands for one.
pub fn actor(kind: &str, name: &str) -> String {
    match (kind, name) {
        ("command_line", _) => "Command line".to_owned(),
        (_, "") => "Somebody unknown".to_owned(),
        (_, name) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions() {
        assert_eq!(action("certificate.rename"), "Renamed a certificate");
        assert_eq!(action("team.invite_member"), "Team: invite member");
        assert_eq!(action(""), "");
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence("Ana Ruiz", "certificate.rename", false), "Ana Ruiz renamed it");
        assert_eq!(sentence("Ana Ruiz", "certificate.delete", true), "Ana Ruiz could not delete it");
        assert_eq!(sentence("ci", "api_node.call", true), "ci: Called an API node, refused");
    }

    #[test]
    fn actors() {
        assert_eq!(actor("person", "Ana Ruiz"), "Ana Ruiz");
        assert_eq!(actor("nobody", "Signet"), "Signet");
        assert_eq!(actor("nobody", ""), "Somebody unknown");
        assert_eq!(actor("command_line", "signet"), "Command line");
    }
}
