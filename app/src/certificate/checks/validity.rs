//! Begin and end (RFC 5280 section 4.1.2.5).

use super::Role;
use crate::certificate::parsed::{Parsed, Validity};
use crate::certificate::report::Finding;
use crate::certificate::rules::Rule;
use crate::certificate::status::Status;
use crate::timestamp::Timestamp;

/// How far a clock may be behind: a certificate made this moment on another machine is valid.
const CLOCK_SKEW: i64 = 5 * 60;
/// Ten years, leap days included.
const LONG: i64 = 10 * 366 * 86_400;
/// 9999-12-31T23:59:59Z stands for "no end" (RFC 5280 section 4.1.2.5).
const NO_END: Timestamp = Timestamp::from_seconds(253_402_300_799);

pub(super) fn check(certificate: &Parsed<'_>, role: Role, now: Timestamp, findings: &mut Vec<Finding>) {
    let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
    let called = &certificate.called;
    let mut find = |rule, message: String, hint: &str| findings.push(certificate.finds(rule, message).hint(hint));

    if not_after < not_before {
        let message = format!(
            "{called} ends on {}, before it begins on {}: it is never valid.",
            not_after.date_and_time(),
            not_before.date_and_time()
        );
        find(Rule::CrtValidityOrder, message, "Ask your issuer for a new one.");
    }
    match status(now, not_before, not_after) {
        Status::Expired => {
            let message = format!("{called} expired on {} ({}).", not_after.date_and_time(), ago(not_after, now));
            if role.is_first() {
                find(Rule::CrtExpired, message, "Ask your issuer for a renewal.");
            } else {
                let hint = "Ask your issuer for the current certificates of its chain.";
                find(Rule::ChainExpired, message, hint);
            }
        }
        Status::NotYetValid if not_before > now.plus_seconds(CLOCK_SKEW) => {
            let message = if role.is_first() {
                format!(
                    "{called} is valid only from {}. It can be stored, but is not used and cannot be the primary before.",
                    not_before.date_and_time()
                )
            } else {
                format!("{called} is valid only from {}.", not_before.date_and_time())
            };
            find(Rule::CrtNotYet, message, "If that date should have passed, check this computer's clock.");
        }
        Status::Urgent | Status::Expiring if role.is_first() => {
            let message = match not_after.calendar_days_since(now) {
                0 => format!("{called} expires today, at {} UTC.", not_after.time_of_day()),
                1 => format!("{called} expires in 1 day, on {}.", not_after.date()),
                days => format!("{called} expires in {days} days, on {}.", not_after.date()),
            };
            find(Rule::CrtExpiresSoon, message, "Ask your issuer for a renewal in time.");
        }
        _ => {}
    }
    if not_after >= NO_END {
        find(Rule::CrtValidityLong, format!("{called} is valid without an end, until {}.", not_after.date()), "");
    } else if role == Role::Leaf && not_after.seconds_since(not_before) > LONG {
        let message = format!("{called} is valid for more than ten years, until {}.", not_after.date());
        find(Rule::CrtValidityLong, message, "");
    }
    if Validity::of(certificate.der).is_some_and(|validity| !validity.is_well_written()) {
        let message =
            format!("{called} writes a date in another form than RFC 5280 asks for; some servers may refuse it.");
        find(Rule::CrtTimeEncoding, message, "");
    }
}

/// As [`Status::at`], but one that ends before it begins is not waited for: it has expired once its end has passed.
fn status(now: Timestamp, not_before: Timestamp, not_after: Timestamp) -> Status {
    if not_after < not_before {
        return if not_after < now { Status::Expired } else { Status::Valid };
    }
    Status::at(now, not_before, not_after)
}

fn ago(then: Timestamp, now: Timestamp) -> String {
    match now.calendar_days_since(then) {
        0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}
