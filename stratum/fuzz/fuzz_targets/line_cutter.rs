//! Any chunking of any bytes gives the lines of one chunk, and nothing beyond the limit is kept.
#![no_main]

use std::time::Instant;

use hashkit_stratum::{LineCutter, TooLong};
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 64;

fn cut(chunks: impl Iterator<Item = impl AsRef<[u8]>>) -> Result<Vec<Vec<u8>>, TooLong> {
    let (mut cutter, now) = (LineCutter::new(LIMIT), Instant::now());
    let mut lines = Vec::new();
    for chunk in chunks {
        let mut rest = chunk.as_ref();
        while let Some(line) = cutter.next_line(&mut rest, now)? {
            assert!(!line.is_empty() && line.len() <= LIMIT && !line.contains(&b'\n'));
            lines.push(line);
        }
        assert!(rest.is_empty() && cutter.unfinished().len() <= LIMIT);
    }
    Ok(lines)
}

// The first byte says how long the chunks are.
fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else { return };
    assert_eq!(cut(bytes.chunks(usize::from(size).max(1))), cut(std::iter::once(bytes)));
});
