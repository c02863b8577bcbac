//! Searches as programs for GPUs, in the language that each API takes.

use hashkit_chain::{Algorithm, Header, Target, Version};

use crate::generator::program::Program;
use crate::generator::search::{ByteOrder, Search};
use crate::generator::{emit_opencl, emit_ptx, emit_wgsl, expression};
use crate::{blake3, keccak, scrypt, sha256d};

pub use crate::generator::expression::SLOTS;
pub use crate::generator::variant::{Add, Rotate, Select, Variant};

/// A language of GPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// WGSL, for `wgpu`: Vulkan, Metal, Direct3D 12.
    Wgsl,
    /// OpenCL C 1.2.
    OpenClC,
    /// PTX, for NVIDIA's driver.
    Ptx,
}

/// The search of an algorithm in one variant.
///
/// Each thread of a launch searches [`Variant::nonces_per_thread`] nonces one after the other, from a first one that is a
/// multiple of them, and reports what has zeros where a hit has them. Its texts all have one entry, `search`, and two
/// arguments:
/// - the words of [`Shader::launch`], as a uniform buffer (WGSL), a constant buffer (OpenCL C) or a parameter by value (PTX);
/// - a buffer of `4 + 2 *` [`SLOTS`] words: the number of claims, which has to be zero before the launch and may become more
///   than there are slots; three words without meaning; then for each claim its nonce and the place of its version;
/// - where [`Shader::scratch_len`] gives any, a buffer of so many words without meaning, which no other launch may use meanwhile.
///   Such a shader searches one version, and its threads share the nonces of a launch in turns.
pub struct Shader {
    algorithm: Algorithm,
    code: Code,
    variant: Variant,
}

/// What a text is written from.
enum Code {
    /// One expression for each nonce.
    Graph(Box<Search>),
    /// Loops, and memory of each thread's own.
    Steps(Program),
}

/// The most nonces of one launch that a thread with scratch memory searches. Mesa's programs that act as GPUs end all loops of
/// a thread after 65535 turns in silence, and a hash of scrypt takes up to 9500.
const NONCES_OF_A_THREAD: u32 = 4;

/// The part of a header's nonces that one launch searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Launch {
    /// The first nonce.
    pub first: u32,
    /// How many, 1 to [`Launch::LONGEST`].
    pub count: u32,
}

impl Launch {
    /// The most nonces of a launch: no card needs longer, and no counter in a shader overflows.
    pub const LONGEST: u32 = 1 << 28;
}

impl Shader {
    /// `None` for an algorithm without one, and for a variant that is not possible.
    #[must_use]
    pub fn new(algorithm: Algorithm, variant: Variant) -> Option<Self> {
        let graph = |search| Code::Graph(Box::new(search));
        let code = match algorithm {
            _ if !variant.is_possible() => return None,
            Algorithm::Sha256d => graph(sha256d::shader::search(variant.versions)),
            Algorithm::Keccak256 => graph(keccak::shader::keccak_256(variant.versions)),
            Algorithm::Sha3_256d => graph(keccak::shader::sha3_256d(variant.versions)),
            Algorithm::Blake3 => graph(blake3::shader::once(variant.versions)),
            Algorithm::Blake3d => graph(blake3::shader::twice(variant.versions)),
            Algorithm::Scrypt if variant.versions == 1 && variant.lanes == 1 => {
                Code::Steps(scrypt::shader::program(variant.lookup_gap))
            }
            _ => return None,
        };
        Some(Self { algorithm, code, variant })
    }

    /// What it searches.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// In which forms.
    #[must_use]
    pub fn variant(&self) -> &Variant {
        &self.variant
    }

    /// Its program. Only OpenCL C has several nonces in a register: other languages take [`Variant::lanes`] for 1.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (&self.code, language) {
            (Code::Graph(search), Language::Wgsl) => emit_wgsl::emit(search, &self.variant),
            (Code::Graph(search), Language::OpenClC) => emit_opencl::emit(search, &self.variant),
            (Code::Graph(search), Language::Ptx) => emit_ptx::emit(search, &self.variant),
            (Code::Steps(program), Language::Wgsl) => emit_wgsl::emit_program(program, &self.variant),
            (Code::Steps(program), Language::OpenClC) => emit_opencl::emit_program(program, &self.variant),
            (Code::Steps(program), Language::Ptx) => emit_ptx::emit_program(program, &self.variant),
        }
    }

    /// What every launch over this header needs of it, in up to [`Variant::versions`] versions; where there are fewer, the
    /// last is searched again in the places that are left. The header's own version and nonce are not looked at.
    ///
    /// # Panics
    /// Without a version.
    #[must_use]
    pub fn parameters(&self, header: &Header, versions: &[u32]) -> Vec<u32> {
        match &self.code {
            Code::Graph(search) => search.parameter_values(&fields(header, versions), versions),
            Code::Steps(_) => {
                let version = Version(*versions.last().expect("a work has at least one version"));
                scrypt::shader::parameters(&Header { version, ..*header })
            }
        }
    }

    /// How many words [`Shader::launch`] gives.
    #[must_use]
    pub fn launch_len(&self) -> usize {
        match &self.code {
            Code::Graph(search) => expression::carried(search, &self.variant).len(),
            Code::Steps(program) => expression::carried_for_steps(program, &self.variant).len(),
        }
    }

    /// What a launch carries: where it searches, the bits that are zero in a hit, and the `parameters` of its header.
    #[must_use]
    pub fn launch(&self, launch: Launch, mask: u32, parameters: &[u32]) -> Vec<u32> {
        let base = launch.first & !(self.variant.nonces_per_thread - 1);
        let control = [base, launch.first, launch.count, mask, 1];
        let amounts = match &self.code {
            Code::Graph(search) => expression::amounts(search, &self.variant),
            Code::Steps(program) => expression::amounts_of_steps(program, &self.variant),
        };
        control.into_iter().chain(amounts).chain(parameters.iter().copied()).collect()
    }

    /// How many threads a launch takes.
    #[must_use]
    pub fn threads(&self, launch: Launch) -> u32 {
        let before = launch.first % self.variant.nonces_per_thread;
        match self.code {
            Code::Graph(_) => (launch.count + before).div_ceil(self.variant.nonces_per_thread),
            Code::Steps(_) => launch.count.min(self.variant.at_once),
        }
    }

    /// The most nonces that a launch may have.
    #[must_use]
    pub fn longest(&self) -> u32 {
        match self.code {
            Code::Graph(_) => Launch::LONGEST,
            Code::Steps(_) => NONCES_OF_A_THREAD * self.variant.at_once,
        }
    }

    /// How many words of scratch memory a launch takes; 0 for most algorithms.
    #[must_use]
    pub fn scratch_len(&self) -> usize {
        match &self.code {
            Code::Graph(_) => 0,
            Code::Steps(program) => program.rows as usize * program.row_words as usize * self.variant.at_once as usize,
        }
    }

    /// The bits of a hash's word that are zero in every hash that meets `target`.
    #[must_use]
    pub fn mask(&self, target: &Target) -> u32 {
        self.order().swapped(leading_zeros(target))
    }

    fn order(&self) -> ByteOrder {
        match &self.code {
            Code::Graph(search) => search.order(),
            Code::Steps(program) => program.order,
        }
    }

    /// What the text computes for this header and its nonce in these versions, one word for each; `None` for steps.
    #[cfg(test)]
    fn outputs(&self, header: &Header, versions: &[u32]) -> Option<Vec<u32>> {
        match &self.code {
            Code::Graph(search) => Some(search.output_values(&fields(header, versions), versions)),
            Code::Steps(_) => None,
        }
    }
}

/// The bits that lead the target's top 32 as zeros.
pub(crate) fn leading_zeros(target: &Target) -> u32 {
    let [a, b, c, d, ..] = target.to_be_bytes();
    let top = u32::from_be_bytes([a, b, c, d]);
    !(u32::MAX.checked_shr(top.leading_zeros()).unwrap_or(0))
}

fn fields(header: &Header, versions: &[u32]) -> [u32; 20] {
    let bytes = header.to_bytes();
    let mut fields: [u32; 20] = std::array::from_fn(|i| {
        u32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]])
    });
    fields[0] = versions.first().copied().unwrap_or(fields[0]);
    fields
}

#[cfg(test)]
mod tests {
    use hashkit_chain::hex;

    use super::*;

    /// The last word of a hash as the algorithm leaves it.
    fn top_word(shader: &Shader, header: &Header) -> u32 {
        let hash = shader.algorithm.hash(header);
        let [.., a, b, c, d] = *hash.as_internal();
        shader.order().swapped(u32::from_le_bytes([a, b, c, d]))
    }

    fn headers(algorithm: Algorithm) -> Vec<Header> {
        let lines = include_str!("../../tests/vectors/headers.txt").lines().filter_map(|line| line.split_once(' '));
        let mut headers: Vec<Header> = lines
            .filter(|(name, _)| *name == algorithm.name())
            .map(|(_, digits)| Header::from_bytes(&hex::decode_array(digits).expect("a header a line")))
            .collect();
        for seed in 0..40u8 {
            let mut bytes = [0; Header::LEN];
            for (byte, value) in bytes.iter_mut().zip(1u8..) {
                *byte = value.wrapping_mul(seed | 1);
            }
            headers.push(Header::from_bytes(&bytes));
        }
        headers
    }

    #[test]
    fn the_graph_computes_what_the_judge_computes() {
        for versions in [1, 2, 4, 8] {
            let variant = Variant { versions, ..Variant::PLAIN };
            for shader in Algorithm::ALL.iter().filter_map(|algorithm| Shader::new(*algorithm, variant)) {
                let algorithm = shader.algorithm();
                for header in headers(algorithm) {
                    let asked: Vec<u32> = (0..u32::from(versions)).map(|i| header.version.0 ^ i << 13).collect();
                    let judged: Vec<u32> =
                        asked.iter().map(|v| top_word(&shader, &Header { version: Version(*v), ..header })).collect();
                    let Some(outputs) = shader.outputs(&header, &asked) else { continue };
                    assert_eq!(outputs, judged, "{algorithm} in {versions} versions");
                }
            }
        }
    }

    #[test]
    fn versions_that_are_missing_repeat_the_last() {
        let shader = Shader::new(Algorithm::Sha256d, Variant { versions: 4, ..Variant::PLAIN }).expect("possible");
        let header = headers(Algorithm::Sha256d)[0];
        let outputs = shader.outputs(&header, &[1, 2]).expect("it is one expression");
        assert_eq!(outputs[1..], [outputs[1]; 3]);
        assert_ne!(outputs[0], outputs[1]);
    }

    #[test]
    fn a_launch_covers_its_nonces_from_an_aligned_one_on() {
        let shader = Shader::new(Algorithm::Sha256d, Variant { nonces_per_thread: 16, ..Variant::PLAIN });
        let shader = shader.expect("possible");
        for (first, count, base, threads) in
            [(0, 16, 0, 1), (0, 17, 0, 2), (15, 1, 0, 1), (15, 2, 0, 2), (32, 1, 32, 1)]
        {
            let launch = Launch { first, count };
            assert_eq!((shader.launch(launch, 0, &[])[0], shader.threads(launch)), (base, threads), "{launch:?}");
        }
    }

    #[test]
    fn the_mask_holds_the_zeros_that_lead_the_target() {
        let shader = Shader::new(Algorithm::Sha256d, Variant::PLAIN).expect("possible");
        for (fill, mask) in [(0xff, 0), (0x7f, 0x80), (0x01, 0xfe), (0x00, u32::MAX)] {
            assert_eq!(shader.mask(&Target::from_be_bytes([fill; 32])), mask, "{fill:#x}");
        }
    }

    #[test]
    fn what_no_shader_can_be_written_with_is_refused() {
        let plain = Variant::PLAIN;
        for (case, variant) in [
            ("three versions", Variant { versions: 3, ..plain }),
            ("no nonce", Variant { nonces_per_thread: 0, ..plain }),
            ("more nonces than a byte counts", Variant { nonces_per_thread: 512, ..plain }),
            ("a group of seven", Variant { group_size: 7, ..plain }),
            ("more lanes than nonces", Variant { nonces_per_thread: 8, lanes: 16, ..plain }),
            ("every third row", Variant { lookup_gap: 3, ..plain }),
            ("more turns than Mesa counts", Variant { lookup_gap: 16, ..plain }),
            ("more memory than an address reaches", Variant { at_once: 1 << 20, ..plain }),
        ] {
            assert!(Shader::new(Algorithm::Sha256d, variant).is_none(), "{case}");
        }
        assert!(Shader::new(Algorithm::Blake2s, plain).is_none(), "an algorithm without a shader");
        let two = Variant { versions: 2, ..plain };
        assert!(Shader::new(Algorithm::Scrypt, two).is_none(), "memory for one version");
    }
}
