use leptos::prelude::*;

/// `26:89:36:…` in upper case, from hex digits.
pub fn octets(digits: &str) -> String {
    pairs(digits).join(":")
}

/// The same to be shown: it may break after each eighth octet.
pub fn breakable_octets(digits: &str) -> impl IntoView + use<> {
    let parts: Vec<String> = pairs(digits).chunks(8).map(|part| part.join(":")).collect();
    let last = parts.len().saturating_sub(1);
    parts
        .into_iter()
        .enumerate()
        .map(|(place, part)| {
            let colon = if place < last { ":" } else { "" };
            view! { {part}{colon}<wbr/> }
        })
        .collect_view()
}

fn pairs(digits: &str) -> Vec<String> {
    digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).to_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_pairs_in_upper_case() {
        assert_eq!(octets("0a1bff"), "0A:1B:FF");
        assert_eq!(octets(""), "");
    }
}
