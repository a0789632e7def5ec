//! Points in time, and how they read in words.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcDateTime};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
///
/// Covers every date that an X.509 certificate can hold (years 0 to 9999, RFC 5280 section 4.1.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

const MICROSECONDS: i64 = 1_000_000;
const DAY: i64 = 86_400;

impl Timestamp {
    /// Microseconds since the Unix epoch.
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// Whole seconds since the Unix epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROSECONDS))
    }

    /// The first moment of a day in UTC, written `2026-11-21`.
    pub fn parse_date(text: &str) -> Option<Self> {
        let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
        Some(Self::from_seconds(date.midnight().assume_utc().unix_timestamp()))
    }

    /// A moment, written `2026-11-21T10:42:00Z` (RFC 3339, with any offset).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).ok().map(Self)
    }

    /// Microseconds since the Unix epoch.
    pub const fn microseconds(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROSECONDS)
    }

    /// This time plus so many seconds; stops at the ends of what an `i64` of microseconds can hold.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROSECONDS)))
    }

    /// Seconds from `earlier` to this time; negative if this time comes first.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(MICROSECONDS)
    }

    /// Calendar days in UTC from `earlier` to this time: 0 on the same day, 1 on the next.
    pub const fn calendar_days_since(self, earlier: Self) -> i64 {
        self.seconds().div_euclid(DAY) - earlier.seconds().div_euclid(DAY)
    }

    /// `2027-03-03T12:00:00Z` (RFC 3339, UTC, whole seconds).
    pub fn rfc3339(self) -> String {
        self.day_and_time('T', "Z")
    }

    /// `2027-03-03T12:00:00.000000Z` (RFC 3339, UTC, microseconds).
    pub fn rfc3339_microseconds(self) -> String {
        let mut text = self.rfc3339();
        if text.ends_with('Z') {
            text.pop();
            text.push('.');
            push_digits::<6>(&mut text, u32::try_from(self.0.rem_euclid(MICROSECONDS)).unwrap_or_default());
            text.push('Z');
        }
        text
    }

    /// `2027-03-03 12:00:00 UTC`, the title of every shown date.
    pub fn in_full(self) -> String {
        self.day_and_time(' ', " UTC")
    }

    /// `3 Mar 2027`, in UTC.
    pub fn date(self) -> String {
        self.written(|at| format!("{} {:.3} {:04}", at.day(), at.month(), at.year()))
    }

    /// `3 Mar 2027 at 12:00 UTC`.
    pub fn date_and_time(self) -> String {
        format!("{} at {} UTC", self.date(), self.time_of_day())
    }

    /// `12:00`, in UTC.
    pub fn time_of_day(self) -> String {
        self.written(|at| format!("{:02}:{:02}", at.hour(), at.minute()))
    }

    /// `12:00:07`, in UTC.
    pub fn time_of_day_in_full(self) -> String {
        self.written(|at| {
            let mut text = String::with_capacity("12:00:07".len());
            push_time(&mut text, at);
            text
        })
    }

    fn day_and_time(self, between: char, end: &str) -> String {
        self.written(|at| {
            // With room for microseconds.
            let mut text = String::with_capacity("2027-03-03T12:00:00.000000Z".len());
            push_day(&mut text, at);
            text.push(between);
            push_time(&mut text, at);
            text.push_str(end);
            text
        })
    }

    /// A time outside the years 0 to 9999 is written in seconds.
    fn written(self, write: impl FnOnce(UtcDateTime) -> String) -> String {
        match UtcDateTime::from_unix_timestamp(self.seconds()) {
            Ok(at) if (0..=9999).contains(&at.year()) => write(at),
            _ => format!("{} s", self.seconds()),
        }
    }
}

// `time`'s format descriptions would be interpreted while the page runs, and their interpreter be a part of every page; and `format!` takes
// longer than all else that is done for a row of a list with three times in it.

/// Adds `2027-03-03`.
fn push_day(text: &mut String, at: UtcDateTime) {
    let (year, month, day) = at.date().to_calendar_date();
    push_digits::<4>(text, year.unsigned_abs());
    text.push('-');
    push_digits::<2>(text, u8::from(month).into());
    text.push('-');
    push_digits::<2>(text, day.into());
}

/// Adds `12:00:07`.
fn push_time(text: &mut String, at: UtcDateTime) {
    let (hour, minute, second) = at.time().as_hms();
    push_digits::<2>(text, hour.into());
    text.push(':');
    push_digits::<2>(text, minute.into());
    text.push(':');
    push_digits::<2>(text, second.into());
}

/// Adds the last `N` digits of a number, with zeros in front.
fn push_digits<const N: usize>(text: &mut String, number: u32) {
    let mut digits = ['0'; N];
    let mut left = number;
    for digit in digits.iter_mut().rev() {
        *digit = char::from_digit(left % 10, 10).unwrap_or('0');
        left /= 10;
    }
    text.extend(digits);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let noon = Timestamp::from_seconds(1_804_075_200);
        assert_eq!(noon.rfc3339(), "2027-03-03T12:00:00Z");
        assert_eq!(noon.rfc3339_microseconds(), "2027-03-03T12:00:00.000000Z");
        assert_eq!(noon.in_full(), "2027-03-03 12:00:00 UTC");
        assert_eq!(noon.date(), "3 Mar 2027");
        assert_eq!(noon.time_of_day(), "12:00");
        assert_eq!(noon.plus_seconds(7).time_of_day_in_full(), "12:00:07");
        assert_eq!(noon.date_and_time(), "3 Mar 2027 at 12:00 UTC");
    }

    #[test]
    fn dates_and_moments_are_read() {
        let midnight = Timestamp::from_seconds(1_795_219_200);
        assert_eq!(Timestamp::parse_date("2026-11-21"), Some(midnight));
        for other in ["", "2026-11-31", "2026-11", "21 Nov 2026", "2026-11-21x", "999999-01-01"] {
            assert_eq!(Timestamp::parse_date(other), None, "{other}");
        }
        let noon = Some(midnight.plus_seconds(43_200));
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21T12:00:00Z"), noon);
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21T13:30:00+01:30"), noon);
        assert_eq!(Timestamp::parse_rfc3339("2026-11-21T12:00:00"), None);
    }

    #[test]
    fn before_the_epoch_rounds_towards_the_past() {
        let before = Timestamp::from_microseconds(-1);
        assert_eq!(before.seconds(), -1);
        assert_eq!(before.rfc3339_microseconds(), "1969-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::from_microseconds(-999_950).rfc3339_microseconds(), "1969-12-31T23:59:59.000050Z");
        assert_eq!(Timestamp::from_seconds(-62_167_219_200).rfc3339(), "0000-01-01T00:00:00Z");
    }

    #[test]
    fn calendar_days_are_not_spans_of_24_hours() {
        let evening = Timestamp::from_seconds(86_399);
        let morning = Timestamp::from_seconds(86_400);
        assert_eq!(morning.calendar_days_since(evening), 1);
        assert_eq!(evening.calendar_days_since(morning), -1);
    }

    #[test]
    fn out_of_range_is_still_a_text() {
        let latest = Timestamp::from_microseconds(i64::MAX);
        assert_eq!(
            (latest.date(), latest.rfc3339_microseconds()),
            ("9223372036854 s".into(), "9223372036854 s".into())
        );
    }
}
