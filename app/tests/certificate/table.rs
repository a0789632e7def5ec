//! The table of cases.

use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;

use app::certificate::{Kind, Rule, Severity, Verdict};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::case::Case;
use crate::cases;

/// Every case and what was found.
static CASES: LazyLock<Vec<(Case, Verdict)>> = LazyLock::new(|| {
    let judged = |case: Case| {
        let verdict = case.judge();
        (case, verdict)
    };
    cases::all().into_iter().map(judged).collect()
});

#[test]
fn every_case_finds_what_it_should_and_nothing_else() {
    let wrong: Vec<String> = CASES
        .iter()
        .map(|(case, verdict)| (case, verdict.report.findings.iter().map(|finding| finding.rule.id()).collect()))
        .filter(|(case, found): &(_, Vec<_>)| sorted(found.clone()) != sorted(case.finds.clone()))
        .map(|(case, found)| format!("{}: found {found:?}, expected {:?}", case.title, case.finds))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn near_misses_are_missed() {
    for (case, _) in &*CASES {
        for rule in &case.misses {
            assert!(!case.finds.contains(rule), "{}: {rule}", case.title);
        }
    }
}

#[test]
fn every_rule_has_a_case_and_a_near_miss() {
    let found: HashSet<&str> = CASES.iter().flat_map(|(case, _)| case.finds.iter().copied()).collect();
    let missed: HashSet<&str> = CASES.iter().flat_map(|(case, _)| case.misses.iter().copied()).collect();
    let lacking: Vec<String> = Rule::ALL
        .iter()
        .filter(|rule| !Rule::OF_THE_SERVICE.contains(rule) && !Rule::OF_UNLOCKING.contains(rule))
        .flat_map(|rule| {
            let case = (!found.contains(rule.id())).then(|| format!("{rule} has no case"));
            let miss = (!missed.contains(rule.id())).then(|| format!("{rule} has no near miss"));
            case.into_iter().chain(miss)
        })
        .collect();
    assert!(lacking.is_empty(), "\n{}", lacking.join("\n"));
    for rule in found.union(&missed) {
        assert!(Rule::parse(rule).is_some(), "{rule} is not in the catalogue");
    }
}

/// Where the service's tests have a case and a near miss for each rule that only it can judge: their file, and who they are.
const OF_THE_SERVICE: &[(Rule, &str, [&str; 2])] = &[
    (
        Rule::KeyPopFailed,
        "src/services/certificates/second_opinion.rs",
        ["a_key_that_the_validator_should_not_have_passed_is_refused", "a_key_that_belongs_signs"],
    ),
    (Rule::KeyReused, "tests/services/uploads.rs", [KNOWN, KNOWN]),
    (Rule::CrtDuplicate, "tests/services/uploads.rs", ["the_same_certificate_is_stored_once_in_a_company"; 2]),
    (
        Rule::ChainNameConstraints,
        "src/services/certificates/second_opinion.rs",
        ["name_constraints_of_an_intermediate_and_of_the_root_are_kept"; 2],
    ),
    (Rule::NameDuplicate, "tests/services/uploads.rs", [KNOWN, KNOWN]),
];
const KNOWN: &str = "a_key_and_a_name_that_are_there_already_are_said_and_stored";

#[test]
fn every_rule_of_the_service_has_a_case_and_a_near_miss_there() {
    let listed: HashSet<Rule> = OF_THE_SERVICE.iter().map(|(rule, ..)| *rule).collect();
    assert_eq!(listed, HashSet::from(Rule::OF_THE_SERVICE));
    let server = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("server");
    for (rule, file, [case, near_miss]) in OF_THE_SERVICE {
        let source = std::fs::read_to_string(server.join(file)).unwrap();
        let body = |test: &str| {
            let start = source.find(&format!("fn {test}()"));
            let start = start.unwrap_or_else(|| panic!("{rule}: {file} has no test {test}"));
            source[start..].split("\n}\n").next().unwrap().split("\n    }\n").next().unwrap().to_owned()
        };
        assert!(body(case).contains(&format!("Rule::{rule:?}")), "{rule}: {case} does not find it");
        let misses = body(near_miss);
        assert!(misses.contains("[]") || misses.contains("is_ok()"), "{rule}: {near_miss} always finds something");
    }
}

#[test]
fn reports_are_in_order() {
    for (case, verdict) in &*CASES {
        let findings = verdict.report.findings.iter();
        let places: Vec<_> =
            findings.map(|finding| (finding.severity() != Severity::Error, finding.pointer, finding.line)).collect();
        assert!(places.is_sorted(), "{}: {places:?}", case.title);
    }
}

#[test]
fn a_report_without_error_comes_with_material_and_no_other_does() {
    for (case, verdict) in &*CASES {
        assert_eq!(verdict.report.is_valid(), verdict.material.is_some(), "{}: {:?}", case.title, verdict.report);
        let Some(material) = &verdict.material else { continue };
        assert_eq!(material.private_key.is_some(), case.kind == Kind::Leaf, "{}", case.title);
        assert_eq!(Some(&material.facts), verdict.report.certificate.as_ref(), "{}", case.title);
    }
}

#[test]
fn messages_are_whole_sentences() {
    for finding in CASES.iter().flat_map(|(_, verdict)| &verdict.report.findings) {
        assert!(finding.message.ends_with(['.', ')']), "{finding:?}");
        assert!(finding.hint.is_empty() || finding.hint.ends_with('.'), "{finding:?}");
        let text = format!("{}{}", finding.message, finding.hint);
        assert!(text.len() < 600 && !text.contains('\n') && !text.contains("  "), "{finding:?}");
    }
}

#[test]
fn the_cases_are_written_for_webassembly() {
    let cases: Vec<_> = CASES
        .iter()
        .map(|(case, verdict)| {
            serde_json::json!({
                "title": case.title,
                "ca": case.kind == Kind::CertificateAuthority,
                "certificates": STANDARD.encode(&case.certificates),
                "private_key": case.private_key.as_ref().map(|key| STANDARD.encode(key)),
                "name": case.name,
                "now": case.now.microseconds(),
                "report": serde_json::to_string(&verdict.report).unwrap(),
            })
        })
        .collect();
    write_for_webassembly("certificate-cases.json", &cases);
}

/// Writes cases to where `certificate_wasm.rs` finds them.
pub fn write_for_webassembly(name: &str, cases: &[serde_json::Value]) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = workspace.join(option_env!("CARGO_TARGET_DIR").unwrap_or("target"));
    std::fs::create_dir_all(&target).unwrap();
    let new = target.join(format!("{name}.{}", std::process::id()));
    std::fs::write(&new, serde_json::to_string_pretty(cases).unwrap()).unwrap();
    std::fs::rename(new, target.join(name)).unwrap();
}

fn sorted(mut rules: Vec<&str>) -> Vec<&str> {
    rules.sort_unstable();
    rules
}
