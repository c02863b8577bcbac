//! Several nodes watched together: whose template is mined, and what is wrong with the others. No I/O and no clock of its own:
//! `serve/follow.rs` tells it what each node said, and does what it decides.

mod headers;

use std::fmt;
use std::time::{Duration, Instant};

use hashkit_chain::{BlockTemplate, Hash, Nbits};

pub(crate) use headers::Headers;

/// A block takes some time to reach every node, and a node that starts again some time to catch up.
const GRACE: Duration = Duration::from_secs(3);

/// Several miners drop a pool that sends no job for a minute.
pub(crate) const REFRESH: Duration = Duration::from_secs(30);

/// Of a block's value, how much a template on the same parent has to bring more to be mined at once: a thousandth.
const GAIN: u64 = 1000;

/// How a node stands among those that are watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its template builds on the best tip that any of them has.
    Good,
    /// It is left: it does not answer, or not as it should. Why, with the next step.
    Lost(String),
    /// It is left: its tip is an ancestor of the best one, so many blocks below.
    Behind(u32),
    /// It is left: its tip lies on another branch, or on another chain, with no more work.
    Forked,
    /// It is left: its templates build on this block, which is not its own tip.
    OldTemplate(Hash),
}

/// The end of a sentence that begins with the node.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("is good: it follows the best chain"),
            Self::Lost(why) => write!(f, "is left: {why}"),
            Self::Behind(1) => f.write_str("is left: it lags 1 block behind"),
            Self::Behind(blocks) => write!(f, "is left: it lags {blocks} blocks behind"),
            Self::Forked => {
                f.write_str("is left: its tip lies on another branch with no more work; see getchaintips there")
            }
            Self::OldTemplate(parent) => {
                write!(f, "is left: its template builds on {parent}, which is not its own tip: restart it")
            }
        }
    }
}

/// What is known of one node.
#[derive(Debug, Default)]
struct Seen {
    template: Option<BlockTemplate>,
    failure: Option<String>,
    /// What it names as its tip, where it was asked.
    own_tip: Option<Hash>,
    /// How it stands, and since when; told once it has lasted, unless it is told at once.
    standing: Option<(Standing, Instant)>,
    told: Option<Standing>,
}

/// What is mined now.
#[derive(Debug)]
struct Mined {
    height: u32,
    parent: Hash,
    value: u64,
    nbits: Nbits,
    since: Instant,
    /// Somebody wants another one, however little is new in it.
    is_unwanted: bool,
    /// Since when no node has this parent as its tip.
    alone_since: Option<Instant>,
}

/// What a report leads to.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    /// The template to mine from now on.
    pub(crate) mine: Option<BlockTemplate>,
    /// Nodes whose standing has changed, by their number.
    pub(crate) told: Vec<(usize, Standing)>,
}

/// All nodes, and which of them is used.
#[derive(Debug)]
pub(crate) struct Watch {
    nodes: Vec<Seen>,
    headers: Headers,
    mined: Mined,
}

impl Watch {
    /// Begins with the `first` template, which node number `node` of `count` has given and which is mined already.
    pub(crate) fn new(count: usize, node: usize, first: &BlockTemplate, now: Instant) -> Self {
        let mut nodes: Vec<Seen> = (0..count).map(|_| Seen::default()).collect();
        nodes[node].template = Some(first.clone());
        nodes[node].told = Some(Standing::Good);
        Self { nodes, headers: Headers::new(first.prev_hash(), None), mined: Mined::new(first, now) }
    }

    /// The headers that connect tips; whoever brings a template on an unknown parent adds what is missing first.
    pub(crate) fn headers(&mut self) -> &mut Headers {
        &mut self.headers
    }

    /// The parent of what is mined.
    pub(crate) fn parent(&self) -> Hash {
        self.mined.parent
    }

    /// How a node stands, as it was last told, and the template that it gave last.
    pub(crate) fn seen(&self, node: usize) -> (Option<&Standing>, Option<&BlockTemplate>) {
        let seen = &self.nodes[node];
        (seen.told.as_ref(), seen.template.as_ref())
    }

    /// A node has given a template.
    pub(crate) fn heard(&mut self, node: usize, template: BlockTemplate, now: Instant) -> Decision {
        let seen = &mut self.nodes[node];
        seen.failure = None;
        seen.template = Some(template);
        self.decide(Some(node), now)
    }

    /// A node does not answer, or wrongly.
    pub(crate) fn failed(&mut self, node: usize, why: String, now: Instant) -> Decision {
        self.nodes[node].failure = Some(why);
        self.decide(None, now)
    }

    /// A node is alive and names this tip. Called every second, it also lets time pass.
    pub(crate) fn alive(&mut self, node: usize, tip: Hash, now: Instant) -> Decision {
        self.nodes[node].own_tip = Some(tip);
        self.decide(None, now)
    }

    /// Has the next template mined whatever has changed in it.
    pub(crate) fn renew(&mut self) {
        self.mined.is_unwanted = true;
    }

    fn decide(&mut self, fresh: Option<usize>, now: Instant) -> Decision {
        let mine = self.choose(fresh, now);
        let told = (0..self.nodes.len()).filter_map(|node| Some((node, self.news_of(node, now)?))).collect();
        Decision { mine, told }
    }

    /// The template to turn to, if any. `fresh` is the node that has just given one.
    fn choose(&mut self, fresh: Option<usize>, now: Instant) -> Option<BlockTemplate> {
        let parent = self.mined.parent;
        let usable = |seen: &Seen| seen.failure.is_none().then_some(seen.template.as_ref()).flatten().cloned();
        // The most work first; among equals the parent that is mined already, then the user's order.
        let (node, work, template) = (self.nodes.iter().enumerate())
            .filter_map(|(node, seen)| usable(seen).map(|template| (node, template)))
            .map(|(node, template)| (node, self.headers.work_of(template.prev_hash()), template))
            .max_by_key(|(node, work, template)| (*work, template.prev_hash() == parent, usize::MAX - node))?;
        if template.prev_hash() == parent {
            self.mined.alone_since = None;
            return self.is_worth_it(node, fresh, &template, now).then(|| self.turn_to(template, now));
        }
        if work > self.headers.work_of(parent) || self.nodes.len() == 1 {
            return Some(self.turn_to(template, now));
        }
        // Nobody has our parent any more, and nobody has a better one. It may come back, so the job stays for a while.
        let since = *self.mined.alone_since.get_or_insert(now);
        (now.duration_since(since) >= GRACE).then(|| self.turn_to(template, now))
    }

    /// Whether a template on the parent that is mined is worth a new job.
    fn is_worth_it(&self, node: usize, fresh: Option<usize>, template: &BlockTemplate, now: Instant) -> bool {
        let mined = &self.mined;
        let gain = template.coinbase_value() > mined.value.saturating_add(mined.value / GAIN);
        let is_old = now.duration_since(mined.since) >= REFRESH;
        // Of a node that was left the template is still good: its parent is the tip. So only fresh ones matter.
        fresh == Some(node) && (gain || is_old || mined.is_unwanted || template.nbits() != mined.nbits)
    }

    fn turn_to(&mut self, template: BlockTemplate, now: Instant) -> BlockTemplate {
        self.mined = Mined::new(&template, now);
        template
    }

    /// How a node stands now, if that is to be told.
    fn news_of(&mut self, node: usize, now: Instant) -> Option<Standing> {
        let standing = self.standing_of(node)?;
        let seen = &mut self.nodes[node];
        let since = match &mut seen.standing {
            Some((same, since)) if same.is_like(&standing) => {
                *same = standing.clone();
                *since
            }
            other => {
                *other = Some((standing.clone(), now));
                now
            }
        };
        let is_settled = match standing {
            Standing::Good | Standing::Lost(_) => true,
            _ => now.duration_since(since) >= GRACE,
        };
        if !is_settled || seen.told.as_ref().is_some_and(|told| told.is_like(&standing)) {
            return None;
        }
        seen.told = Some(standing.clone());
        Some(standing)
    }

    fn standing_of(&self, node: usize) -> Option<Standing> {
        let seen = &self.nodes[node];
        if let Some(why) = &seen.failure {
            return Some(Standing::Lost(why.clone()));
        }
        let template = seen.template.as_ref()?;
        let parent = template.prev_hash();
        Some(if parent == self.mined.parent {
            Standing::Good
        } else if seen.own_tip == Some(self.mined.parent) {
            Standing::OldTemplate(parent)
        } else {
            match self.headers.behind(parent, self.mined.parent) {
                Some(blocks) => Standing::Behind(blocks),
                // Below what is known of the chain: an ancestor as far as anybody can tell.
                None if self.headers.work_of(parent).is_none() && template.height() < self.mined.height => {
                    Standing::Behind(self.mined.height - template.height())
                }
                None => Standing::Forked,
            }
        })
    }
}

impl Mined {
    fn new(template: &BlockTemplate, since: Instant) -> Self {
        let (parent, value, nbits) = (template.prev_hash(), template.coinbase_value(), template.nbits());
        Self { height: template.height(), parent, value, nbits, since, is_unwanted: false, alone_since: None }
    }
}

impl Standing {
    /// Whether they differ at most in how much.
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

#[cfg(test)]
mod tests;
