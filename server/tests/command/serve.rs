//! `signet serve`

use std::io::Write as _;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use crate::signet::{Place, read_answer};

#[test]
fn data_outlives_the_server() {
    let place = Place::new();
    let mut server = place.serve();
    let link = server.line();
    let base = format!("Set-up link (valid for a day): http://{}/setup?token=", server.address);
    let token = link.strip_prefix(&base).unwrap_or_else(|| panic!("{link}"));
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").body, "database: ok\nmaster key: ok\n");

    let password = "a horse in a blue hat";
    let request = json!({ "request": {
        "token": token, "company": "Meridian Retail", "name": "Ana Ruiz", "email": "ana@meridian.example", "password": password
    } });
    assert_eq!(server.call("set-up", &request, "").json(), json!({ "Ok": null }));
    server.signal(Signal::TERM);
    assert_eq!(server.exit_code(), Some(0));

    let mut server = place.serve();
    let sign_in = json!({ "request": { "email": "ana@meridian.example", "password": password } });
    let cookie = server.call("sign-in", &sign_in, "").cookie();
    assert_eq!(server.call("me", &json!({}), &cookie).json()["Ok"]["name"], "Ana Ruiz");
    server.signal(Signal::INT);
    assert_eq!(server.line(), "", "no set-up link any more");
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    let place = Place::new();
    let server = place.serve();
    let text = server.call_text("me", &json!({}), "");
    let (begin, end) = text.split_at(text.len() - 1);
    let mut connection = server.connect();
    connection.write_all(begin.as_bytes()).unwrap();
    // Long enough for the request's head to arrive.
    std::thread::sleep(Duration::from_millis(300));
    server.signal(Signal::TERM);
    std::thread::sleep(Duration::from_millis(300));
    connection.write_all(end.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut connection).json(), json!({ "Ok": null }));
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn pages_whose_names_are_not_known_stop_the_start_with_one_line() {
    let place = Place::new();
    let pkg = place.path().join("site/pkg");
    std::fs::create_dir_all(&pkg).unwrap();
    for name in
        ["signet.aZmRxY20SKtX2G07xEiv_w.js", "signet.v-eCThdcmouE6zj4GHf6gg.wasm", "signet.snCb3SXFWhn3d8CIEo02CA.css"]
    {
        std::fs::write(pkg.join(name), "").unwrap();
    }
    let refused = place.run(&["serve", "--addr", "127.0.0.1:0", "--site-dir", "site"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused:?}");
    let said = refused.stderr;
    // The program of these tests can have a list beside it, of another build then.
    assert!(said.lines().count() == 1 && said.contains("hash.txt") && said.contains(": copy "), "{said}");
    assert!(!place.path().join("data").exists(), "nothing was begun");

    let hashes = "js: aZmRxY20SKtX2G07xEiv_w\nwasm: v-eCThdcmouE6zj4GHf6gg\ncss: snCb3SXFWhn3d8CIEo02CA\n";
    place.write("site/hash.txt", hashes);
    let server = place.serve_with(&["--site-dir", "site", "--log", "warn"], &[], std::process::Stdio::inherit());
    let page = server.get("/setup").body;
    for name in
        ["signet.aZmRxY20SKtX2G07xEiv_w.js", "signet.v-eCThdcmouE6zj4GHf6gg.wasm", "signet.snCb3SXFWhn3d8CIEo02CA.css"]
    {
        assert!(page.contains(&format!("/pkg/{name}")), "{name}: {page}");
        assert_eq!(server.get(&format!("/pkg/{name}")).status, 200);
    }
}

#[test]
fn an_address_in_use_is_named_and_how_to_take_another() {
    let place = Place::new();
    let server = place.serve();
    let outcome = Place::new().run(&["--addr", &server.address]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    let said = &outcome.stderr;
    assert!(said.starts_with(&format!("signet: cannot listen on {}: ", server.address)), "{said}");
    assert!(said.ends_with("or set SIGNET_ADDR (--addr) to another address\n"), "{said}");
}

#[test]
fn another_masters_key_is_refused() {
    let place = Place::new();
    assert_eq!(place.run(&["setup-link"]).code, Some(0));
    std::fs::remove_file(place.path().join("data/master.key")).unwrap();
    let outcome = place.run(&["serve", "--addr", "127.0.0.1:0"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stderr.contains("master.key"), "{}", outcome.stderr);
}
