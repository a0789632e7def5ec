//! Pages whose code is a part of the WASM file of its own, loaded when they are opened.
//!
//! Leptos' `#[lazy_route]` ends the whole app if a part cannot be loaded. Here the page says so, and everything else goes on.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos_meta::Title;

use crate::components::{Solo, mark_hydrated};

/// A part of the WASM file could not be loaded: the server was not reached. It can be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_no_details: SplitLoaderError) -> Self {
        Self
    }
}

/// Makes a component without properties a page that is loaded when it is opened: `lazy_page!(TeamRoute, team_page in company, TeamPage)`
/// declares the route `TeamRoute`, whose code is in the part `company`. Each part has files of its own for what it shares with some of
/// the others; so pages that are opened one after the other are in one part.
macro_rules! lazy_page {
    ($route:ident, $module:ident in $part:ident, $page:ident) => {
        #[doc = concat!("The route of [`", stringify!($page), "`].")]
        #[derive(Clone, Copy, Debug)]
        pub struct $route;

        impl leptos_router::LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_this: Self) -> leptos::prelude::AnyView {
                // The browser begins to load it with the page, not after the rest of the app.
                #[cfg(feature = "ssr")]
                leptos::prefetch_lazy_fn_on_server(stringify!($part));
                $module::$module().await.unwrap_or_else($crate::pages::lazy::could_not_be_loaded)
            }

            async fn preload() {
                // Drawing it tries once more, and says so if that fails too.
                #[cfg(feature = "hydrate")]
                let _loaded = $module::load().await;
            }
        }

        mod $module {
            use leptos::prelude::{AnyView, IntoAny, view};
            use leptos::wasm_split::wasm_split;

            use super::$page;
            use $crate::pages::lazy::NotLoaded;

            #[wasm_split($part, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
            pub(super) fn $module() -> Result<AnyView, NotLoaded> {
                $crate::components::mark_hydrated();
                Ok(view! { <$page/> }.into_any())
            }
        }
    };
}
pub(crate) use lazy_page;

/// What stands in the place of a page that could not be loaded.
pub fn could_not_be_loaded(_cause: NotLoaded) -> AnyView {
    mark_hydrated();
    view! {
        <Title text="Page not loaded"/>
        <Solo title="This page could not be loaded" lead="The server cannot be reached. Check your connection and try again.">
            <p>
                <a href="" rel="external">"Try again"</a>
            </p>
        </Solo>
    }
    .into_any()
}
