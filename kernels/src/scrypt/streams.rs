//! How many streams a mix is expected to interleave best on this machine; a timing has the last word.

use std::fs;
use std::path::Path;

use super::mix::Block;
use crate::simd::Quads;

/// What a processor has that says nothing of its second-level cache: most have this much or more.
const USUAL_L2: usize = 1 << 20;

/// Streams of vectors `Q` to interleave for an N of `cost`, 2 to 4: as many as the second-level cache holds, and two at least.
///
/// One stream alone waits for its own results most of the time. Measured on Golden Cove with 2 MiB, in November 2026, whole
/// hashes against those of one stream: with AVX-512 two are 1.35 times as fast, three 1.46 and four 1.49, although these fill
/// the cache; with AVX2 1.56, 1.86 and 2.06.
pub(super) fn of<Q: Quads>(cost: usize) -> usize {
    let bytes = Q::COUNT * cost * size_of::<Block>();
    fitting(l2_cache(Path::new("/sys/devices/system/cpu/cpu0/cache")).unwrap_or(USUAL_L2), bytes)
}

/// The same, for a cache of `l2` bytes and streams of `bytes` each.
fn fitting(l2: usize, bytes: usize) -> usize {
    (l2 / bytes).clamp(2, 4)
}

/// The size of the second-level cache in bytes, as Linux tells it in a folder for each cache of the first processor.
fn l2_cache(caches: &Path) -> Option<usize> {
    let of_level_2 = |folder: &Path| fs::read_to_string(folder.join("level")).is_ok_and(|level| level.trim() == "2");
    let folder = fs::read_dir(caches).ok()?.flatten().map(|entry| entry.path()).find(|path| of_level_2(path))?;
    parse_size(&fs::read_to_string(folder.join("size")).ok()?)
}

/// `2048K` and its like, in bytes.
fn parse_size(text: &str) -> Option<usize> {
    let text = text.trim();
    let (digits, unit) = match text.as_bytes().last()? {
        b'K' => (&text[..text.len() - 1], 1 << 10),
        b'M' => (&text[..text.len() - 1], 1 << 20),
        _ => (text, 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(unit).filter(|size| *size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_fill_the_second_level_cache() {
        let (avx2, avx512) = (256 << 10, 512 << 10);
        for (case, l2, bytes, expected) in [
            ("Golden Cove, AVX-512", 2 << 20, avx512, 4),
            ("Golden Cove, AVX2", 2 << 20, avx2, 4),
            ("Ice Lake server, AVX-512", 1280 << 10, avx512, 2),
            ("Zen 4, AVX-512", 1 << 20, avx512, 2),
            ("Zen 3, AVX2", 512 << 10, avx2, 2),
            ("Skylake client, AVX2", 256 << 10, avx2, 2),
            ("a coin whose N is 2^20", 2 << 20, 128 << 20, 2),
        ] {
            assert_eq!(fitting(l2, bytes), expected, "{case}");
        }
    }

    #[test]
    fn sizes_are_read_as_linux_writes_them() {
        for (text, bytes) in [
            ("2048K\n", Some(2 << 20)),
            ("1M", Some(1 << 20)),
            ("512", Some(512)),
            ("", None),
            ("K", None),
            ("0K", None),
            ("-1K", None),
            ("99999999999999999999K", None),
            ("18014398509481984K", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text:?}");
        }
    }

    #[test]
    fn a_machine_that_tells_no_cache_gets_two_streams_of_avx512() {
        assert_eq!(l2_cache(Path::new("/nowhere")), None);
        assert_eq!(fitting(USUAL_L2, 512 << 10), 2);
    }
}
