//! The memory that makes scrypt costly, in huge pages where the system grants them.

use memmap2::MmapMut;
#[cfg(target_os = "linux")]
use memmap2::{Advice, MmapOptions};

use super::mix::Block;
use crate::kernel::{Memory, Pages};

/// A huge page of x86-64, and of most aarch64 systems.
const HUGE_PAGE: usize = 2 << 20;

/// Room for a number of blocks, all zero at first.
///
/// A mix reads its blocks in random order. In pages of 4 KiB they are more than the first level of address translation
/// knows; a huge page is one entry of it. Golden Cove, whose second level knows 2048 pages, is no slower without: no
/// difference beyond 2 % was measured there.
pub(super) struct Scratch {
    room: Room,
    pages: Pages,
    blocks: usize,
}

enum Room {
    /// Whole pages from this place of the mapping.
    Mapped { map: MmapMut, start: usize },
    /// Where no memory can be mapped.
    Plain(Vec<Block>),
}

impl Scratch {
    /// In huge pages that were set aside, else in such as the system may make.
    pub(super) fn new(blocks: usize) -> Self {
        let len = (blocks * size_of::<Block>()).next_multiple_of(HUGE_PAGE);
        if let Some(map) = reserved(len) {
            return Self { room: Room::Mapped { map, start: 0 }, pages: Pages::Reserved, blocks };
        }
        // One page more than needed: somewhere in it is the border where the first whole one begins.
        let Ok(map) = MmapMut::map_anon(len + HUGE_PAGE) else {
            return Self { room: Room::Plain(vec![[[0; 64]; 2]; blocks]), pages: Pages::Ordinary, blocks };
        };
        let start = map.as_ptr().align_offset(HUGE_PAGE);
        let pages = if request(&map, start, len) { Pages::Requested } else { Pages::Ordinary };
        Self { room: Room::Mapped { map, start }, pages, blocks }
    }

    /// What was taken of the system.
    pub(super) fn memory(&self) -> Memory {
        let bytes = (self.blocks * size_of::<Block>()).next_multiple_of(HUGE_PAGE);
        Memory { bytes, pages: self.pages }
    }

    /// The memory.
    pub(super) fn blocks(&mut self) -> &mut [Block] {
        match &mut self.room {
            Room::Plain(blocks) => blocks,
            Room::Mapped { map, start } => {
                let bytes = &mut map[*start..*start + self.blocks * size_of::<Block>()];
                bytes.as_chunks_mut::<64>().0.as_chunks_mut::<2>().0
            }
        }
    }
}

/// `len` bytes of huge pages that were set aside, all there.
#[cfg(target_os = "linux")]
fn reserved(len: usize) -> Option<MmapMut> {
    let map = MmapOptions::new().len(len).huge(Some(HUGE_PAGE.ilog2().try_into().ok()?)).map_anon().ok()?;
    // A control group may forbid what the mapping was promised, and would end the process at the first touch. This asks
    // for all of it at once and is answered; systems before Linux 5.14 do not know the question, and get other pages.
    map.advise(Advice::PopulateWrite).is_ok().then_some(map)
}

/// Asks the system to make huge pages of a part of `map`. A refusal costs speed at most.
#[cfg(target_os = "linux")]
fn request(map: &MmapMut, start: usize, len: usize) -> bool {
    map.advise_range(Advice::HugePage, start, len).is_ok()
}

/// Other systems than Linux are not asked.
#[cfg(not(target_os = "linux"))]
fn reserved(_: usize) -> Option<MmapMut> {
    None
}

/// Other systems than Linux are not asked.
#[cfg(not(target_os = "linux"))]
fn request(_: &MmapMut, _: usize, _: usize) -> bool {
    false
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
            if matches!(scratch.room, Room::Mapped { .. }) {
                assert_eq!(scratch.blocks().as_ptr().align_offset(HUGE_PAGE), 0);
            }
            let Memory { bytes, pages } = scratch.memory();
            assert!(bytes >= blocks * size_of::<Block>() && bytes.is_multiple_of(HUGE_PAGE), "{bytes} in {pages:?}");
        }
    }
}
