//! Calls the assembly beside it. This file alone is written by hand here, because it is where `unsafe` may stand.
#![expect(unsafe_code, reason = "calls assembly")]

use crate::sha256d::avx512_sha::{Step, Turn};
use crate::simd::x86::HasAvx512Sha;

std::arch::global_asm!(include_str!("rolled_half.s"), options(raw));
std::arch::global_asm!(include_str!("rolled_two_thirds.s"), options(raw));
std::arch::global_asm!(include_str!("plain_half.s"), options(raw));
std::arch::global_asm!(include_str!("plain_two_thirds.s"), options(raw));

#[expect(improper_ctypes, reason = "the assembly was written for this layout, vectors as 64 bytes")]
unsafe extern "sysv64" {
    fn hashkit_sha256d_rolled_half(step: *mut Step<1>, turn: Turn);
    fn hashkit_sha256d_rolled_two_thirds(step: *mut Step<2>, turn: Turn);
    fn hashkit_sha256d_plain_half(step: *mut Step<1>, turn: Turn);
    fn hashkit_sha256d_plain_two_thirds(step: *mut Step<2>, turn: Turn);
}

/// The steps with so many of their vectors begun on the SHA unit.
pub(in crate::sha256d) struct Steps<const ON_UNIT: usize> {
    /// For several versions.
    rolled: unsafe extern "sysv64" fn(*mut Step<ON_UNIT>, Turn),
    /// For one.
    plain: unsafe extern "sysv64" fn(*mut Step<ON_UNIT>, Turn),
}

/// One of two vectors is begun on the SHA unit.
pub(in crate::sha256d) const HALF: Steps<1> =
    Steps { rolled: hashkit_sha256d_rolled_half, plain: hashkit_sha256d_plain_half };

/// Two of three vectors are begun on the SHA unit.
pub(in crate::sha256d) const TWO_THIRDS: Steps<2> =
    Steps { rolled: hashkit_sha256d_rolled_two_thirds, plain: hashkit_sha256d_plain_two_thirds };

impl<const ON_UNIT: usize> Steps<ON_UNIT> {
    /// One vector in one version and [`Step::rows`], and those on the SHA unit whose rounds lie ready for this turn.
    #[inline]
    pub(in crate::sha256d) fn rolled(&self, _isa: HasAvx512Sha, step: &mut Step<ON_UNIT>) {
        // SAFETY: `isa` proves that the machine has the instructions; the assembly touches nothing but the step, at the offsets
        // that its fields have, and registers that a callee may use or gives back.
        unsafe { (self.rolled)(step, Turn::Even) }
    }

    /// The vector of [`Step::nonces`], and those on the SHA unit whose rounds lie ready for this turn; gets the rounds of
    /// [`Step::unit_nonces`] ready for the next.
    #[inline]
    pub(in crate::sha256d) fn plain(&self, _isa: HasAvx512Sha, step: &mut Step<ON_UNIT>, turn: Turn) {
        // SAFETY: as above.
        unsafe { (self.plain)(step, turn) }
    }
}
