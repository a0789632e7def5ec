//! One SQL text for both databases: a statement with its values, and the rows it answers with.
//!
//! Statements are written as PostgreSQL understands them, with `$1`; SQLite understands nearly all of it. What it does not, the
//! locking clauses, is taken off here, and nowhere else.

use std::borrow::Cow;

use app::timestamp::Timestamp;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    Arguments, AssertSqlSafe, Decode, Encode, Executor, Postgres, Row as _, SqlSafeStr as _, SqlStr, Sqlite, Type,
};

use super::{Error, Result};

/// A statement; its values are bound in the order `$1`, `$2`, …
pub(super) fn query<'v>(sql: &'static str) -> Query<'v> {
    Query { sql: Cow::Borrowed(sql), values: Vec::new() }
}

/// A statement with its values.
pub(super) struct Query<'v> {
    sql: Cow<'static, str>,
    values: Vec<Value<'v>>,
}

/// A statement of which only some parts are needed. Its text is made of this program's own words, never of a value.
#[derive(Default)]
pub(super) struct Assembly<'v> {
    sql: String,
    values: Vec<Value<'v>>,
}

impl<'v> Assembly<'v> {
    /// Adds text.
    pub(super) fn sql(&mut self, text: &'static str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    /// Adds a value and stands for it.
    pub(super) fn value(&mut self, value: impl Into<Value<'v>>) -> &mut Self {
        self.values.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Adds a text that is made here and stands for it.
    pub(super) fn text(&mut self, text: String) -> &mut Self {
        self.value(Value::Owned(text))
    }

    /// The statement.
    pub(super) fn query(self) -> Query<'v> {
        Query { sql: Cow::Owned(self.sql), values: self.values }
    }
}

/// A value of the few types that the tables have.
pub(super) enum Value<'v> {
    Boolean(bool),
    Integer(Option<i64>),
    Text(Option<&'v str>),
    Owned(String),
    Bytes(&'v [u8]),
}

impl<'v> Query<'v> {
    /// Binds the next value.
    pub(super) fn bind(mut self, value: impl Into<Value<'v>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// The rows that SQLite answers with.
    pub(super) async fn rows_of_sqlite<'c>(self, on: impl Executor<'c, Database = Sqlite>) -> Result<Vec<Row>> {
        let sql = match self.sql {
            Cow::Borrowed(sql) => without_locks(sql).into_sql_str(),
            assembled @ Cow::Owned(_) => text(assembled),
        };
        let rows = sqlx::query_with::<Sqlite, SqliteArguments>(sql, arguments(self.values)?).fetch_all(on).await?;
        Ok(rows.into_iter().map(Row::Sqlite).collect())
    }

    /// The rows that PostgreSQL answers with.
    pub(super) async fn rows_of_postgres<'c>(self, on: impl Executor<'c, Database = Postgres>) -> Result<Vec<Row>> {
        let rows =
            sqlx::query_with::<Postgres, PgArguments>(text(self.sql), arguments(self.values)?).fetch_all(on).await?;
        Ok(rows.into_iter().map(Row::Postgres).collect())
    }

    /// How many rows SQLite changed.
    pub(super) async fn change_sqlite<'c>(self, on: impl Executor<'c, Database = Sqlite>) -> Result<u64> {
        let changed =
            sqlx::query_with::<Sqlite, SqliteArguments>(text(self.sql), arguments(self.values)?).execute(on).await?;
        Ok(changed.rows_affected())
    }

    /// How many rows PostgreSQL changed.
    pub(super) async fn change_postgres<'c>(self, on: impl Executor<'c, Database = Postgres>) -> Result<u64> {
        let changed =
            sqlx::query_with::<Postgres, PgArguments>(text(self.sql), arguments(self.values)?).execute(on).await?;
        Ok(changed.rows_affected())
    }
}

fn text(sql: Cow<'static, str>) -> SqlStr {
    match sql {
        Cow::Borrowed(sql) => sql.into_sql_str(),
        // Assembled of this program's own words.
        Cow::Owned(sql) => AssertSqlSafe(sql).into_sql_str(),
    }
}

/// SQLite has no row locks and needs none: its transactions hold the only write lock from their first statement on.
fn without_locks(sql: &'static str) -> &'static str {
    [" for update", " for no key update", " for share", " for update skip locked"]
        .into_iter()
        .find_map(|lock| sql.strip_suffix(lock))
        .unwrap_or(sql)
}

fn arguments<'v, A>(values: Vec<Value<'v>>) -> Result<A>
where
    A: Arguments,
    bool: Encode<'v, A::Database> + Type<A::Database>,
    Option<i64>: Encode<'v, A::Database> + Type<A::Database>,
    Option<&'v str>: Encode<'v, A::Database> + Type<A::Database>,
    String: Encode<'v, A::Database> + Type<A::Database>,
    &'v [u8]: Encode<'v, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Boolean(value) => arguments.add(value),
            Value::Integer(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Owned(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Integer(Some(value.microseconds()))
    }
}

impl From<Option<Timestamp>> for Value<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Integer(value.map(Timestamp::microseconds))
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(value: &'v str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(value: &'v String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(value: Option<&'v str>) -> Self {
        Self::Text(value)
    }
}

impl<'v> From<&'v [u8]> for Value<'v> {
    fn from(value: &'v [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl<'v> From<&'v Vec<u8>> for Value<'v> {
    fn from(value: &'v Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl<'v> From<&'v [u8; 32]> for Value<'v> {
    fn from(value: &'v [u8; 32]) -> Self {
        Self::Bytes(value)
    }
}

/// One row of an answer.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column, which is given with its table for the sake of the error: `users.email`.
    pub(super) fn value<T>(&self, column: &'static str) -> Result<T>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        let name = column.rsplit_once('.').map_or(column, |(_table, name)| name);
        match self {
            Self::Sqlite(row) => row.try_get(name),
            Self::Postgres(row) => row.try_get(name),
        }
        .map_err(|_quotes_the_value| Error::Unreadable { column })
    }

    /// A point in time.
    pub(super) fn time(&self, column: &'static str) -> Result<Timestamp> {
        self.value(column).map(Timestamp::from_microseconds)
    }

    /// A point in time, or none.
    pub(super) fn optional_time(&self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.value::<Option<i64>>(column)?.map(Timestamp::from_microseconds))
    }

    /// A count.
    pub(super) fn count(&self, column: &'static str) -> Result<u64> {
        u64::try_from(self.value::<i64>(column)?).map_err(|_negative| Error::Unreadable { column })
    }

    /// A hash of 32 bytes.
    pub(super) fn hash(&self, column: &'static str) -> Result<[u8; 32]> {
        self.value::<Vec<u8>>(column)?.try_into().map_err(|_other_length| Error::Unreadable { column })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locking_clauses_are_taken_off_for_sqlite() {
        assert_eq!(
            without_locks("select id from accounts where id = $1 for no key update"),
            "select id from accounts where id = $1"
        );
        assert_eq!(
            without_locks("select id from t order by id for update skip locked"),
            "select id from t order by id"
        );
        assert_eq!(without_locks("select id from t for update"), "select id from t");
        assert_eq!(without_locks("select id from t for share"), "select id from t");
        assert_eq!(without_locks("select 1"), "select 1");
    }
}
