//! Signs out.

use leptos::prelude::*;

use super::{Answers, Json, Reply};

/// Signs out: ends the session, and the answer takes the cookie away.
#[server(name = SignOutPerson, endpoint = "sign-out", input = Json, output = Answers)]
pub async fn sign_out_person() -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::people()?.sign_out().await?) }.await)
}
