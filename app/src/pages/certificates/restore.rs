use leptos::prelude::*;

use super::host::DialogHost;
use crate::components::{Announcer, browser_action, error_text};
use crate::server_fns::{answer, restore_certificate};
use crate::service::{CertificateRow, Error};

/// Takes back a delete, and says so.
pub fn restore(row: &CertificateRow) -> Action<(), ()> {
    let host = DialogHost::of_this_page();
    let announcer = Announcer::of_this_page();
    let CertificateRow { id, name, .. } = row.clone();
    browser_action(move |(): &()| {
        let (id, name) = (id.clone(), name.clone());
        async move {
            match answer(restore_certificate(id).await) {
                Ok(_row) => {
                    announcer.say(format!("{name} restored."));
                    host.close_changed(vec!["title".to_owned()]);
                }
                Err(Error::SignedOut) => host.session().ask(),
                Err(error) => announcer.say(error_text(&error)),
            }
        }
    })
}
