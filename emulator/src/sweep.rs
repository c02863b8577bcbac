//! The nonces and versions that one chip searches, in the order in which it searches them.

use crate::job::Job;

/// The nonces of one chip: for each lane a base, to which one running counter is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Region {
    /// What each lane's nonces begin with; a lane is a core, or a slice of the nonce space.
    pub(crate) bases: Vec<u32>,
    /// Where the counter begins.
    pub(crate) start: u64,
    /// How many counter values are searched before it begins anew.
    pub(crate) window: u64,
    /// Where the counter wraps.
    pub(crate) modulus: u64,
}

impl Region {
    /// The nonce of a lane at an offset from the start, big-endian as on the wire.
    fn nonce(&self, lane: usize, offset: u64) -> [u8; 4] {
        let counter = (self.start + offset) % self.modulus;
        // The modulus is at most 2^32, and a base leaves its counter's bits free.
        (self.bases[lane] | u32::try_from(counter).unwrap_or_default()).to_be_bytes()
    }

    /// How far from the start a nonce lies, where it is one of these.
    pub(crate) fn offset_of(&self, nonce: [u8; 4]) -> Option<u64> {
        let nonce = u64::from(u32::from_be_bytes(nonce));
        let (base, counter) = (nonce - nonce % self.modulus, nonce % self.modulus);
        let offset = (counter + self.modulus - self.start) % self.modulus;
        let is_here = offset < self.window && self.bases.iter().any(|own| u64::from(*own) == base);
        is_here.then_some(offset)
    }
}

/// The versions of a job, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versions {
    /// Rolled bits inside this mask; bit 0 is bit 13 of the version.
    Mask(u16),
    /// Midstates that the job brought.
    Given(u32),
}

impl Versions {
    pub(crate) fn count(self) -> u32 {
        match self {
            Self::Mask(mask) => 1 << mask.count_ones(),
            Self::Given(count) => count,
        }
    }

    /// The rolled bits of the version with this number, which is below the count, or the number of the midstate.
    pub(crate) fn at(self, number: u32) -> u16 {
        let Self::Mask(mask) = self else { return u16::try_from(number).unwrap_or(u16::MAX) };
        let bits = (0..16).filter(|bit| mask >> bit & 1 == 1);
        bits.enumerate().fold(0, |version, (at, bit)| version | u16::from(number >> at & 1 == 1) << bit)
    }

    /// The number of the version, where it is one of these.
    pub(crate) fn number_of(self, version: u16) -> Option<u32> {
        match self {
            Self::Given(count) => Some(u32::from(version)).filter(|number| *number < count),
            Self::Mask(mask) if version & !mask != 0 => None,
            Self::Mask(mask) => {
                let bits = (0..16).filter(|bit| mask >> bit & 1 == 1);
                Some(bits.enumerate().fold(0, |number, (at, bit)| number | u32::from(version >> bit & 1) << at))
            }
        }
    }
}

/// Something found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Find {
    pub(crate) nonce: [u8; 4],
    /// Rolled version bits, or the number of the midstate.
    pub(crate) version: u16,
    pub(crate) small_core: u32,
    pub(crate) zero_bits: u32,
}

/// A chip's place in its region and its versions.
#[derive(Debug, Clone)]
pub(crate) struct Sweep {
    region: Region,
    versions: Versions,
    small_cores: u32,
    /// Which versions are searched now: so many small cores of them together.
    group: u32,
    offset: u64,
    /// Version, small core and midstate of the group; empty when they are not made yet.
    midstates: Vec<(u16, u32, [u32; 8])>,
}

impl Sweep {
    pub(crate) fn new(region: Region, versions: Versions, small_cores: u32) -> Self {
        Self { region, versions, small_cores, group: 0, offset: 0, midstates: Vec::new() }
    }

    pub(crate) fn region(&self) -> &Region {
        &self.region
    }

    pub(crate) fn versions(&self) -> Versions {
        self.versions
    }

    /// How many times the region is swept before versions repeat.
    pub(crate) fn groups(&self) -> u32 {
        self.versions.count().div_ceil(self.small_cores)
    }

    /// In which sweep a version's turn is, and which small core has it.
    pub(crate) fn turn_of(&self, version: u16) -> Option<(u32, u32)> {
        let number = self.versions.number_of(version)?;
        Some((number / self.small_cores, number % self.small_cores))
    }

    /// Goes to the place at which a nonce is found.
    #[cfg(test)]
    pub(crate) fn go_to(&mut self, nonce: [u8; 4], version: u16) {
        self.offset = self.region.offset_of(nonce).expect("the nonce is of this region");
        self.group = self.turn_of(version).expect("the version is of this job").0;
        self.midstates.clear();
    }

    /// Hashes one counter value in all lanes and all versions of the group, and goes on to the next. Gives the number of hashes;
    /// finds are those with at least `need` zero bits. After the last version it begins again with the first.
    pub(crate) fn step(&mut self, job: &Job, need: u32, finds: &mut Vec<Find>) -> u64 {
        if self.region.window == 0 {
            return 0;
        }
        if self.midstates.is_empty() {
            let first = self.group * self.small_cores;
            let numbers = first..(first + self.small_cores).min(self.versions.count());
            let versions = numbers.map(|number| (self.versions.at(number), number - first));
            self.midstates =
                versions.filter_map(|(version, small)| Some((version, small, job.midstate(version)?))).collect();
        }
        for lane in 0..self.region.bases.len() {
            let nonce = self.region.nonce(lane, self.offset);
            let block = job.tail_block(nonce);
            for (version, small_core, midstate) in &self.midstates {
                let zero_bits = block.zero_bits(midstate);
                if zero_bits >= need {
                    finds.push(Find { nonce, version: *version, small_core: *small_core, zero_bits });
                }
            }
        }
        let hashes = (self.region.bases.len() * self.midstates.len()) as u64;
        self.offset += 1;
        if self.offset == self.region.window {
            self.offset = 0;
            self.group = (self.group + 1) % self.groups();
            self.midstates.clear();
        }
        hashes
    }

    /// Some nonce with at least `need` zero bits, in a random lane and a random version of the group whose turn `sweep` is,
    /// sought from `from` on for at most `tries` hashes. Where none is found, what stood there first.
    pub(crate) fn near(
        &self,
        job: &Job,
        need: u32,
        sweep: u64,
        from: u64,
        tries: u64,
        rng: &mut fastrand::Rng,
    ) -> Option<Find> {
        if self.region.window == 0 || self.region.bases.is_empty() {
            return None;
        }
        let lane = rng.usize(..self.region.bases.len());
        let group = u32::try_from(sweep % u64::from(self.groups())).ok()?;
        let first = group * self.small_cores;
        let small_core = rng.u32(..self.small_cores.min(self.versions.count() - first));
        let version = self.versions.at(first + small_core);
        let midstate = job.midstate(version)?;
        let at = |further: u64| {
            let nonce = self.region.nonce(lane, (from + further) % self.region.window);
            Find { nonce, version, small_core, zero_bits: job.tail_block(nonce).zero_bits(&midstate) }
        };
        let found = (0..tries.min(self.region.window)).map(at).find(|find| find.zero_bits >= need);
        Some(found.unwrap_or_else(|| at(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbered_through_their_mask() {
        for (mask, count) in [(0xffff, 65536), (0, 1), (0x0600, 4), (0x8001, 4)] {
            let versions = Versions::Mask(mask);
            assert_eq!(versions.count(), count, "{mask:04x}");
            for number in [0, 1, count - 1] {
                let number = number.min(count - 1);
                let version = versions.at(number);
                assert_eq!((version & !mask, versions.number_of(version)), (0, Some(number)), "{mask:04x}");
            }
            assert_eq!(versions.number_of(!mask), if mask == 0xffff { Some(0) } else { None }, "{mask:04x}");
        }
        assert_eq!((Versions::Given(4).at(3), Versions::Given(4).number_of(4)), (3, None));
    }

    #[test]
    fn a_region_begins_at_its_start_and_wraps_within_its_lanes() {
        let region = Region { bases: vec![0, 1 << 25], start: (1 << 25) - 2, window: 4, modulus: 1 << 25 };
        let nonces: Vec<u32> = (0..4).map(|offset| u32::from_be_bytes(region.nonce(1, offset))).collect();
        assert_eq!(nonces, [0x03ff_fffe, 0x03ff_ffff, 0x0200_0000, 0x0200_0001]);
        for (offset, nonce) in (0..).zip(&nonces) {
            assert_eq!(region.offset_of(nonce.to_be_bytes()), Some(offset));
        }
        assert_eq!(region.offset_of(0x0200_0002_u32.to_be_bytes()), None, "behind the window");
        assert_eq!(region.offset_of(0x0600_0000_u32.to_be_bytes()), None, "of no lane");
    }
}
