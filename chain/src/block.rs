//! Blocks: a share that meets the network target, with its transactions, as nodes take it.

use std::sync::Arc;

use crate::coinbase::Extranonce2;
use crate::hash::Hash;
use crate::header::Header;
use crate::hex;
use crate::job::Job;
use crate::payout::compact_size;
use crate::share::Share;
use crate::template::BlockTemplate;

/// The one item of the coinbase's witness; consensus leaves its value free (BIP 141).
pub(crate) const RESERVED_VALUE: [u8; 32] = [0; 32];

/// A solved block, ready to be handed to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    header: Header,
    height: u32,
    /// Header, count and coinbase, in hexadecimal.
    head: String,
    /// What follows; its template's own, for it is long and a found block is in a hurry.
    rest: Arc<String>,
}

impl BlockTemplate {
    /// The block that `share` finishes; `None` when its hash misses the network target, or it was found under another
    /// template. The coinbase is the share's own, so a payout that changed meanwhile does no harm.
    #[must_use]
    pub fn block(&self, share: &Share) -> Option<Block> {
        (share.is_block() && self.made(share.job())).then(|| Block {
            header: *share.header(),
            height: self.height(),
            head: self.head(share.header(), &share.job().coinbase.to_bytes(share.extranonce2())),
            rest: Arc::clone(self.rest()),
        })
    }

    /// The block of `job`, unsolved and with extranonce2 zero, for the node to check everything but the proof of work
    /// (BIP 23). `None` when `job` is of another template.
    #[must_use]
    pub fn proposal(&self, job: &Job) -> Option<String> {
        let extranonce2 = Extranonce2::from_number(0, job.coinbase.extranonce2_len);
        self.made(job).then(|| {
            let head = self.head(&job.header(&extranonce2), &job.coinbase.to_bytes(&extranonce2));
            head + self.rest()
        })
    }

    /// Header, count and coinbase, in hexadecimal.
    fn head(&self, header: &Header, coinbase: &[u8]) -> String {
        let count = compact_size(1 + self.transactions());
        hex::encode(&[&header.to_bytes()[..], &count, &self.on_the_wire(coinbase)].concat())
    }

    /// A coinbase as blocks carry it: where segwit is active with marker, flag and witness, which its id leaves out.
    pub(crate) fn on_the_wire(&self, coinbase: &[u8]) -> Vec<u8> {
        const MARKER_AND_FLAG: [u8; 2] = [0, 1];
        const ONE_ITEM_OF_32: [u8; 2] = [1, 32];
        if !self.has_witness() {
            return coinbase.to_vec();
        }
        // The version stands before the marker, the lock time behind the witness; each has four bytes.
        let (version, middle) = coinbase.split_at(4);
        let (middle, lock_time) = middle.split_at(middle.len() - 4);
        [version, &MARKER_AND_FLAG, middle, &ONE_ITEM_OF_32, &RESERVED_VALUE, lock_time].concat()
    }
}

impl Block {
    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its identity on the chain: SHA-256d of the header, also where the proof of work is another function.
    #[must_use]
    pub fn id(&self) -> Hash {
        self.header.id()
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The whole block as `submitblock` takes it.
    #[must_use]
    pub fn hex(&self) -> String {
        [self.head.as_str(), &self.rest].concat()
    }

    /// The same in two pieces, of which the second is long and shared with the template: nothing is copied.
    #[must_use]
    pub fn pieces(&self) -> (&str, &Arc<String>) {
        (&self.head, &self.rest)
    }
}
