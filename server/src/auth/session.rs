//! How long sessions and one-time links live. All durations are in seconds.

use app::timestamp::Timestamp;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A session ends when it was not used for so long.
pub(crate) const IDLE: i64 = 12 * HOUR;
/// A session ends when it is so old, used or not.
pub(crate) const ABSOLUTE: i64 = 7 * DAY;
/// How long a session can be used before that is noted again: a write for each minute of use, not for each request.
const NOTED: i64 = 60;
/// How long the one-time set-up link is good.
const SETUP_LINK: i64 = DAY;
/// How long an invitation is good.
pub(crate) const INVITATION: i64 = 7 * DAY;

/// Whether a session is alive.
pub(crate) fn is_alive(now: Timestamp, created_at: Timestamp, used_at: Timestamp) -> bool {
    created_at.plus_seconds(ABSOLUTE) > now && used_at.plus_seconds(IDLE) > now
}

/// Whether the store is to be told that a session was used just now.
pub(crate) fn is_to_be_noted(now: Timestamp, used_at: Timestamp) -> bool {
    used_at.plus_seconds(NOTED) <= now
}

/// Whether a set-up link of that age is still good.
pub(crate) fn is_setup_link_fresh(now: Timestamp, created_at: Timestamp) -> bool {
    created_at.plus_seconds(SETUP_LINK) > now
}

/// Whether an invitation of that age is still good.
pub(crate) fn is_invitation_fresh(now: Timestamp, created_at: Timestamp) -> bool {
    created_at.plus_seconds(INVITATION) > now
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn sessions_end_when_idle_and_when_old() {
        assert!(is_alive(START, START, START));
        assert!(is_alive(START.plus_seconds(IDLE - 1), START, START));
        assert!(!is_alive(START.plus_seconds(IDLE), START, START));
        let end = START.plus_seconds(ABSOLUTE);
        assert!(is_alive(end.plus_seconds(-1), START, end.plus_seconds(-2)));
        assert!(!is_alive(end, START, end.plus_seconds(-1)));
    }

    #[test]
    fn use_is_noted_once_a_minute() {
        assert!(!is_to_be_noted(START.plus_seconds(59), START));
        assert!(is_to_be_noted(START.plus_seconds(60), START));
    }

    #[test]
    fn setup_links_are_good_for_a_day() {
        assert!(is_setup_link_fresh(START.plus_seconds(DAY - 1), START));
        assert!(!is_setup_link_fresh(START.plus_seconds(DAY), START));
    }

    #[test]
    fn invitations_are_good_for_a_week() {
        assert!(is_invitation_fresh(START.plus_seconds(7 * DAY - 1), START));
        assert!(!is_invitation_fresh(START.plus_seconds(7 * DAY), START));
    }
}
