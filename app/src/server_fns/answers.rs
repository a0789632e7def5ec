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

impl ContentType for Answers {
    const CONTENT_TYPE: &'static str = concat!("application/vnd.signet.page;sources=", env!("SIGNET_SOURCES"));
}

/// Who asks, by the header `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A page that was built from these sources.
    Page,
    /// A page of another version: whatever it asks for, it would not understand the answer.
    OtherPage,
    /// Somebody else.
    Program,
}

impl Reader {
    /// Whoever accepts this.
    pub fn of(accept: &str) -> Self {
        let sources = accept.split([',', ';']).find_map(|part| part.trim().strip_prefix("sources="));
        match sources {
            None => Self::Program,
            Some(env!("SIGNET_SOURCES")) => Self::Page,
            Some(_) => Self::OtherPage,
        }
    }
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
    use http::{header, request::Parts};

    let request = leptos::prelude::use_context::<Parts>();
    let accept = request.as_ref().and_then(|request| request.headers.get(header::ACCEPT)?.to_str().ok());
    accept.is_some_and(|accept| Reader::of(accept) == Reader::Page)
}

/// Only the server answers.
#[cfg(not(feature = "ssr"))]
const fn is_for_a_page() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted_says_who_asks() {
        assert_eq!(Reader::of(Answers::CONTENT_TYPE), Reader::Page);
        assert_eq!(Reader::of(&format!("{}, */*;q=0.1", Answers::CONTENT_TYPE.replace(';', " ; "))), Reader::Page);
        assert_eq!(Reader::of("application/vnd.signet.page;sources=0123456789abcdef"), Reader::OtherPage);
        for accept in ["", "*/*", "application/json", "text/html,application/xhtml+xml;q=0.9"] {
            assert_eq!(Reader::of(accept), Reader::Program, "{accept}");
        }
    }
}
