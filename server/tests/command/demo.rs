//! `signet demo`

use serde_json::{Value, json};

use crate::signet::Place;

#[test]
fn fills_an_empty_database_once() {
    let place = Place::new();
    let outcome = place.run(&["demo"]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
    let (email, password) = outcome.stdout.trim().split_once('\n').unwrap();
    assert_eq!(email, "ana@meridian.example");

    let again = place.run(&["demo"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
    assert!(again.stderr.starts_with("signet: the database has data: "), "{}", again.stderr);
    let link = place.run(&["setup-link"]);
    assert_eq!(link.code, Some(1));
    assert!(link.stderr.starts_with("signet: there is a user already"), "{}", link.stderr);

    let server = place.serve();
    let sign_in = json!({ "request": { "email": email, "password": password } });
    let cookie = server.call("sign-in", &sign_in, "").cookie();
    let list = |page: u32| {
        let query = json!({ "query": { "page": page } });
        server.call("certificates/list", &query, &cookie).json()["Ok"].clone()
    };
    let first = list(1);
    assert_eq!((&first["total"]["number"], &first["primary"]), (&json!(14), &json!("Bank prod")));
    let names: Vec<&str> = rows(&first).iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(
        names[..5],
        ["Old bank portal", "Tax office filing", "Courier labels", "Clearing gateway", "Card acquirer"]
    );
    assert_eq!(rows(&first)[0]["issuer"], "Northern Bank Client CA");
    assert_eq!(rows(&first)[4]["issued_to"], "merchant-40871");

    // All pages, however many rows one has.
    let mut all = rows(&first).clone();
    let mut page = 2;
    while all.len() < 14 {
        all.extend(rows(&list(page)).clone());
        page += 1;
    }
    assert_eq!(all.iter().filter(|row| row["ca"] == true).count(), 2);
    assert_eq!(all.iter().filter(|row| row["primary"] == true).count(), 1);
    let now = first["now"].as_i64().unwrap();
    assert!(all.iter().all(|row| row["uploaded_on"].as_i64().unwrap() <= now));
    assert_eq!(all.iter().filter(|row| row["not_before"].as_i64().unwrap() > now).count(), 1);

    let nodes = server.call("api-nodes/list", &json!({ "query": { "page": 1, "search": "", "show": "all" } }), &cookie);
    let nodes = nodes.json()["Ok"].clone();
    // All, following the primary, pinned, off, failing.
    assert_eq!(nodes["counts"], json!([9, 2, 6, 1, 0]));
    let id_of = |name: &str| all.iter().find(|row| row["name"] == name).unwrap()["id"].clone();
    for (name, users) in [("Bank prod", 2), ("Tax office filing", 1), ("Payroll bureau", 0)] {
        let usage = server.call("certificates/usage", &json!({ "id": id_of(name) }), &cookie).json();
        assert_eq!(usage["Ok"]["nodes"].as_array().unwrap().len(), users, "{name}: {usage}");
    }
}

fn rows(list: &Value) -> &Vec<Value> {
    list["rows"].as_array().unwrap_or_else(|| panic!("{list}"))
}
