//! Which certificates the demo has: those of the prototype's list, seen from today.

use app::timestamp::Timestamp;

/// A certificate to be made and stored.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// Its name in the list.
    pub(super) name: &'static str,
    /// The subject's common name; a DNS name is a SAN as well.
    pub(super) issued_to: &'static str,
    /// The issuer's common name.
    pub(super) issuer: &'static str,
    /// The kind of key.
    pub(super) key: Key,
    /// Whether the issuer's own certificate is uploaded with it.
    pub(super) chain: bool,
    /// A CA certificate, without a key.
    pub(super) authority: bool,
    /// The company's primary.
    pub(super) primary: bool,
    /// Begin of the validity.
    pub(super) not_before: Timestamp,
    /// End of the validity.
    pub(super) not_after: Timestamp,
    /// When it was uploaded.
    pub(super) stored_at: Timestamp,
}

/// A kind of key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    Rsa2048,
    Rsa4096,
    P256,
    P384,
    P521,
    Ed25519,
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// All of them. The ends of the validities are counted from `now`, so that the list shows every state on any day.
pub(super) fn all(now: Timestamp) -> Vec<Sample> {
    let in_days = |days: i64| now.plus_seconds(days * DAY);
    let midnight = Timestamp::from_seconds(now.seconds() - now.seconds().rem_euclid(DAY));
    let last_second_of_today = midnight.plus_seconds(DAY - 1);
    let leaf = |name, issued_to, issuer, key, not_after, lifetime: i64| Sample {
        name,
        issued_to,
        issuer,
        key,
        chain: true,
        authority: false,
        primary: false,
        not_before: whole_seconds(not_after).plus_seconds(-lifetime),
        not_after: whole_seconds(not_after),
        stored_at: earlier(whole_seconds(not_after).plus_seconds(2 * DAY - lifetime), now),
    };

    vec![
        leaf(
            "Old bank portal",
            "portal.meridian.example",
            "Northern Bank Client CA",
            Key::Rsa2048,
            in_days(-263),
            YEAR,
        ),
        leaf(
            "Tax office filing",
            "filing.meridian.example",
            "GovTrust Issuing CA 2",
            Key::Rsa2048,
            in_days(-2),
            2 * YEAR,
        ),
        leaf("Courier labels", "labels.meridian.example", "SwiftParcel API CA", Key::P256, last_second_of_today, YEAR),
        leaf(
            "Clearing gateway",
            "clearing-client.meridian.example",
            "InterClear Sub CA G4",
            Key::P384,
            in_days(3).plus_seconds(HOUR),
            YEAR,
        ),
        // No chain: the acquirer has its own intermediate certificates already.
        Sample {
            chain: false,
            ..leaf("Card acquirer", "merchant-40871", "Acquirer Partner CA", Key::Rsa2048, in_days(12), 2 * YEAR)
        },
        // Short-lived: with two thirds of its 30 days gone it would be expiring.
        leaf("Warehouse mesh", "stock.warehouse.internal", "Meridian Mesh CA", Key::P256, in_days(14), 30 * DAY),
        Sample {
            primary: true,
            ..leaf(
                "Bank prod",
                "payments.meridian.example",
                "Banking Trust Issuing CA 3",
                Key::P256,
                in_days(102),
                YEAR,
            )
        },
        leaf(
            "Payroll bureau",
            "payroll.meridian.example",
            "Bureau Exchange CA 1",
            Key::Ed25519,
            in_days(201),
            2 * YEAR,
        ),
        leaf("Supplier EDI", "edi.meridian.example", "TradeLink Client CA R2", Key::Rsa4096, in_days(269), 2 * YEAR),
        leaf("Fraud screening", "screening.meridian.example", "Sentinel Partner CA", Key::P521, in_days(330), YEAR),
        // Begins in 41 days.
        leaf("Insurance partner", "quotes.meridian.example", "Sure & Safe Partner CA", Key::P256, in_days(406), YEAR),
        Sample {
            chain: false,
            ..leaf("Identity provider", "sso.meridian.example", "Harbor Identity CA", Key::P384, in_days(540), 2 * YEAR)
        },
        authority("Supplier root", "TradeLink Root R2", midnight.plus_seconds(1211 * DAY), now),
        authority("Partner test CA", "Partner Sandbox Root", midnight.plus_seconds(1661 * DAY), now),
    ]
}

fn authority(name: &'static str, subject: &'static str, not_after: Timestamp, now: Timestamp) -> Sample {
    let not_before = not_after.plus_seconds(-10 * YEAR);
    Sample {
        name,
        issued_to: subject,
        issuer: subject,
        key: Key::P384,
        chain: false,
        authority: true,
        primary: false,
        not_before,
        not_after,
        stored_at: earlier(now.plus_seconds(-90 * DAY), now),
    }
}

/// X.509 has no fractions of seconds.
fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_seconds(time.seconds())
}

fn earlier(one: Timestamp, other: Timestamp) -> Timestamp {
    one.min(other)
}

#[cfg(test)]
mod tests {
    use app::certificate::Status;

    use super::*;

    fn count(now: Timestamp, status: Status) -> usize {
        all(now).iter().filter(|sample| Status::at(now, sample.not_before, sample.not_after) == status).count()
    }

    #[test]
    fn every_state_at_any_time_of_day() {
        for second in [0, 1, DAY / 2, DAY - 2, DAY - 1] {
            let now = Timestamp::from_microseconds((1_795_000_000 / DAY * DAY + second) * 1_000_000 + 17);
            assert_eq!(all(now).len(), 14);
            assert_eq!(count(now, Status::NotYetValid), 1);
            // In the last second of the day, what expires today is over.
            assert_eq!(count(now, Status::Expired) + count(now, Status::Urgent), 4);
            assert_eq!(count(now, Status::Expiring), 1);
            assert_eq!(count(now, Status::Valid), 8);
        }
    }

    #[test]
    fn what_is_expired_now_was_valid_when_it_was_stored() {
        let now = Timestamp::from_seconds(1_795_000_000);
        for sample in all(now) {
            let status = Status::at(sample.stored_at, sample.not_before, sample.not_after);
            assert!(status.is_valid() || sample.name == "Insurance partner", "{sample:?}");
            assert!(sample.stored_at <= now);
        }
    }

    #[test]
    fn one_primary() {
        let now = Timestamp::from_seconds(1_795_000_000);
        let primary: Vec<_> = all(now).into_iter().filter(|sample| sample.primary).collect();
        assert_eq!(primary.len(), 1);
        assert!(Status::at(now, primary[0].not_before, primary[0].not_after).is_valid());
    }
}
