//! What is searched for, and how it is put to the database's index of texts.

use app::timestamp::Timestamp;

use crate::store::Result;
use crate::store::database::{Database, TextIndex};
use crate::store::query::{Assembly, query};
use crate::store::records::Listing;
use crate::store::search::first_number;

/// The shortest text that the index of the texts knows.
const TRIGRAM: usize = 3;
/// As many characters of a text, or more, are looked up in that index; whether the rest is there too is seen in the texts that it finds.
const LOOKED_UP: usize = 5;

/// What is searched for.
pub(super) enum Sought {
    Nothing,
    /// Names that begin with it, up to the second, which is after all of them.
    Beginning(String, String),
    /// Texts with this in them; looked up by those characters of it that are met least, if that is known.
    Part {
        text: String,
        rarest: Option<String>,
    },
}

impl Sought {
    pub(super) fn of(listing: &Listing) -> Self {
        let term = &listing.term;
        match term.chars().count() {
            0 => Self::Nothing,
            1 | 2 => Self::Beginning(term.clone(), format!("{term}{}", char::MAX)),
            TRIGRAM.. => Self::Part { text: term.clone(), rarest: None },
        }
    }
}

/// The pattern of a text with this in it, for `like`. What has a meaning in a pattern stands for any character: there is no way to write it
/// that both databases take.
pub(super) fn pattern(part: &str) -> String {
    let literal: String =
        part.chars().map(|character| if matches!(character, '%' | '\\') { '_' } else { character }).collect();
    format!("%{literal}%")
}

/// The phrase for `match` of FTS5: every three characters of this, one after the other.
pub(super) fn phrase(part: &str) -> String {
    format!("\"{}\"", part.replace('"', "\"\""))
}

/// The part of a text that is met least, as some texts let guess; none of a short one. The index goes through all that have one of the trigrams
/// that it looks up, and those of a name's common part most texts have.
pub(super) async fn rarest<D: Database>(database: &D, text: &str, now: Timestamp) -> Result<Option<String>> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= LOOKED_UP {
        return Ok(None);
    }
    // Of any company: those that end next, and that have ended last.
    let sql = "select text from (select text from certificate_search where number >= $1 order by number limit 24) as next \
               union all \
               select text from (select text from certificate_search where number < $1 order by number desc limit 8) as last";
    let texts = query(sql).bind(first_number(now));
    let texts: Vec<String> = database.all(texts, |row| row.value("certificate_search.text")).await?;
    let met = |trigram: &[char]| {
        let trigram: String = trigram.iter().collect();
        texts.iter().filter(|text| text.contains(&trigram)).count()
    };
    let met: Vec<usize> = characters.windows(TRIGRAM).map(met).collect();
    let sums: Vec<usize> = met.windows(LOOKED_UP + 1 - TRIGRAM).map(|met| met.iter().sum()).collect();
    let least = sums.iter().min();
    // As much of it as is met as seldom: all of it, where nothing is known.
    let Some(from) = sums.iter().position(|sum| Some(sum) == least) else { return Ok(None) };
    let length = sums.iter().skip(from).take_while(|sum| Some(*sum) == least).count() - 1 + LOOKED_UP;
    Ok(Some(characters.into_iter().skip(from).take(length).collect()))
}

/// Adds the condition that a row of `search` has this in its text: an index may find a little more.
pub(super) fn holds<D: Database>(sql: &mut Assembly<'_>, text: &str) {
    sql.sql(match D::TEXTS {
        TextIndex::InOrder => "instr(search.text, ",
        TextIndex::AllAtOnce => "strpos(search.text, ",
    });
    sql.text(text.to_owned()).sql(") > 0");
}
