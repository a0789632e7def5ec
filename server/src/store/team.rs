//! Who belongs to which company: members, their permissions and sessions there, and who was invited.

use app::service::Permission;
use app::timestamp::Timestamp;
use async_trait::async_trait;

use super::changes::Changes;
use super::database::Database;
use super::query::{Row, query};
use super::records::{Account, Membership};
use super::{Result, rows};

/// A person in a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person's id.
    pub user_id: String,
    /// E-mail address, lower case.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// What the person may do there.
    pub permissions: Vec<Permission>,
    /// When the person last came into this company; `None` if never, or not since this is noted.
    pub signed_in_at: Option<Timestamp>,
    /// Name of the person who changed the permissions last; empty if nobody did.
    pub changed_by: String,
    /// When that was.
    pub changed_at: Timestamp,
    /// Rises with each change of the permissions, from 1.
    pub version: i64,
}

/// A company with everybody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// The company.
    pub account: Account,
    /// By name, then by id.
    pub members: Vec<Member>,
}

/// An invitation that was not accepted yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// UUID, lower case.
    pub id: String,
    /// The company's id.
    pub account_id: String,
    /// The company's name.
    pub account_name: String,
    /// Who is invited: an e-mail address, lower case.
    pub email: String,
    /// What the person will be allowed to do.
    pub permissions: Vec<Permission>,
    /// SHA-256 of the link's token.
    pub token_hash: [u8; 32],
    /// Name of the person who invited.
    pub invited_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// Reads about teams.
#[async_trait]
pub trait TeamReads: Send + Sync {
    /// Every account, by name, then by id.
    async fn accounts(&self) -> Result<Vec<Account>>;
    /// The accounts that a user belongs to, by name, then by id.
    async fn memberships(&self, user_id: &str) -> Result<Vec<Membership>>;
    /// Everybody in an account, by name, then by id.
    async fn members(&self, account_id: &str) -> Result<Vec<Member>>;
    /// Who was invited to an account after this time, by address.
    async fn invitations(&self, account_id: &str, created_after: Timestamp) -> Result<Vec<Invitation>>;
    /// The invitation with this SHA-256 hash of its token; `None` if there is none or it was used, revoked or replaced.
    async fn invitation(&self, token_hash: &[u8; 32]) -> Result<Option<Invitation>>;
}

/// Changes of teams, inside a transaction.
#[async_trait]
pub trait TeamChanges: Send {
    /// The account and everybody in it, read inside this transaction and locked until its end; `None` if there is no such account.
    async fn lock_team(&mut self, account_id: &str) -> Result<Option<Team>>;
    /// Writes permissions, `changed_by`, `changed_at` and version of a member that was locked before. Fails with [`super::Error::Stale`]
    /// unless the version is higher than the stored one.
    async fn update_member(&mut self, account_id: &str, member: &Member) -> Result<()>;
    /// Takes a user out of an account: the permissions and sessions there go too.
    async fn delete_membership(&mut self, user_id: &str, account_id: &str) -> Result<()>;
    /// Notes that a user came into an account.
    async fn note_sign_in(&mut self, user_id: &str, account_id: &str, at: Timestamp) -> Result<()>;
    /// Whether this is still the PHC string of a user's password; it stays so until the end of this transaction.
    async fn hold_password(&mut self, user_id: &str, password_hash: &str) -> Result<bool>;
    /// Writes the PHC string of a user's new password.
    async fn update_password(&mut self, user_id: &str, password_hash: &str) -> Result<()>;
    /// Ends all sessions of a user, in every account; how many there were.
    async fn delete_sessions_of(&mut self, user_id: &str) -> Result<u64>;
    /// Moves a session to another account of its user; false if there is no such session.
    async fn move_session(&mut self, id_hash: &[u8; 32], account_id: &str) -> Result<bool>;

    /// The invitation of this address in an account that was locked before, whether it can still be accepted or not.
    async fn invitation_of(&mut self, account_id: &str, email: &str) -> Result<Option<Invitation>>;
    /// Adds an invitation, in place of an earlier one for this address in this account.
    async fn replace_invitation(&mut self, invitation: &Invitation) -> Result<()>;
    /// Removes an invitation: true exactly once for one that exists.
    async fn delete_invitation(&mut self, account_id: &str, id: &str) -> Result<bool>;
    /// Removes invitations that were made before this time.
    async fn purge_invitations(&mut self, created_before: Timestamp) -> Result<u64>;
}

const MEMBERS: &str = "select memberships.user_id, users.email, users.name, \
                         (select string_agg(permission, ' ' order by permission) from permissions \
                            where permissions.user_id = memberships.user_id \
                            and permissions.account_id = memberships.account_id) as permissions, \
                         memberships.signed_in_at, memberships.changed_by, memberships.changed_at, memberships.version \
                       from memberships join users on users.id = memberships.user_id \
                       where memberships.account_id = $1 order by users.name, users.id";

/// `select` of every column of an invitation, with what follows it.
macro_rules! select_invitation {
    ($rest:literal) => {
        concat!(
            "select invitations.id, invitations.account_id, accounts.name as account_name, invitations.email, \
             invitations.permissions, invitations.token_hash, invitations.invited_by, invitations.created_at \
             from invitations join accounts on accounts.id = invitations.account_id ",
            $rest
        )
    };
}

#[async_trait]
impl<D: Database> TeamReads for D {
    async fn accounts(&self) -> Result<Vec<Account>> {
        self.all(query("select id, name, created_at from accounts order by name, id"), account).await
    }

    async fn memberships(&self, user_id: &str) -> Result<Vec<Membership>> {
        let sql = "select memberships.account_id, accounts.name as account_name, \
                     (select string_agg(permission, ' ' order by permission) from permissions \
                        where permissions.user_id = memberships.user_id \
                        and permissions.account_id = memberships.account_id) as permissions \
                   from memberships join accounts on accounts.id = memberships.account_id \
                   where memberships.user_id = $1 order by accounts.name, accounts.id";
        self.all(query(sql).bind(user_id), rows::membership).await
    }

    async fn members(&self, account_id: &str) -> Result<Vec<Member>> {
        self.all(query(MEMBERS).bind(account_id), member).await
    }

    async fn invitations(&self, account_id: &str, created_after: Timestamp) -> Result<Vec<Invitation>> {
        let sql = select_invitation!(
            "where invitations.account_id = $1 and invitations.created_at > $2 order by invitations.email"
        );
        self.all(query(sql).bind(account_id).bind(created_after), invitation).await
    }

    async fn invitation(&self, token_hash: &[u8; 32]) -> Result<Option<Invitation>> {
        self.one(query(select_invitation!("where invitations.token_hash = $1")).bind(token_hash), invitation).await
    }
}

#[async_trait]
impl TeamChanges for Changes {
    async fn lock_team(&mut self, account_id: &str) -> Result<Option<Team>> {
        self.lock_account(account_id).await?;
        let sql = "select id, name, created_at from accounts where id = $1";
        let Some(account) = self.database.one(query(sql).bind(account_id), account).await? else { return Ok(None) };
        let members = self.database.all(query(MEMBERS).bind(account_id), member).await?;
        Ok(Some(Team { account, members }))
    }

    async fn update_member(&mut self, account_id: &str, member: &Member) -> Result<()> {
        let sql = "update memberships set changed_by = $3, changed_at = $4, version = $5 \
                   where user_id = $1 and account_id = $2 and version < $5";
        let update = query(sql).bind(&member.user_id).bind(account_id).bind(&member.changed_by);
        let update = update.bind(member.changed_at).bind(member.version);
        self.database.change_one("memberships", update).await?;
        let sql = "delete from permissions where user_id = $1 and account_id = $2";
        self.database.change(query(sql).bind(&member.user_id).bind(account_id)).await?;
        for permission in &member.permissions {
            let sql = "insert into permissions (user_id, account_id, permission) values ($1, $2, $3)";
            let insert = query(sql).bind(&member.user_id).bind(account_id).bind(permission.as_str());
            self.database.change(insert).await?;
        }
        Ok(())
    }

    async fn delete_membership(&mut self, user_id: &str, account_id: &str) -> Result<()> {
        let sql = "delete from memberships where user_id = $1 and account_id = $2";
        self.database.change_one("memberships", query(sql).bind(user_id).bind(account_id)).await
    }

    async fn note_sign_in(&mut self, user_id: &str, account_id: &str, at: Timestamp) -> Result<()> {
        let sql = "update memberships set signed_in_at = $3 where user_id = $1 and account_id = $2";
        self.database.change(query(sql).bind(user_id).bind(account_id).bind(at)).await.map(drop)
    }

    async fn hold_password(&mut self, user_id: &str, password_hash: &str) -> Result<bool> {
        let sql = "select id from users where id = $1 and password_hash = $2 for share";
        Ok(!self.database.rows(query(sql).bind(user_id).bind(password_hash)).await?.is_empty())
    }

    async fn update_password(&mut self, user_id: &str, password_hash: &str) -> Result<()> {
        let sql = "update users set password_hash = $2 where id = $1";
        self.database.change_one("users", query(sql).bind(user_id).bind(password_hash)).await
    }

    async fn delete_sessions_of(&mut self, user_id: &str) -> Result<u64> {
        self.database.change(query("delete from sessions where user_id = $1").bind(user_id)).await
    }

    async fn move_session(&mut self, id_hash: &[u8; 32], account_id: &str) -> Result<bool> {
        let sql = "update sessions set account_id = $2 where id_hash = $1";
        Ok(self.database.change(query(sql).bind(id_hash).bind(account_id)).await? == 1)
    }

    async fn invitation_of(&mut self, account_id: &str, email: &str) -> Result<Option<Invitation>> {
        let sql = select_invitation!("where invitations.account_id = $1 and invitations.email = $2");
        self.database.one(query(sql).bind(account_id).bind(email), invitation).await
    }

    async fn replace_invitation(&mut self, invitation: &Invitation) -> Result<()> {
        let sql = "delete from invitations where account_id = $1 and email = $2";
        self.database.change(query(sql).bind(&invitation.account_id).bind(&invitation.email)).await?;
        let permissions: Vec<_> = invitation.permissions.iter().map(|permission| permission.as_str()).collect();
        let permissions = permissions.join(" ");
        let sql = "insert into invitations (id, account_id, email, permissions, token_hash, invited_by, created_at) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let insert = query(sql)
            .bind(&invitation.id)
            .bind(&invitation.account_id)
            .bind(&invitation.email)
            .bind(&permissions)
            .bind(&invitation.token_hash)
            .bind(&invitation.invited_by)
            .bind(invitation.created_at);
        self.database.change(insert).await.map(drop)
    }

    async fn delete_invitation(&mut self, account_id: &str, id: &str) -> Result<bool> {
        let sql = "delete from invitations where account_id = $1 and id = $2";
        Ok(self.database.change(query(sql).bind(account_id).bind(id)).await? == 1)
    }

    async fn purge_invitations(&mut self, created_before: Timestamp) -> Result<u64> {
        self.database.change(query("delete from invitations where created_at < $1").bind(created_before)).await
    }
}

fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.value("accounts.id")?,
        name: row.value("accounts.name")?,
        created_at: row.time("accounts.created_at")?,
    })
}

fn member(row: &Row) -> Result<Member> {
    Ok(Member {
        user_id: row.value("memberships.user_id")?,
        email: row.value("users.email")?,
        name: row.value("users.name")?,
        permissions: rows::permissions(row)?,
        signed_in_at: row.optional_time("memberships.signed_in_at")?,
        changed_by: row.value("memberships.changed_by")?,
        changed_at: row.time("memberships.changed_at")?,
        version: row.value("memberships.version")?,
    })
}

fn invitation(row: &Row) -> Result<Invitation> {
    Ok(Invitation {
        id: row.value("invitations.id")?,
        account_id: row.value("invitations.account_id")?,
        account_name: row.value("accounts.account_name")?,
        email: row.value("invitations.email")?,
        permissions: rows::permissions(row)?,
        token_hash: row.hash("invitations.token_hash")?,
        invited_by: row.value("invitations.invited_by")?,
        created_at: row.time("invitations.created_at")?,
    })
}
