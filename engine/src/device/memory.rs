//! What pages a kernel's memory got in the end.

use std::fs;

use hashkit_kernels::{Memory, Pages};

/// A kernel's memory and the pages that it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// How many bytes one opened kernel takes.
    pub bytes: usize,
    /// What they lie in.
    pub pages: GrantedPages,
}

/// The kinds of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantedPages {
    /// Huge pages out of those that the system's administrator has set aside.
    Reserved,
    /// Huge pages that the system made when asked to.
    Transparent,
    /// Pages of the usual size, or the system does not tell.
    Ordinary,
}

impl GrantedPages {
    /// Its name: `reserved`, `transparent` or `ordinary`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Transparent => "transparent",
            Self::Ordinary => "ordinary",
        }
    }
}

/// What became of `memory`, which an open kernel has written to.
pub(super) fn granted(memory: Memory) -> Granted {
    let is_transparent = || is_made_of_huge_pages(&fs::read_to_string("/proc/self/smaps").unwrap_or_default());
    let pages = match memory.pages {
        Pages::Reserved => GrantedPages::Reserved,
        Pages::Requested if is_transparent() => GrantedPages::Transparent,
        Pages::Requested | Pages::Ordinary => GrantedPages::Ordinary,
    };
    Granted { bytes: memory.bytes, pages }
}

/// Whether all that is resident of the mappings for which somebody asked (`hg` among the flags in `smaps`, see proc(5)) lies in huge
/// pages; false where there is none.
fn is_made_of_huge_pages(smaps: &str) -> bool {
    let (mut resident, mut huge) = (0, 0);
    let (mut resident_here, mut huge_here) = (0, 0);
    for (key, value) in smaps.lines().filter_map(|line| line.split_once(':')) {
        let kilobytes = || value.trim().split(' ').next().and_then(|digits| digits.parse::<u64>().ok()).unwrap_or(0);
        match key {
            "Rss" => resident_here = kilobytes(),
            "AnonHugePages" => huge_here = kilobytes(),
            // The last line of a mapping.
            "VmFlags" if value.split(' ').any(|flag| flag == "hg") => {
                resident += resident_here;
                huge += huge_here;
            }
            _ => {}
        }
    }
    huge > 0 && huge >= resident
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mappings_that_asked_for_huge_pages_count() {
        let mapping = |rss: u32, huge: u32, flags: &str| {
            format!(
                "7f0000000000-7f0000200000 rw-p 00000000 00:00 0 \nSize: 2048 kB\nRss:  {rss} kB\n\
                 AnonHugePages:   {huge} kB\nVmFlags: rd wr mr {flags}\n"
            )
        };
        for (case, mappings, expected) in [
            ("nothing is told", vec![], false),
            ("granted", vec![mapping(2048, 2048, "ac hg")], true),
            ("refused", vec![mapping(1536, 0, "ac hg")], false),
            ("granted in part", vec![mapping(2048, 2048, "hg"), mapping(1536, 0, "hg")], false),
            ("another's", vec![mapping(2048, 2048, "ac"), mapping(1536, 0, "ac hg")], false),
            ("asked for, not touched yet", vec![mapping(0, 0, "ac hg")], false),
        ] {
            assert_eq!(is_made_of_huge_pages(&mappings.concat()), expected, "{case}");
        }
    }
}
