//! Kernels written by a program: an algorithm as a graph of operations, and one emitter for each language it is written in.
//!
//! What only depends on constants is computed while the graph is built, what depends on the job is computed once for each
//! work, and only the rest becomes instructions of the search. Today it runs at development time alone, in tests that
//! compare its output with the committed files.

pub(crate) mod emit_lanes;
pub(crate) mod emit_x86;
pub(crate) mod graph;
