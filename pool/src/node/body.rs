//! What is sent to a node: bytes in pieces, so that a block's megabytes are never copied on their way out; the last of them held
//! back until somebody lets them go.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use hashkit_chain::Block;
use hyper::body::{Bytes, Frame, SizeHint};

/// A block in hexadecimal, in pieces that follow each other. The long one is its template's own. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockHex(Vec<Bytes>);

impl BlockHex {
    /// The pieces in their order.
    pub(crate) fn pieces(&self) -> &[Bytes] {
        &self.0
    }
}

impl From<&Block> for BlockHex {
    fn from(block: &Block) -> Self {
        let (head, rest) = block.pieces();
        Self(vec![Bytes::copy_from_slice(head.as_bytes()), Bytes::from_owner(Rest(Arc::clone(rest)))])
    }
}

impl From<String> for BlockHex {
    fn from(hex: String) -> Self {
        Self(vec![Bytes::from(hex)])
    }
}

struct Rest(Arc<String>);

impl AsRef<[u8]> for Rest {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// What the end of a body waits for. Without it no node has the whole, however much of it is on its way. Open when the last
/// [`Opener`] is gone, too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    is_open: bool,
    waiting: Vec<Waker>,
    /// Whether a body has waited here: all that comes before its end has been sent.
    is_reached: bool,
    opener: Option<Waker>,
}

/// Opens a gate, at the latest when it is dropped.
#[derive(Debug)]
pub(crate) struct Opener(Gate);

impl Gate {
    /// A gate that is shut, and what opens it.
    pub(crate) fn shut() -> (Self, Opener) {
        let gate = Self::default();
        (gate.clone(), Opener(gate))
    }

    fn poll_open(&self, context: &Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_open {
            return Poll::Ready(());
        }
        state.is_reached = true;
        if let Some(opener) = state.opener.take() {
            opener.wake();
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Opener {
    /// Waits until all but the end of a body is on its way.
    pub(crate) async fn reached(&self) {
        poll_fn(|context| {
            let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
            if state.is_reached {
                return Poll::Ready(());
            }
            state.opener = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_open = true;
        state.waiting.drain(..).for_each(Waker::wake);
    }
}

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) struct Body {
    pieces: VecDeque<Bytes>,
    /// How many pieces are left when those before them have to be on their way.
    flushed_at: Option<usize>,
    /// What the last piece waits for.
    gate: Option<Gate>,
}

impl Body {
    /// `middle` between two short texts.
    pub(super) fn new(start: String, middle: &[Bytes], end: &'static str) -> Self {
        let mut pieces = VecDeque::from([Bytes::from(start)]);
        pieces.extend(middle.iter().cloned());
        pieces.push_back(Bytes::from_static(end.as_bytes()));
        Self { pieces, flushed_at: None, gate: None }
    }

    /// The same, its end held back, and its start sent ahead: the node hears of a block before its megabytes are copied.
    pub(super) fn held_by(self, gate: Option<Gate>) -> Self {
        Self { flushed_at: Some(self.pieces.len() - 1), gate, ..self }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let left = self.pieces.len();
        if self.flushed_at.take_if(|at| *at == left).is_some() {
            // The connection sends what it has while its body has nothing.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if left == 1
            && let Some(gate) = &self.gate
            && gate.poll_open(context).is_pending()
        {
            return Poll::Pending;
        }
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.pieces.iter().map(|piece| piece.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn the_start_of_a_body_goes_ahead_and_its_end_waits_until_it_is_let_go() {
        let (gate, opener) = Gate::shut();
        let mut body = Body::new("a".to_owned(), &[Bytes::from("b")], "c").held_by(Some(gate));
        let mut context = Context::from_waker(Waker::noop());
        let mut next = || {
            let polled = Pin::new(&mut body.frame()).poll(&mut context);
            polled.map(|frame| frame.and_then(|frame| frame.ok()?.into_data().ok()))
        };
        assert_eq!((next(), next()), (Poll::Ready(Some("a".into())), Poll::Pending));
        assert_eq!(next(), Poll::Ready(Some("b".into())));
        let is_reached = || pin!(opener.reached()).poll(&mut Context::from_waker(Waker::noop())).is_ready();
        assert!(!is_reached());
        assert_eq!((next(), next()), (Poll::Pending, Poll::Pending));
        assert!(is_reached());
        drop(opener);
        assert_eq!((next(), next()), (Poll::Ready(Some("c".into())), Poll::Ready(None)));
    }
}
