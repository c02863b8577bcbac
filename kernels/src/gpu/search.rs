//! A search cut into launches, two of which are on the card at any time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::{Header, Nonce, NonceRange, Target, Version, Work};

use super::host::{Host, HostError, SLOTS_IN_FLIGHT};
use crate::kernel::{Hit, Kernel, KernelError, expect_algorithm};
use crate::shader::{Launch, SLOTS, Shader, leading_zeros};

/// A scan that has not ended by then never will.
const LIMIT: Duration = Duration::from_secs(30);

/// A shader on a host, as a kernel. Beside whole scans it takes batches that overlap: the next one is put behind those on the
/// card before the oldest is done, so that the card never waits.
pub struct GpuKernel {
    name: String,
    shader: Shader,
    /// `None` once the card is lost.
    host: Option<Box<dyn Host>>,
    /// The oldest first.
    batches: VecDeque<Searching>,
    /// Of all batches, not on the card yet.
    open: VecDeque<Piece>,
    in_flight: VecDeque<(usize, Piece)>,
    free: Vec<usize>,
    /// The number of the next batch.
    next: u64,
    /// Why it can not be used again: what was on the card when it failed may still be running.
    lost: Option<HostError>,
}

/// A batch that has been searched.
#[derive(Debug, Clone)]
pub struct Batch {
    /// What was searched.
    pub work: Work,
    /// Its hits, as [`Kernel::scan`] gives them.
    pub hits: Vec<Hit>,
}

/// A batch on its way.
struct Searching {
    number: u64,
    work: Work,
    target: Target,
    mask: u32,
    /// The versions that are searched together.
    groups: Vec<Group>,
    /// How many of its launches have not been collected.
    left: usize,
    claims: Vec<Claim>,
}

/// Versions that are searched together, and what their launches carry.
struct Group {
    versions: Vec<u32>,
    parameters: Vec<u32>,
}

/// What a shader reports, and the group of versions in which it was searched.
struct Claim {
    group: usize,
    claim: [u32; 2],
}

/// A launch over one group of versions of a batch.
#[derive(Debug, Clone, Copy)]
struct Piece {
    batch: u64,
    group: usize,
    launch: Launch,
}

impl GpuKernel {
    /// `host` runs this shader.
    #[must_use]
    pub fn new(name: String, shader: Shader, host: Box<dyn Host>) -> Self {
        Self {
            name,
            shader,
            host: Some(host),
            batches: VecDeque::new(),
            open: VecDeque::new(),
            in_flight: VecDeque::new(),
            free: (0..SLOTS_IN_FLIGHT).collect(),
            next: 0,
            lost: None,
        }
    }

    /// How many batches were submitted and not collected yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.batches.len()
    }

    /// Puts a batch behind those that are waiting, and onto the card if there is room.
    ///
    /// # Errors
    /// As [`Kernel::scan`].
    pub fn submit(&mut self, work: Work, target: &Target) -> Result<(), KernelError> {
        expect_algorithm(&self.name, self.shader.algorithm(), &work)?;
        let groups: Vec<Group> = work
            .versions()
            .as_slice()
            .chunks(usize::from(self.versions()))
            .map(|versions| Group {
                versions: versions.to_vec(),
                parameters: self.shader.parameters(work.header(), versions),
            })
            .collect();
        let batch = self.next;
        let open = self.open.len();
        for group in 0..groups.len() {
            self.open.extend(launches(work.range(), self.shader.longest()).map(|launch| Piece {
                batch,
                group,
                launch,
            }));
        }
        let left = self.open.len() - open;
        let mask = self.shader.mask(target);
        self.batches.push_back(Searching {
            number: batch,
            work,
            target: *target,
            mask,
            groups,
            left,
            claims: Vec::new(),
        });
        self.next += 1;
        self.fill().map_err(|error| self.lose(error))
    }

    /// Waits for the oldest batch, no longer than `patience`; `None` where it is not done by then, or where none waits.
    ///
    /// # Errors
    /// As [`Kernel::scan`]. Then all batches on the way are gone.
    pub fn collect(&mut self, patience: Duration) -> Result<Option<Batch>, KernelError> {
        let asked = Instant::now();
        loop {
            match self.batches.front() {
                Some(batch) if batch.left > 0 => {}
                Some(_) => {
                    let batch = self.batches.pop_front();
                    return Ok(batch.map(|batch| self.finish(batch)));
                }
                None => return Ok(None),
            }
            match self.step(patience.saturating_sub(asked.elapsed())) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(self.lose(error)),
            }
        }
    }

    /// Gives the card up, for a reason that its host does not know of.
    pub fn give_up(&mut self, reason: &str) -> KernelError {
        self.lose(HostError(reason.to_owned()))
    }

    /// Collects one launch, unless that takes longer than `patience`; whether it was collected.
    fn step(&mut self, patience: Duration) -> Result<bool, HostError> {
        self.fill()?;
        let &(slot, piece) = self.in_flight.front().ok_or_else(|| HostError("nothing is on the card".to_owned()))?;
        let Some(found) = self.host()?.collect(slot, patience)? else { return Ok(false) };
        self.in_flight.pop_front();
        self.free.push(slot);
        let Some(batch) = self.batches.iter_mut().find(|batch| batch.number == piece.batch) else { return Ok(true) };
        batch.left -= 1;
        if u64::from(found.count) > u64::from(piece.launch.count) * u64::from(self.shader.variant().versions) {
            return Err(HostError("it claims more hits than there are hashes".to_owned()));
        }
        if found.claims.len() == found.count as usize {
            batch.claims.extend(found.claims.into_iter().map(|claim| Claim { group: piece.group, claim }));
        } else {
            // More than the slots hold: none may be lost, so the same nonces again in shorter launches.
            for launch in parts(piece.launch, found.count) {
                self.open.push_front(Piece { launch, ..piece });
                batch.left += 1;
            }
        }
        self.fill()?;
        Ok(true)
    }

    /// Puts onto the card what has room there.
    fn fill(&mut self) -> Result<(), HostError> {
        while let (Some(&slot), Some(&piece)) = (self.free.last(), self.open.front()) {
            let Some(batch) = self.batches.iter().find(|batch| batch.number == piece.batch) else {
                self.open.pop_front();
                continue;
            };
            let words = self.shader.launch(piece.launch, batch.mask, &batch.groups[piece.group].parameters);
            let threads = self.shader.threads(piece.launch);
            self.host()?.submit(slot, &words, threads)?;
            self.free.pop();
            self.open.pop_front();
            self.in_flight.push_back((slot, piece));
        }
        Ok(())
    }

    fn host(&mut self) -> Result<&mut Box<dyn Host>, HostError> {
        let lost = &self.lost;
        self.host.as_mut().ok_or_else(|| lost.clone().unwrap_or_else(|| HostError("it is lost".to_owned())))
    }

    fn lose(&mut self, error: HostError) -> KernelError {
        let reason = self.lost.get_or_insert(error).to_string();
        self.batches.clear();
        self.open.clear();
        // Dropped, a host would wait for what is on its card, which may be for ever: then its memory is the lesser loss.
        if let Some(host) = self.host.take() {
            std::mem::forget(host);
        }
        KernelError::Lost { kernel: self.name.clone(), reason }
    }

    fn finish(&self, batch: Searching) -> Batch {
        let Searching { work, target, groups, claims, .. } = batch;
        let mut hits = Vec::new();
        for Claim { group, claim: [nonce, place] } in claims {
            // The places behind the last version repeat it.
            let Some(version) = groups[group].versions.get(place as usize) else { continue };
            let hit = Hit { nonce: Nonce(nonce), version: Version(*version) };
            let hash =
                self.shader.algorithm().hash(&Header { nonce: hit.nonce, version: hit.version, ..*work.header() });
            let [.., a, b, c, d] = *hash.as_internal();
            // A claim whose word is not what the card says is a fault. It goes on as a hit, so that whoever judges it counts it.
            let is_fault = u32::from_le_bytes([a, b, c, d]) & leading_zeros(&target) != 0;
            if is_fault || target.is_met_by(&hash) {
                hits.push(hit);
            }
        }
        hits.sort_unstable();
        Batch { work, hits }
    }
}

impl Kernel for GpuKernel {
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

    /// A batch alone: those that were on their way are given up.
    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        self.batches.clear();
        self.submit(work.clone(), target)?;
        match self.collect(LIMIT)? {
            Some(batch) => Ok(batch.hits),
            None => Err(self.give_up(&format!("no answer within {} s", LIMIT.as_secs()))),
        }
    }
}

/// A range as launches, of which one may not be too long.
fn launches(range: NonceRange, longest: u32) -> impl Iterator<Item = Launch> {
    let first = u64::from(range.first().map_or(0, |nonce| nonce.0));
    let (end, longest) = (first + range.len(), u64::from(longest));
    std::iter::successors(Some(first), move |at| Some(at + longest)).take_while(move |at| *at < end).map(move |at| {
        let narrow = |number| u32::try_from(number).expect("a range ends with the nonces, and a launch is shorter");
        Launch { first: narrow(at), count: narrow(longest.min(end - at)) }
    })
}

/// A launch that has found so many claims in parts that should find half as many as there are slots; at least two. One nonce
/// has fewer versions than there are slots, so what can not be divided is not asked for.
fn parts(Launch { first, count }: Launch, claims: u32) -> Vec<Launch> {
    let wanted = (claims / (SLOTS / 2)).clamp(2, 1 << 12);
    let length = count.div_ceil(wanted).max(1);
    let offsets = (0..count.div_ceil(length)).map(|part| part * length);
    offsets.map(|offset| Launch { first: first + offset, count: length.min(count - offset) }).collect()
}

#[cfg(test)]
mod tests;
