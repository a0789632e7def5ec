//! The list of certificates: what is asked for, and what comes back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::CertificateRow;
use crate::timestamp::Timestamp;

/// Which part of the list is asked for. All of it stands in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Page number from 1; 0 means 1.
    pub page: u32,
    /// What is searched for, as it was typed: any part of name, subject, subject alternative names, issuer, serial number or fingerprint;
    /// the beginning of the name if it has only one or two characters. Empty for nothing.
    pub search: String,
    /// Only some of them.
    pub filter: ListFilter,
    /// Their order; what is deleted comes latest first, whatever is asked for.
    pub sort: ListSort,
}

/// Which certificates are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ListFilter {
    /// All that are not deleted.
    #[default]
    All,
    /// Those whose validity has ended.
    Expired,
    /// Those that expire soon, urgent ones included.
    Expiring,
    /// Those that no API node uses.
    Unused,
    /// The primary.
    Primary,
    /// CA certificates.
    Authorities,
    /// Those that were deleted in the last 30 days and can be restored.
    Deleted,
}

impl ListFilter {
    /// Every filter, in the order in which the page shows them.
    pub const ALL: [Self; 7] =
        [Self::All, Self::Expired, Self::Expiring, Self::Unused, Self::Primary, Self::Authorities, Self::Deleted];

    /// As it stands in the address; empty for all.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Expired => "expired",
            Self::Expiring => "expiring",
            Self::Unused => "unused",
            Self::Primary => "primary",
            Self::Authorities => "ca",
            Self::Deleted => "deleted",
        }
    }

    /// The filter that an address names; all for any other text.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).unwrap_or_default()
    }
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortBy {
    /// End of the validity.
    #[default]
    Expiry,
    /// The name, without case.
    Name,
    /// Whom it was issued to, without case.
    IssuedTo,
    /// The issuer's name, without case.
    Issuer,
    /// How many API nodes use it.
    UsedBy,
}

/// The order of the list; equal ones follow their ids, or where many were searched for by their end, the order in which they were stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListSort {
    /// By what.
    pub by: SortBy,
    /// The last one first.
    pub descending: bool,
}

impl ListSort {
    const NAMES: [(SortBy, &'static str); 5] = [
        (SortBy::Expiry, "expires"),
        (SortBy::Name, "name"),
        (SortBy::IssuedTo, "subject"),
        (SortBy::Issuer, "issuer"),
        (SortBy::UsedBy, "used"),
    ];

    /// The order that an address names, `name` or `-name`; soonest expiry first for any other text.
    pub fn parse(text: &str) -> Self {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        Self::NAMES
            .into_iter()
            .find(|(_, known)| *known == name)
            .map_or_else(Self::default, |(by, _)| Self { by, descending })
    }
}

impl fmt::Display for ListSort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.into_iter().find(|(by, _)| *by == self.by).map_or("", |(_, name)| name);
        write!(formatter, "{}{name}", if self.descending { "-" } else { "" })
    }
}

/// How many there are, as far as that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The number.
    pub number: u64,
    /// There are more: counting has ended there.
    pub more: bool,
}

impl fmt::Display for Count {
    /// `12`, `999+`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.number, if self.more { "+" } else { "" })
    }
}

/// How many certificates there are of each kind, whatever is searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListCounts {
    /// Not deleted.
    pub all: Count,
    /// Their validity has ended.
    pub expired: Count,
    /// They expire soon, urgent ones included.
    pub expiring: Count,
    /// CA certificates.
    pub authorities: Count,
    /// Deleted, and can be restored.
    pub deleted: Count,
    /// No API node uses them.
    pub unused: Count,
}

/// What is due: certificates that end within days and are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// How many there are.
    pub certificates: u64,
    /// How many API nodes use them.
    pub nodes: u64,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateList {
    /// The server's time when the list was read, whole seconds; everything that depends on time is computed from it.
    pub now: Timestamp,
    /// What was asked for, with the number of the page that this is.
    pub query: ListQuery,
    /// The certificates.
    pub rows: Vec<CertificateRow>,
    /// How many API nodes use each of the rows, pinned, through the primary, or to trust their servers by.
    pub used_by: Vec<u64>,
    /// Rows in all pages.
    pub total: Count,
    /// Whether there is a page after this one.
    pub is_followed: bool,
    /// Rows in a full page.
    pub per_page: u32,
    /// How many there are of each kind.
    pub counts: ListCounts,
    /// What is due in the whole list.
    pub due: Due,
    /// The primary's name, if there is one.
    pub primary: Option<String>,
    /// Number of the last change in the company that this list may show: what came after it is told to whoever listens.
    pub as_of: i64,
}

impl CertificateList {
    /// Whether nothing is stored, and nothing could be restored.
    pub fn is_bare(&self) -> bool {
        self.counts.all.number == 0 && self.counts.deleted.number == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_is_understood() {
        for filter in ListFilter::ALL {
            assert_eq!(ListFilter::parse(filter.as_str()), filter);
        }
        assert_eq!(ListFilter::parse("unknown"), ListFilter::All);
        for by in [SortBy::Expiry, SortBy::Name, SortBy::IssuedTo, SortBy::Issuer, SortBy::UsedBy] {
            for descending in [false, true] {
                let sort = ListSort { by, descending };
                assert_eq!(ListSort::parse(&sort.to_string()), sort);
            }
        }
        assert_eq!(ListSort::parse("-unknown"), ListSort::default());
        assert_eq!(ListSort::parse(""), ListSort::default());
    }

    #[test]
    fn counts_say_where_they_end() {
        assert_eq!(Count { number: 12, more: false }.to_string(), "12");
        assert_eq!(Count { number: 999, more: true }.to_string(), "999+");
    }
}
