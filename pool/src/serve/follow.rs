//! Follows a node: a new round with every new tip at once, and with newer transactions every half minute.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::BlockTemplate;
use tokio::time::{Instant, sleep};

use super::Shared;
use super::event::PoolEvent;
use crate::node::{Node, NodeError};

/// Several miners drop a pool that sends no job for a minute.
const REFRESH: Duration = Duration::from_secs(30);

/// How often to ask a node that offers no long poll.
const POLL: Duration = Duration::from_secs(1);

/// The pauses between attempts grow from this to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A wait for the next template that outlives the refreshes meanwhile: each one occupies a thread of the node.
type LongPoll = Pin<Box<dyn Future<Output = Result<BlockTemplate, NodeError>> + Send>>;

/// Until dropped. `id` is the long poll id of the present round's template.
pub(crate) async fn follow(shared: Arc<Shared>, mut id: Option<String>) {
    let mut waiting: Option<LongPoll> = None;
    loop {
        let asked = Instant::now();
        match newer(&shared.node, id.as_deref(), &mut waiting).await {
            Ok(template) => {
                id = template.long_poll_id().map(str::to_owned);
                let tip_changed = shared.round().prev_hash() != template.prev_hash();
                if tip_changed {
                    // Its answer could be older than this one.
                    waiting = None;
                }
                let changed = shared.adopt(template);
                if !changed && asked.elapsed() < POLL {
                    // A node whose long poll does not wait must not be asked in a circle.
                    sleep(POLL).await;
                }
            }
            Err(error) => {
                waiting = None;
                let template = outlast(&shared, error).await;
                id = template.long_poll_id().map(str::to_owned);
                shared.adopt(template);
            }
        }
    }
}

/// The answer of the long poll, or a fresh template when that takes longer than a refresh.
async fn newer(node: &Node, id: Option<&str>, waiting: &mut Option<LongPoll>) -> Result<BlockTemplate, NodeError> {
    let Some(id) = id else {
        sleep(POLL).await;
        return node.template(None).await;
    };
    let long_poll = waiting.get_or_insert_with(|| {
        let (node, id) = (node.clone(), id.to_owned());
        Box::pin(async move { node.template(Some(&id)).await })
    });
    tokio::select! {
        answer = long_poll => {
            *waiting = None;
            match answer {
                // No news for minutes.
                Err(NodeError::TimedOut { .. }) => node.template(None).await,
                answer => answer,
            }
        }
        () = sleep(REFRESH) => node.template(None).await,
    }
}

/// Asks again with growing pauses until the node answers. The connections keep the job they have.
async fn outlast(shared: &Shared, error: NodeError) -> BlockTemplate {
    let message = error.to_string();
    tracing::warn!(error = %message, "the node gives no templates; the last job stays");
    shared.tell(PoolEvent::NodeLost { message });
    let mut pause = FIRST_PAUSE;
    loop {
        sleep(pause.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
        match shared.node.template(None).await {
            Ok(template) => {
                tracing::info!("the node gives templates again");
                shared.tell(PoolEvent::NodeBack);
                return template;
            }
            Err(error) => {
                pause = (pause * 2).min(LONGEST_PAUSE);
                tracing::debug!(%error, "still no template");
            }
        }
    }
}
