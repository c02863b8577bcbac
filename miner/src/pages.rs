//! What is said of the memory that devices hash in.

use hashkit_engine::device::discover::Candidate;
use hashkit_engine::device::{Granted, GrantedPages};

/// A huge page of x86-64, and of most aarch64 systems.
const HUGE_PAGE: usize = 2 << 20;

/// How much memory these devices take in which pages, and what gives them huge ones; `None` where they need no more than a few
/// pages. The pages are those that a kernel got when it was tried.
pub(crate) fn words(devices: &[Candidate]) -> Option<String> {
    let granted: Vec<Granted> = devices.iter().filter_map(Candidate::memory).collect();
    let pages = granted.first()?.pages;
    let bytes: usize = granted.iter().map(|memory| memory.bytes).sum();
    Some(said(bytes, pages))
}

fn said(bytes: usize, pages: GrantedPages) -> String {
    let size = format!("{} MiB", bytes.div_ceil(1 << 20));
    match pages {
        GrantedPages::Reserved => format!("{size} in huge pages that were set aside"),
        GrantedPages::Transparent => format!("{size} in transparent huge pages"),
        GrantedPages::Ordinary => {
            let count = bytes.div_ceil(HUGE_PAGE);
            format!("{size} in ordinary pages; for huge ones, as root: sysctl vm.nr_hugepages={count}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_pages_come_with_what_gives_huge_ones() {
        for (bytes, pages, expected) in [
            (4 << 20, GrantedPages::Reserved, "4 MiB in huge pages that were set aside"),
            (4 << 20, GrantedPages::Transparent, "4 MiB in transparent huge pages"),
            (
                5 << 20,
                GrantedPages::Ordinary,
                "5 MiB in ordinary pages; for huge ones, as root: sysctl vm.nr_hugepages=3",
            ),
        ] {
            assert_eq!(said(bytes, pages), expected);
        }
    }
}
