//! The migrations, which lie in `server/migrations` and are part of the program.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A migration's number and name, and its text for one database.
type Listed = (i64, &'static str, &'static str);

const SQLITE: &[Listed] = &[
    (1, "storage", include_str!("../../migrations/sqlite/0001_storage.sql")),
    (2, "names", include_str!("../../migrations/sqlite/0002_names.sql")),
    (3, "people", include_str!("../../migrations/sqlite/0003_people.sql")),
    (4, "tokens", include_str!("../../migrations/sqlite/0004_tokens.sql")),
    (5, "rest", include_str!("../../migrations/sqlite/0005_rest.sql")),
    (6, "api_nodes", include_str!("../../migrations/sqlite/0006_api_nodes.sql")),
    (7, "list", include_str!("../../migrations/sqlite/0007_list.sql")),
    (8, "search", include_str!("../../migrations/sqlite/0008_search.sql")),
    (9, "used_by", include_str!("../../migrations/sqlite/0009_used_by.sql")),
    (10, "search_order", include_str!("../../migrations/sqlite/0010_search_order.sql")),
];
const POSTGRES: &[Listed] = &[
    (1, "storage", include_str!("../../migrations/postgres/0001_storage.sql")),
    (2, "names", include_str!("../../migrations/postgres/0002_names.sql")),
    (3, "people", include_str!("../../migrations/postgres/0003_people.sql")),
    (4, "tokens", include_str!("../../migrations/postgres/0004_tokens.sql")),
    (5, "rest", include_str!("../../migrations/postgres/0005_rest.sql")),
    (6, "api_nodes", include_str!("../../migrations/postgres/0006_api_nodes.sql")),
    (7, "list", include_str!("../../migrations/postgres/0007_list.sql")),
    (8, "search", include_str!("../../migrations/postgres/0008_search.sql")),
    (9, "used_by", include_str!("../../migrations/postgres/0009_used_by.sql")),
];

/// Those for SQLite.
pub(super) fn for_sqlite() -> Migrator {
    migrator(SQLITE)
}

/// Those for SQLite up to this number, for what an earlier Signet has stored.
#[cfg(test)]
pub(super) fn for_earlier_sqlite(number: i64) -> Migrator {
    migrator(&SQLITE.iter().copied().filter(|listed| listed.0 <= number).collect::<Vec<_>>())
}

/// Those for PostgreSQL.
pub(super) fn for_postgres() -> Migrator {
    migrator(POSTGRES)
}

fn migrator(listed: &[Listed]) -> Migrator {
    let migrations = listed.iter().map(|&(number, name, sql)| {
        Migration::new(number, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a migration says in each database's own words; whatever else differs would be a difference of the schemas.
    #[test]
    fn both_databases_have_the_same_schema() {
        let words = [
            (" collate \"C\"", ""),
            (" bigint", " integer"),
            (" boolean", " integer"),
            (" bytea", " blob"),
            ("\n);", "\n) strict;"),
        ];
        // Each has an index of its own kind for texts.
        let is_common = |(_, name, _): &&Listed| !["search", "search_order"].contains(name);
        let translated = POSTGRES.iter().filter(is_common).map(|(number, name, sql)| {
            let sql = words.iter().fold((*sql).to_owned(), |sql, (from, to)| sql.replace(from, to));
            (*number, *name, sql)
        });
        let sqlite = SQLITE.iter().filter(is_common).map(|(number, name, sql)| (*number, *name, (*sql).to_owned()));
        assert_eq!(translated.collect::<Vec<_>>(), sqlite.collect::<Vec<_>>());
    }

    /// A migration that has landed in a database somewhere must never change: not by a byte.
    #[test]
    fn landed_migrations_are_never_edited() {
        let checksums = |migrator: Migrator| {
            migrator
                .iter()
                .map(|migration| hex::encode(migration.checksum.get(..8).unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            checksums(for_sqlite()),
            [
                "c31b8f05fe39f79b",
                "4bbe14ce169c597d",
                "aec0da8191fe5af1",
                "cf60c665519a54f6",
                "03d27c981627522d",
                "e7b3d3728a025d36",
                "e5296b7305812573",
                "53b6e1becd71bc17",
                "c48df7a3e65e93a9",
                "10d3ffe48ab3edb1"
            ]
        );
        assert_eq!(
            checksums(for_postgres()),
            [
                "1b71f54f4ca7aebd",
                "4c98c3759c39aa78",
                "b243f25a86726a1f",
                "ef38d1bdec98f08d",
                "d02e60f1fcf45322",
                "2ef79c64d915c867",
                "c2bba9e330b50f9a",
                "3408813819e7b1e6",
                "d2cc307f056d74d0"
            ]
        );
    }

    #[test]
    fn every_unique_constraint_has_a_name_that_errors_know() {
        let lines = || POSTGRES.iter().flat_map(|(_, _, sql)| sql.lines()).map(str::trim);
        // What went again with its table.
        let dropped: Vec<_> = lines().filter_map(|line| line.strip_prefix("drop table ")?.strip_suffix(';')).collect();
        let names = lines().filter_map(|line| {
            line.strip_prefix("constraint ")
                .filter(|rest| rest.contains(" primary key ") || rest.contains(" unique "))
                .or_else(|| line.strip_prefix("create unique index "))
                .and_then(|rest| rest.split(' ').next())
                .filter(|name| !dropped.iter().any(|table| *name == format!("{table}_pkey")))
        });
        let known = super::super::error::UNIQUE.iter().map(|(name, _columns)| *name);
        assert_eq!(names.collect::<std::collections::BTreeSet<_>>(), known.collect());
    }
}
