//! `in.*`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::case::{Case, authority, client, leaf, pair};
use crate::forge::{der, pem};
use crate::openssl;
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
    [files(), encodings(), binary()].into_iter().flatten().collect()
}

fn files() -> Vec<Case> {
    let world = &*WORLD;
    let bundle = world.bundle();
    let text = String::from_utf8(bundle.clone()).unwrap();
    let issuer = String::from_utf8(world.issuer_pem.clone()).unwrap();
    let padded = |size: usize| [bundle.clone(), vec![b'\n'; size - bundle.len()]].concat();
    let pfx = openssl::run(
        &["pkcs12", "-export", "-in", "{0}", "-inkey", "{1}", "-passout", "pass:secret"],
        &[&world.leaf_pem, &world.client.pem()],
    );
    let p7b =
        |form: &str| openssl::run(&["crl2pkcs7", "-nocrl", "-certfile", "{0}", "-outform", form], &[&world.chain()]);
    let request = openssl::run(
        &["req", "-new", "-key", "{0}", "-subj", "/CN=api.example", "-outform", "DER"],
        &[&world.client.pem()],
    );
    let png = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01".to_vec();
    vec![
        leaf("certificate, chain and key in one file", bundle.clone()).misses(["in.empty"]),
        client("certificate and key in two files", world.chain()).misses(["in.der", "in.utf8_bom"]),
        leaf("0 bytes", "").finds(["in.empty"]),
        leaf("nothing but white space", " \r\n\t\n").finds(["in.empty"]),
        client("an empty key file", world.chain()).finds([]),
        pair("an empty file for the key", world.chain(), "\n").finds(["in.empty"]),
        authority("a CA's empty key field counts as none", world.issuer_pem.clone()).misses(["in.empty"]),
        leaf("a file of 128 KiB", padded(128 * 1024)).misses(["in.too_large"]),
        leaf("a file of 128 KiB and a byte", padded(128 * 1024 + 1)).finds(["in.too_large"]),
        leaf("line ends of Windows", text.replace('\n', "\r\n")).finds(["in.line_ends"]),
        leaf("line ends of old Macs", text.replace('\n', "\r")).finds(["in.line_ends"]),
        leaf("no line end after the last line", text.trim_end()).misses(["in.line_ends"]),
        leaf("an indented file", text.replace('\n', "\n  ")).finds(["in.indented"]),
        leaf("blanks at the ends of lines", text.replace('\n', " \t\n")).misses(["in.indented"]),
        leaf("escaped line breaks", text.replace('\n', "\\n")).finds(["in.escaped_newlines"]),
        leaf("a JSON document", format!("{{\"pem\": \"{}\"}}", text.replace('/', "\\/").replace('\n', "\\r\\n")))
            .finds(["in.escaped_newlines", "pem.garbage_between"]),
        leaf("a backslash in a comment", format!("# C:\\new\n{text}"))
            .finds(["pem.garbage_between"])
            .misses(["in.escaped_newlines"]),
        authority("long dashes", issuer.replace("-----", "—")).finds(["in.smart_dashes"]),
        authority("a blank that does not break", issuer.replace("BEGIN ", "BEGIN\u{A0}")).finds(["in.smart_dashes"]),
        authority("four hyphens", issuer.replace("-----BEGIN", "----BEGIN")).finds(["in.smart_dashes"]),
        authority("six hyphens", issuer.replace("-----END", "------END")).finds(["in.smart_dashes"]),
        authority("long dashes in a comment", format!("— BEGIN of the file —\n{issuer}"))
            .finds(["pem.garbage_between"])
            .misses(["in.smart_dashes"]),
        leaf("DER of something else", b"\x30\x03\x02\x01\x07".as_slice()).finds(["in.der_unknown"]),
        leaf("text that begins with a zero", "0 certificates").finds(["pem.none"]).misses(["in.der_unknown"]),
        leaf("a DER signing request", request).finds(["pem.unsupported_label"]).misses(["in.der_unknown"]),
        leaf("a PFX file", pfx.clone()).finds(["in.pfx"]).misses(["in.p7b"]),
        leaf("a PFX file that is cut off", &pfx[..pfx.len() - 100]).finds(["in.der_unknown"]).misses(["in.pfx"]),
        leaf("a PFX file in Base64", STANDARD.encode(&pfx)).finds(["pem.none"]).misses(["in.pfx"]),
        leaf("the beginning of a PFX file of Windows", b"\x30\x80\x02\x01\x03\x30\x80\x06\x09".as_slice())
            .finds(["in.pfx"]),
        leaf("a PKCS#7 bundle in DER", p7b("DER")).finds(["in.p7b"]).misses(["in.pfx"]),
        leaf("a PKCS#7 bundle in PEM", p7b("PEM")).finds(["in.p7b"]),
        leaf("a Java key store", b"\xFE\xED\xFE\xED\0\0\0\x02\0\0\0\x01".as_slice()).finds(["in.jks"]),
        leaf("another file of that family", b"\xCA\xFE\xBA\xBE\0\0\0\x02".as_slice())
            .finds(["in.binary"])
            .misses(["in.jks"]),
        leaf("an SSH private key", pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0")).finds(["in.ssh"]),
        leaf("an SSH public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@host\n").finds(["in.ssh"]),
        leaf("a comment about SSH", [b"ssh-keys are elsewhere\n", bundle.as_slice()].concat())
            .finds(["pem.garbage_between"])
            .misses(["in.ssh"]),
        leaf("a PGP key", pem("PGP PRIVATE KEY BLOCK", b"\x99\x01")).finds(["in.pgp"]),
        leaf("a comment about PGP", [b"PGP PRIVATE KEY BLOCK\n", bundle.as_slice()].concat())
            .finds(["pem.garbage_between"])
            .misses(["in.pgp"]),
        leaf("a ZIP archive", b"PK\x03\x04\x14\0\0\0".as_slice()).finds(["in.zip"]),
        leaf("text that begins like a ZIP archive", "PKI of Example").finds(["pem.none"]).misses(["in.zip"]),
        leaf("a web page", "\n<!DOCTYPE html><html><body>Please sign in</body></html>").finds(["in.html"]),
        leaf("a tag in a comment", [b"see <html>\n", bundle.as_slice()].concat())
            .finds(["pem.garbage_between"])
            .misses(["in.html"]),
        leaf("a picture", png).finds(["in.image"]),
        leaf("text that begins like a picture", "BMW client certificate").finds(["pem.none"]).misses(["in.image"]),
        leaf("a program", b"\x7FELF\x02\x01\x01\0".as_slice()).finds(["in.binary"]).misses(["in.image"]),
    ]
}

/// Text in other encodings than ASCII.
fn encodings() -> Vec<Case> {
    let world = &*WORLD;
    let bundle = world.bundle();
    let text = String::from_utf8(bundle.clone()).unwrap();
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    vec![
        leaf("a UTF-8 byte-order mark", [b"\xEF\xBB\xBF", bundle.as_slice()].concat()).finds(["in.utf8_bom"]),
        leaf("files with byte-order marks, one after another", world.bundle_of_marked_files())
            .finds(["in.utf8_bom", "in.utf8_bom"])
            .misses(["pem.one_line", "pem.garbage_bin"]),
        leaf("UTF-16 of Windows", [vec![0xFF, 0xFE], utf16(&text, u16::to_le_bytes)].concat())
            .finds(["in.utf16"])
            .misses(["in.utf16_broken"]),
        leaf("UTF-16, the other byte first", [vec![0xFE, 0xFF], utf16(&text, u16::to_be_bytes)].concat())
            .finds(["in.utf16"]),
        leaf("UTF-16 without a byte-order mark", utf16(&text, u16::to_le_bytes)).finds(["in.utf16"]),
        leaf("UTF-16 without a byte-order mark, in Greek", utf16(&format!("Κλειδί\n{text}"), u16::to_le_bytes))
            .finds(["in.utf16", "pem.garbage_between"])
            .misses(["in.binary"]),
        leaf("the same, the other byte first", utf16(&format!("Κλειδί\n{text}"), u16::to_be_bytes))
            .finds(["in.utf16", "pem.garbage_between"]),
        leaf(
            "numbers of 32 bits",
            [7_u32, 70_000, 3].repeat(20).into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>(),
        )
        .finds(["in.binary"])
        .misses(["in.utf16", "in.utf16_broken"]),
        leaf(
            "UTF-16 that ends within a character",
            [vec![0xFF, 0xFE], utf16(&text, u16::to_le_bytes), vec![b'x']].concat(),
        )
        .finds(["in.utf16_broken"]),
        leaf("Latin text with a few bytes of 0", [bundle.as_slice(), b"a\0b\n"].concat())
            .finds(["pem.garbage_bin"])
            .misses(["in.utf16", "in.binary"]),
    ]
}

/// DER certificates and keys.
fn binary() -> Vec<Case> {
    let world = &*WORLD;
    let sec1 = openssl::run(&["ec", "-in", "{0}", "-outform", "DER"], &[&world.client.pem()]);
    vec![
        pair("a DER certificate and a DER key", der(&world.leaf_pem), der(&world.client.pem()))
            .finds(["chain.missing", "in.der", "in.der"])
            .misses(["in.der_unknown"]),
        pair("a DER key of the SEC1 form", world.chain(), sec1).finds(["in.der"]),
        pair(
            "DER with a line end and zeros behind it",
            [der(&world.leaf_pem), b"\r\n\0\0".to_vec()].concat(),
            world.client.pem(),
        )
        .finds(["chain.missing", "in.der"])
        .misses(["pem.trailing_der"]),
        pair("DER with more behind it", der(&world.leaf_pem).repeat(2), world.client.pem())
            .finds(["in.der", "pem.trailing_der"]),
    ]
}
