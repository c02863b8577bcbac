//! A template becomes jobs; a share becomes a block again.

use std::collections::VecDeque;

use hashkit_chain::{
    Algorithm, Block, BlockTemplate, CompactError, Difficulty, Hash, Job, JobId, JobTerms, MergedTree, Payout,
    PayoutError, Share, Target,
};

/// The pool's part of the coinbase that tells one connection from another.
pub(crate) const EXTRANONCE1_LEN: usize = 4;

/// Rental services refuse less than 4 bytes, some firmware fails above 8.
pub(crate) const EXTRANONCE2_LEN: usize = 8;

/// How many templates are kept to finish blocks of: with one every 10 to 30 s, minutes of jobs in flight.
const KEPT: usize = 16;

/// Why a template makes no jobs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AssemblyError {
    #[error(transparent)]
    Payout(#[from] PayoutError),
    #[error(transparent)]
    Bits(#[from] CompactError),
}

/// Makes jobs of templates, and remembers the templates for as long as blocks may come back.
pub(crate) struct Assembly {
    algorithm: Algorithm,
    version_mask: u32,
    payout: Payout,
    /// What the coinbase tells child chains, and the easiest of their targets.
    commitment: Vec<u8>,
    child_target: Option<Target>,
    kept: VecDeque<BlockTemplate>,
}

impl Assembly {
    pub(crate) fn new(algorithm: Algorithm, version_mask: u32, payout: Payout) -> Self {
        let (commitment, child_target) = (Vec::new(), None);
        Self { algorithm, version_mask, payout, commitment, child_target, kept: VecDeque::new() }
    }

    /// What the rounds from now on commit to, for child chains.
    pub(crate) fn commit_to(&mut self, tree: Option<&MergedTree>) {
        self.commitment = tree.map(MergedTree::commitment).unwrap_or_default();
        self.child_target = tree.and_then(|tree| tree.blocks().map(|block| block.target).max());
    }

    /// The round of the newest template once more, with what it commits to now.
    pub(crate) fn again(&self) -> Option<Result<Round, AssemblyError>> {
        self.kept.back().map(|template| self.round(template))
    }

    fn round(&self, template: &BlockTemplate) -> Result<Round, AssemblyError> {
        let terms = JobTerms {
            algorithm: self.algorithm,
            version_mask: self.version_mask,
            payout: &self.payout,
            commitment: &self.commitment,
            extranonce1: &[0; EXTRANONCE1_LEN],
            extranonce2_len: EXTRANONCE2_LEN,
            share_target: Target::ZERO,
        };
        let base = template.job("".into(), &terms)?;
        let network_target = base.network_target()?;
        let easiest_target = self.child_target.unwrap_or(Target::ZERO).max(network_target);
        Ok(Round { base, height: template.height(), network_target, easiest_target })
    }

    /// The round that `template` opens.
    pub(crate) fn adopt(&mut self, template: BlockTemplate) -> Result<Round, AssemblyError> {
        let round = self.round(&template)?;
        // One whose transactions did not change finishes the blocks of both.
        if self.kept.back().is_some_and(|last| last.made(&round.base)) {
            self.kept.pop_back();
        }
        self.kept.push_back(template);
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        Ok(round)
    }

    /// What the node can check of the newest round before anybody mines it.
    pub(crate) fn proposal(&self, round: &Round) -> Option<String> {
        self.kept.back().and_then(|template| template.proposal(&round.base))
    }

    /// The block that `share` finishes; `None` for a share that is none, and when its template is long gone.
    pub(crate) fn block(&self, share: &Share) -> Option<Block> {
        self.kept.iter().rev().find_map(|template| template.block(share))
    }
}

/// How a coinbase is laid out: with the same payout, its lengths tell heights of more bytes, other aux data, and whether there is a
/// commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    prefix: usize,
    suffix: usize,
}

/// What all connections work on until the next template: a job without what is each connection's own.
#[derive(Debug)]
pub(crate) struct Round {
    base: Job,
    height: u32,
    network_target: Target,
    /// The network's, or that of a child chain where it is easier.
    easiest_target: Target,
}

impl Round {
    pub(crate) fn prev_hash(&self) -> Hash {
        self.base.prev_hash
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }

    /// How the coinbase is laid out.
    pub(crate) fn layout(&self) -> Layout {
        Layout { prefix: self.base.coinbase.prefix.len(), suffix: self.base.coinbase.suffix.len() }
    }

    pub(crate) fn network_target(&self) -> Target {
        self.network_target
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.base.algorithm
    }

    /// Whether `later` asks for other work than this round does, be it only another time.
    pub(crate) fn differs_from(&self, later: &Self) -> bool {
        self.base != later.base
    }

    /// The difficulty whose target is that of the easiest block or a hair easier: what makes a block, here or on a child chain, is
    /// a share, too.
    pub(crate) fn block_difficulty(&self) -> Difficulty {
        let algorithm = self.base.algorithm;
        let mut difficulty = Difficulty::of_target(self.easiest_target, algorithm).value();
        while Difficulty::new(difficulty).is_ok_and(|rounded| rounded.to_target(algorithm) < self.easiest_target) {
            difficulty = difficulty.next_down();
        }
        Difficulty::new(difficulty).unwrap_or(Difficulty::ONE)
    }

    /// The round as a job of this name. Its extranonce1 and share target are the connection's, and filled in there.
    pub(crate) fn job(&self, id: JobId) -> Job {
        Job { id, ..self.base.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use hashkit_chain::{BIP_320_MASK, Header, Ntime, Previous, Script, SearchSpace, Solution, Version, hex};
    use hashkit_stratum::{Client, ClientEvent, Login, Session, SessionEvent, SessionSettings};
    use serde_json::{Value, json};

    use super::*;
    use crate::practice::{PracticeChain, Profile, Verdict};

    /// A clock that stands still.
    const NOW: Ntime = Ntime(1_795_300_000);

    /// A pool and a miner on one wire, and what of it is of interest.
    struct Wire {
        assembly: Assembly,
        session: Session,
        client: Client,
        now: Instant,
    }

    impl Wire {
        fn on(template: &Value, algorithm: Algorithm) -> Self {
            let mut assembly = Assembly::new(algorithm, BIP_320_MASK, Payout::to(Script::anyone()));
            let template = BlockTemplate::from_json(&template.to_string()).expect("it can be mined");
            let round = assembly.adopt(template).expect("the payout fits");
            let now = Instant::now();
            let settings = SessionSettings::new(algorithm, round.block_difficulty(), BIP_320_MASK);
            let mut session = Session::new(settings, now);
            session.send_job(&round.job("1".into()), Previous::Worthless);
            Self { assembly, session, client: Client::new(Login::new("pool.example", "u", "x", algorithm), now), now }
        }

        /// Carries all lines to and fro, and returns the jobs that the miner got and the blocks that it found.
        fn exchange(&mut self) -> (Vec<Job>, Vec<Block>) {
            let (mut jobs, mut blocks) = (Vec::new(), Vec::new());
            loop {
                let mut quiet = true;
                while let Some(bytes) = self.client.poll_transmit() {
                    self.session.receive(&bytes, self.now).expect("the miner keeps to the protocol");
                    quiet = false;
                }
                while let Some(event) = self.session.poll_event() {
                    match event {
                        SessionEvent::Subscribe { .. } => {
                            self.session.welcome(&[7; EXTRANONCE1_LEN], EXTRANONCE2_LEN, "here");
                        }
                        SessionEvent::Authorize { id, .. } => self.session.accept(id),
                        SessionEvent::Submit { id, solution, .. } => {
                            blocks.extend(self.assembly.block(&Share::check(&solution).expect("a share")));
                            self.session.accept(id);
                        }
                        _ => {}
                    }
                }
                while let Some(bytes) = self.session.poll_transmit() {
                    self.client.receive(&bytes, self.now).expect("the pool keeps to the protocol");
                    quiet = false;
                }
                while let Some(event) = self.client.poll_event() {
                    if let ClientEvent::Job { job, .. } = event {
                        jobs.push(job);
                    }
                }
                if quiet {
                    return (jobs, blocks);
                }
            }
        }
    }

    /// The first share in a version other than the job's own.
    fn rolled(job: Job) -> Share {
        let mut space = SearchSpace::new(job, 1);
        loop {
            let work = space.take(64, 64).expect("a new job has work");
            let versions = *work.versions();
            for (&version, nonce) in versions.as_slice()[1..]
                .iter()
                .flat_map(|version| work.range().iter().map(move |nonce| (version, nonce)))
            {
                if let Ok(share) = Share::check(&Solution { work: work.clone(), nonce, version: Version(version) }) {
                    return share;
                }
            }
        }
    }

    #[test]
    fn a_required_bit_is_set_in_every_block_whatever_the_miner_rolls() {
        let mut chain = PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d);
        let mut template = chain.template(NOW, 0).expect("the chain is not ahead");
        template["version"] = 0x3000_0000.into();
        template["vbrequired"] = (1 << 28).into();
        template["vbavailable"] = json!({"practice": 28});
        let mut wire = Wire::on(&template, Algorithm::Sha256d);
        let (jobs, _) = wire.exchange();
        let job = jobs.last().expect("the miner has a job").clone();
        assert_eq!((job.version, job.version_mask), (Version(0x3000_0000), 0x0fff_e000));

        let share = rolled(job);
        wire.client.submit(&share, wire.now);
        let (_, blocks) = wire.exchange();
        let block = hex::decode(&blocks.first().expect("each share is a block here").hex()).expect("hexadecimal");
        let header = Header::from_bytes(block.first_chunk().expect("a header"));
        assert_eq!(header.version, share.header().version);
        assert_eq!(header.version.0 & !0x0fff_e000, 0x3000_0000, "{}", header.version);
        let verdict = chain.submit_block(&block, NOW).expect("memory takes it");
        assert!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
    }

    #[test]
    fn no_version_is_rolled_where_its_bits_have_a_meaning() {
        for (case, algorithm, version) in [
            ("scrypt", Algorithm::Scrypt, 0x2000_0000),
            ("a chain's number", Algorithm::Sha256d, 0x0062_0004),
            ("a chain's number beside signals", Algorithm::Sha256d, 0x2010_0000),
        ] {
            let chain = PracticeChain::in_memory(Profile::Fast, algorithm);
            let mut template = chain.template(NOW, 0).expect("the chain is not ahead");
            template["version"] = version.into();
            let (jobs, _) = Wire::on(&template, algorithm).exchange();
            let job = jobs.last().expect("the miner has a job");
            assert_eq!((job.version, job.version_mask), (Version(version), 0), "{case}");
        }
    }
}
