//! Companies and the people in them, as the first start and the command line create them.

use app::service::{Answer, Error, FieldProblem, Permission, Secret};
use app::timestamp::Timestamp;

use super::Services;
use super::audit::{self, Actor, Event, Outcome};
use super::failure::{Failure, Result};
use crate::auth::{CompanyName, Email, Password, PersonName, problem};
use crate::store::{self, Account, Transaction, User};

/// A person to be created, as typed.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The e-mail address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// What the person may do in the company.
    pub permissions: Vec<Permission>,
}

/// A person to be created, checked.
pub(super) struct ParsedUser {
    pub(super) email: Email,
    pub(super) name: PersonName,
    pub(super) password: Password,
}

impl Services {
    /// Creates a company, with a random id if none is given. **Permissions:** the command line.
    ///
    /// # Errors
    /// [`Error::Fields`] for the name (`company`) and the id (`id`: 32 lower-case hex digits, not taken).
    pub async fn create_account(&self, name: &str, id: Option<&str>) -> Answer<Account> {
        self.answer(self.insert_account(name, id).await)
    }

    /// Creates a person in a company. **Permissions:** the command line.
    ///
    /// # Errors
    /// [`Error::Fields`] for `email`, `name`, `password`.
    pub async fn create_user(&self, account_id: &str, user: NewUser) -> Answer<User> {
        self.answer(self.insert_user(account_id, user).await)
    }

    /// A new company.
    pub(super) fn new_account(&self, name: &CompanyName, now: Timestamp) -> Result<Account> {
        let mut id = [0; 16];
        self.randomness.fill(&mut id)?;
        Ok(Account { id: hex::encode(id), name: name.as_str().to_owned(), created_at: now })
    }

    /// A new person, with the password hashed.
    pub(super) async fn new_user(&self, parsed: ParsedUser, now: Timestamp) -> Result<User> {
        let ParsedUser { email, name, password } = parsed;
        Ok(User {
            id: self.new_uuid()?,
            email: email.as_str().to_owned(),
            name: name.as_str().to_owned(),
            password_hash: self.passwords.hash(password, &*self.randomness).await?,
            created_at: now,
        })
    }

    /// A random UUID, lower case (RFC 9562 section 5.4).
    pub(super) fn new_uuid(&self) -> Result<String> {
        let mut bytes = [0; 16];
        self.randomness.fill(&mut bytes)?;
        Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
    }

    async fn insert_account(&self, name: &str, id: Option<&str>) -> Result<Account> {
        let (name, id) = (CompanyName::parse(name), id.map(parse_account_id).transpose());
        let (name, id) = match (name, id) {
            (Ok(name), Ok(id)) => (name, id),
            (name, id) => return Err(refused(name.err().into_iter().chain(id.err()))),
        };
        let now = self.clock.now();
        let mut account = self.new_account(&name, now)?;
        if let Some(id) = id {
            account.id = id.to_owned();
        }
        let mut transaction = self.store.begin().await?;
        match transaction.insert_account(&account).await {
            Err(store::Error::Taken { .. }) => return Err(refused([problem("id", "This id is taken.")])),
            other => other?,
        }
        record_account(&mut *transaction, &account, &Actor::command_line()).await?;
        transaction.commit().await?;
        Ok(account)
    }

    async fn insert_user(&self, account_id: &str, user: NewUser) -> Result<User> {
        let permissions = user.permissions;
        let parsed = parse_user(&user.name, &user.email, user.password).map_err(refused)?;
        let user = self.new_user(parsed, self.clock.now()).await?;
        let mut transaction = self.store.begin().await?;
        insert_member(&mut *transaction, &user, account_id, &permissions, &Actor::command_line()).await?;
        transaction.commit().await?;
        Ok(user)
    }
}

/// What was typed about a person; every problem at once.
pub(super) fn parse_user(name: &str, email: &str, password: Secret) -> Result<ParsedUser, Vec<FieldProblem>> {
    match (PersonName::parse(name), Email::parse(email), Password::parse(password)) {
        (Ok(name), Ok(email), Ok(password)) => Ok(ParsedUser { email, name, password }),
        (name, email, password) => Err([name.err(), email.err(), password.err()].into_iter().flatten().collect()),
    }
}

/// The answer for problems with fields.
pub(super) fn refused(problems: impl IntoIterator<Item = FieldProblem>) -> Failure {
    Failure::Answer(Error::Fields { problems: problems.into_iter().collect() })
}

/// Records a new company, in its own chain.
pub(super) async fn record_account(
    transaction: &mut dyn Transaction,
    account: &Account,
    actor: &Actor,
) -> store::Result<()> {
    let event = Event {
        action: "account.create",
        object_id: Some(&account.id),
        object_name: &account.name,
        outcome: Outcome::Done,
        detail: "",
    };
    audit::record(transaction, Some(&account.id), actor, account.created_at, event).await
}

/// Adds a new person to a company, and records it there.
pub(super) async fn insert_member(
    transaction: &mut dyn Transaction,
    user: &User,
    account_id: &str,
    permissions: &[Permission],
    actor: &Actor,
) -> Result<()> {
    match transaction.insert_user(user).await {
        Err(store::Error::Taken { constraint: "users_email_key" }) => {
            return Err(refused([problem("email", "Somebody has this email address already.")]));
        }
        other => other?,
    }
    transaction.insert_membership(&user.id, account_id, permissions).await?;
    let permissions: Vec<_> = permissions.iter().map(|permission| permission.as_str()).collect();
    let detail = format!("{}; permissions: {}", user.email, permissions.join(", "));
    let event = Event {
        action: "user.create",
        object_id: Some(&user.id),
        object_name: &user.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    audit::record(transaction, Some(account_id), actor, user.created_at, event).await?;
    Ok(())
}

fn parse_account_id(id: &str) -> Result<&str, FieldProblem> {
    if id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(id)
    } else {
        Err(problem("id", "An account's id has 32 digits, each of them 0 to 9 or a to f."))
    }
}
