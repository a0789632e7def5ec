//! A private key goes through everything, with everything logged. Afterwards no piece of it is anywhere but sealed in the database.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::material::Pair;
use crate::search::Needles;
use crate::signet::{Answer, Outcome, PASSWORD, Place, Server, read_answer};
use crate::tls_server::TlsServer;

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
    settings: [(&'a str, &'a str); 5],
    seen: Vec<(String, Vec<u8>)>,
    /// The account's id, and a token of it.
    program: Option<(String, String)>,
}

fn goes_through_everything(log_format: &str) {
    let place = Place::new();
    for folder in ["tmp", "files"] {
        fs::create_dir(place.path().join(folder)).unwrap();
    }
    let temporary = place.path().join("tmp");
    let bank = Pair::server("localhost");
    let roots = place.write("files/bank.pem", &bank.certificate);
    let settings = [
        ("SIGNET_LOG", "trace"),
        ("SIGNET_LOG_FORMAT", log_format),
        ("TMPDIR", temporary.to_str().unwrap()),
        ("SIGNET_NODES_ALLOW_PRIVATE", "true"),
        ("SIGNET_NODES_CA_FILE", roots.to_str().unwrap()),
    ];
    let mut witness = Witness { place: &place, settings, seen: Vec::new(), program: None };
    let canary = Pair::client("canary.example");
    let rsa = Pair::rsa_client("rsa.example");
    let needles = Needles::of_key(&canary).and(Needles::of_key(&rsa));
    let other = Pair::client("other.example");

    let log = place.path().join("server.log");
    let mut server = witness.serve(&log);
    let cookie = server.set_up();
    witness.page_service(&server, &cookie, &canary, &other);
    witness.rest_api(&server, &rsa, &other);
    witness.calls(&server, &cookie, &TlsServer::start(&bank, &[&canary, &rsa]), &[&canary, &rsa]);
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
    assert!(witness.seen.len() > 70, "{}", witness.seen.len());
    for (what, bytes) in &witness.seen {
        needles.assert_none_in(what, bytes);
    }
    assert_eq!(witness.run(&["keys", "verify"]).stdout, "2 keys open and belong to their certificates, 0 not.\n");
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
        let mut connection = server.connect();
        connection.write_all(server.call_text(function, arguments, cookie).as_bytes()).unwrap();
        let mut first = [0];
        if connection.peek(&mut first).unwrap() == 0 {
            let log = fs::read(self.place.path().join("server.log")).unwrap();
            let end = &log[log.len().saturating_sub(2000)..];
            panic!("{function}: the server has hung up: {}", String::from_utf8_lossy(end));
        }
        let answer = read_answer(&mut connection);
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
        let deleted = self.call(server, "certificates/delete", &delete, cookie);
        assert_eq!(deleted, json!({ "Ok": { "moved": 0, "released": [] } }));
        let query = json!({ "query": { "page": 1, "deleted": true } });
        self.call(server, "certificates/list", &query, cookie);
        let restored = self.call(server, "certificates/restore", &json!({ "id": id }), cookie);
        assert_eq!(restored["Ok"]["id"], id, "{restored}");
        self.call(server, "certificates/list", &json!({ "query": { "page": 1, "deleted": false } }), cookie);
        self.page_of_the_certificate(server, cookie, &restored["Ok"], with(&canary.certificate, Some(&canary.key), ""));
        for page in ["/company/audit-log", "/company/audit-log.csv", "/company/tokens", "/company/team"] {
            self.page(server, cookie, page);
        }
    }

    /// Its own page and file, and the canary in its own place: with a wrong key, and as it is.
    fn page_of_the_certificate(&mut self, server: &Server, cookie: &str, certificate: &Value, upload: Value) {
        let (id, version) = (certificate["id"].as_str().unwrap(), &certificate["version"]);
        for page in ["", "/public.pem"] {
            self.page(server, cookie, &format!("/company/security/certificates/{id}{page}"));
        }
        let mut damaged = upload.clone();
        let key = damaged["upload"]["private_key"].as_str().unwrap().replacen('\n', "\n!", 2);
        damaged["upload"]["private_key"] = key.into();
        for (mut sent, is_done) in [(damaged, false), (upload, true)] {
            sent["id"] = id.into();
            sent["version"] = version.clone();
            let answer = self.call(server, "certificates/replace", &sent, cookie);
            assert_eq!(answer["Ok"].is_object(), is_done, "{answer}");
        }
        let back = json!({ "id": id, "version": version, "earlier": 1 });
        self.call(server, "certificates/restore-version", &back, cookie);
        self.call(server, "certificates/detail", &json!({ "id": id }), cookie);
    }

    /// A request of a program to the REST API, in its account; what stands at `/…`, with this body.
    fn ask(&mut self, server: &Server, method: &str, path: &str, body: &str) -> Answer {
        let (account, token) = match self.program.take() {
            Some(program) => program,
            None => self.create_token(),
        };
        let answer = server.exchange_text(&format!(
            "{method} /client/v4/accounts/{account}{path} HTTP/1.0\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            server.address,
            token,
            body.len()
        ));
        self.program = Some((account, token));
        self.keep(&format!("{method} {path}"), &answer);
        answer
    }

    fn create_token(&mut self) -> (String, String) {
        let account = self.run(&["account", "list"]).stdout.split('\t').next().unwrap().to_owned();
        let create = ["token", "create", "--account", &account, "--name", "deploy"];
        let scopes = ["--scope", "certificates:write", "--scope", "api_nodes:write", "--scope", "api_nodes:call"];
        let token = self.run(&[&create[..], &scopes].concat()).stdout.trim().to_owned();
        (account, token)
    }

    /// Everything that a program can do with a key, refusals and errors first.
    fn rest_api(&mut self, server: &Server, canary: &Pair, other: &Pair) {
        const CERTIFICATES: &str = "/mtls_certificates";
        const VALIDATE: &str = "/mtls_certificates/validate";
        let body = |certificates: &str, key: &str, name: &str| {
            json!({ "ca": false, "certificates": certificates, "private_key": key, "name": name }).to_string()
        };
        let good = body(&canary.certificate, &canary.key, "rsa");
        let key = canary.key.replace('\n', "\\n");
        let broken = [
            ("broken off", format!("{{\"private_key\":\"{key}\",")),
            ("a list", format!("{{\"private_key\":[\"{key}\"]}}")),
            ("in another field", format!("{{\"ca\":\"{key}\"}}")),
            ("as a field", format!("{{\"{key}\":true}}")),
            ("twice", format!("{{\"private_key\":\"{key}\",\"private_key\":\"{key}\"}}")),
            ("the key alone", canary.key.clone()),
            ("a wrong key", body(&other.certificate, &canary.key, "x")),
            ("a damaged key", body(&canary.certificate, &canary.key.replacen('\n', "\n!", 2), "x")),
            ("a key for a name", body(&canary.certificate, &canary.key, &canary.key)),
            ("a key for a certificate", body(&canary.key, &canary.key, "x")),
        ];
        let unknown = format!("{CERTIFICATES}/00000000-0000-4000-8000-000000000000");
        for (what, sent) in &broken {
            assert_eq!(self.ask(server, "POST", CERTIFICATES, sent).status, 400, "{what}");
            let put = self.ask(server, "PUT", &unknown, sent).status;
            assert!(matches!(put, 400 | 404), "{what}: {put}");
            let validated = self.ask(server, "POST", VALIDATE, sent);
            assert_ne!(validated.json()["result"]["valid"], true, "{what}");
            assert_eq!(self.ask(server, "PATCH", &unknown, sent).status / 100, 4, "{what}");
            assert_eq!(self.ask(server, "POST", "/api_nodes", sent).status, 400, "{what}");
        }
        self.ask(server, "POST", "/nowhere", &good);
        self.ask(server, "PUT", CERTIFICATES, &good);
        assert_eq!(self.ask(server, "POST", VALIDATE, &good).json()["result"]["valid"], true);
        let stored = self.ask(server, "POST", CERTIFICATES, &good).json();
        let id = stored["result"]["id"].as_str().unwrap_or_else(|| panic!("{stored}")).to_owned();
        assert_eq!(self.ask(server, "POST", CERTIFICATES, &good).status, 400, "it is there already");
        let path = format!("{CERTIFICATES}/{id}");
        for (what, sent) in &broken[..8] {
            assert_eq!(self.ask(server, "PUT", &path, sent).status, 400, "{what}");
        }
        assert_eq!(self.ask(server, "PUT", &path, &good).status, 200);
        assert_eq!(self.ask(server, "PATCH", &path, &json!({ "name": canary.key }).to_string()).status, 400);
        for path in [path.clone(), format!("{path}/versions"), format!("{path}/associations"), CERTIFICATES.to_owned()]
        {
            assert_eq!(self.ask(server, "GET", &path, "").status, 200);
        }
    }

    /// API nodes call a server that asks for the certificate, so that each key is opened and signs.
    fn calls(&mut self, server: &Server, cookie: &str, bank: &TlsServer, pairs: &[&Pair]) {
        let listed = self.ask(server, "GET", "/mtls_certificates", "").json();
        let certificates = listed["result"].as_array().unwrap().clone();
        assert_eq!(certificates.len(), pairs.len(), "{listed}");
        let url = format!("https://localhost:{}/pay", bank.port);
        for certificate in &certificates {
            let mtls = json!({ "enabled": true, "certificate": certificate["id"] });
            let node = json!({ "name": certificate["name"], "url": url, "mtls": mtls });
            let node = self.ask(server, "POST", "/api_nodes", &node.to_string()).json()["result"].clone();
            let path = format!("/api_nodes/{}/call", node["id"].as_str().unwrap());
            let called = self.ask(server, "POST", &path, "").json()["result"].clone();
            assert_eq!((&called["status"], &called["body"]), (&json!(200), &json!("done")), "{called}");
            assert_eq!(called["tls"]["client_certificate_sent"], true, "{called}");
            assert_eq!(called["tls"]["certificate_id"], certificate["id"], "{called}");
            let draft = json!({
                "name": "Test", "method": "GET", "url": url, "headers": [], "body": "", "timeout_ms": 5000,
                "follow_redirects": false, "server_ca": null, "mtls": mtls
            });
            let test = json!({ "test": { "id": null, "draft": draft, "input": {} } });
            let tested = self.call(server, "api-nodes/test", &test, cookie);
            assert_eq!(tested["Ok"]["tls"]["client_certificate_sent"], true, "{tested}");
            self.page(server, cookie, &format!("/api-nodes/{}", node["id"].as_str().unwrap()));
        }
        let seen = bank.seen();
        for pair in pairs {
            let times = seen.iter().filter(|(certificate, _)| *certificate == pair.certificate_der).count();
            assert_eq!(times, 2, "the bank has asked for each certificate, and got it");
        }
        self.seen.extend(seen.into_iter().map(|(_, request)| ("what the bank was sent".to_owned(), request)));
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
