//! RandomX, as Monero mines with it: keys, headers, templates, and the judge.
//!
//! It has a vocabulary of its own, because it is no hash of an 80-byte [`Header`](crate::Header): it takes any bytes, under a
//! [`Key`] that changes every 2048 blocks and costs 256 MiB to unfold, so the judge is a value that is made once a key. The
//! shape is the same as elsewhere: only [`Judge::check`] makes a [`Share`], and only a [`MoneroTemplate`] makes a block of it.

mod header;
mod judge;
mod key;
mod template;

pub use header::{HeaderError, MoneroHeader};
pub use judge::{Judge, JudgeError, Share};
pub use key::{Key, KeyError};
pub use template::{MoneroTemplate, MoneroTemplateError, target_of};
