//! A template becomes jobs; a share becomes a block again.

use std::collections::VecDeque;

use hashkit_chain::{
    Algorithm, Block, BlockTemplate, CompactError, Difficulty, Hash, Job, JobId, JobTerms, Payout, PayoutError, Share,
    Target,
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
    kept: VecDeque<BlockTemplate>,
}

impl Assembly {
    pub(crate) fn new(algorithm: Algorithm, version_mask: u32, payout: Payout) -> Self {
        Self { algorithm, version_mask, payout, kept: VecDeque::new() }
    }

    /// The round that `template` opens.
    pub(crate) fn adopt(&mut self, template: BlockTemplate) -> Result<Round, AssemblyError> {
        let terms = JobTerms {
            algorithm: self.algorithm,
            version_mask: self.version_mask,
            payout: &self.payout,
            extranonce1: &[0; EXTRANONCE1_LEN],
            extranonce2_len: EXTRANONCE2_LEN,
            share_target: Target::ZERO,
        };
        let base = template.job("".into(), &terms)?;
        let network_target = base.network_target()?;
        let round = Round { base, height: template.height(), network_target };
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

/// What all connections work on until the next template: a job without what is each connection's own.
#[derive(Debug)]
pub(crate) struct Round {
    base: Job,
    height: u32,
    network_target: Target,
}

impl Round {
    pub(crate) fn prev_hash(&self) -> Hash {
        self.base.prev_hash
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.base.algorithm
    }

    /// Whether `later` asks for other work than this round does, be it only another time.
    pub(crate) fn differs_from(&self, later: &Self) -> bool {
        self.base != later.base
    }

    /// The difficulty whose target is the network's or a hair easier: what meets the network target is a share, too.
    pub(crate) fn network_difficulty(&self) -> Difficulty {
        let algorithm = self.base.algorithm;
        let mut difficulty = Difficulty::of_target(self.network_target, algorithm).value();
        while Difficulty::new(difficulty).is_ok_and(|rounded| rounded.to_target(algorithm) < self.network_target) {
            difficulty = difficulty.next_down();
        }
        Difficulty::new(difficulty).unwrap_or(Difficulty::ONE)
    }

    /// The round as a job of this name. Its extranonce1 and share target are the connection's, and filled in there.
    pub(crate) fn job(&self, id: JobId) -> Job {
        Job { id, ..self.base.clone() }
    }
}
