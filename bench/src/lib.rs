//! Measures what the rest of hashkit does, and says on what and under which conditions.
//!
//! [`rig`] runs the whole engine with real kernels on a job like a pool's: how soon every device turns to a new job, and how
//! much of a kernel's bare rate is left. [`measure`] is what `hashkit bench` does, on the [`devices`] of this machine: phases, intervals, hits
//! that are hashed again; [`document`] is its result, [`compare`] and [`report`] are what becomes of it. [`peer`] reads the rate that any
//! other program prints, for a comparison side by side. The programs in `benches/` and `bin/` print what they measured as a table for people and as a
//! line of JSON for `record/`. Nothing here fails because a machine is slow.

pub mod bounds;
pub mod choice;
pub mod compare;
pub mod cost;
pub mod devices;
pub mod distribution;
pub mod document;
pub mod exact;
pub mod host;
pub mod load;
pub mod machine;
pub mod measure;
pub mod peer;
pub mod plug;
pub mod preflight;
pub mod record;
pub mod report;
pub mod rig;
pub mod selection;
pub mod statistics;
