//! People: who is asking, signing in and out, and the first start.

use app::service::{Answer, Error, Me, People, Secret, SessionCookie, SetUp, SignIn};
use async_trait::async_trait;

use super::Door;

#[async_trait]
impl People for Door {
    async fn me(&self) -> Answer<Option<Me>> {
        Ok(None)
    }

    async fn check_setup_link(&self, _token: Secret) -> Answer<()> {
        Err(Error::SetupLink)
    }

    async fn set_up(&self, _request: SetUp) -> Answer<SessionCookie> {
        Err(Error::SetupLink)
    }

    async fn sign_in(&self, _request: SignIn) -> Answer<SessionCookie> {
        Err(Error::Credentials)
    }

    async fn sign_out(&self) -> Answer<SessionCookie> {
        Err(Error::SignedOut)
    }
}
