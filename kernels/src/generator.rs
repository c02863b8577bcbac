//! Kernels written by a program: an algorithm as a graph of operations, and one emitter for each language it is written in.
//!
//! What only depends on constants is computed while the graph is built, what depends on the job is computed once for each
//! work by evaluating the same graph, and only the rest becomes instructions of the search. For CPUs it runs at development
//! time alone, in tests that compare its output with the committed files; for GPUs it runs when a device is opened.

#[cfg(test)]
pub(crate) mod emit_lanes;
pub(crate) mod emit_opencl;
pub(crate) mod emit_ptx;
mod emit_steps;
pub(crate) mod emit_wgsl;
#[cfg(all(test, target_arch = "x86_64", target_os = "linux"))]
pub(crate) mod emit_x86;
pub(crate) mod expression;
pub(crate) mod formula;
pub(crate) mod graph;
pub(crate) mod program;
pub(crate) mod search;
pub(crate) mod variant;
