//! `signet setup-link`

use crate::signet::Place;

#[test]
fn prints_the_link_and_nothing_else() {
    let place = Place::new();
    let first = place.run(&["setup-link"]);
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
    let token = first.stdout.strip_prefix("http://127.0.0.1:3000/setup?token=").unwrap().strip_suffix('\n').unwrap();
    assert!(
        token.len() >= 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
        "{token}"
    );
    assert_ne!(place.run(&["setup-link"]).stdout, first.stdout);
}

#[test]
fn works_beside_a_running_server() {
    let place = Place::new();
    let mut server = place.serve();
    let printed = server.line();
    let old =
        printed.strip_prefix("Set-up link (valid for a day): ").unwrap().split('=').next_back().unwrap().to_owned();
    let new = place.run(&["setup-link"]).stdout.trim().split('=').next_back().unwrap().to_owned();
    let check = |token: &str| server.call("check-setup-link", &serde_json::json!({ "token": token }), "").json();
    assert_eq!(check(&old)["Err"], "setup_link");
    assert_eq!(check(&new), serde_json::json!({ "Ok": null }));
}
