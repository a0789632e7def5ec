//! Text with variables in it: `{{ order.id }}`.

/// The most letters of a variable's name.
const LONGEST_NAME: usize = 100;

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// What stands there as it is.
    Text(&'a str),
    /// The name of a variable.
    Variable(&'a str),
}

/// The pieces of a text.
///
/// # Errors
/// One sentence for a variable that is not closed, or whose name is none. It repeats nothing of the text.
pub(super) fn parse(text: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        let Some((name, behind)) = after.split_once("}}") else {
            return Err("`{{` begins a variable that no `}}` ends.".to_owned());
        };
        let name = name.trim_matches(' ');
        if !is_name(name) {
            return Err(
                "The name of a variable has letters, digits, dots, dashes and underscores: {{order.id}}.".to_owned()
            );
        }
        parts.push(Part::Variable(name));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

/// The names of the variables in a text; none if one is not written as it should be.
pub fn variables_in(text: &str) -> impl Iterator<Item = &str> {
    parse(text).unwrap_or_default().into_iter().filter_map(|part| match part {
        Part::Variable(name) => Some(name),
        Part::Text(_) => None,
    })
}

/// Whether there is a variable, or the beginning of one.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("{{")
}

fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(is_letter)
}
