use leptos::prelude::*;

/// An action that only a browser takes, since what it does or holds cannot go to another thread.
///
/// On the server, where nobody presses anything, it holds nothing: whatever is bound to a thread must not be dropped on another one, and
/// an answer is drawn by several.
pub fn browser_action<I, O, F, Fut>(act: F) -> Action<I, O>
where
    I: Send + Sync + 'static,
    O: Send + Sync + 'static,
    F: Fn(&I) -> Fut + 'static,
    Fut: Future<Output = O> + 'static,
{
    #[cfg(feature = "hydrate")]
    let action = Action::new_local(act);
    #[cfg(not(feature = "hydrate"))]
    let action = {
        drop(act);
        Action::new(|_: &I| std::future::pending::<O>())
    };
    action
}
