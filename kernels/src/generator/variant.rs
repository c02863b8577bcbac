//! Which of several ways a shader does the same thing.

/// The forms in which a shader is written. All give the same hits; which is fastest depends on card and driver, so a device
/// is measured, not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// How words are rotated.
    pub rotate: Rotate,
    /// How words are added.
    pub add: Add,
    /// How bits are chosen: the functions `Ch` and `Maj` of SHA-2.
    pub select: Select,
    /// How many versions of a header are searched together: 1, 2, 4 or 8.
    pub versions: u8,
    /// How many nonces a thread searches one after the other: a power of two up to 256.
    pub nonces_per_thread: u32,
    /// Threads of a work-group: a power of two from 32 to 1024.
    pub group_size: u32,
    /// Nonces in one register of a thread: 1, 2, 4, 8 or 16. More than 1 only in OpenCL, for processors.
    pub lanes: u32,
    /// For searches with scratch memory: every so many rows are kept, and those between are computed again; 1, 2, 4 or 8.
    /// More takes less memory and more time.
    pub lookup_gap: u32,
    /// For searches with scratch memory: how many threads have some, each searching a share of a launch's nonces; a power of two
    /// from 32 to 2^19.
    pub at_once: u32,
}

/// How a word is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rotate {
    /// Two shifts by literal amounts.
    Literal,
    /// Two shifts by amounts that the work carries. RADV knows the pattern of one instruction only with amounts that it
    /// cannot see: 2922 vector instructions a hash instead of 3973 (counted with Mesa 25.0.7 for RDNA2).
    Uniform,
    /// The language's own word for it. WGSL has none, and gets literal amounts.
    Builtin,
}

/// How two words are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Add {
    /// As the language writes it.
    Plain,
    /// `x * one + y`, where the work carries `one` and no compiler can see that it is 1. On NVIDIA it moves additions to the
    /// multiplier, which SHA-256 leaves idle; elsewhere it costs.
    OpaqueOne,
}

/// How bits are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Select {
    /// `((f ^ g) & e) ^ g` and `((a ^ b) & (b ^ c)) ^ b`.
    Xor,
    /// `(e & f) | (~e & g)` and `(a & b) | (c & (a | b))`.
    Or,
    /// The language's own word for it. WGSL has none, and gets the first form.
    Builtin,
}

impl Variant {
    /// Right everywhere, and a fair start where nothing is known of the card.
    pub const PLAIN: Self = Self {
        rotate: Rotate::Literal,
        add: Add::Plain,
        select: Select::Xor,
        versions: 1,
        nonces_per_thread: 16,
        group_size: 64,
        lanes: 1,
        lookup_gap: 2,
        at_once: 256,
    };

    /// Whether every number is one that a shader can be written with.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        matches!(self.versions, 1 | 2 | 4 | 8)
            && self.nonces_per_thread.is_power_of_two()
            && (self.lanes..=256).contains(&self.nonces_per_thread)
            && self.group_size.is_power_of_two()
            && (32..=1024).contains(&self.group_size)
            && matches!(self.lanes, 1 | 2 | 4 | 8 | 16)
            && matches!(self.lookup_gap, 1 | 2 | 4 | 8)
            && self.at_once.is_power_of_two()
            && (32..=1 << 19).contains(&self.at_once)
    }
}
