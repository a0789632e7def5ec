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

/// What became of a person to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedUser {
    /// The person.
    pub user: User,
    /// There was a person with this e-mail address already, who now belongs to one more company: name and password are as before.
    pub existed: bool,
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

    /// Every company, by name. **Permissions:** the command line.
    pub async fn accounts(&self) -> Answer<Vec<Account>> {
        self.answer(self.store.accounts().await.map_err(Failure::from))
    }

    /// Creates a person in a company. Somebody who has this e-mail address already is added to the company and keeps name and
    /// password. **Permissions:** the command line.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such company; [`Error::Fields`] for `email` (also if the person belongs to this company
    /// already), `name`, `password`.
    pub async fn create_user(&self, account_id: &str, user: NewUser) -> Answer<CreatedUser> {
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

    async fn insert_user(&self, account_id: &str, user: NewUser) -> Result<CreatedUser> {
        let email = Email::parse(&user.email).map_err(|problem| refused([problem]))?;
        match self.store.user_by_email(email.as_str()).await? {
            Some(existing) => self.add_to_company(account_id, existing, user.permissions).await,
            None => self.create_in_company(account_id, user).await,
        }
    }

    async fn create_in_company(&self, account_id: &str, user: NewUser) -> Result<CreatedUser> {
        let company = self.store.accounts().await?.into_iter().find(|account| account.id == account_id);
        let company = company.ok_or(Error::NotFound)?;
        let permissions = user.permissions;
        let parsed = parse_user(&user.name, &user.email, user.password, &company.name).map_err(refused)?;
        let user = self.new_user(parsed, self.clock.now()).await?;
        let mut transaction = self.store.begin().await?;
        insert_member(&mut *transaction, &user, account_id, &permissions, &Actor::command_line()).await?;
        transaction.commit().await?;
        Ok(CreatedUser { user, existed: false })
    }

    async fn add_to_company(&self, account_id: &str, user: User, permissions: Vec<Permission>) -> Result<CreatedUser> {
        let mut transaction = self.store.begin().await?;
        let team = transaction.lock_team(account_id).await?.ok_or(Error::NotFound)?;
        if team.members.iter().any(|member| member.user_id == user.id) {
            return Err(refused([problem(
                "email",
                "Somebody with this email address is in this company already, and keeps the password: `signet user password` changes it.",
            )]));
        }
        transaction.insert_membership(&user.id, account_id, &permissions).await?;
        let detail = format!("{}; permissions: {}", user.email, listed(&permissions));
        let event = Event {
            action: "user.join",
            object_id: Some(&user.id),
            object_name: &user.name,
            outcome: Outcome::Done,
            detail: &detail,
        };
        let now = self.clock.now();
        audit::record(&mut *transaction, Some(account_id), &Actor::command_line(), now, event).await?;
        transaction.commit().await?;
        Ok(CreatedUser { user, existed: true })
    }
}

/// Permissions as the audit log words them.
pub(super) fn listed(permissions: &[Permission]) -> String {
    let names: Vec<_> = permissions.iter().map(|permission| permission.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// What was typed about a person who is to join a company of this name; every problem at once.
pub(super) fn parse_user(
    name: &str,
    email: &str,
    password: Secret,
    company: &str,
) -> Result<ParsedUser, Vec<FieldProblem>> {
    match (PersonName::parse(name), Email::parse(email), Password::parse(password, &[name, email, company])) {
        (Ok(name), Ok(email), Ok(password)) => Ok(ParsedUser { email, name, password }),
        (name, email, password) => Err([name.err(), email.err(), password.err()].into_iter().flatten().collect()),
    }
}

/// The answer for problems with fields.
pub(super) fn refused(problems: impl IntoIterator<Item = FieldProblem>) -> Failure {
    Failure::Answer(Error::Fields { problems: problems.into_iter().collect() })
}

/// Records a new company, in the chain for what belongs to none and in its own.
pub(super) async fn record_account(
    transaction: &mut dyn Transaction,
    account: &Account,
    actor: &Actor,
) -> store::Result<()> {
    let event = || Event {
        action: audit::ACCOUNT_CREATE,
        object_id: Some(&account.id),
        object_name: &account.name,
        outcome: Outcome::Done,
        detail: "",
    };
    // In the order of all who write to several chains.
    audit::record(transaction, None, actor, account.created_at, event()).await?;
    audit::record(transaction, Some(&account.id), actor, account.created_at, event()).await
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
    let detail = format!("{}; permissions: {}", user.email, listed(permissions));
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

/// The id of an account as somebody typed it.
pub fn parse_account_id(id: &str) -> Result<&str, FieldProblem> {
    if id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(id)
    } else {
        Err(problem("id", "An account's id has 32 digits, each of them 0 to 9 or a to f."))
    }
}
