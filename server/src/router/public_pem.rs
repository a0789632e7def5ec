//! `GET /company/security/certificates/{id}/public.pem`: a certificate and its chain as a file, without its key.

use std::sync::Arc;

use app::service::Error;
use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::refusal::refuse;
use super::{State, pages, sessions};
use crate::services::{Caller, Door};

pub(super) fn routes(state: &State) -> Router<State> {
    Router::new()
        .route("/company/security/certificates/{id}/public.pem", get(download))
        .layer(from_fn(pages::ask_to_sign_in))
        .layer(from_fn_with_state(state.clone(), sessions::recognise))
}

/// Sends the text that is kept: CERTIFICATE blocks and nothing else. **Permissions:** those of [`Door::certificate`].
async fn download(
    Shared(state): Shared<State>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    uri: Uri,
) -> Response {
    match (Door { services: Arc::clone(&state.services), caller }).certificate(&id).await {
        Ok(whole) => {
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, disposition(&whole.certificate.name)),
            ];
            (headers, whole.text).into_response()
        }
        Err(error) => refusal(&uri, &error),
    }
}

/// `attachment`, with the certificate's name for the file: in ASCII, and as it is for those who understand RFC 8187.
fn disposition(name: &str) -> String {
    let name = name.trim_matches(['.', ' ']);
    let plain: String = name
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || "-_. ".contains(character) { character } else { '_' })
        .collect();
    let encoded: String = name
        .chars()
        // What has a meaning in paths has none in a name.
        .map(|character| if matches!(character, '/' | '\\' | ':') { '_' } else { character })
        .flat_map(encode)
        .collect();
    format!("attachment; filename=\"{plain}.pem\"; filename*=UTF-8''{encoded}.pem")
}

/// Percent signs for all but the characters that RFC 8187 section 3.2.1 lets stand.
fn encode(character: char) -> Vec<char> {
    if character.is_ascii_alphanumeric() || "-._~".contains(character) {
        return vec![character];
    }
    let mut buffer = [0; 4];
    character
        .encode_utf8(&mut buffer)
        .bytes()
        .flat_map(|byte| format!("%{byte:02X}").chars().collect::<Vec<_>>())
        .collect()
}

fn refusal(uri: &Uri, error: &Error) -> Response {
    let (status, sentence) = match error {
        Error::SignedOut => (StatusCode::UNAUTHORIZED, "Sign in first."),
        Error::Forbidden { .. } | Error::MissingScope { .. } => (
            StatusCode::FORBIDDEN,
            "You need the permission settings:company_settings for this. Ask an administrator of your company.",
        ),
        Error::NotFound => (StatusCode::NOT_FOUND, "There is no such certificate."),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "The server failed. Try again; its log says why."),
    };
    refuse(uri.path(), status, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_the_certificate_is() {
        assert_eq!(
            disposition("Bank prod"),
            "attachment; filename=\"Bank prod.pem\"; filename*=UTF-8''Bank%20prod.pem"
        );
        assert_eq!(
            disposition("../Müller \"x\"\r\n"),
            "attachment; filename=\"_M_ller _x___.pem\"; filename*=UTF-8''_M%C3%BCller%20%22x%22%0D%0A.pem"
        );
    }
}
