//! Addresses of pages that have something to say in their query.

/// The path, with those of the pairs behind it whose value is not empty. The same on the server and in the browser, which the router's own
/// way is not.
pub fn with_query<'v>(path: &str, pairs: impl IntoIterator<Item = (&'v str, &'v str)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in pairs.into_iter().filter(|(_name, value)| !value.is_empty()) {
        address.push(if address.len() == path.len() { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        escape(&mut address, value);
    }
    address
}

/// Percent-encodes all but the unreserved characters (RFC 3986 section 2.3).
fn escape(address: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// A hexadecimal digit, upper case.
fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or_default().to_ascii_uppercase()
}
