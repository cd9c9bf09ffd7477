//! What bytes that are no UTF-8 most likely are.

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS};

use crate::error::{Code, Error, text};

/// The text of bytes in one of the two old Japanese encodings; of both, the one with fewer half-width kana.
#[must_use]
pub fn japanese(bytes: &[u8]) -> Option<(String, &'static Encoding)> {
    let half_width = |text: &str| text.chars().filter(|c| ('｡'..='ﾟ').contains(c)).count();
    let decoded = [SHIFT_JIS, EUC_JP].into_iter().filter_map(|encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some((text.into_owned(), encoding))
    });
    decoded.min_by_key(|(text, _)| half_width(text))
}

/// The fault of a file in another encoding, which people call so.
#[must_use]
pub fn foreign(encoding: &str) -> Error {
    let message = text!(
        "the file is not UTF-8; it looks like {encoding}",
        "ファイルが UTF-8 ではありません（{encoding} のようです）"
    );
    Error::new(Code::SeedEncoding, message)
}

/// What people and `iconv` call one of the two.
#[must_use]
pub fn encoding_names(encoding: &'static Encoding) -> (&'static str, &'static str) {
    if encoding == SHIFT_JIS { ("CP932 (Shift_JIS)", "cp932") } else { ("EUC-JP", "euc-jp") }
}
