//! `name.*`

use crate::case::{Case, client};
use crate::world::WORLD;

pub fn cases() -> Vec<Case> {
    let named = |title: &'static str, name: &'static str| client(title, WORLD.chain()).named(name);
    vec![
        named("an empty name", "").finds(["name.empty"]),
        named("a name of blanks", " \t ").finds(["name.empty"]),
        named("a name", "Bank prod").misses(["name.empty", "name.long", "name.control", "name.bidi", "name.invisible"]),
        named("a name that is a line of Base64", "Bank MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v8k9QmT7").finds(["name.key_text"]),
        named("a long name in one word", "MeridianRetailProductionPaymentsGateway2026Client").misses(["name.key_text"]),
        named("a name of 128 characters", LONG.get(1..).unwrap_or_default()).misses(["name.long"]),
        named("a name of 129 characters", LONG).finds(["name.long"]),
        named("a name with a line break", "Bank\nprod").finds(["name.control"]),
        named("a name that is turned around", "Bank \u{202E}dorp").finds(["name.bidi"]),
        named("a name with a zero-width space", "Bank\u{200B}prod").finds(["name.invisible"]),
        named("a name in Arabic", "بنك"),
        named("a name with a Cyrillic letter in a Latin word", "B\u{430}nk prod").finds(["name.mixed_script"]),
        named("a name in two scripts, word by word", "Банк Bank").misses(["name.mixed_script"]),
    ]
}

/// 129 characters.
const LONG: &str = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\
                    01234567890123456789012345678";
