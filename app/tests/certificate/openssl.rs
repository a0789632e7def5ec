//! The `openssl` command line, for what rcgen does not make.

use std::process::Command;

/// Runs `openssl`. `{0}`, `{1}`, … stand for files with these contents; the answer is its standard output.
pub fn run(arguments: &[&str], files: &[&[u8]]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> = files
        .iter()
        .enumerate()
        .map(|(number, content)| {
            let path = folder.path().join(number.to_string());
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    let filled = arguments.iter().map(|argument| {
        paths
            .iter()
            .enumerate()
            .fold((*argument).to_owned(), |argument, (number, path)| argument.replace(&format!("{{{number}}}"), path))
    });
    let output = Command::new("openssl").args(filled).output().expect("openssl is installed");
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The arguments that switch on what OpenSSL 3 counts as of old; `None` where that part of it is not installed.
pub fn legacy() -> Option<&'static [&'static str]> {
    let list = Command::new("openssl").args(["list", "-providers", "-provider", "legacy"]).output();
    let is_there = list.expect("openssl is installed").status.success();
    is_there.then_some(&["-provider", "legacy", "-provider", "default"])
}

/// A new key, as PKCS#8 in PEM.
pub fn key(algorithm: &str, options: &[&str]) -> Vec<u8> {
    let mut arguments = vec!["genpkey", "-algorithm", algorithm];
    for option in options {
        arguments.extend(["-pkeyopt", option]);
    }
    run(&arguments, &[])
}

/// A new key on this curve.
pub fn ec_key(curve: &str) -> Vec<u8> {
    key("EC", &[&format!("ec_paramgen_curve:{curve}")])
}

/// The public key of a private one, in DER.
pub fn spki(key: &[u8]) -> Vec<u8> {
    run(&["pkey", "-in", "{0}", "-pubout", "-outform", "DER"], &[key])
}
