//! What is sent to a node: bytes in pieces, so that a block's megabytes are never copied on their way out.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

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

/// The body of a request.
#[derive(Debug, Clone)]
pub(super) struct Body(VecDeque<Bytes>);

impl Body {
    /// `middle` between two short texts.
    pub(super) fn new(start: String, middle: &[Bytes], end: &'static str) -> Self {
        let mut pieces = VecDeque::from([Bytes::from(start)]);
        pieces.extend(middle.iter().cloned());
        pieces.push_back(Bytes::from_static(end.as_bytes()));
        Self(pieces)
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}
