//! What a page is drawn from.

use leptos::prelude::Resource as LeptosResource;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compact::InPage;

/// What a page is drawn from: read by the server, which sends it along with the page; by the browser after that.
pub type Resource<T> = LeptosResource<T, InPage>;

/// A resource that is read anew with whatever `source` gives. The server sends no page before it is there.
pub fn resource<T, S, Reading>(
    source: impl Fn() -> S + Send + Sync + 'static,
    read: impl Fn(S) -> Reading + Send + Sync + 'static,
) -> Resource<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    S: Clone + PartialEq + Send + Sync + 'static,
    Reading: Future<Output = T> + Send + 'static,
{
    LeptosResource::new_with_options(source, read, true)
}
