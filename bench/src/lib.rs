//! Measures what the rest of hashkit does, and says on what and under which conditions.
//!
//! [`rig`] runs the whole engine with real kernels on a job like a pool's: how soon every device turns to a new job, and how
//! much of a kernel's bare rate is left. [`peer`] reads the rate that any other program prints, for a comparison side by side. The programs in `benches/` and `bin/` print what they measured as a table for people and as a
//! line of JSON for `record/`. Nothing here fails because a machine is slow.

pub mod bounds;
pub mod choice;
pub mod machine;
pub mod peer;
pub mod record;
pub mod rig;
pub mod selection;
pub mod statistics;
