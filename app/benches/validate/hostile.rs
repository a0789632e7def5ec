//! What a stranger uploads to keep the validator busy: as much as the limits let through of whatever costs most.

use app::certificate::Kind;

use crate::Sample;
use crate::der::*;
use crate::forge::*;
use crate::numbers::{bytes, number, rsa_key};
use crate::openssl;

/// The largest file that is looked at.
const FILE: usize = 128 * 1024;
/// The most blocks in a file, and the most certificates among them.
const BLOCKS: usize = 20;
const CERTIFICATES: usize = 10;
/// So much DER each when ten certificates fill a file as PEM.
const TENTH: usize = 9_200;
/// The largest certificate, a little less.
const LARGEST: usize = 16_000;

pub fn samples() -> Vec<Sample> {
    let makers = Makers::new();
    let everything = vec![everything(&makers)];
    let groups = [everything, signatures(&makers), private_keys(), names(&makers), structures(&makers), texts(&makers)];
    groups.into_iter().flatten().collect()
}

struct Makers {
    /// Signs what needs a signature of the right form.
    signer: Signer,
    client: Signer,
    /// A client certificate, its issuer's name being "CA".
    leaf: Vec<u8>,
}

impl Makers {
    fn new() -> Self {
        let [signer, client] = [(); 2].map(|()| Signer::new());
        let leaf = Forge::leaf("api.example", "CA", client.spki()).pem(&signer);
        Self { signer, client, leaf }
    }
}

/// Both files of a client certificate's upload.
fn pair(title: &'static str, certificates: Vec<u8>, private_key: Vec<u8>) -> Sample {
    Sample { title, hostile: true, kind: Kind::Leaf, certificates, private_key: Some(private_key), name: None }
}

/// This block, and as many of these as fit into the same file.
fn file(first: &[u8], others: std::ops::Range<usize>, block: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut file = first.to_vec();
    for block in others.map(block) {
        if file.len() + block.len() <= FILE {
            file.extend(block);
        }
    }
    file
}

/// Certificates in both files, as many as there may be, the first one a client's, and the client's key.
fn certificates(title: &'static str, makers: &Makers, certificate: impl Fn(usize) -> Vec<u8>) -> Sample {
    let first = file(&[], 0..CERTIFICATES, &certificate);
    let second = file(&makers.client.pem(), CERTIFICATES..2 * CERTIFICATES, &certificate);
    pair(title, first, second)
}

/// As much of this text over and over as fits into a file in front of `end`.
fn filled(text: &[u8], end: &[u8]) -> Vec<u8> {
    let room = FILE - end.len();
    let mut filled: Vec<u8> = text.iter().copied().cycle().take(room / text.len() * text.len()).collect();
    filled.extend(end);
    filled
}

// --- all at once --------------------------------------------------------------------------------------------------------------------

/// Signatures, names, extensions and private keys, as much of each as there is room for.
fn everything(makers: &Makers) -> Sample {
    let (algorithm, parts) = (sequence(&[&oid("1.2.840.113549.1.1.13"), &null()]), many_parts(1_500));
    let extensions = tlv(0xA3, &tlv(0x30, &extensions(350).concat()));
    let certificate = |place: usize| {
        let spki = if place == 0 {
            makers.client.spki()
        } else {
            rsa_spki(&number(place, 1024), &[1, 0xFF, 0xFF, 0xFF, 0xFF])
        };
        let forge = Forge {
            subject: spelled(&parts, 2 * place),
            issuer: spelled(&parts, 2 * place + 1),
            serial: serial(place),
            spki: [spki, extensions.clone()].concat(),
            extensions: Vec::new(),
            ..Forge::authority("", "", Vec::new())
        };
        unsigned(makers, &forge, &algorithm, &[&[0x12], &bytes(place, 1023)[..]].concat())
    };
    let keys = |_| openssl::ec_key("P-521");
    let first = file(&file(&[], 0..CERTIFICATES, certificate), 0..CERTIFICATES, keys);
    let second = file(&file(&[], CERTIFICATES..2 * CERTIFICATES, certificate), 0..CERTIFICATES, keys);
    pair("20 CAs and keys: signatures, names and extensions at once", first, second)
}

// --- signatures ---------------------------------------------------------------------------------------------------------------------

/// CAs of one name: each may have signed each other, so each signature is tried on each key.
fn signatures(makers: &Makers) -> Vec<Sample> {
    vec![
        of_rsa("19 CAs of one name, RSA 8192", makers, &[1, 0, 1]),
        of_rsa("19 CAs of one name, RSA 8192, exponents of 33 bits", makers, &[1, 0xFF, 0xFF, 0xFF, 0xFF]),
        of_rsa("19 CAs of one name, RSA 8192, exponents of 33 bytes", makers, &[0xFF; 33]),
        of_rsa("19 CAs of one name, RSA 8192, exponents of 1023 bytes", makers, &number(99, 1023)),
        of_curve("19 CAs of one name, P-384", makers, "P-384", 47, "1.2.840.10045.4.3.3"),
        of_curve("19 CAs of one name, P-521", makers, "P-521", 65, "1.2.840.10045.4.3.4"),
    ]
}

fn of_rsa(title: &'static str, makers: &Makers, exponent: &[u8]) -> Sample {
    let algorithm = sequence(&[&oid("1.2.840.113549.1.1.13"), &null()]);
    of_one_name(title, makers, &algorithm, |place| {
        (rsa_spki(&number(place, 1024), exponent), [&[0x12], &bytes(place, 1023)[..]].concat())
    })
}

fn of_curve(title: &'static str, makers: &Makers, curve: &str, size: usize, algorithm: &str) -> Sample {
    of_one_name(title, makers, &sequence(&[&oid(algorithm)]), |place| {
        let [r, s] = [1, 2].map(|part| positive(&bytes(part * 100 + place, size)));
        (openssl::spki(&openssl::ec_key(curve)), sequence(&[&r, &s]))
    })
}

/// A client certificate and CAs, each with a key and a signature of its own.
fn of_one_name(
    title: &'static str,
    makers: &Makers,
    algorithm: &[u8],
    key_and_signature: impl Fn(usize) -> (Vec<u8>, Vec<u8>),
) -> Sample {
    certificates(title, makers, |place| {
        if place == 0 {
            return makers.leaf.clone();
        }
        let (spki, signature) = key_and_signature(place);
        let forge = Forge { serial: serial(place), ..Forge::authority("CA", "CA", spki) };
        unsigned(makers, &forge, algorithm, &signature)
    })
}

/// A certificate under a signature that was never made.
fn unsigned(makers: &Makers, forge: &Forge, algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    let signed = Forge { inner_algorithm: Some(algorithm.to_vec()), ..forge.clone() }.sign(&makers.signer);
    let content = first_element(&signed[header(&signed)..]);
    pem("CERTIFICATE", &sequence(&[content, algorithm, &bit_string(signature)]))
}

/// Bytes of tag and length.
fn header(der: &[u8]) -> usize {
    2 + if der[1] < 0x80 { 0 } else { usize::from(der[1] & 0x7F) }
}

fn first_element(der: &[u8]) -> &[u8] {
    let header = header(der);
    let length = match &der[1..header] {
        [length] => usize::from(*length),
        digits => digits[1..].iter().fold(0, |length, digit| (length << 8) | usize::from(*digit)),
    };
    &der[..header + length]
}

fn serial(number: usize) -> Vec<u8> {
    vec![0x01, u8::try_from(number).unwrap()]
}

// --- private keys -------------------------------------------------------------------------------------------------------------------

fn private_keys() -> Vec<Sample> {
    let p521: Vec<Vec<u8>> = (0..2 * BLOCKS)
        .map(|_| openssl::run(&["pkey", "-in", "{0}", "-ec_conv_form", "compressed"], &[&openssl::ec_key("P-521")]))
        .collect();
    let two = |key: &dyn Fn(usize) -> Vec<u8>| (file(&[], 0..BLOCKS, key), file(&[], BLOCKS..2 * BLOCKS, key));
    let p521 = two(&|place| p521[place].clone());
    let rsa = two(&|seed| rsa_key(seed, 0));
    let rsa_long = two(&|seed| rsa_key(seed, 2_950));
    vec![
        pair("40 private keys, P-521", p521.0, p521.1),
        pair("40 private keys, RSA 8192", rsa.0, rsa.1),
        pair("private keys, RSA 8192, exponents of 32,000 bits", rsa_long.0, rsa_long.1),
    ]
}

// --- names --------------------------------------------------------------------------------------------------------------------------

/// Names that are equal but for capitals, so that they must be compared part by part, each with each.
fn names(makers: &Makers) -> Vec<Sample> {
    let many = many_parts(TENTH / 2 - 300);
    let one = one_part(TENTH / 2 - 300);
    let long = vec![rdn(&long_identifier(TENTH / 2 - 300), &utf8("X"))];
    vec![
        of_names("20 certificates, names of many parts", makers, &many),
        of_names("20 certificates, names of one part with many attributes", makers, &one),
        of_names("20 certificates, names with long identifiers", makers, &long),
    ]
}

/// Twenty certificates, each issued by the next one as far as its names say.
fn of_names(title: &'static str, makers: &Makers, parts: &[Vec<u8>]) -> Sample {
    certificates(title, makers, |place| {
        let name = |which: usize| spelled(parts, 2 * place + which);
        let identifiers = |forge: Forge| {
            let wanted = sequence(&[&tlv(0x80, &serial(place + 1))]);
            forge.with(AUTHORITY_KEY_IDENTIFIER, false, wanted).with(
                SUBJECT_KEY_IDENTIFIER,
                false,
                octet_string(&serial(place)),
            )
        };
        let spki = makers.client.spki();
        let forge = if place == 0 { Forge::leaf("", "", spki) } else { Forge::authority("", "", spki) };
        Forge { subject: name(0), issuer: name(1), serial: serial(place), ..identifiers(forge) }.pem(&makers.signer)
    })
}

/// The name with a last part that says `x` in lower case at place `which`, and in capitals elsewhere.
fn spelled(parts: &[Vec<u8>], which: usize) -> Vec<u8> {
    let last: String = (0..2 * 2 * CERTIFICATES).map(|place| if place == which { 'x' } else { 'X' }).collect();
    tlv(0x30, &[parts.concat(), rdn(&oid("2.5.4.3"), &utf8(&last))].concat())
}

fn rdn(identifier: &[u8], value: &[u8]) -> Vec<u8> {
    set(&[&sequence(&[identifier, value])])
}

/// Parts with empty values.
fn many_parts(size: usize) -> Vec<Vec<u8>> {
    let part = rdn(&tlv(0x06, &[0x2A]), &utf8(""));
    vec![part.clone(); size / part.len()]
}

/// One part with attributes that must be sorted.
fn one_part(size: usize) -> Vec<Vec<u8>> {
    let attribute = |place: usize| sequence(&[&tlv(0x06, &[0x2A]), &utf8(&format!("{:02}", 99 - place % 100))]);
    let attributes: Vec<Vec<u8>> = (0..size / attribute(0).len()).map(attribute).collect();
    vec![tlv(0x31, &attributes.concat())]
}

/// An identifier with one arc of so many bytes: a number with thousands of digits.
fn long_identifier(size: usize) -> Vec<u8> {
    tlv(0x06, &[&[0x2A], &vec![0xFF; size][..], &[0x7F]].concat())
}

// --- structures ---------------------------------------------------------------------------------------------------------------------

/// Certificates with thousands of something, as large as they may be.
fn structures(makers: &Makers) -> Vec<Sample> {
    let long: Vec<Vec<u8>> =
        (0..4).map(|place| sequence(&[&long_identifier(LARGEST / 4 - 200 + place), &octet_string(&[])])).collect();
    let longest = vec![sequence(&[&long_identifier(LARGEST - 600), &octet_string(&[])])];
    let purposes: Vec<u8> =
        (0..LARGEST / 4 - 200).flat_map(|place| tlv(0x06, &numbered(place % 5_000 + 400))).collect();
    let names = |form: &[u8], size: usize| tlv(0x30, &form.repeat(size / form.len()));
    let policies = sequence(&[&tlv(0x06, &[0x2A])]).repeat(LARGEST / 5 - 200);
    let points = sequence(&[&tlv(0xA0, &tlv(0xA0, &tlv(0x82, b"")))]).repeat(LARGEST / 8 - 200);
    let subtrees = sequence(&[&tlv(0xA0, &sequence(&[&tlv(0x82, b"")]).repeat(LARGEST / 4 - 200))]);
    vec![
        of_extensions("certificates with 1,500 extensions", makers, &extensions(LARGEST / 10 - 100)),
        of_extensions("certificates with 4 long extension identifiers", makers, &long),
        of_extensions("certificates with one extension identifier of 15 KB", makers, &longest),
        large("certificates with 7,900 empty names", makers, |forge| {
            forge.with(ALTERNATIVE_NAME, false, names(&tlv(0x82, b""), LARGEST - 400))
        }),
        large("certificates with 2,600 addresses", makers, |forge| {
            forge.with(ALTERNATIVE_NAME, false, names(&tlv(0x87, &[10, 0, 0, 1]), LARGEST - 400))
        }),
        large("certificates with names of nothing but invisible characters", makers, |forge| {
            forge.with(ALTERNATIVE_NAME, false, names(&tlv(0x82, "\u{200B}".as_bytes()), LARGEST - 400))
        }),
        large("certificates with 3,800 purposes", makers, |forge| {
            forge.with(EXTENDED_KEY_USAGE, false, tlv(0x30, &purposes))
        }),
        large("certificates with 3,000 policies", makers, |forge| forge.with("2.5.29.32", false, tlv(0x30, &policies))),
        large("certificates with 1,800 distribution points", makers, |forge| {
            forge.with("2.5.29.31", false, tlv(0x30, &points))
        }),
        large("certificates with 3,800 name constraints", makers, |forge| {
            forge.with("2.5.29.30", false, subtrees.clone())
        }),
        large("certificates with serial numbers of 15 KB", makers, |forge| Forge {
            serial: [&[1], &bytes(7, LARGEST - 600)[..]].concat(),
            ..forge
        }),
        large("certificates with RSA keys of 120,000 bits", makers, |forge| Forge {
            spki: rsa_spki(&number(3, LARGEST - 600), &[1, 0, 1]),
            ..forge
        }),
        large("certificates nested 4,000 deep", makers, |forge| forge.with("2.5.29.32", false, nested(3_900))),
        pair(
            "keys nested 2,900 deep",
            file(&[], 0..BLOCKS, |_| pem("PRIVATE KEY", &nested(2_900))),
            makers.client.pem(),
        ),
    ]
}

/// So many extensions that say nothing, all of them different.
fn extensions(count: usize) -> Vec<Vec<u8>> {
    let extension =
        |place: usize| sequence(&[&tlv(0x06, &[&[0x2A], &numbered(place + 200)[..]].concat()), &octet_string(&[])]);
    (0..count).map(extension).collect()
}

/// The last arc of an identifier, in two bytes.
fn numbered(place: usize) -> [u8; 2] {
    [u8::try_from(0x80 | (place >> 7)).unwrap(), u8::try_from(place & 0x7F).unwrap()]
}

/// Largest certificates, each a little different.
fn large(title: &'static str, makers: &Makers, change: impl Fn(Forge) -> Forge) -> Sample {
    certificates(title, makers, |place| {
        let spki = makers.client.spki();
        let forge =
            if place == 0 { Forge::leaf("api.example", "CA", spki) } else { Forge::authority("CA", "CA", spki) };
        let forge = change(forge);
        Forge { serial: [serial(place), forge.serial.clone()].concat(), ..forge }.pem(&makers.signer)
    })
}

/// Largest certificates with these extensions, whose identifiers are no text.
fn of_extensions(title: &'static str, makers: &Makers, extensions: &[Vec<u8>]) -> Sample {
    large(title, makers, |forge| Forge {
        spki: [forge.spki.clone(), tlv(0xA3, &tlv(0x30, &extensions.concat()))].concat(),
        extensions: Vec::new(),
        ..forge
    })
}

fn nested(depth: usize) -> Vec<u8> {
    let mut der = Vec::new();
    for _ in 0..depth {
        der = sequence(&[&der]);
    }
    der
}

// --- text ---------------------------------------------------------------------------------------------------------------------------

fn texts(makers: &Makers) -> Vec<Sample> {
    let key = makers.client.pem();
    let bundle = [makers.leaf.clone(), key.clone()].concat();
    let text = |title, text: &[u8]| pair(title, filled(text, &bundle), filled(text, &key));
    let header = [&b"-----BEGIN CERTIFICATE-----\n"[..], &b"A: b\n".repeat(26_000)].concat();
    let wide: Vec<u8> =
        [0xFEFF].into_iter().chain("x\n".repeat(32_000).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    vec![
        text("text around the blocks", b"Bag Attributes and whatever else some program finds worth saying here\n"),
        text("lines of one character", b"x\n"),
        text("empty lines", b"\n"),
        text("lines of one byte that is no text", b"\xFF\n"),
        text("BEGIN lines", b"-----BEGIN X-----\n"),
        text("END lines", b"-----END X-----\n"),
        text("empty blocks", b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
        text("BEGIN and END on one line", b"-----END X----------BEGIN X-----\n"),
        text("hyphens", b"-"),
        text("one line of BEGINs", b"-----BEGIN "),
        text("one line of whole BEGINs", b"-----BEGIN X-----"),
        text("long dashes", "—BEGIN CERTIFICATE—\n".as_bytes()),
        text("blanks", b" "),
        text("escaped line breaks", b"-----\\n"),
        text("JSON", b"\"-----\\r\\n\\/"),
        pair("header lines", header.clone(), header),
        pair("UTF-16", wide.clone(), wide),
        pair("one block of 128 KiB", pem("CERTIFICATE", &[0x30; 96_000]), pem("PRIVATE KEY", &[0x30; 96_000])),
        Sample {
            name: Some(format!("a{}", "\u{301}\u{327}".repeat(511))),
            ..pair("a name of 2 KB, all of it to be composed", makers.leaf.clone(), key)
        },
    ]
}
