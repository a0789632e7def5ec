//! How a certificate stands at a moment. Computed when shown, never stored.

use crate::timestamp::Timestamp;

const DAY: i64 = 86_400;

/// Where a moment lies in a certificate's validity, with the thresholds that the list's badges use.
///
/// L is the lifetime, from begin to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The validity has not begun.
    NotYetValid,
    /// The validity has ended.
    Expired,
    /// At most the smaller of 7 days and L/10 is left.
    Urgent,
    /// At most the smaller of 30 days and L/3 is left.
    Expiring,
    /// Anything else.
    Valid,
}

impl Status {
    /// Seconds: the longest time before its end in which a certificate is [`Status::Urgent`].
    pub const URGENT: i64 = 7 * DAY;
    /// Seconds: the longest time before its end in which a certificate is [`Status::Expiring`].
    pub const EXPIRING: i64 = 30 * DAY;

    /// The status at `now` of a certificate that is valid from `not_before` to `not_after`, both included (RFC 5280 section 4.1.2.5).
    pub fn at(now: Timestamp, not_before: Timestamp, not_after: Timestamp) -> Self {
        let left = not_after.seconds_since(now);
        let lifetime = not_after.seconds_since(not_before);
        if now < not_before {
            Self::NotYetValid
        } else if left < 0 {
            Self::Expired
        } else if left <= Self::URGENT.min(lifetime / 10) {
            Self::Urgent
        } else if now >= Self::expiring_from(not_before, not_after) {
            Self::Expiring
        } else {
            Self::Valid
        }
    }

    /// The moment from which a certificate is [`Status::Expiring`], until it is [`Status::Urgent`] and then [`Status::Expired`].
    pub fn expiring_from(not_before: Timestamp, not_after: Timestamp) -> Timestamp {
        let lifetime = not_after.seconds_since(not_before);
        not_after.plus_seconds(-Self::EXPIRING.min(lifetime / 3))
    }

    /// Whether a handshake can use the certificate at this moment.
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Urgent | Self::Expiring | Self::Valid)
    }
}
