use leptos::html;
use leptos::prelude::*;
use leptos::web_sys;

use super::Icon;

/// How wide a dialog is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogSize {
    /// 28rem: a sentence or a field.
    #[default]
    Small,
    /// 34rem: a form.
    Medium,
    /// 60rem: two columns.
    Wide,
}

/// What a dialog is to a screen reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogKind {
    /// A dialog.
    #[default]
    Plain,
    /// It interrupts to ask before something is lost; described by its text, `{id}-text`.
    Alert,
    /// The same with more than a text, such as a list: not described by it.
    AlertAtLength,
}

/// A native modal dialog, open for as long as it is drawn.
///
/// Close button and Esc do the same: they run `on_close`, which decides. A click outside does nothing. What has `autofocus` gets the
/// focus; give the title `focus_title` if nothing else should have it.
#[component]
pub fn Dialog(
    /// Its id, unique in the page; the title's is `{id}-title`.
    id: &'static str,
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// A line below the title.
    #[prop(into, optional)]
    subtitle: Signal<Option<String>>,
    /// How wide.
    #[prop(into, optional)]
    size: Signal<DialogSize>,
    /// What it is to a screen reader.
    #[prop(optional)]
    kind: DialogKind,
    /// Give the title the focus when the dialog opens.
    #[prop(optional)]
    focus_title: bool,
    /// Close button and Esc.
    on_close: Callback<()>,
    /// A form, whose `dialog-body` and `dialog-foot` follow the head.
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = element.get() {
            // A dialog that follows another in the same place is drawn with its element: opened anew, it gets the focus where it wants it.
            if dialog.open() {
                dialog.close();
            }
            // It fails only for an element that is not in the page, and then there is nothing to show.
            let _failed = dialog.show_modal();
        }
    });
    // Browsers ask by `cancel` only once for every second Esc, so the key itself is heard; `cancel` is left for other ways to close.
    let key_pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            on_close.run(());
        }
    };
    let cancelled = move |event: web_sys::Event| {
        event.prevent_default();
        on_close.run(());
    };
    let class = move || match size.get() {
        DialogSize::Small => "dialog",
        DialogSize::Medium => "dialog dialog-medium",
        DialogSize::Wide => "dialog dialog-wide",
    };
    let role = (kind != DialogKind::Plain).then_some("alertdialog");
    let described_by = (kind == DialogKind::Alert).then(|| format!("{id}-text"));
    view! {
        <dialog
            node_ref=element
            id=id
            class=class
            role=role
            aria-labelledby=format!("{id}-title")
            aria-describedby=described_by
            on:keydown=key_pressed
            on:cancel=cancelled
        >
            <div class="dialog-head">
                <div>
                    <h2 id=format!("{id}-title") tabindex=focus_title.then_some("-1") autofocus=focus_title>
                        {title}
                    </h2>
                    {move || subtitle.get().map(|text| view! { <p>{text}</p> })}
                </div>
                <button type="button" class="icon-button" aria-label="Close" on:click=move |_| on_close.run(())>
                    <Icon name="x"/>
                </button>
            </div>
            {children()}
        </dialog>
    }
}
