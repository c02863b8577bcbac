//! The health of a chain and of the nodes that follow it: who hears of blocks late, whose clock is wrong, what was taken back. No
//! I/O and no clock of its own: `serve/observe.rs` tells it what the nodes say. What is mined `watch.rs` decides, not this.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use hashkit_chain::{ChainName, Difficulty, Hash, Nbits, Ntime, Progress};

use crate::node::Survey;
use crate::watch::Standing;

/// A block reaches well-connected nodes within seconds.
const LATE: Duration = Duration::from_secs(5);

/// Blocks whose first appearance is remembered.
const KEPT: usize = 64;

/// Miners stamp blocks with their nodes' clocks: so far off, in seconds, they are worth a look.
const SKEW: f64 = 30.0;

/// One hour on Bitcoin, which happens every few weeks: of 403 intervals one is longer than six times the average.
const STALE_SPACINGS: u32 = 6;

/// Something about the chain, or a node's view of it, that a person may want to know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChainEvent {
    /// The best chain left blocks behind that were on it.
    Reorganised {
        /// How many; `None` where the branches do not meet in what is known.
        taken_back: Option<u32>,
        /// The tip that was.
        from: Hash,
        /// The tip that is.
        to: Hash,
    },
    /// A node heard of a block well after another.
    Late {
        /// The node.
        node: String,
        /// The block.
        hash: Hash,
        /// After the first.
        by: Duration,
    },
    /// No block came for very long: by chance, or because the nodes are cut off.
    Stale {
        /// Since the last one was heard of.
        quiet: Duration,
    },
    /// A node's clock is far from ours, or near again.
    Clock {
        /// The node.
        node: String,
        /// How far it is ahead, in seconds.
        skew: f64,
    },
    /// A node has no peers any more, or has some again.
    Peers {
        /// The node.
        node: String,
        /// How many.
        peers: u64,
    },
    /// The difficulty changed.
    Retarget {
        /// The first height that has it.
        height: u32,
        /// Before.
        from: Nbits,
        /// From now on.
        to: Nbits,
    },
    /// A lone node says what cannot be; there is no other to turn to.
    Contradiction {
        /// The node.
        node: String,
        /// What cannot be.
        reason: String,
    },
}

impl ChainEvent {
    /// Its name for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reorganised { .. } => "reorganised",
            Self::Late { .. } => "late",
            Self::Stale { .. } => "stale_tip",
            Self::Clock { .. } => "clock",
            Self::Peers { .. } => "peers",
            Self::Retarget { .. } => "retarget",
            Self::Contradiction { .. } => "contradiction",
        }
    }

    /// Whether it only says that something is as it should be.
    #[must_use]
    pub fn is_good(&self) -> bool {
        match self {
            Self::Clock { skew, .. } => skew.abs() <= SKEW,
            Self::Peers { peers, .. } => *peers > 0,
            Self::Retarget { .. } => true,
            _ => false,
        }
    }
}

/// A sentence.
impl fmt::Display for ChainEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reorganised { taken_back: Some(1), to, .. } => {
                write!(f, "the chain was reorganised: 1 block was taken back, the tip is {to}")
            }
            Self::Reorganised { taken_back: Some(blocks), to, .. } => {
                write!(f, "the chain was reorganised: {blocks} blocks were taken back, the tip is {to}")
            }
            Self::Reorganised { taken_back: None, to, .. } => {
                write!(f, "the chain was reorganised further back than is known, the tip is {to}")
            }
            Self::Late { node, hash, by } => {
                write!(f, "{node} heard of block {hash} {:.1} s after another node: see its peers", by.as_secs_f64())
            }
            Self::Stale { quiet } => {
                let minutes = quiet.as_secs() / 60;
                write!(f, "no block for {minutes} minutes: chance, or the nodes are cut off; see their peers")
            }
            Self::Clock { node, skew } if self.is_good() => write!(f, "{node} has the right time again, {skew:+.1} s"),
            Self::Clock { node, skew } => {
                write!(f, "{node} has a clock {skew:+.0} s from this machine's: set both by NTP")
            }
            Self::Peers { node, peers: 0 } => write!(f, "{node} has no peers: it hears of no blocks, and brings none"),
            Self::Peers { node, peers } => write!(f, "{node} has peers again: {peers}"),
            Self::Retarget { height, from, to } => {
                write!(f, "the difficulty changed at height {height}: bits {from} to {to}")
            }
            Self::Contradiction { reason, .. } => write!(f, "there is no other node to turn to, but {reason}"),
        }
    }
}

/// The best tip, as the headers lead to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TipHealth {
    /// Its id.
    pub hash: Hash,
    /// Its height.
    pub height: u32,
    /// The difficulty of the next block.
    pub difficulty: Difficulty,
    /// The time in its header; `None` where the header is not known.
    pub ntime: Option<Ntime>,
    /// Since it was heard of.
    pub age: Duration,
    /// How far its difficulty period has come.
    pub progress: Option<Progress>,
}

/// What is known of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeHealth {
    /// Its address without password.
    pub node: String,
    /// How it stands; `None` until it has said something.
    pub standing: Option<Standing>,
    /// The height of the block below its template.
    pub height: Option<u32>,
    /// How long after the first node it heard of the best tip; zero for the first.
    pub late: Option<Duration>,
    /// Its connections to others.
    pub peers: Option<u64>,
    /// Transactions that wait in it.
    pub waiting: Option<u64>,
    /// Their fees together, in whole coins.
    pub fees: Option<f64>,
    /// How far its clock is ahead of ours, in seconds.
    pub skew: Option<f64>,
    /// How long it took to answer a small question.
    pub took: Option<Duration>,
}

/// Everything at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainHealth {
    /// The chain, where its rule of difficulty is known: then every header is held against it.
    pub chain: Option<ChainName>,
    /// The best tip.
    pub tip: TipHealth,
    /// Changes of the tip that took blocks back, since the start.
    pub reorganisations: u64,
    /// Blocks that some node heard of late, since the start.
    pub late: u64,
    /// The nodes in the user's order.
    pub nodes: Vec<NodeHealth>,
}

/// A tip, and who heard of it when.
#[derive(Debug)]
struct Heard {
    tip: Hash,
    first: Instant,
    by_node: Vec<Option<Instant>>,
}

/// What is remembered between two surveys.
#[derive(Debug)]
pub(crate) struct Health {
    names: Vec<String>,
    surveys: Vec<Survey>,
    heard: VecDeque<Heard>,
    tip: Hash,
    tip_since: Instant,
    is_stale_told: bool,
    nbits: Option<Nbits>,
    pub(crate) reorganisations: u64,
    pub(crate) late: u64,
}

impl Health {
    pub(crate) fn new(names: Vec<String>, tip: Hash, now: Instant) -> Self {
        let surveys = vec![Survey::default(); names.len()];
        let heard = VecDeque::from([Heard { tip, first: now, by_node: vec![None; names.len()] }]);
        Self {
            names,
            surveys,
            heard,
            tip,
            tip_since: now,
            is_stale_told: false,
            nbits: None,
            reorganisations: 0,
            late: 0,
        }
    }

    /// A node names a tip. Blocks that were there before anybody watched, or that it passed over, are never late.
    pub(crate) fn named(&mut self, node: usize, tip: Hash, now: Instant) -> Option<ChainEvent> {
        let is_new_node = self.heard.iter().all(|heard| heard.by_node[node].is_none());
        if self.heard.iter().all(|heard| heard.tip != tip) {
            if self.heard.len() == KEPT {
                self.heard.pop_front();
            }
            self.heard.push_back(Heard { tip, first: now, by_node: vec![None; self.names.len()] });
        }
        let heard = self.heard.iter_mut().find(|heard| heard.tip == tip && heard.by_node[node].is_none())?;
        heard.by_node[node] = Some(now);
        let by = now.duration_since(heard.first);
        (by >= LATE && !is_new_node).then(|| {
            self.late += 1;
            ChainEvent::Late { node: self.names[node].clone(), hash: tip, by }
        })
    }

    /// The best tip may have changed; `taken_back` says how many blocks that cost. `height` and `nbits` are the tip's own.
    pub(crate) fn moved(
        &mut self,
        tip: Hash,
        taken_back: Option<u32>,
        at: Option<(u32, Nbits)>,
        now: Instant,
    ) -> Vec<ChainEvent> {
        let mut events = Vec::new();
        if tip != self.tip {
            if taken_back != Some(0) {
                self.reorganisations += 1;
                events.push(ChainEvent::Reorganised { taken_back, from: self.tip, to: tip });
            }
            (self.tip, self.tip_since, self.is_stale_told) = (tip, now, false);
        }
        if let Some((height, to)) = at
            && let Some(from) = self.nbits.replace(to)
            && from != to
        {
            events.push(ChainEvent::Retarget { height, from, to });
        }
        events
    }

    /// The tip that was told last.
    pub(crate) fn tip(&self) -> Hash {
        self.tip
    }

    /// A node has been asked. `spacing` is what a block should take, in seconds.
    pub(crate) fn surveyed(
        &mut self,
        node: usize,
        survey: Survey,
        spacing: Option<u32>,
        now: Instant,
    ) -> Vec<ChainEvent> {
        let mut events = Vec::new();
        let before = std::mem::replace(&mut self.surveys[node], survey);
        let name = || self.names[node].clone();
        let is_off = |survey: &Survey| survey.skew.map(|skew| skew.abs() > SKEW);
        if let (Some(skew), Some(off)) = (survey.skew, is_off(&survey))
            && off != is_off(&before).unwrap_or(false)
        {
            events.push(ChainEvent::Clock { node: name(), skew });
        }
        if let (Some(peers), Some(before)) = (survey.peers, before.peers)
            && (peers == 0) != (before == 0)
        {
            events.push(ChainEvent::Peers { node: name(), peers });
        }
        let quiet = now.duration_since(self.tip_since);
        let is_stale = spacing.is_some_and(|spacing| quiet.as_secs() > u64::from(STALE_SPACINGS * spacing));
        if is_stale && !self.is_stale_told {
            self.is_stale_told = true;
            events.push(ChainEvent::Stale { quiet });
        }
        events
    }

    /// Since when the best tip is known.
    pub(crate) fn tip_age(&self, now: Instant) -> Duration {
        now.duration_since(self.tip_since)
    }

    /// What is known of a node, apart from what the watch knows.
    pub(crate) fn node(&self, node: usize, standing: Option<Standing>, height: Option<u32>) -> NodeHealth {
        let survey = &self.surveys[node];
        let heard = self.heard.iter().find(|heard| heard.tip == self.tip);
        let late = heard.and_then(|heard| heard.by_node[node].map(|at| at.duration_since(heard.first)));
        NodeHealth {
            node: self.names[node].clone(),
            standing,
            height,
            late,
            peers: survey.peers,
            waiting: survey.waiting,
            fees: survey.fees,
            skew: survey.skew,
            took: (!survey.took.is_zero()).then_some(survey.took),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(byte: u8) -> Hash {
        Hash::from_internal([byte; 32])
    }

    fn health(now: Instant) -> Health {
        Health::new(vec!["a".into(), "b".into()], hash(1), now)
    }

    #[test]
    fn a_node_that_hears_of_a_block_late_is_named_once() {
        let start = Instant::now();
        let mut health = health(start);
        let later = start + Duration::from_hours(1);
        assert_eq!(health.named(0, hash(1), start), None);
        assert_eq!(health.named(1, hash(1), later), None, "it has just been found");
        assert_eq!(health.named(0, hash(2), later), None, "the first");
        assert_eq!(health.named(1, hash(2), later + LATE / 2), None, "soon enough");
        assert_eq!(health.named(1, hash(3), later), None);
        let event = health.named(0, hash(3), later + LATE).expect("late");
        assert_eq!(event, ChainEvent::Late { node: "a".into(), hash: hash(3), by: LATE });
        assert_eq!(health.named(0, hash(3), later + 2 * LATE), None, "said once");
        health.moved(hash(3), Some(0), None, later);
        let late = [0, 1].map(|node| health.node(node, None, None).late);
        assert_eq!((late, health.late), ([Some(LATE), Some(Duration::ZERO)], 1));
        for number in 0..200 {
            health.named(0, hash(number), later);
        }
        assert_eq!(health.heard.len(), KEPT, "bounded");
    }

    #[test]
    fn a_change_of_the_tip_is_told_where_it_takes_blocks_back() {
        let now = Instant::now();
        let mut health = health(now);
        assert_eq!(health.moved(hash(1), None, Some((1, Nbits(7))), now), []);
        assert_eq!(health.moved(hash(2), Some(0), Some((2, Nbits(7))), now), []);
        let told = health.moved(hash(9), Some(2), Some((3, Nbits(7))), now);
        assert_eq!(told, [ChainEvent::Reorganised { taken_back: Some(2), from: hash(2), to: hash(9) }]);
        let told = health.moved(hash(10), Some(0), Some((4, Nbits(8))), now);
        assert_eq!(told, [ChainEvent::Retarget { height: 4, from: Nbits(7), to: Nbits(8) }]);
        assert_eq!(health.reorganisations, 1);
    }

    #[test]
    fn clocks_peers_and_a_long_silence_are_told_when_they_change() {
        let now = Instant::now();
        let mut health = health(now);
        let survey = |skew, peers| Survey { skew: Some(skew), peers: Some(peers), ..Survey::default() };
        let name = |events: Vec<ChainEvent>| events.iter().map(ChainEvent::name).collect::<Vec<_>>();
        let hour = Duration::from_hours(1);
        for (case, survey, after, told) in [
            ("all is well", survey(0.1, 8), Duration::ZERO, vec![]),
            ("its clock is off", survey(-60.0, 8), Duration::ZERO, vec!["clock"]),
            ("still", survey(-61.0, 8), Duration::ZERO, vec![]),
            ("right again, but alone", survey(1.0, 0), Duration::ZERO, vec!["clock", "peers"]),
            (
                "peers again, and no block for an hour",
                survey(1.0, 1),
                hour + Duration::from_secs(1),
                vec!["peers", "stale_tip"],
            ),
            ("told once", survey(1.0, 1), 2 * hour, vec![]),
        ] {
            assert_eq!(name(health.surveyed(0, survey, Some(600), now + after)), told, "{case}");
        }
        assert_eq!(health.surveyed(1, Survey::default(), None, now + 9 * hour), [], "a chain without a rule of time");
    }
}
