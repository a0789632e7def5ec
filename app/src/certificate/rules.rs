//! The catalogue of rules: what an uploaded certificate must pass.
//!
//! One row is one rule with one severity. An id and a code are stable for ever: scripts match on the id, REST answers with the
//! code, and neither is ever given to another rule (gaps in the codes are rules to come). The check and the message of a rule
//! stand together in the module of its section: `in.*` in [`input`](super::input), `pem.*` in [`pem`](super::pem), `set.*` in
//! [`set`](super::set), `key.*` in [`key`](super::key), `crt.*` in [`checks`](super::checks), `chain.*` in
//! [`chain`](super::chain), `name.*` in [`name`](super::name), what is about opening locked files in
//! [`unlock`](super::unlock).

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::report::Severity::{self, Error, Information, StrongWarning, Warning};

/// Which kind of upload a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A client certificate with its private key.
    Leaf,
    /// A CA certificate.
    Authority,
    /// Either.
    Both,
}

use Scope::{Authority, Both, Leaf};

macro_rules! catalogue {
    ($($rule:ident $id:literal $code:literal $scope:ident $severity:ident $title:literal;)*) => {
        /// A rule of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $title] $rule,)*
        }

        impl Rule {
            /// Every rule, in the catalogue's order.
            pub const ALL: &[Self] = &[$(Self::$rule),*];

            /// The id: stable for ever, the same in the page, in REST and on the command line.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$rule => $id),* }
            }

            /// The number that REST answers with, from 2001 on: stable for ever, never reused.
            pub const fn code(self) -> u16 {
                match self { $(Self::$rule => $code),* }
            }

            /// Which kind of upload it is for.
            pub const fn scope(self) -> Scope {
                match self { $(Self::$rule => $scope),* }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$rule => $severity),* }
            }

            /// What it catches, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$rule => $title),* }
            }
        }
    };
}

catalogue! {
    // Input and encoding
    InEmpty               "in.empty"                  2001 Both      Error         "The file is empty.";
    InTooLarge            "in.too_large"              2002 Both      Error         "The file is larger than 128 KiB.";
    InUtf8Bom             "in.utf8_bom"               2003 Both      Information   "A UTF-8 byte-order mark; removed.";
    InUtf16               "in.utf16"                  2004 Both      Information   "Saved as UTF-16 (\"Unicode\" in Windows); converted.";
    InUtf16Broken         "in.utf16_broken"           2005 Both      Error         "Looks like UTF-16, but cannot be decoded.";
    InLineEnds            "in.line_ends"              2006 Both      Information   "Line ends of Windows or old Macs; converted.";
    InIndented            "in.indented"               2007 Both      Information   "Lines of a PEM block begin with blanks; removed.";
    InEscapedNewlines     "in.escaped_newlines"       2008 Both      Warning       "Line breaks written as \\n, as in JSON; restored.";
    InSmartDashes         "in.smart_dashes"           2009 Both      Error         "A BEGIN or END line without exactly five hyphens on each side.";
    InDer                 "in.der"                    2010 Both      Information   "A binary (DER) certificate or key; converted.";
    InDerUnknown          "in.der_unknown"            2011 Both      Error         "A binary (DER) file that is neither a certificate nor a private key.";
    InPfx                 "in.pfx"                    2012 Both      Error         "A PKCS#12 (PFX) file that is not opened yet; its passphrase opens it.";
    InP7b                 "in.p7b"                    2013 Both      Error         "A PKCS#7 bundle.";
    InJks                 "in.jks"                    2014 Both      Error         "A Java key store.";
    InSsh                 "in.ssh"                    2015 Both      Error         "An SSH key.";
    InPgp                 "in.pgp"                    2016 Both      Error         "A PGP key or message.";
    InZip                 "in.zip"                    2017 Both      Error         "A ZIP archive.";
    InHtml                "in.html"                   2018 Both      Error         "A web page.";
    InImage               "in.image"                  2019 Both      Error         "A picture or a PDF.";
    InBinary              "in.binary"                 2020 Both      Error         "Some other file that is not text.";
    InPfxEmpty            "in.pfx_empty"              2021 Both      Error         "A PKCS#12 file that holds neither a certificate nor a private key.";

    // PEM structure
    PemNone               "pem.none"                  2101 Both      Error         "No PEM block in the file.";
    PemNoEnd              "pem.no_end"                2102 Both      Error         "A block without an END line.";
    PemNested             "pem.nested"                2103 Both      Error         "A block begins inside another one.";
    PemNoBegin            "pem.no_begin"              2104 Both      Warning       "An END line without a block before it; ignored.";
    PemLabelMismatch      "pem.label_mismatch"        2105 Both      Error         "A block ends under another label than it begins.";
    PemGlued              "pem.glued"                 2106 Both      Warning       "An END line and the next BEGIN stand on one line; separated.";
    PemOneLine            "pem.one_line"              2107 Both      Error         "Something else stands on a BEGIN or END line.";
    PemBase64             "pem.base64"                2108 Both      Error         "A block's body is not Base64.";
    PemEmptyBlock         "pem.empty_block"           2109 Both      Error         "A block without a body.";
    PemHeaders            "pem.headers"               2110 Both      Warning       "Header lines inside a block (RFC 1421); ignored.";
    PemGarbageBetween     "pem.garbage_between"       2111 Both      Information   "Text outside the blocks; ignored.";
    PemGarbageBin         "pem.garbage_bin"           2112 Both      Warning       "Bytes outside the blocks that are not text; ignored.";
    PemTrailingDer        "pem.trailing_der"          2113 Both      Error         "A block holds more data than one object.";
    PemUnsupportedLabel   "pem.unsupported_label"     2114 Both      Error         "A block that is neither a certificate nor a private key.";
    PemLabelConverted     "pem.label_converted"       2115 Both      Information   "A certificate under an old label; converted.";
    PemTrustedCertificate "pem.trusted_certificate"   2116 Both      Warning       "OpenSSL's own TRUSTED CERTIFICATE format; its additions were dropped.";
    PemLabelIgnored       "pem.label_ignored"         2117 Both      Information   "A block that is not needed; ignored.";
    PemCrlIgnored         "pem.crl_ignored"           2118 Both      Warning       "A revocation list; ignored.";
    PemTooMany            "pem.too_many"              2119 Both      Error         "More than 20 blocks, or more than 10 certificates.";
    PemBlockTooLarge      "pem.block_too_large"       2120 Both      Error         "A certificate larger than 16 KiB, or a key larger than 12 KiB.";
    PemBeginMissing       "pem.begin_missing"         2121 Both      Error         "A block without a BEGIN line.";

    // Completeness
    SetCertMissing        "set.cert_missing"          2201 Both      Error         "No certificate in the upload.";
    SetKeyMissing         "set.key_missing"           2202 Leaf      Error         "No private key in the upload.";
    SetSeveralKeys        "set.several_keys"          2203 Leaf      Error         "Different private keys in one upload.";
    SetKeyTwice           "set.key_twice"             2204 Leaf      Warning       "The same private key more than once in one file; dropped.";
    SetKeyInCertFile      "set.key_in_cert_file"      2205 Leaf      Information   "The private key is in both files; dropped once.";
    SetFilesSwapped       "set.files_swapped"         2206 Leaf      Information   "The certificate and key files are in each other's place; swapped.";
    SetKeyOnCa            "set.key_on_ca"             2207 Authority Warning       "A private key came with a CA certificate; not kept.";

    // Private key
    KeyEncryptedPkcs8     "key.encrypted_pkcs8"       2301 Both      Error         "The private key is not opened yet; its passphrase opens it (PKCS#8).";
    KeyEncryptedLegacy    "key.encrypted_legacy"      2302 Both      Error         "The private key is protected by a passphrase (RFC 1421).";
    KeyParse              "key.parse"                 2303 Both      Error         "The private key cannot be read.";
    KeyPublicOnly         "key.public_only"           2304 Both      Error         "A public key in the place of the private key.";
    KeyAlg                "key.alg"                   2305 Both      Error         "A kind of key other than RSA, P-256, P-384, P-521 and Ed25519.";
    KeyEcExplicit         "key.ec_explicit"           2306 Both      Error         "An EC key that spells out its curve instead of naming it.";
    KeyEcCurveConflict    "key.ec_curve_conflict"     2307 Both      Error         "A private key on a curve whose parts contradict each other.";
    KeyRsaInconsistent    "key.rsa_inconsistent"      2308 Both      Error         "An RSA private key whose parts contradict each other.";
    KeyMismatch           "key.mismatch"              2309 Both      Error         "The private key does not belong to the certificate.";
    KeyMismatchType       "key.mismatch_type"         2310 Both      Error         "The private key is of another kind than the certificate's.";
    KeyMatchOther         "key.match_other"           2311 Leaf      Warning       "The private key belongs to a later certificate of the file; put first.";
    KeyProvider           "key.provider"              2312 Leaf      Error         "A private key that the TLS library cannot use.";
    KeyPopFailed          "key.pop_failed"            2313 Leaf      Error         "A signature made with the private key does not verify.";
    KeyReused             "key.reused"                2314 Leaf      Warning       "The private key is already used by another certificate.";
    KeyPkcs8Attrs         "key.pkcs8_attrs"           2315 Both      Information   "The private key carries attributes; dropped.";
    KeyPkcs8V2            "key.pkcs8_v2"              2316 Both      Information   "The private key carries its public key (PKCS#8 version 2); checked.";
    KeyPassphraseWrong    "key.passphrase_wrong"      2317 Both      Error         "The passphrase does not open the file.";
    KeyPassphraseWork     "key.passphrase_work"       2318 Both      Error         "Opening would take more work than is allowed.";
    KeyPassphraseScheme   "key.passphrase_scheme"     2319 Both      Error         "Encrypted in a way that is not supported, or damaged.";

    // Certificate
    CrtParse              "crt.parse"                 2401 Both      Error         "Not a readable X.509 certificate.";
    CrtExpired            "crt.expired"               2402 Both      Error         "The certificate has expired.";
    CrtNotYet             "crt.not_yet"               2403 Both      StrongWarning "The certificate is not valid yet.";
    CrtExpiresSoon        "crt.expires_soon"          2404 Both      Warning       "At most 30 days, or a third of the lifetime, are left.";
    CrtValidityOrder      "crt.validity_order"        2405 Both      Error         "The validity ends before it begins.";
    CrtValidityLong       "crt.validity_long"         2406 Both      Information   "A client certificate's lifetime of more than ten years, or one without an end.";
    CrtTimeEncoding       "crt.time_encoding"         2407 Both      Warning       "A date in another encoding than RFC 5280 asks for.";
    CrtVersion            "crt.version"               2408 Both      Error         "Not an X.509 version 3 certificate.";
    CrtSigalgMismatch     "crt.sigalg_mismatch"       2409 Both      Error         "The two signature algorithms in the certificate differ.";
    CrtDupExt             "crt.dup_ext"               2410 Both      Error         "The same extension twice.";
    CrtCritUnknown        "crt.crit_unknown"          2411 Both      StrongWarning "A critical extension that servers may not know.";
    CrtRsaWeak            "crt.rsa_weak"              2412 Both      Error         "An RSA key of less than 2048 bits.";
    CrtRsaLarge           "crt.rsa_large"             2413 Both      Warning       "An RSA key of more than 4096 bits.";
    CrtRsaTooLarge        "crt.rsa_too_large"         2414 Both      Error         "An RSA key of more than 8192 bits.";
    CrtRsaOddSize         "crt.rsa_odd_size"          2415 Both      Warning       "An RSA key whose length is not a multiple of 8 bits.";
    CrtRsaExponent        "crt.rsa_exponent"          2416 Both      Error         "An RSA exponent that is even, less than 3, or a client's of more than 33 bits.";
    CrtRsaExponentOdd     "crt.rsa_exponent_unusual"  2417 Both      Warning       "An RSA exponent other than 65537.";
    CrtRsaFactorable      "crt.rsa_factorable"        2418 Both      Error         "An RSA key that can be broken: a small or a repeated prime.";
    CrtEcCurve            "crt.ec_curve"              2419 Leaf      Error         "A public key on an unusable curve, or not on its curve.";
    CrtP521               "crt.p521"                  2420 Both      Warning       "A P-521 key, which some servers do not support.";
    CrtSigMd5             "crt.sig_md5"               2421 Both      Error         "Signed with MD2, MD4 or MD5.";
    CrtSigMd5Root         "crt.sig_md5_root"          2422 Both      Warning       "A self-signed CA certificate signed with MD2, MD4 or MD5.";
    CrtSigSha1            "crt.sig_sha1"              2423 Both      StrongWarning "Signed with SHA-1.";
    CrtSigSha1Root        "crt.sig_sha1_root"         2424 Both      Information   "A self-signed CA certificate signed with SHA-1.";
    CrtSerialNeg          "crt.serial_neg"            2425 Both      StrongWarning "A negative serial number.";
    CrtSerialZero         "crt.serial_zero"           2426 Both      StrongWarning "The serial number 0.";
    CrtSerialLong         "crt.serial_long"           2427 Both      StrongWarning "A serial number of more than 20 octets.";
    CrtIssuerEmpty        "crt.issuer_empty"          2428 Both      Error         "No issuer.";
    CrtSubjectEmptyNoSan  "crt.subject_empty_no_san"  2429 Leaf      Warning       "Neither a subject nor a subject alternative name.";
    CrtEkuNoClient        "crt.eku_no_client"         2430 Leaf      StrongWarning "The extended key usage does not allow client authentication.";
    CrtEkuAnyOnly         "crt.eku_any_only"          2431 Leaf      StrongWarning "The extended key usage allows only \"any\".";
    CrtEkuAbsent          "crt.eku_absent"            2432 Leaf      Information   "No extended key usage: allowed for everything.";
    CrtEkuEmpty           "crt.eku_empty"             2433 Both      Error         "An extended key usage without a purpose.";
    CrtKuNoSign           "crt.ku_no_sign"            2434 Leaf      Error         "The key usage does not allow digital signatures.";
    CrtKuEmpty            "crt.ku_empty"              2435 Both      Warning       "A key usage that allows nothing.";
    CrtKuVsAlg            "crt.ku_vs_alg"             2436 Both      Warning       "A key usage that this kind of key cannot have.";
    CrtCaAsLeaf           "crt.ca_as_leaf"            2437 Leaf      Error         "A CA certificate in the place of the client certificate.";
    CrtCaAsLeafSelfSigned "crt.ca_as_leaf_self_signed" 2438 Leaf     StrongWarning "A self-signed client certificate that is marked as a CA.";
    CrtLeafAsCa           "crt.leaf_as_ca"            2439 Authority Error         "A certificate that is not a CA, uploaded as one.";
    CrtCaNoCertsign       "crt.ca_no_certsign"        2440 Authority Error         "A CA certificate whose key usage does not allow signing certificates.";
    CrtCaNoKu             "crt.ca_no_ku"              2441 Authority Warning       "A CA certificate without a key usage.";
    CrtBcNotCritical      "crt.bc_not_critical"       2442 Both      Warning       "A CA certificate whose basic constraints are not critical.";
    CrtPathlenWithoutCa   "crt.pathlen_without_ca"    2443 Both      Warning       "A path length in a certificate that is not a CA.";
    CrtSelfSigned         "crt.self_signed"           2444 Leaf      Warning       "A self-signed client certificate.";
    CrtSelfSignedBad      "crt.self_signed_bad"       2445 Both      Error         "A self-signed certificate whose signature is wrong.";
    CrtSanMalformed       "crt.san_malformed"         2446 Both      Warning       "A subject alternative name that cannot be read, or none in their extension.";
    CrtNameMalformed      "crt.name_malformed"        2447 Both      Warning       "A part of the subject or issuer that cannot be read.";
    CrtNameUnsafe         "crt.name_unsafe"           2448 Both      Warning       "Invisible or control characters in a name; shown escaped.";
    CrtDuplicate          "crt.duplicate"             2449 Both      Error         "The same certificate is already stored in this account.";
    CrtPublicCa           "crt.public_ca"             2450 Leaf      Information   "Issued by a public CA.";
    CrtExtMalformed       "crt.ext_malformed"         2451 Both      Error         "An extension of RFC 5280 that cannot be read.";

    // Chain
    ChainOrder            "chain.order"               2501 Leaf      Warning       "The certificates are not in order; put in order for use.";
    ChainMissing          "chain.missing"             2502 Leaf      Warning       "The issuer's certificate is not in the file.";
    ChainBrokenName       "chain.broken_name"         2503 Leaf      Error         "A CA certificate in the place of the issuer that is not the issuer.";
    ChainBrokenSig        "chain.broken_sig"          2504 Leaf      Error         "The issuer has the right name and another key.";
    ChainUnrelated        "chain.unrelated"           2505 Leaf      Error         "A certificate that does not belong to the chain.";
    ChainDuplicate        "chain.duplicate"           2506 Both      Information   "The same certificate twice; dropped once.";
    ChainRootIncluded     "chain.root_included"       2507 Leaf      Information   "The root is in the file; kept, but not sent.";
    ChainIssuerNotCa      "chain.issuer_not_ca"       2508 Leaf      Error         "An issuing certificate of the chain is not a CA.";
    ChainPathlen          "chain.pathlen"             2509 Leaf      Error         "The chain is longer than one of its CAs allows.";
    ChainExpired          "chain.expired"             2510 Both      Error         "A certificate of the chain has expired.";
    ChainCritUnknown      "chain.crit_unknown"        2511 Leaf      Error         "A certificate of the chain has an unknown critical extension.";
    ChainNameConstraints  "chain.name_constraints"    2512 Leaf      StrongWarning "A name that a CA of the chain may not certify.";
    ChainUnverifiable     "chain.unverifiable"        2513 Both      Warning       "A signature that cannot be checked.";
    ChainSeveralLeaves    "chain.several_leaves"      2514 Leaf      Error         "Several client certificates in one upload.";
    ChainTooComplex       "chain.too_complex"         2515 Both      Error         "More than 20 signatures to check.";
    ChainIssuerNoCertsign "chain.issuer_no_certsign"  2516 Leaf      StrongWarning "The key usage of an issuing certificate does not allow signing certificates.";
    ChainIssuerNoClient   "chain.issuer_no_client"    2517 Leaf      StrongWarning "The extended key usage of an issuing certificate lacks client authentication.";

    // Name
    NameEmpty             "name.empty"                2601 Both      Error         "The name is empty.";
    NameLong              "name.long"                 2602 Both      Error         "The name has more than 128 characters or 512 bytes.";
    NameControl           "name.control"              2603 Both      Error         "The name has line breaks or control characters.";
    NameBidi              "name.bidi"                 2604 Both      Error         "The name has characters that change the direction of writing.";
    NameInvisible         "name.invisible"            2605 Both      Error         "The name has invisible characters.";
    NameMixedScript       "name.mixed_script"         2606 Both      Warning       "A word of the name mixes alphabets that look alike.";
    NameDuplicate         "name.duplicate"            2607 Both      Warning       "Another certificate of this account has the same name.";
    NameKeyText           "name.key_text"             2608 Both      Error         "The name holds what looks like text of a key.";
}

impl Rule {
    /// The rules that only the server can judge, since they need its database or a signature. It adds their findings itself.
    pub const OF_THE_SERVICE: [Self; 5] =
        [Self::KeyPopFailed, Self::KeyReused, Self::CrtDuplicate, Self::ChainNameConstraints, Self::NameDuplicate];

    /// The rules that say that a file is locked: [`unlock`](super::unlock()) opens it.
    pub const OF_LOCKED_FILES: [Self; 2] = [Self::InPfx, Self::KeyEncryptedPkcs8];

    /// The rules of opening a locked file. [`unlock`](super::unlock()) finds them, [`validate`](super::validate()) never does.
    pub const OF_UNLOCKING: [Self; 4] =
        [Self::InPfxEmpty, Self::KeyPassphraseWrong, Self::KeyPassphraseWork, Self::KeyPassphraseScheme];

    /// The rule of this id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

/// The id for people, the code for programs.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(self.id())
        } else {
            serializer.serialize_u16(self.code())
        }
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rule = if deserializer.is_human_readable() {
            Self::parse(&String::deserialize(deserializer)?)
        } else {
            let code = u16::deserialize(deserializer)?;
            Self::ALL.iter().copied().find(|rule| rule.code() == code)
        };
        rule.ok_or_else(|| D::Error::custom("there is no such rule"))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_and_codes_are_unique() {
        let ids: HashSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        let codes: HashSet<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        assert_eq!((ids.len(), codes.len()), (Rule::ALL.len(), Rule::ALL.len()));
    }

    #[test]
    fn codes_rise_with_the_order() {
        assert!(Rule::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        assert_eq!(Rule::ALL[0].code(), 2001);
    }

    #[test]
    fn the_id_is_what_is_written_and_read() {
        for rule in Rule::ALL.iter().copied() {
            assert_eq!(Rule::parse(rule.id()), Some(rule));
            assert_eq!(serde_json::to_string(&rule).unwrap(), format!("\"{}\"", rule.id()));
            assert_eq!(serde_json::from_str::<Rule>(&format!("\"{}\"", rule.id())).unwrap(), rule);
        }
        assert_eq!(Rule::parse("in.nothing"), None);
    }
}
