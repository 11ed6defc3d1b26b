//! Bytes to text: which encoding a feed is really in.
//!
//! Labels are often wrong, so the bytes have the first word: a byte-order mark, then whatever is valid UTF-8 with
//! more than ASCII in it. Only then the labels count: the server's, the XML declaration's, and at last windows-1252,
//! which reads every byte.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into the bytes an XML declaration may reach.
const DECLARATION: usize = 256;

/// Decodes a feed, with the server's `Content-Type` if it is known.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match bytes {
        [0, b'<' | b'{', ..] => return UTF_16BE.decode_without_bom_handling(bytes).0,
        [b'<' | b'{', 0, ..] => return UTF_16LE.decode_without_bom_handling(bytes).0,
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.is_ascii()
    {
        return Cow::Borrowed(text);
    }
    let labels = [content_type.and_then(server_label), declared_label(bytes)];
    for encoding in labels.into_iter().flatten().filter_map(|label| Encoding::for_label(label.as_bytes())) {
        // A UTF-16 label on bytes that start like ASCII is wrong, and so is UTF-8 here unless all is ASCII.
        let plausible = encoding != UTF_16BE && encoding != UTF_16LE && (encoding != UTF_8 || bytes.is_ascii());
        let decoded = encoding.decode_without_bom_handling_and_without_replacement(bytes);
        if let Some(text) = decoded.filter(|_| plausible) {
            return text;
        }
    }
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// `charset` of a `Content-Type`.
fn server_label(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

/// `encoding` of an XML declaration.
fn declared_label(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]);
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_believed_only_where_the_bytes_allow_it() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><t>Fran\xe7ois</t>";
        assert!(decode(latin, None).contains("François"));
        assert!(decode(latin, Some("text/xml; charset=utf-8")).contains("François"));
        let utf8 = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><t>François 🎉</t>";
        assert!(decode(utf8.as_bytes(), Some("text/xml; charset=iso-8859-1")).contains("François 🎉"));
        let cyrillic = b"<t>\xcf\xf0\xe8\xe2\xe5\xf2</t>";
        assert!(decode(cyrillic, Some("text/xml; charset=\"windows-1251\"")).contains("Привет"));
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let bytes: Vec<u8> = "<t>Łódź</t>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&bytes, None), "<t>Łódź</t>");
        let marked: Vec<u8> = [vec![0xff, 0xfe], bytes].concat();
        assert_eq!(decode(&marked, Some("text/xml; charset=utf-8")), "<t>Łódź</t>");
    }
}
