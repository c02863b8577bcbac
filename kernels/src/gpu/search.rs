//! A search cut into launches, two of which are on the card at any time.

use std::collections::VecDeque;
use std::ops::Range;

use hashkit_chain::{Header, Nonce, NonceRange, Target, Version, Work};

use crate::kernel::{Hit, Kernel, KernelError, expect_algorithm};
use crate::shader::{Launch, Shader, leading_zeros};

/// How many launches are on a card at once: while one computes, the other is prepared or read.
pub(crate) const IN_FLIGHT: usize = 2;

/// How many launches a scan becomes where it is long enough, so that the card waits only at its end.
const LAUNCHES: u64 = 4;

/// Below so many nonces a launch costs more than what it searches.
const SHORTEST: u64 = 1 << 16;

/// A card, seen through one API, with a shader on it. Launches go into slots, what they found comes out of them.
pub(crate) trait Host: Send {
    /// Starts so many threads that are given `words`. The slot is free: it was collected, or never used.
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError>;

    /// Waits for the launch in the slot, which then is free again.
    fn collect(&mut self, slot: usize) -> Result<Found, HostError>;
}

/// What a launch reported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Found {
    /// How many claims there were; more than `claims` holds when the slots did not suffice.
    pub(crate) count: u32,
    /// A nonce and the place of its version each, in no order.
    pub(crate) claims: Vec<[u32; 2]>,
}

/// Why a card gave no answer, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct HostError(pub(crate) String);

/// A shader on a host, as a kernel.
pub(crate) struct GpuKernel<H> {
    name: String,
    shader: Shader,
    host: H,
    /// Why it can not be used again: what was on the card when it failed may still be running.
    lost: Option<HostError>,
}

impl<H: Host> GpuKernel<H> {
    /// `host` runs this shader.
    pub(crate) fn new(name: String, shader: Shader, host: H) -> Self {
        Self { name, shader, host, lost: None }
    }

    /// All claims in the range; `parameters` has one entry for each group of versions that are searched together.
    fn claims(&mut self, mask: u32, parameters: &[Vec<u32>], range: NonceRange) -> Result<Vec<Claim>, HostError> {
        let mut open: VecDeque<Piece> =
            (0..parameters.len()).flat_map(|group| pieces(range).map(move |launch| Piece { group, launch })).collect();
        let mut in_flight: VecDeque<(usize, Piece)> = VecDeque::new();
        let mut free: Vec<usize> = (0..IN_FLIGHT).collect();
        let mut claims = Vec::new();
        loop {
            while let Some(piece) = open.pop_front_if(|_| !free.is_empty()) {
                let slot = free.pop().expect("it is not empty");
                let words = self.shader.launch(piece.launch, mask, &parameters[piece.group]);
                self.host.submit(slot, &words, self.shader.threads(piece.launch))?;
                in_flight.push_back((slot, piece));
            }
            let Some((slot, piece)) = in_flight.pop_front() else { return Ok(claims) };
            let found = self.host.collect(slot)?;
            free.push(slot);
            if found.claims.len() == found.count as usize {
                claims.extend(found.claims.into_iter().map(|claim| Claim { group: piece.group, claim }));
            } else {
                // More than the slots hold: none may be lost, so the same nonces again in two launches.
                open.extend(halves(piece.launch).into_iter().flatten().map(|launch| Piece { launch, ..piece }));
            }
        }
    }
}

impl<H: Host> Kernel for GpuKernel<H> {
    fn name(&self) -> &str {
        &self.name
    }

    fn versions(&self) -> u8 {
        self.shader.variant().versions
    }

    /// The nonces of a work-group.
    fn granularity(&self) -> u32 {
        self.shader.variant().nonces_per_thread * self.shader.variant().group_size
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        expect_algorithm(&self.name, self.shader.algorithm(), work)?;
        let groups: Vec<&[u32]> = work.versions().as_slice().chunks(usize::from(self.versions())).collect();
        let parameters: Vec<Vec<u32>> =
            groups.iter().map(|versions| self.shader.parameters(work.header(), versions)).collect();
        let mask = self.shader.mask(target);
        let found = match self.lost.clone() {
            Some(error) => Err(error),
            None => self.claims(mask, &parameters, work.range()),
        };
        let claims = found.map_err(|error| {
            let lost = KernelError::Lost { kernel: self.name.clone(), reason: error.to_string() };
            self.lost = Some(error);
            lost
        })?;
        let mut hits = Vec::new();
        for Claim { group, claim: [nonce, place] } in claims {
            // The places behind the last version repeat it.
            let Some(version) = groups[group].get(place as usize) else { continue };
            let hit = Hit { nonce: Nonce(nonce), version: Version(*version) };
            let hash =
                self.shader.algorithm().hash(&Header { nonce: hit.nonce, version: hit.version, ..*work.header() });
            let [.., a, b, c, d] = *hash.as_internal();
            // A claim whose word is not what the card says is a fault. It goes on as a hit, so that whoever judges it counts it.
            let is_fault = u32::from_le_bytes([a, b, c, d]) & leading_zeros(target) != 0;
            if is_fault || target.is_met_by(&hash) {
                hits.push(hit);
            }
        }
        hits.sort_unstable();
        Ok(hits)
    }
}

/// What a shader reports, and the group of versions in which it was searched.
struct Claim {
    group: usize,
    claim: [u32; 2],
}

/// A launch over one group of versions.
#[derive(Debug, Clone, Copy)]
struct Piece {
    group: usize,
    launch: Launch,
}

/// A range as launches: as many as keep a card busy, fewer where they would be too short, more where they would be too long.
fn pieces(range: NonceRange) -> impl Iterator<Item = Launch> {
    let first = u64::from(range.first().map_or(0, |nonce| nonce.0));
    let length = range.len().div_ceil(LAUNCHES).clamp(SHORTEST, u64::from(Launch::LONGEST));
    // A multiple of every thread's nonces, so that only the ends are cut.
    let length = length.next_multiple_of(SHORTEST);
    let Range { start, end } = first..first + range.len();
    std::iter::successors(Some(start), move |at| Some(at + length)).take_while(move |at| *at < end).map(move |at| {
        let count = length.min(end - at);
        let narrow = |number| u32::try_from(number).expect("a range ends with the nonces, and a launch is shorter");
        Launch { first: narrow(at), count: narrow(count) }
    })
}

/// The two parts of a launch. One nonce has fewer versions than there are slots, so what can not be halved is not asked for.
fn halves(Launch { first, count }: Launch) -> [Option<Launch>; 2] {
    let half = count.div_ceil(2);
    let front = Launch { first, count: half };
    let back = (count > half).then(|| Launch { first: first + half, count: count - half });
    [Some(front), back]
}

#[cfg(test)]
mod tests;
