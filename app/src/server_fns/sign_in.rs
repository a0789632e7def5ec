//! Signs in.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::SignIn;

/// Signs in: the answer carries the session's cookie.
#[server(name = SignInPerson, endpoint = "sign-in", input = Json, output = Answers)]
pub async fn sign_in_person(request: SignIn) -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::people()?.sign_in(request).await?) }.await)
}
