//! What people call their API tokens.

use app::service::FieldProblem;

use super::people::{PersonName, problem};

/// A token's name: the same rules as for a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(PersonName);

impl TokenName {
    /// The name, if it is one.
    pub fn parse(text: &str) -> Result<Self, FieldProblem> {
        if text.trim().is_empty() {
            return Err(problem("name", "Enter a name, for example of the script that will use the token."));
        }
        PersonName::parse(text).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(TokenName::parse(" ci-deploy ").unwrap().as_str(), "ci-deploy");
        assert_eq!(TokenName::parse(" ").unwrap_err().field, "name");
        assert!(TokenName::parse("a\tb").is_err());
        assert!(TokenName::parse(&"x".repeat(65)).is_err());
    }
}
