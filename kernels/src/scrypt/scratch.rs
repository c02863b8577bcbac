//! The memory that makes scrypt costly, in huge pages where the system grants them.

use memmap2::MmapMut;

use super::mix::Block;

/// A huge page of x86-64, and of most aarch64 systems.
const HUGE_PAGE: usize = 2 << 20;

/// Room for a number of blocks, all zero at first.
///
/// A mix reads its blocks in random order. In pages of 4 KiB they are more than the first level of address translation
/// knows; a huge page is one entry of it. Golden Cove, whose second level knows 2048 pages, is no slower without: no
/// difference beyond 2 % was measured there.
pub(super) enum Scratch {
    /// Whole huge pages, if the system has given them, from this place of the mapping.
    Mapped { map: MmapMut, start: usize, blocks: usize },
    /// Where no memory can be mapped.
    Plain(Vec<Block>),
}

impl Scratch {
    pub(super) fn new(blocks: usize) -> Self {
        let len = (blocks * size_of::<Block>()).next_multiple_of(HUGE_PAGE);
        // One page more than needed: somewhere in it is the border where the first whole one begins.
        let Ok(map) = MmapMut::map_anon(len + HUGE_PAGE) else { return Self::Plain(vec![[[0; 64]; 2]; blocks]) };
        let start = map.as_ptr().align_offset(HUGE_PAGE);
        // A refusal costs speed at most: the search is right all the same.
        #[cfg(target_os = "linux")]
        let _ = map.advise_range(memmap2::Advice::HugePage, start, len);
        Self::Mapped { map, start, blocks }
    }

    /// The memory.
    pub(super) fn blocks(&mut self) -> &mut [Block] {
        match self {
            Self::Plain(blocks) => blocks,
            Self::Mapped { map, start, blocks } => {
                let bytes = &mut map[*start..*start + *blocks * size_of::<Block>()];
                bytes.as_chunks_mut::<64>().0.as_chunks_mut::<2>().0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scratch_is_as_long_as_asked_for_zero_and_begins_where_a_huge_page_may() {
        for blocks in [1, 1024, 12 * 1024, 16 * 1024 + 1] {
            let mut scratch = Scratch::new(blocks);
            assert_eq!(scratch.blocks().len(), blocks);
            assert!(scratch.blocks().iter().all(|block| *block == [[0; 64]; 2]));
            if matches!(scratch, Scratch::Mapped { .. }) {
                assert_eq!(scratch.blocks().as_ptr().align_offset(HUGE_PAGE), 0);
            }
        }
    }
}
