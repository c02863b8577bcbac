//! Asks each node now and then how it fares, and tells what has changed with it and with the chain.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hashkit_chain::{BlockTemplate, Difficulty, Hash, Ntime, Position};
use tokio::time::sleep;

use super::event::PoolEvent;
use super::{Shared, lock};
use crate::health::{ChainEvent, ChainHealth, TipHealth};
use crate::node::NodeError;

/// How often a node is asked; small questions, which cost it nothing worth mention.
const PAUSE: Duration = Duration::from_secs(5);

/// Asks node `number` until dropped.
pub(super) async fn observe(shared: Arc<Shared>, number: usize) {
    let node = shared.nodes[number].clone();
    loop {
        let survey = node.survey().await;
        let spacing = shared.best_position().map(|position| position.chain().spacing());
        let events = lock(&shared.health).surveyed(number, survey, spacing, Instant::now());
        shared.tell_all(events);
        sleep(PAUSE).await;
    }
}

impl Shared {
    /// A node names this tip.
    pub(super) fn note_tip(&self, number: usize, tip: Hash) {
        let event = lock(&self.health).named(number, tip, Instant::now());
        self.tell_all(event);
    }

    /// The best tip may be another, and the headers may lead to it.
    pub(super) fn note_best(&self) {
        // The watch before the health, wherever both are held.
        let mut watch = lock(&self.watch);
        let mut health = lock(&self.health);
        let best = watch.parent();
        let headers = watch.headers();
        if headers.work_of(best).is_none() {
            return;
        }
        let taken_back = headers.taken_back(health.tip(), best);
        let at = headers.position_of(best).map(|position| (position.height(), position.nbits()));
        let events = health.moved(best, taken_back, at, Instant::now());
        drop((health, watch));
        self.tell_all(events);
    }

    /// Whether a template can be what it says: its height and its difficulty follow from the headers below it.
    ///
    /// # Errors
    /// [`NodeError::Lie`].
    pub(super) fn believe(&self, node: &str, template: &BlockTemplate) -> Result<(), NodeError> {
        let Some(below) = lock(&self.watch).headers().position_of(template.prev_hash()) else { return Ok(()) };
        contradiction(&below, template).map_or(Ok(()), |reason| Err(NodeError::Lie { node: node.to_owned(), reason }))
    }

    /// Says that a lone node cannot be believed; told once for each reason.
    pub(super) fn tell_contradiction(&self, node: &str, error: &NodeError) {
        let reason = error.to_string();
        let mut told = lock(&self.contradiction);
        if *told != reason {
            told.clone_from(&reason);
            self.tell_all([ChainEvent::Contradiction { node: node.to_owned(), reason }]);
        }
    }

    fn tell_all(&self, events: impl IntoIterator<Item = ChainEvent>) {
        for event in events {
            if event.is_good() {
                tracing::info!("{event}");
            } else {
                tracing::warn!("{event}");
            }
            self.tell(PoolEvent::Chain(event));
        }
    }

    fn best_position(&self) -> Option<Position> {
        let mut watch = lock(&self.watch);
        let best = watch.parent();
        watch.headers().position_of(best)
    }

    /// Everything that is known of the chain and the nodes.
    pub(super) fn chain_health(&self) -> ChainHealth {
        let position = self.best_position();
        let round = self.round();
        let now = Instant::now();
        let seen: Vec<_> = {
            let watch = lock(&self.watch);
            let seen = (0..self.nodes.len()).map(|node| watch.seen(node));
            seen.map(|(standing, template)| {
                (standing.cloned(), template.map(|template| template.height().saturating_sub(1)))
            })
            .collect()
        };
        let health = lock(&self.health);
        ChainHealth {
            chain: position.map(|position| position.chain()),
            tip: TipHealth {
                hash: round.prev_hash(),
                height: round.height().saturating_sub(1),
                difficulty: Difficulty::of_target(round.network_target(), round.algorithm()),
                ntime: position.map(|position| position.ntime()),
                age: health.tip_age(now),
                progress: position.and_then(|position| position.progress()),
            },
            reorganisations: health.reorganisations,
            late: health.late,
            nodes: seen
                .into_iter()
                .enumerate()
                .map(|(node, (standing, height))| health.node(node, standing, height))
                .collect(),
        }
    }
}

/// What about a template cannot be, on a parent at `below`.
fn contradiction(below: &Position, template: &BlockTemplate) -> Option<String> {
    let height = below.height().saturating_add(1);
    if template.height() != height {
        return Some(format!(
            "its template is for height {}, but its parent has height {}",
            template.height(),
            below.height()
        ));
    }
    // Of the times that the template allows the last is the best.
    if let Err(wrong) = below.check_time(template.last_ntime()) {
        return Some(format!("its template can never be mined: {wrong}"));
    }
    // A node may have chosen the bits for a time before the one that it offers, on a test network whose rule is of minutes.
    let earliest = Ntime(below.ntime().0);
    let wrong = below.check(template.nbits(), template.ntime()).err()?;
    below.check(template.nbits(), earliest).err()?;
    Some(format!("its template is not for this chain: {wrong}"))
}
