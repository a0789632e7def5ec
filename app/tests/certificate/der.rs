//! DER by hand, to write what no tool would write.

/// One element.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    match content.len() {
        length @ 0..=0x7F => der.push(u8::try_from(length).unwrap()),
        length => {
            let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            der.push(0x80 | u8::try_from(digits.len()).unwrap());
            der.extend(digits);
        }
    }
    der.extend(content);
    der
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x31, &parts.concat())
}

/// An INTEGER of exactly these content bytes.
pub fn integer(content: &[u8]) -> Vec<u8> {
    tlv(0x02, content)
}

/// A positive INTEGER from big-endian bytes.
pub fn positive(number: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if number.first().is_some_and(|first| first & 0x80 != 0) { &[0] } else { &[] };
    integer(&[sign, number].concat())
}

pub fn octet_string(content: &[u8]) -> Vec<u8> {
    tlv(0x04, content)
}

pub fn bit_string(content: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], content].concat())
}

pub fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

pub fn oid(dotted: &str) -> Vec<u8> {
    let parts: Vec<u64> = dotted.split('.').map(|part| part.parse().unwrap()).collect();
    let first = parts[0] * 40 + parts[1];
    let mut content = Vec::new();
    for part in std::iter::once(first).chain(parts[2..].iter().copied()) {
        let mut digits = vec![(part & 0x7F) as u8];
        let mut rest = part >> 7;
        while rest > 0 {
            digits.push(0x80 | (rest & 0x7F) as u8);
            rest >>= 7;
        }
        content.extend(digits.iter().rev());
    }
    tlv(0x06, &content)
}

pub fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0C, text.as_bytes())
}

/// `UTCTime`, as in `261121104200Z`.
pub fn utc_time(text: &str) -> Vec<u8> {
    tlv(0x17, text.as_bytes())
}

/// `GeneralizedTime`, as in `20261121104200Z`.
pub fn generalized_time(text: &str) -> Vec<u8> {
    tlv(0x18, text.as_bytes())
}

/// A distinguished name of UTF-8 attributes, one in each part.
pub fn name(attributes: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> =
        attributes.iter().map(|(kind, value)| set(&[&sequence(&[&oid(kind), &utf8(value)])])).collect();
    tlv(0x30, &parts.concat())
}

/// A distinguished name with nothing but a common name.
pub fn common_name(value: &str) -> Vec<u8> {
    name(&[("2.5.4.3", value)])
}
