use leptos::prelude::*;

use super::copy::CopyButton;
use super::state::{DetailState, Open};
use crate::components::{Icon, Moment};
use crate::pages::certificates::octets::{breakable_octets, octets};
use crate::pages::certificates::row::breakable;
use crate::service::CertificateDetail;

/// Every field of the certificate, in words.
#[component]
pub fn Facts(detail: CertificateDetail) -> impl IntoView {
    let CertificateDetail { row, subject, issuer, names, serial_number, serial_hex, key_type, .. } = detail.clone();
    let CertificateDetail { signature, usages, fingerprint_sha256, fingerprint_sha1, public_key_sha256, .. } =
        detail.clone();
    let private_key = if row.ca {
        "None. A CA certificate is stored without its key."
    } else {
        "Stored encrypted. It cannot be shown or downloaded."
    };
    view! {
        <section class="card" aria-labelledby="details-title">
            <div class="card-head">
                <h2 id="details-title">"Details"</h2>
            </div>
            <div class="card-body">
                <dl class="facts">
                    <div><dt>"Subject"</dt><dd>{breakable(&subject)}</dd></div>
                    {(!names.is_empty()).then(|| view! { <div><dt>"Names (SAN)"</dt><dd>{lines(names)}</dd></div> })}
                    <div><dt>"Issuer"</dt><dd>{breakable(&issuer)}</dd></div>
                    <div>
                        <dt>"Serial number"</dt>
                        <dd>
                            <Octets what="serial number" digits=serial_hex/>
                            <span class="muted small">{format!("{serial_number} in decimal")}</span>
                        </dd>
                    </div>
                    <div><dt>"Key type"</dt><dd>{key_type}</dd></div>
                    <div><dt>"Signature"</dt><dd>{signature}</dd></div>
                    <div><dt>"Usage"</dt><dd>{usage(&usages)}</dd></div>
                    <div>
                        <dt>"SHA-256 fingerprint"</dt>
                        <dd><Octets what="SHA-256 fingerprint" digits=fingerprint_sha256/></dd>
                    </div>
                    <div>
                        <dt>"SHA-1 fingerprint"</dt>
                        <dd><Octets what="SHA-1 fingerprint" digits=fingerprint_sha1/></dd>
                    </div>
                    <div>
                        <dt>"Public key, SHA-256"</dt>
                        <dd><Octets what="fingerprint of the public key" digits=public_key_sha256/></dd>
                    </div>
                    <div><dt>"Private key"</dt><dd>{private_key}</dd></div>
                    <AllowedHosts detail/>
                    <div><dt>"Uploaded"</dt><dd><Moment at=row.uploaded_on/></dd></div>
                    <div>
                        <dt>"Identifier"</dt>
                        <dd>
                            <span class="with-copy">
                                <code>{row.id.clone()}</code>
                                <CopyButton what="identifier" text=row.id/>
                            </span>
                        </dd>
                    </div>
                </dl>
            </div>
        </section>
    }
}

/// Octets with a button that copies them.
#[component]
fn Octets(what: &'static str, digits: String) -> impl IntoView {
    view! {
        <span class="with-copy">
            <code>{breakable_octets(&digits)}</code>
            <CopyButton what text=octets(&digits)/>
        </span>
    }
}

/// The hosts that it may be presented to. A CA certificate is presented to nobody.
#[component]
fn AllowedHosts(detail: CertificateDetail) -> impl IntoView {
    let state = DetailState::of_this_page();
    let CertificateDetail { row, allowed_hosts, .. } = detail;
    let is_of_use = !row.ca || !allowed_hosts.is_empty();
    is_of_use.then(|| {
        let can_change = row.deleted_on.is_none();
        let id = format!("hosts-{}", row.id);
        let hosts = allowed_hosts.clone();
        let open = move |_| state.show(Open::Hosts(row.clone(), hosts.clone()));
        view! {
            <div>
                <dt>"Allowed hosts"</dt>
                <dd>
                    <span class="with-copy">
                        {if allowed_hosts.is_empty() {
                            view! { <span>"Any host"</span> }.into_any()
                        } else {
                            view! { <span>{lines(allowed_hosts)}</span> }.into_any()
                        }}
                        {can_change
                            .then(|| {
                                view! {
                                    <button
                                        type="button"
                                        id=id
                                        class="icon-button"
                                        aria-label="Change the allowed hosts"
                                        title="Change"
                                        on:click=open
                                    >
                                        <Icon name="pencil"/>
                                    </button>
                                }
                            })}
                    </span>
                </dd>
            </div>
        }
    })
}

/// "Digital signature; client authentication".
fn usage(usages: &[String]) -> String {
    if usages.is_empty() {
        return "Not limited".to_owned();
    }
    usages.join("; ")
}

fn lines(texts: Vec<String>) -> impl IntoView {
    texts.into_iter().map(|text| view! { {breakable(&text)}<br/> }).collect_view()
}
