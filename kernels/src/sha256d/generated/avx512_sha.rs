//! Calls the assembly beside it. This file alone is written by hand here, because it is where `unsafe` may stand.
#![expect(unsafe_code, reason = "calls assembly")]

use crate::sha256d::avx512_sha::Step;
use crate::simd::x86::HasAvx512Sha;

std::arch::global_asm!(include_str!("avx512_sha.s"), options(raw));

#[expect(improper_ctypes, reason = "the assembly was written for this layout, vectors as 64 bytes")]
unsafe extern "sysv64" {
    fn hashkit_sha256d_avx512_sha_step(step: *mut Step);
}

/// Does what `sha256d/avx512_sha.rs` describes.
#[inline]
pub(in crate::sha256d) fn step(_isa: HasAvx512Sha, step: &mut Step) {
    // SAFETY: `isa` proves that the machine has the instructions; the assembly touches nothing but the step, at the offsets
    // that its fields have, and registers that a callee may use.
    unsafe { hashkit_sha256d_avx512_sha_step(step) }
}
