//! A private key goes through everything, with everything logged. Afterwards no piece of it is anywhere but sealed in the database.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::material::Pair;
use crate::search::Needles;
use crate::signet::{Answer, Outcome, PASSWORD, Place, Server};

#[test]
fn no_piece_of_a_private_key_is_left_anywhere_in_text_logs() {
    goes_through_everything("text");
}

#[test]
fn no_piece_of_a_private_key_is_left_anywhere_in_json_logs() {
    goes_through_everything("json");
}

/// What was seen, to be searched at the end.
struct Witness<'a> {
    place: &'a Place,
    settings: [(&'a str, &'a str); 3],
    seen: Vec<(String, Vec<u8>)>,
}

fn goes_through_everything(log_format: &str) {
    let place = Place::new();
    for folder in ["tmp", "files"] {
        fs::create_dir(place.path().join(folder)).unwrap();
    }
    let temporary = place.path().join("tmp");
    let settings =
        [("SIGNET_LOG", "trace"), ("SIGNET_LOG_FORMAT", log_format), ("TMPDIR", temporary.to_str().unwrap())];
    let mut witness = Witness { place: &place, settings, seen: Vec::new() };
    let canary = Pair::client("canary.example");
    let needles = Needles::of_key(&canary);
    let other = Pair::client("other.example");

    let log = place.path().join("server.log");
    let mut server = witness.serve(&log);
    let cookie = server.set_up();
    witness.page_service(&server, &cookie, &canary, &other);
    witness.command_line(&canary, &other);
    server.signal(Signal::KILL);
    drop(server);
    witness.keep_files(place.path(), &["files"]);

    // Once more after the crash, and a second look after an orderly end.
    let second_log = place.path().join("second.log");
    let server = witness.serve(&second_log);
    let sign_in = json!({ "request": { "email": "ana@meridian.example", "password": PASSWORD } });
    let cookie = server.call("sign-in", &sign_in, "").cookie();
    witness.page(&server, &cookie, "/company/security/certificates");
    server.signal(Signal::TERM);
    assert_eq!(server.exit_code(), Some(0));
    witness.keep_files(place.path(), &["files"]);

    let logged = fs::read_to_string(&log).unwrap();
    assert!(logged.contains("sqlx::query") && logged.contains("insert into sealed_keys"), "everything is logged");
    assert!(
        witness.seen.iter().any(|(what, _)| what.ends_with("signet.db-wal")),
        "the log of the database is searched"
    );
    assert!(witness.seen.len() > 40, "{}", witness.seen.len());
    for (what, bytes) in &witness.seen {
        needles.assert_none_in(what, bytes);
    }
    assert_eq!(witness.run(&["keys", "verify"]).stdout, "1 key opens and belongs to its certificate, 0 not.\n");
}

impl Witness<'_> {
    fn serve(&self, log: &Path) -> Server {
        self.place.serve_with(&[], &self.settings, File::create(log).unwrap().into())
    }

    /// Runs a command and keeps what it says.
    fn run(&mut self, arguments: &[&str]) -> Outcome {
        let outcome = self.place.run_with(arguments, &self.settings);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        self.seen.push((format!("what signet {arguments:?} says"), said.into_bytes()));
        outcome
    }

    fn keep(&mut self, what: &str, answer: &Answer) {
        self.seen.push((format!("the answer to {what}"), format!("{}{}", answer.head, answer.body).into_bytes()));
    }

    fn call(&mut self, server: &Server, function: &str, arguments: &Value, cookie: &str) -> Value {
        let answer = server.call(function, arguments, cookie);
        self.keep(function, &answer);
        answer.json()
    }

    fn page(&mut self, server: &Server, cookie: &str, path: &str) {
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n{cookie}\r\n", server.address);
        let page = server.exchange_text(&request);
        assert_eq!(page.status, 200, "{path}");
        self.keep(path, &page);
    }

    /// Everything that a page can do with a key, and everything that can go wrong with one.
    fn page_service(&mut self, server: &Server, cookie: &str, canary: &Pair, other: &Pair) {
        const UPLOAD: &str = "certificates/upload";
        let with = |certificates: &str, private_key: Option<&str>, name: &str| {
            json!({ "upload": {
                "ca": false, "certificates": certificates, "private_key": private_key, "name": name, "primary": false,
                "confirmed": []
            } })
        };
        // What is refused, first: a wrong key, damaged ones, a key in the place of everything else.
        let damaged = canary.key.replacen('\n', "\n!", 2);
        let short: String = canary.key.chars().take(150).collect();
        let one_line = canary.key.replace('\n', "");
        let flipped = canary.key.replacen("-----END PRIVATE KEY-----", "-----END CERTIFICATE-----", 1);
        let encrypted = canary.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        for (what, certificates, key) in [
            ("another's key", &other.certificate, Some(canary.key.as_str())),
            ("a key without a certificate", &canary.key, None),
            ("damaged", &canary.certificate, Some(&damaged)),
            ("short", &canary.certificate, Some(&short)),
            ("on one line", &canary.certificate, Some(&one_line)),
            ("with another end", &canary.certificate, Some(&flipped)),
            ("said to be encrypted", &canary.certificate, Some(&encrypted)),
        ] {
            let refused = self.call(server, UPLOAD, &with(certificates, key, "canary"), cookie);
            assert!(refused["Err"].is_object(), "{what}: {refused}");
        }
        let refused = self.call(server, UPLOAD, &with(&canary.certificate, Some(&canary.key), &canary.key), cookie);
        assert!(refused["Err"].is_object(), "a key for a name: {refused}");
        // By nobody, by another site's page, cut off, of other types, and where nobody expects it.
        self.call(server, UPLOAD, &canary.upload("canary"), "");
        let text = server.call_text(UPLOAD, &canary.upload("canary"), cookie);
        let foreign = server.exchange_text(&text.replace("Origin: http://", "Origin: http://evil."));
        assert_eq!(foreign.status, 403);
        self.keep("another site", &foreign);
        let mut cut = server.connect();
        cut.write_all(&text.as_bytes()[..text.len() - 40]).unwrap();
        cut.shutdown(std::net::Shutdown::Write).unwrap();
        let mut said = Vec::new();
        let _reset = cut.read_to_end(&mut said);
        self.seen.push(("the answer to half a request".to_owned(), said));
        let key = canary.key.replace('\n', "\\n");
        for (what, body) in [
            ("broken JSON", format!("{{\"upload\":{{\"private_key\":\"{key}\",")),
            ("a wrong type", format!("{{\"upload\":{{\"private_key\":[\"{key}\"]}}}}")),
            ("an unknown field", format!("{{\"uplod\":{{\"private_key\":\"{key}\"}}}}")),
            ("the key alone", canary.key.clone()),
        ] {
            let head = text.split_once("Content-Length").unwrap().0;
            let answer = server.exchange_text(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()));
            assert_eq!(answer.status, 400, "{what}: {answer:?}");
            self.keep(what, &answer);
        }
        // What is stored, and whatever else happens to it.
        let stored = self.call(server, UPLOAD, &canary.upload("canary"), cookie);
        let certificate = stored["Ok"]["certificate"].clone();
        let id = certificate["id"].clone();
        assert!(id.is_string(), "{stored}");
        let again = self.call(server, UPLOAD, &canary.upload("canary"), cookie);
        assert!(again["Err"].is_object(), "{again}");
        self.page(server, cookie, "/company/security/certificates");
        let version = |value: &Value| value["version"].clone();
        let rename = json!({ "id": id, "version": certificate["version"], "name": "Canary" });
        let renamed = self.call(server, "certificates/rename", &rename, cookie)["Ok"]["certificate"].clone();
        let primary = json!({ "id": id, "version": version(&renamed) });
        self.call(server, "certificates/set-primary", &primary, cookie);
        let remove = json!({ "id": id, "version": version(&renamed).as_i64().unwrap() + 1 });
        let removed = self.call(server, "certificates/remove-primary", &remove, cookie)["Ok"].clone();
        let delete = json!({ "id": id, "version": version(&removed) });
        assert_eq!(self.call(server, "certificates/delete", &delete, cookie), json!({ "Ok": null }));
        let query = json!({ "query": { "page": 1, "deleted": true } });
        self.call(server, "certificates/list", &query, cookie);
        let restored = self.call(server, "certificates/restore", &json!({ "id": id }), cookie);
        assert_eq!(restored["Ok"]["id"], id, "{restored}");
        self.call(server, "certificates/list", &json!({ "query": { "page": 1, "deleted": false } }), cookie);
        for page in ["/company/audit-log", "/company/audit-log.csv", "/company/tokens", "/company/team"] {
            self.page(server, cookie, page);
        }
    }

    /// The same on the command line, beside the running server.
    fn command_line(&mut self, canary: &Pair, other: &Pair) {
        self.place.write("files/canary.crt", &canary.certificate);
        self.place.write("files/canary.key", &canary.key);
        self.place.write("files/other.crt", &other.certificate);
        fs::write(self.place.path().join("files/canary.der"), &canary.key_der).unwrap();
        self.place.write("files/damaged.key", &canary.key.replacen('\n', "\n!", 2));
        assert_eq!(self.run(&["check", "files/canary.crt", "files/canary.key"]).code, Some(0));
        assert_eq!(self.run(&["check", "--json", "files/canary.crt", "files/canary.der"]).code, Some(0));
        for pair in [["files/other.crt", "files/canary.key"], ["files/canary.crt", "files/damaged.key"]] {
            assert_eq!(self.run(&["check", pair[0], pair[1]]).code, Some(1));
        }
        self.run(&["check", "files/canary.key"]);
        assert_eq!(self.run(&["keys", "verify"]).code, Some(0));
        assert_eq!(self.run(&["keys", "add"]).code, Some(0));
        assert_eq!(self.run(&["keys", "rotate"]).code, Some(0));
        assert_eq!(self.run(&["keys", "verify"]).code, Some(0));
        assert_eq!(self.run(&["backup", "backup.db"]).code, Some(0));
        let key = self.place.path().join("data/master.key");
        fs::create_dir(self.place.path().join("restored")).unwrap();
        fs::copy(key, self.place.path().join("restored/master.key")).unwrap();
        assert_eq!(self.run(&["restore", "backup.db", "--data-dir", "restored"]).code, Some(0));
        assert_eq!(self.run(&["keys", "verify", "--data-dir", "restored"]).code, Some(0));
    }

    /// Keeps every file in a folder and those in it, but for the ones in which the canary was made.
    fn keep_files(&mut self, folder: &Path, except: &[&str]) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if except.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            if path.is_dir() {
                self.keep_files(&path, except);
            } else {
                self.seen.push((path.display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }
}
