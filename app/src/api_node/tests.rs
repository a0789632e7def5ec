use serde_json::json;

use super::*;

fn draft(url: &str) -> Draft {
    Draft { name: "Create transfer".to_owned(), url: url.to_owned(), ..Draft::default() }
}

fn header(name: &str, value: &str) -> DraftHeader {
    DraftHeader { name: name.to_owned(), value: Some(Secret::from(value.to_owned())), secret: false }
}

fn fields(draft: Draft) -> Vec<String> {
    check(draft).map_or_else(|problems| problems.into_iter().map(|problem| problem.field).collect(), |_| Vec::new())
}

fn input(variables: serde_json::Value) -> CallInput {
    CallInput { variables: variables.as_object().unwrap().clone(), ..CallInput::default() }
}

fn rendered_url(url: &str, variables: serde_json::Value) -> Result<String, Vec<String>> {
    let rendered = check(draft(url)).unwrap().render(&input(variables));
    let fields = |problems: Vec<FieldProblem>| problems.into_iter().map(|problem| problem.field).collect();
    rendered.map(|rendered| rendered.url.into()).map_err(fields)
}

fn rendered_body(content_type: Option<&str>, body: &str, variables: serde_json::Value) -> String {
    let headers = content_type.map(|content_type| header("Content-Type", content_type)).into_iter().collect();
    let node = check(Draft { headers, body: body.to_owned(), ..draft("https://a.example/") }).unwrap();
    node.render(&input(variables)).unwrap().body
}

#[test]
fn urls() {
    for good in [
        "https://api.bank.example",
        "https://api.bank.example/v1/{{id}}?a={{b}}&c={{ d.e }}",
        "https://api.bank.example?x={{y}}",
        "HTTPS://API.bank.example:8443/",
        "http://api.bank.example/",
        "https://[2001:db8::1]/",
        " https://müller.example/ ",
    ] {
        assert_eq!(fields(draft(good)), [""; 0], "{good}");
    }
    for bad in [
        "",
        "api.bank.example",
        "ftp://api.bank.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:/api.bank.example/",
        "https:\\\\api.bank.example\\",
        "https://",
        "https:///path",
        "{{scheme}}://api.bank.example/",
        "https://{{host}}/",
        "https://api.{{host}}/",
        "https://api.bank.example:{{port}}/",
        "https://api.bank.example{{rest}}",
        "https://{{user}}@api.bank.example/",
        "https://ana:secret@api.bank.example/",
        "https://api.bank.example/#{{x}}",
        "https://api.bank.example/a b",
        "https://api.bank.example/\nx",
        "https://api.bank\t.example/",
        "https://api.bank.example/{{a",
        "https://api.bank.example/{{}}",
        "https://api.bank.example/{{a b}}",
        "https://api.bank.example:99999/",
        "https://1.2.3.4.5/",
    ] {
        assert_eq!(fields(draft(bad)), ["url"], "{bad}");
    }
    assert_eq!(check(draft("https://0x7f.1/")).unwrap().host(), "127.0.0.1");
    assert_eq!(check(draft("https://2130706433/")).unwrap().host(), "127.0.0.1");
    assert_eq!(check(draft("https://[::FFFF:7f00:1]/")).unwrap().host(), "::ffff:127.0.0.1");
    assert_eq!(check(draft("https://A.Example./")).unwrap().host(), "a.example");
}

#[test]
fn variables_in_a_url_stay_where_they_stand() {
    let url = "https://a.example/v1/{{id}}/x?q={{q}}";
    let all = |id: &str, q: &str| rendered_url(url, json!({ "id": id, "q": q }));
    assert_eq!(all("7", "b").unwrap(), "https://a.example/v1/7/x?q=b");
    assert_eq!(
        all("a/b?c#d&e", "a b&c=d#e+f%").unwrap(),
        "https://a.example/v1/a%2Fb%3Fc%23d%26e/x?q=a%20b%26c%3Dd%23e%2Bf%25"
    );
    assert_eq!(all("@evil.example", "ü").unwrap(), "https://a.example/v1/%40evil.example/x?q=%C3%BC");
    assert_eq!(all("7", "").unwrap(), "https://a.example/v1/7/x?q=");
    for bad in ["", ".", ".."] {
        assert_eq!(all(bad, "b"), Err(vec!["variables/id".to_owned()]), "{bad:?}");
    }
    assert_eq!(rendered_url("https://a.example/%2e{{x}}", json!({ "x": "." })), Err(vec!["variables/x".to_owned()]));
    assert_eq!(rendered_url("https://a.example/..{{x}}", json!({ "x": "b" })).unwrap(), "https://a.example/..b");
    assert_eq!(
        rendered_url("https://a.example/{{n}}/{{b}}", json!({ "n": 1.5, "b": true })).unwrap(),
        "https://a.example/1.5/true"
    );
    assert_eq!(rendered_url("https://a.example/{{a.b}}", json!({ "a": { "b": "c" } })).unwrap(), "https://a.example/c");
    assert_eq!(
        rendered_url("https://a.example/{{a.b}}", json!({ "a.b": "d", "a": { "b": "c" } })).unwrap(),
        "https://a.example/d"
    );
    for bad in [json!({}), json!({ "a": null }), json!({ "a": [1] }), json!({ "a": {} })] {
        assert_eq!(rendered_url("https://a.example/{{a}}", bad), Err(vec!["variables/a".to_owned()]));
    }
}

#[test]
fn headers() {
    let with =
        |name: &str, value: &str| fields(Draft { headers: vec![header(name, value)], ..draft("https://a.example/") });
    for (name, value) in [("X-Partner", "meridian"), ("Idempotency-Key", "{{ flow.run_id }}"), ("Accept", "a/b;q=0.5")]
    {
        assert_eq!(with(name, value), [""; 0], "{name}");
    }
    for name in [
        "",
        "a b",
        "a:b",
        "ü",
        "Host",
        "host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "TE",
        "Upgrade",
        "Expect",
        "Keep-Alive",
        "Proxy-Authorization",
        "Trailer",
    ] {
        assert_eq!(with(name, "x"), ["headers/0/name"], "{name}");
    }
    for value in ["a\r\nb: c", "a\nb", "ü", "\0", "{{a", "\u{7f}"] {
        assert_eq!(with("X-A", value), ["headers/0/value"], "{value:?}");
    }
    let nothing = DraftHeader { value: None, ..header("X-A", "") };
    assert_eq!(fields(Draft { headers: vec![nothing.clone()], ..draft("https://a.example/") }), ["headers/0/value"]);
    for value in ["", " "] {
        let empty = DraftHeader { secret: true, ..header("X-A", value) };
        assert_eq!(fields(Draft { headers: vec![empty], ..draft("https://a.example/") }), ["headers/0/value"]);
    }
    let kept = DraftHeader { secret: true, ..nothing };
    assert_eq!(fields(Draft { headers: vec![kept], ..draft("https://a.example/") }), [""; 0]);
    assert_eq!(fields(Draft { headers: vec![header("X-A", "b"); 51], ..draft("https://a.example/") }), ["headers"]);
}

#[test]
fn variables_in_a_header_bring_no_line_break() {
    let node = check(Draft { headers: vec![header("X-A", "a {{b}}")], ..draft("https://a.example/") }).unwrap();
    let value = |b: &str| {
        let rendered = node.render(&input(json!({ "b": b })));
        rendered.map(|rendered| rendered.headers[0].value.to_string()).map_err(|problems| problems[0].field.clone())
    };
    assert_eq!(value("c"), Ok("a c".to_owned()));
    for bad in ["c\r\nX-B: d", "\n", "\r", "ü", "\0"] {
        assert_eq!(value(bad), Err("variables/b".to_owned()), "{bad:?}");
    }
}

#[test]
fn what_a_call_brings_along() {
    let node = check(Draft {
        headers: vec![header("X-A", "{{a}}"), header("X-B", "b")],
        body: "{{c}}".to_owned(),
        ..draft("https://a.example/p?x=1")
    })
    .unwrap();
    let pair = |name: &str, value: &str| Pair { name: name.to_owned(), value: value.to_owned() };
    let call = CallInput {
        headers: vec![pair("x-a", "{{not one}}")],
        query: vec![pair("y z", "1&2"), pair("w", "")],
        body: Some("{{as it is}}".to_owned()),
        ..CallInput::default()
    };
    let rendered = node.render(&call).unwrap();
    assert_eq!(rendered.url.as_str(), "https://a.example/p?x=1&y%20z=1%262&w=");
    assert_eq!(rendered.body, "{{as it is}}");
    let headers: Vec<_> = rendered.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect();
    assert_eq!(headers, [("X-B", "b"), ("x-a", "{{not one}}")]);
    assert!(!format!("{rendered:?} {:?}", rendered.headers).contains("as it is"));
    for (call, field) in [
        (CallInput { headers: vec![pair("Host", "x")], ..call.clone() }, "headers/0/name"),
        (CallInput { headers: vec![pair("x-a", "a\nb")], ..call.clone() }, "headers/0/value"),
        (CallInput { query: vec![pair("", "x")], ..call.clone() }, "query/0/name"),
    ] {
        assert_eq!(node.render(&call).unwrap_err()[0].field, field);
    }
    let missing: Vec<_> =
        node.render(&CallInput::default()).unwrap_err().into_iter().map(|problem| problem.field).collect();
    assert_eq!(missing, ["variables/a", "variables/c"]);
    assert_eq!(node.variables().into_iter().collect::<Vec<_>>(), ["a", "c"]);
}

#[test]
fn variables_in_a_body() {
    let json_type = Some("application/json; charset=utf-8");
    let hostile = "\"},\n\\{{a}}";
    let variables = json!({ "n": 12.5, "s": hostile, "o": { "k": [1, null] }, "t": true, "z": null });
    let template = r#"{"n": {{n}}, "s": "x{{s}}y", "q": {{s}}, "o": {{o}}, "oi": "{{o}}", "ni": "{{n}}", "\"e\\": {{t}}, "z": {{z}}}"#;
    for content_type in [json_type, None, Some("application/problem+json")] {
        let body: serde_json::Value =
            serde_json::from_str(&rendered_body(content_type, template, variables.clone())).unwrap();
        let expected = json!({
            "n": 12.5, "s": format!("x{hostile}y"), "q": hostile, "o": { "k": [1, null] },
            "oi": "{\"k\":[1,null]}", "ni": "12.5", "\"e\\": true, "z": null,
        });
        assert_eq!(body, expected);
    }
    let of =
        |content_type: &str, body: &str| rendered_body(Some(content_type), body, json!({ "a": "<&\"'>\u{1} b=c" }));
    assert_eq!(of("application/xml", "<o id=\"{{a}}\"/>"), "<o id=\"&lt;&amp;&quot;&apos;&gt; b=c\"/>");
    assert_eq!(of("application/x-www-form-urlencoded", "k={{a}}&l=m"), "k=%3C%26%22%27%3E%01%20b%3Dc&l=m");
    assert_eq!(of("text/plain", "k={{a}}"), "k=<&\"'>\u{1} b=c");
    assert_eq!(of("text/plain", "\"{{a}}\""), "\"<&\"'>\u{1} b=c\"");
}

#[test]
fn a_body_that_says_it_is_json_is() {
    let with = |body: &str, content_type: &str| {
        let headers = vec![header("content-type", content_type)];
        fields(Draft { headers, body: body.to_owned(), ..draft("https://a.example/") })
    };
    assert_eq!(with("{\"a\": {{b}}, \"c\": \"{{d}}\"}", "application/json"), [""; 0]);
    assert_eq!(with("{\"a\": {\"b\":{{b}}}}", "application/json"), [""; 0]);
    assert_eq!(with("", "application/json"), [""; 0]);
    for bad in ["{\"a\": {{b}}", "{a: 1}", "{{a}}{{b}}"] {
        assert_eq!(with(bad, "application/json"), ["body"], "{bad}");
    }
    assert_eq!(with("{a: 1}", "text/plain"), [""; 0]);
    assert_eq!(with("{{a", "text/plain"), ["body"]);
    assert_eq!(with(&"a".repeat(LONGEST_BODY + 1), "text/plain"), ["body"]);
}

#[test]
fn everything_else() {
    let good = || draft("https://a.example/");
    let pinned = |id: &str| Mtls { enabled: true, certificate: Chosen::Pinned(id.to_owned()) };
    for (draft, field) in [
        (Draft { name: " ".to_owned(), ..good() }, "name"),
        (Draft { name: "a\u{202e}b".to_owned(), ..good() }, "name"),
        (Draft { method: "CONNECT".to_owned(), ..good() }, "method"),
        (Draft { method: "GET / HTTP/1.1".to_owned(), ..good() }, "method"),
        (Draft { timeout_ms: 99, ..good() }, "timeout_ms"),
        (Draft { timeout_ms: 120_001, ..good() }, "timeout_ms"),
        (Draft { server_ca: Some("x".to_owned()), ..good() }, "server_ca"),
        (Draft { mtls: pinned("PRIMARY"), ..good() }, "mtls/certificate"),
        (Draft { mtls: pinned("2458ce5a-0c35-4c7f-82c7-8e9487d3ff60"), ..draft("http://a.example/") }, "url"),
    ] {
        assert_eq!(fields(draft), [field]);
    }
    assert_eq!(check(Draft { method: "post".to_owned(), ..good() }).unwrap().method(), "POST");
    let both = fields(Draft { name: String::new(), timeout_ms: 0, ..draft("x") });
    assert_eq!(both, ["name", "url", "timeout_ms"]);
}

#[test]
fn the_primary_is_a_word() {
    for (chosen, text) in [(Chosen::Primary, "\"primary\""), (Chosen::Pinned("a".to_owned()), "\"a\"")] {
        assert_eq!(serde_json::to_string(&chosen).unwrap(), text);
        assert_eq!(serde_json::from_str::<Chosen>(text).unwrap(), chosen);
    }
}
