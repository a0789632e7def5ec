//! How answers are written.

use http::Method;
use leptos::server_fn::ContentType;
use leptos::server_fn::codec::{Encoding, FromRes, IntoRes, JsonEncoding};
use leptos::server_fn::error::{FromServerFnError, IntoAppError, ServerFnErrorErr};
use leptos::server_fn::response::{ClientRes, TryRes};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compact;
use crate::service::Answer;

/// For a page the bytes of [`compact`], which it can read if it was built from the server's own sources; for everybody else JSON.
#[derive(Clone, Copy, Debug)]
pub struct Answers;

/// What every page accepts begins with.
const PAGE: &str = "application/vnd.signet.page;";

impl Answers {
    /// Whether somebody accepts only what a page of another version can read: whatever is asked, the answer would not be understood.
    pub fn are_of_another_version(accept: &str) -> bool {
        accept.starts_with(PAGE) && accept != Self::CONTENT_TYPE
    }
}

impl ContentType for Answers {
    const CONTENT_TYPE: &'static str = concat!("application/vnd.signet.page;sources=", env!("SIGNET_SOURCES"));
}

impl Encoding for Answers {
    const METHOD: Method = Method::POST;
}

impl<E, Response, T> IntoRes<Answers, Response, E> for Answer<T>
where
    Response: TryRes<E>,
    E: FromServerFnError + Send,
    T: Serialize + Send,
{
    async fn into_res(self) -> Result<Response, E> {
        let unwritten = |why: String| ServerFnErrorErr::Serialization(why).into_app_error();
        if is_for_a_page() {
            let bytes = compact::to_bytes(&self).map_err(|error| unwritten(error.to_string()))?;
            Response::try_from_bytes(Answers::CONTENT_TYPE, bytes.into())
        } else {
            let text = serde_json::to_string(&self).map_err(|error| unwritten(error.to_string()))?;
            Response::try_from_string(JsonEncoding::CONTENT_TYPE, text)
        }
    }
}

impl<E, Response, T> FromRes<Answers, Response, E> for Answer<T>
where
    Response: ClientRes<E> + Send,
    E: FromServerFnError,
    T: DeserializeOwned,
{
    async fn from_res(response: Response) -> Result<Self, E> {
        let bytes = response.try_into_bytes().await?;
        compact::from_bytes(&bytes)
            .map_err(|error| ServerFnErrorErr::Deserialization(error.to_string()).into_app_error())
    }
}

/// Whether a page asks.
#[cfg(feature = "ssr")]
fn is_for_a_page() -> bool {
    use axum::http::{header, request::Parts};

    leptos::prelude::use_context::<Parts>().is_some_and(|request| {
        request.headers.get(header::ACCEPT).is_some_and(|accept| accept == Answers::CONTENT_TYPE)
    })
}

/// Only the server answers.
#[cfg(not(feature = "ssr"))]
const fn is_for_a_page() -> bool {
    true
}
