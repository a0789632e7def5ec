use leptos::prelude::*;

use super::state::UploadState;
use crate::certificate::Facts;
use crate::components::Time;
use crate::pages::certificates::octets::breakable_octets;

/// The public fields of the chosen certificate.
#[component]
pub fn Preview() -> impl IntoView {
    let state = UploadState::of_this_dialog();
    move || {
        let facts = state.judged.get()?.report.certificate?;
        Some(view! { <FactsOf facts/> })
    }
}

#[component]
fn FactsOf(facts: Facts) -> impl IntoView {
    let Facts { subject, issuer, names, not_before, not_after, key_type, usages, fingerprint_sha256, chain, .. } =
        facts;
    view! {
        <section class="preview" aria-labelledby="upload-preview">
            <h3 id="upload-preview">"Preview"</h3>
            <dl class="facts facts-tight">
                <div><dt>"Subject"</dt><dd>{subject}</dd></div>
                <div><dt>"Issuer"</dt><dd>{issuer}</dd></div>
                <div><dt>"Valid"</dt><dd><Time at=not_before/>" – "<Time at=not_after/></dd></div>
                <div><dt>"Key type"</dt><dd>{key_type}</dd></div>
                {(!names.is_empty()).then(|| view! { <div><dt>"Names"</dt><dd>{lines(names)}</dd></div> })}
                {(!usages.is_empty()).then(|| view! { <div><dt>"Usage"</dt><dd>{lines(usages)}</dd></div> })}
                <div><dt>"SHA-256"</dt><dd><code>{breakable_octets(&fingerprint_sha256)}</code></dd></div>
                <div><dt>"Chain"</dt><dd>{links(chain)}</dd></div>
            </dl>
        </section>
    }
}

fn lines(texts: Vec<String>) -> impl IntoView {
    texts.into_iter().map(|text| view! { {text}<br/> }).collect_view()
}

/// The leaf, then an arrow before each issuer.
fn links(names: Vec<String>) -> impl IntoView {
    names
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let arrow = if place > 0 { "→ " } else { "" };
            view! { {arrow}{name}<br/> }
        })
        .collect_view()
}
