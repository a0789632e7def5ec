//! Asks who can give the caller a permission.

use leptos::prelude::*;

use super::{Answers, Json, Reply};
use crate::service::{Contact, Permission};

/// Asks who can give the caller a permission.
#[server(name = WhomToAsk, endpoint = "whom-to-ask", input = Json, output = Answers)]
pub async fn whom_to_ask(permission: Permission) -> Reply<Vec<Contact>> {
    Ok(async { super::services::own_account()?.whom_to_ask(permission).await }.await)
}
