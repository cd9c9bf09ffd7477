//! PNG files: the resolution they print at.

/// What every PNG file starts with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The signature and the first chunk, which is of fixed size.
const HEADER: usize = 33;

/// The file with a chunk `pHYs` that gives it so many dots an inch, in place of one it has; `None` where it is no PNG.
pub(super) fn with_resolution(png: &[u8], dots_per_inch: f64) -> Option<Vec<u8>> {
    let (header, mut rest) = png.split_at_checked(HEADER)?;
    if !header.starts_with(SIGNATURE) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "casts of floats saturate"
    )]
    let dots_per_metre = (dots_per_inch / 0.0254).round() as u32;
    let mut written = header.to_vec();
    let mut body = b"pHYs".to_vec();
    body.extend(dots_per_metre.to_be_bytes());
    body.extend(dots_per_metre.to_be_bytes());
    body.push(1); // the unit: metres
    written.extend(9_u32.to_be_bytes());
    written.extend(&body);
    written.extend(crc(&body).to_be_bytes());
    while let Some((head, _)) = rest.split_first_chunk::<8>() {
        let (length, kind) = head.split_at(4);
        let length = u32::from_be_bytes(length.try_into().ok()?);
        let (chunk, after) =
            rest.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        if kind != b"pHYs" {
            written.extend(chunk);
        }
        rest = after;
    }
    Some(written)
}

/// The checksum of a chunk.
///
/// Source: PNG (third edition), annex D, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_png() {
        // Every PNG ends in this chunk.
        assert_eq!(crc(b"IEND"), 0xae42_6082);
    }

    #[test]
    fn what_is_no_png_stays_unmade() {
        assert_eq!(with_resolution(b"", 300.0), None);
        assert_eq!(with_resolution(&[b'x'; 40], 300.0), None);
        assert_eq!(with_resolution(&[SIGNATURE, &[0xff; 40]].concat(), 300.0), None);
    }
}
