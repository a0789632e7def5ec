//! A server without HTTP: services on a database of their own, and a clock that the test turns.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::service::{CertificateRow, Certificates, NewCertificate, People, Permission, Secret, SetUp, SignIn};
use app::timestamp::Timestamp;
use server::clock::{Clock, SystemRandomness};
use server::services::{Caller, CookieRules, Door, NewUser, Services, Who};
use server::store;
use server::vault::Vault;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::files::Files;

/// 1 June 2026, noon: when every story begins.
pub const START: Timestamp = Timestamp::from_seconds(1_780_315_200);
/// Seconds.
pub const HOUR: i64 = 3_600;
/// Seconds.
pub const DAY: i64 = 24 * HOUR;
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// Where everybody calls from.
pub const ADDRESS: &str = "203.0.113.7";

/// The server.
pub struct House {
    pub services: Arc<Services>,
    pub clock: Arc<TestClock>,
    pub folder: TempDir,
}

impl House {
    /// A new server with an empty database.
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("signet.db").display());
        Self::on(folder, &url).await
    }

    /// The same with the database at this address.
    async fn on(folder: TempDir, url: &str) -> Self {
        let store = store::connect(url).await.unwrap();
        let vault = Vault::open(&folder.path().join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(START.microseconds())));
        let cookies = CookieRules { secure: true };
        let services = Services::new(store, vault, Arc::clone(&clock) as _, Arc::new(SystemRandomness), cookies);
        Self { services: Arc::new(services), clock, folder }
    }

    /// A new server with the company Meridian and its administrator, who is signed in.
    pub async fn with_ana() -> (Self, Door) {
        Self::new().await.and_ana().await
    }

    /// The same with the database at this address.
    pub async fn with_ana_on(url: &str) -> (Self, Door) {
        Self::on(TempDir::new().unwrap(), url).await.and_ana().await
    }

    /// Another server on the same database, at this address, with the same master key.
    pub async fn beside(&self, url: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::copy(self.folder.path().join("master.key"), folder.path().join("master.key")).unwrap();
        Self::on(folder, url).await
    }

    async fn and_ana(self) -> (Self, Door) {
        let house = self;
        let token = house.services.create_setup_link().await.unwrap();
        let cookie = house.nobody().set_up(set_up(token.expose())).await.unwrap();
        let ana = house.with_cookie(&cookie.0).await;
        (house, ana)
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Door {
        self.door(Who::Nobody)
    }

    /// Whoever sends back what this `Set-Cookie` value sets.
    pub async fn with_cookie(&self, set_cookie: &str) -> Door {
        let cookie = set_cookie.split(';').next().unwrap();
        let caller = self.services.caller(Some(cookie), Some(address())).await;
        Door { services: Arc::clone(&self.services), caller }
    }

    /// Somebody who signs in with everybody's password.
    pub async fn sign_in(&self, email: &str) -> Door {
        let cookie = self.nobody().sign_in(sign_in(email, PASSWORD)).await.unwrap();
        self.with_cookie(&cookie.0).await
    }

    /// Another company with one person, who is signed in.
    pub async fn other_company(&self) -> Door {
        let account = self.services.create_account("Borealis", None).await.unwrap();
        self.person(&account.id, "olga@borealis.example", "Olga Berg", &Permission::ALL).await
    }

    /// A person in Ana's company with these permissions, who is signed in.
    pub async fn colleague(&self, ana: &Door, email: &str, permissions: &[Permission]) -> Door {
        self.person(account_id(ana), email, "Tomás Vidal", permissions).await
    }

    /// A connection of its own, for what no service does.
    pub async fn database(&self) -> SqliteConnection {
        SqliteConnection::connect(&format!("sqlite:{}", self.file().display())).await.unwrap()
    }

    /// The database file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("signet.db")
    }

    async fn person(&self, account_id: &str, email: &str, name: &str, permissions: &[Permission]) -> Door {
        let user = NewUser {
            email: email.to_owned(),
            name: name.to_owned(),
            password: secret(PASSWORD),
            permissions: permissions.to_vec(),
        };
        self.services.create_user(account_id, user).await.unwrap();
        self.sign_in(email).await
    }

    fn door(&self, who: Who) -> Door {
        Door { services: Arc::clone(&self.services), caller: Caller::new(who, Some(address())) }
    }
}

/// A clock that stands still until it is turned.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Lets so many seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microseconds(self.0.load(Ordering::SeqCst))
    }
}

/// Uploads a client certificate that is valid for the year 2026.
pub async fn stored(door: &Door, name: &str) -> CertificateRow {
    door.upload(upload(&Files::leaf(name), name)).await.unwrap().certificate
}

/// An upload of a leaf with its key.
pub fn upload(files: &Files, name: &str) -> NewCertificate {
    NewCertificate {
        ca: false,
        certificates: secret(&files.certificates),
        private_key: Some(secret(&files.private_key)),
        name: name.to_owned(),
        primary: false,
        confirmed: Vec::new(),
    }
}

/// The first start as Ana types it.
pub fn set_up(token: &str) -> SetUp {
    SetUp {
        token: secret(token),
        company: "Meridian Retail".to_owned(),
        name: "Ana Ruiz".to_owned(),
        email: "Ana@Meridian.example".to_owned(),
        password: secret(PASSWORD),
    }
}

/// A sign-in as typed.
pub fn sign_in(email: &str, password: &str) -> SignIn {
    SignIn { email: email.to_owned(), password: secret(password) }
}

/// Text that is not printed.
pub fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

/// The account that somebody is signed in to.
pub fn account_id(door: &Door) -> &str {
    match &door.caller.who {
        Who::Person(person) => &person.account_id,
        Who::Nobody | Who::Token(_) | Who::CommandLine { .. } => panic!("nobody is signed in"),
    }
}

/// Whether somebody is signed in.
pub fn is_signed_in(door: &Door) -> bool {
    matches!(door.caller.who, Who::Person(_))
}

fn address() -> IpAddr {
    ADDRESS.parse().unwrap()
}
