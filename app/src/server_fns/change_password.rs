//! Changes the password.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::ChangePassword;

/// Changes the password: all other sessions end, and the answer carries the cookie of a new one.
#[server(name = ChangeOwnPassword, endpoint = "change-password", input = Json, output = Answers)]
pub async fn change_own_password(request: ChangePassword) -> Reply<()> {
    Ok(async { super::response::set_cookie(&super::services::own_account()?.change_password(request).await?) }.await)
}
