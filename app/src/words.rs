//! How times and counts read in the pages: whole sentences, never glued together.

pub mod audit;
pub mod calls;
pub mod times;
mod uses;

use time::UtcDateTime;

use crate::certificate::Status;
use crate::service::{CertificateList, ListFilter, ListSort, SortBy};
use crate::timestamp::Timestamp;

pub use times::{date, date_and_time};
pub use uses::{
    changed, due, expires, in_use, more_nodes, nodes, nodes_follow, nodes_stay, primary_goes, released, why_not_primary,
};

/// What a certificate's badge says: "Expired 2 days ago", "Expires today", "Valid from 1 Jan 2027", "Valid".
pub fn badge(status: Status, now: Timestamp, not_before: Timestamp, not_after: Timestamp) -> String {
    match status {
        Status::NotYetValid => format!("Valid from {}", not_before.date()),
        Status::Expired if not_after.calendar_days_since(now) == 0 => "Expired today".to_owned(),
        Status::Expired => format!("Expired {} ago", distance(not_after, now)),
        Status::Urgent | Status::Expiring if not_after.calendar_days_since(now) == 0 => "Expires today".to_owned(),
        Status::Urgent | Status::Expiring => format!("Expires in {}", distance(now, not_after)),
        Status::Valid => "Valid".to_owned(),
    }
}

/// What stands below an expiry date: the distance ("in 3 months"), but the time of day, `None`, if the badge counts the days.
pub fn below_expiry(status: Status, now: Timestamp, not_after: Timestamp) -> Option<String> {
    match status {
        Status::Expired | Status::Urgent | Status::Expiring => None,
        Status::NotYetValid | Status::Valid => Some(format!("in {}", distance(now, not_after))),
    }
}

/// The distance between two times in words: calendar days (UTC) up to 60, then whole months, from 2 years on whole years, rounded
/// down. "0 days" on the same day.
pub fn distance(from: Timestamp, to: Timestamp) -> String {
    let days = to.calendar_days_since(from);
    if days <= 60 {
        return count(days, "day", "days");
    }
    let months = whole_months(from, to);
    if months < 24 { count(months, "month", "months") } else { count(months / 12, "year", "years") }
}

/// What stands above a certificate's lifetime: "102 days left of 366", "Expired 2 days ago"; "for 365 days" behind the date from which
/// one is valid that is not yet.
pub fn lifetime(status: Status, now: Timestamp, not_before: Timestamp, not_after: Timestamp) -> String {
    let days = not_after.calendar_days_since(not_before);
    match status {
        Status::Expired => badge(status, now, not_before, not_after),
        Status::NotYetValid => format!("for {}", count(days, "day", "days")),
        Status::Urgent | Status::Expiring | Status::Valid => {
            format!("{} left of {days}", count(not_after.calendar_days_since(now), "day", "days"))
        }
    }
}

/// "Bank prod replaced. 6 nodes use the new certificate from now on."
pub fn from_now_on(what: &str, which: &str, used_by: u64) -> String {
    match used_by {
        0 => what.to_owned(),
        1 => format!("{what} 1 node uses {which} from now on."),
        more => format!("{what} {more} nodes use {which} from now on."),
    }
}

/// How the list is sorted: "expiry, soonest first", "name, from the last".
pub fn order(sort: ListSort) -> String {
    let (by, first, last) = match sort.by {
        SortBy::Expiry => ("expiry", ", soonest first", ", latest first"),
        SortBy::Name => ("name", "", ", from the last"),
        SortBy::IssuedTo => ("whom they were issued to", "", ", from the last"),
        SortBy::Issuer => ("issuer", "", ", from the last"),
        SortBy::UsedBy => ("number of nodes that use them", ", fewest first", ", most first"),
    };
    format!("{by}{}", if sort.descending { last } else { first })
}

/// Why a list is empty: "None of your 14 certificates is expired and contains “netsuite” in its name, …".
pub fn nothing_found(list: &CertificateList) -> String {
    let kind = match list.query.filter {
        ListFilter::All => None,
        ListFilter::Expired => Some("is expired"),
        ListFilter::Expiring => Some("expires soon"),
        ListFilter::Unused => Some("is unused"),
        ListFilter::Primary => Some("is the primary"),
        ListFilter::Authorities => Some("is a CA certificate"),
        ListFilter::Deleted => Some("was deleted in the last 30 days"),
    };
    let term = list.query.search.trim();
    let holds = match term.chars().count() {
        0 => None,
        1 | 2 => Some(format!("has a name that begins with “{term}”")),
        _ => Some(format!("contains “{term}” in its name, subject, issuer, serial number or fingerprint")),
    };
    let what: Vec<String> = kind.map(str::to_owned).into_iter().chain(holds).collect();
    match (list.query.filter, list.counts.all.number) {
        (ListFilter::Deleted, _) | (_, 0) => format!("No certificate {}.", what.join(" and ")),
        (_, 1) => format!("Your only certificate is not among those: none {}.", what.join(" and ")),
        (_, number) => format!("None of your {number} certificates {}.", what.join(" and ")),
    }
}

/// "1 day", "4 days".
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// "612 bytes", "3.4 kB": decimal units.
pub fn size(bytes: u32) -> String {
    if bytes < 1000 { count(i64::from(bytes), "byte", "bytes") } else { format!("{:.1} kB", f64::from(bytes) / 1000.0) }
}

/// "AR" for "Ana Ruiz": the first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

fn whole_months(from: Timestamp, to: Timestamp) -> i64 {
    let (Ok(from), Ok(to)) =
        (UtcDateTime::from_unix_timestamp(from.seconds()), UtcDateTime::from_unix_timestamp(to.seconds()))
    else {
        return to.seconds_since(from) / (30 * 86_400);
    };
    let months = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(u8::from(to.month()))
        - i64::from(u8::from(from.month()));
    let begun_only = (to.day(), to.time()) < (from.day(), from.time());
    months - i64::from(begun_only)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 10:42 UTC.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_257_720);
    const DAY: i64 = 86_400;

    #[test]
    fn distances_count_days_then_months_then_years() {
        let after = |days: i64| distance(NOW, NOW.plus_seconds(days * DAY));
        assert_eq!(after(0), "0 days");
        assert_eq!(after(1), "1 day");
        assert_eq!(after(60), "60 days");
        assert_eq!(after(61), "2 months");
        assert_eq!(after(365), "12 months");
        assert_eq!(after(729), "23 months");
        assert_eq!(after(731), "2 years");
        assert_eq!(after(365 * 4 + 200), "4 years");
    }

    #[test]
    fn badges_read_as_in_the_prototype() {
        let begin = NOW.plus_seconds(-300 * DAY);
        let badge_at = |not_after: Timestamp| badge(Status::at(NOW, begin, not_after), NOW, begin, not_after);
        assert_eq!(badge_at(NOW.plus_seconds(-2 * DAY)), "Expired 2 days ago");
        assert_eq!(badge_at(NOW.plus_seconds(-3600)), "Expired today");
        assert_eq!(badge_at(NOW.plus_seconds(3600)), "Expires today");
        assert_eq!(badge_at(NOW.plus_seconds(3 * DAY)), "Expires in 3 days");
        assert_eq!(badge_at(NOW.plus_seconds(12 * DAY)), "Expires in 12 days");
        assert_eq!(badge_at(NOW.plus_seconds(100 * DAY)), "Valid");
        let begin = NOW.plus_seconds(40 * DAY);
        assert_eq!(badge(Status::NotYetValid, NOW, begin, begin), "Valid from 31 Dec 2026");
    }

    #[test]
    fn the_line_below_says_what_the_badge_does_not() {
        let end = NOW.plus_seconds(3 * DAY);
        assert_eq!(below_expiry(Status::Urgent, NOW, end), None);
        assert_eq!(below_expiry(Status::Valid, NOW, NOW.plus_seconds(102 * DAY)).as_deref(), Some("in 3 months"));
    }

    #[test]
    fn a_lifetime_says_what_is_left_of_it() {
        let begin = NOW.plus_seconds(-264 * DAY);
        let lifetime_until = |end: Timestamp| lifetime(Status::at(NOW, begin, end), NOW, begin, end);
        assert_eq!(lifetime_until(NOW.plus_seconds(102 * DAY)), "102 days left of 366");
        assert_eq!(lifetime_until(NOW.plus_seconds(DAY)), "1 day left of 265");
        assert_eq!(lifetime_until(NOW.plus_seconds(-2 * DAY)), "Expired 2 days ago");
        let begin = NOW.plus_seconds(40 * DAY);
        let end = begin.plus_seconds(365 * DAY);
        assert_eq!(lifetime(Status::NotYetValid, NOW, begin, end), "for 365 days");
    }

    #[test]
    fn who_uses_it_from_now_on() {
        assert_eq!(from_now_on("X replaced.", "it", 0), "X replaced.");
        assert_eq!(from_now_on("X replaced.", "it", 1), "X replaced. 1 node uses it from now on.");
        assert_eq!(from_now_on("X replaced.", "it", 6), "X replaced. 6 nodes use it from now on.");
    }

    #[test]
    fn sizes_and_initials() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(3_412), "3.4 kB");
        assert_eq!(initials("Ana Ruiz"), "AR");
        assert_eq!(initials("ana maría ruiz"), "AR");
        assert_eq!(initials("Ana"), "A");
        assert_eq!(initials(""), "");
    }
}
