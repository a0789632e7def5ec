//! The report and the catalogue as text: for people, and as JSON for tickets and scripts.

use std::fmt::Write as _;

use serde::Serialize;

use super::report::{Facts, Finding, Report, Severity};
use super::rules::{Rule, Scope};
use crate::timestamp::Timestamp;

/// What `signet check FILE…` prints: every finding with its hint, then what the certificate says.
pub fn report_text(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        write_finding(&mut text, finding);
    }
    if let Some(facts) = &report.certificate {
        write_facts(&mut text, facts);
    }
    text.push_str(&summary(report));
    text.push('\n');
    text
}

/// The report as JSON: `{judged_at, valid, findings, certificate}`, as REST's `validate` answers it, with the moment as of which it was
/// judged (RFC 3339, UTC). The same bytes wherever it was judged.
pub fn report_json(report: &Report, judged_at: Timestamp) -> String {
    let json = Json {
        judged_at: judged_at.rfc3339_microseconds(),
        valid: report.is_valid(),
        findings: &report.findings,
        certificate: report.certificate.as_ref(),
    };
    // It cannot fail: there is nothing in it but text, numbers and lists.
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

#[derive(Serialize)]
struct Json<'a> {
    judged_at: String,
    valid: bool,
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'a Facts>,
}

/// What `signet check --rules` prints: one line for each rule, in the catalogue's order.
pub fn catalogue_text() -> String {
    let widest = Rule::ALL.iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in Rule::ALL.iter().copied() {
        let scope = match rule.scope() {
            Scope::Leaf => "client",
            Scope::Authority => "CA",
            Scope::Both => "both",
        };
        let severity = severity_word(rule.severity());
        line(
            &mut text,
            format_args!("{}  {:widest$}  {severity:14}  {scope:6}  {}", rule.code(), rule.id(), rule.title()),
        );
    }
    text
}

fn write_finding(text: &mut String, finding: &Finding) {
    let place = finding.line.map(|line| format!(", line {line}")).unwrap_or_default();
    let pointer = match finding.pointer {
        super::Pointer::Certificates => "/certificates",
        super::Pointer::PrivateKey => "/private_key",
        super::Pointer::Name => "/name",
    };
    let severity = severity_word(finding.severity());
    line(text, format_args!("{severity}: {}", finding.message));
    if !finding.hint.is_empty() {
        line(text, format_args!("  {}", finding.hint));
    }
    line(text, format_args!("  [{} at {pointer}{place}]\n", finding.rule));
}

fn write_facts(text: &mut String, facts: &Facts) {
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            line(text, format_args!("{name:14}{value}"));
        }
    };
    fact("Subject", &facts.subject);
    fact("Issuer", &facts.issuer);
    fact("Names", &facts.names.join(", "));
    fact("Valid from", &facts.not_before.in_full());
    fact("Valid until", &facts.not_after.in_full());
    fact("Key", &facts.key_type);
    fact("Usage", &facts.usages.join(", "));
    fact("Serial number", &facts.serial_number);
    fact("SHA-256", &facts.fingerprint_sha256);
    fact("Chain", &facts.chain.join(" ← "));
    fact("CA", if facts.ca { "yes" } else { "no" });
    if !facts.ca || facts.key_belongs {
        fact("Private key", if facts.key_belongs { "belongs to the certificate" } else { "none that belongs to it" });
    }
    text.push('\n');
}

fn summary(report: &Report) -> String {
    let count =
        |wanted: &[Severity]| report.findings.iter().filter(|finding| wanted.contains(&finding.severity())).count();
    let warnings = counted(count(&[Severity::StrongWarning, Severity::Warning]), "warning");
    if report.is_valid() {
        format!("Valid, {warnings}.")
    } else {
        format!("Not valid: {}, {warnings}.", counted(count(&[Severity::Error]), "error"))
    }
}

fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

const fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::StrongWarning => "strong warning",
        Severity::Warning => "warning",
        Severity::Information => "information",
    }
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Kind, Upload, validate};
    use crate::timestamp::Timestamp;

    #[test]
    fn a_report_says_what_where_and_what_next() {
        let upload = Upload { kind: Kind::Leaf, certificates: b" ", private_key: None, name: None };
        let report = validate(&upload, Timestamp::from_seconds(0)).report;
        let expected = "error: The file is empty.\n  Choose the file that contains the certificate.\n  \
                        [in.empty at /certificates]\n\nNot valid: 1 error, 0 warnings.\n";
        assert_eq!(report_text(&report), expected);
    }

    #[test]
    fn the_catalogue_has_a_line_for_each_rule() {
        let text = catalogue_text();
        assert_eq!(text.lines().count(), Rule::ALL.len());
        assert!(text.starts_with("2001  in.empty "), "{text}");
    }
}
