//! How it is written that there is no answer.

use std::convert::Infallible;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

use super::Unreached;

/// JSON of a single word, which takes no reader for JSON.
#[derive(Clone, Copy, Debug)]
pub struct Word;

impl ContentType for Word {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for Word {
    const FORMAT_TYPE: Format = Format::Text;
}

const CONNECTION: &str = "\"Connection\"";
const BAD_REQUEST: &str = "\"BadRequest\"";

impl Encodes<Unreached> for Word {
    type Error = Infallible;

    fn encode(unreached: &Unreached) -> Result<Bytes, Infallible> {
        Ok(Bytes::from_static(match unreached {
            Unreached::Connection => CONNECTION.as_bytes(),
            Unreached::BadRequest => BAD_REQUEST.as_bytes(),
        }))
    }
}

impl Decodes<Unreached> for Word {
    type Error = Infallible;

    /// What is anything else was written by something between browser and server.
    fn decode(bytes: Bytes) -> Result<Unreached, Infallible> {
        Ok(if bytes == BAD_REQUEST { Unreached::BadRequest } else { Unreached::Connection })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_json_and_read_again() {
        for unreached in [Unreached::Connection, Unreached::BadRequest] {
            let bytes = Word::encode(&unreached).unwrap();
            assert_eq!(bytes, serde_json::to_vec(&unreached).unwrap());
            assert_eq!(Word::decode(bytes), Ok(unreached));
        }
        assert_eq!(Word::decode(Bytes::from_static(b"<html>")), Ok(Unreached::Connection));
    }
}
