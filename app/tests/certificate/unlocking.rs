//! Locked files: opened with their passphrase, or refused with one of the rules of opening.

mod files;
mod hostile;
mod opens;
mod refuses;

use app::certificate::{Finding, Opened, Pointer, unlock};

use crate::openssl;
use crate::world::WORLD;

/// The passphrase of most files.
const SECRET: &str = "Zw0lf-B0xk4mpfer";

/// What comes out of a file, as text.
fn open(file: &[u8], passphrase: &str) -> Result<String, Finding> {
    unlock(file, Pointer::Certificates, passphrase).map(text)
}

fn text(opened: Opened) -> String {
    String::from_utf8(opened.into_bytes().to_vec()).unwrap()
}

/// A PKCS#12 file of the world's leaf, its issuer and the client's key.
fn pfx(options: &[&str], passphrase: &str) -> Vec<u8> {
    let arguments = [&["pkcs12", "-export", "-in", "{0}", "-inkey", "{1}", "-passout", "file:{2}"], options].concat();
    // A line, so that an empty passphrase is one.
    openssl::run(&arguments, &[&WORLD.chain(), &WORLD.client.pem(), format!("{passphrase}\n").as_bytes()])
}

/// A key, encrypted, in PEM.
fn locked(key: &[u8], options: &[&str], passphrase: &str) -> Vec<u8> {
    let arguments = [&["pkcs8", "-topk8", "-in", "{0}", "-passout", "file:{1}"], options].concat();
    openssl::run(&arguments, &[key, format!("{passphrase}\n").as_bytes()])
}

/// The client's key, encrypted.
fn locked_client(options: &[&str], passphrase: &str) -> Vec<u8> {
    locked(&WORLD.client.pem(), options, passphrase)
}
