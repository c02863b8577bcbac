//! Searches on GPUs: the cards of this machine, and any host that runs a shader as a kernel.

#[cfg(feature = "cuda")]
mod cuda;
mod host;
#[cfg(any(feature = "opencl", feature = "cuda"))]
mod library;
#[cfg(feature = "opencl")]
mod opencl;
mod search;
#[cfg(any(feature = "opencl", feature = "cuda"))]
mod wait;
#[cfg(feature = "wgpu")]
mod wgpu;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use hashkit_chain::Algorithm;

pub use host::{Found, Host, HostError, SLOTS_IN_FLIGHT};
pub use search::{Batch, GpuKernel};

use crate::kernel::KernelError;
use crate::shader::{Language, Shader, Variant};

/// A GPU of this machine, seen through one API. One card may be seen through several: then their `pci_address` or their
/// `uuid` is the same.
#[derive(Debug, Clone)]
pub struct Gpu {
    /// What it is called on the command line, the same after a reboot: `gpu:vulkan:0`.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
    /// `cuda`, `vulkan`, `metal`, `dx12` or `opencl`.
    pub api: &'static str,
    /// The driver and its version; empty where the API does not tell.
    pub driver: String,
    /// Where it sits, as `0000:01:00.0`; empty where the API does not tell.
    pub pci_address: String,
    /// What tells it from every other card, whatever the API; `None` where the API does not tell.
    pub uuid: Option<[u8; 16]>,
    /// How many bytes of memory it has; `None` where the API does not tell.
    pub memory: Option<u64>,
    /// Whether it is a program on the processor that only acts as a GPU.
    pub is_software: bool,
    /// How its API reaches it.
    pub(crate) card: Arc<dyn Card>,
}

/// A card as its API knows it: what each API adds for each card that it sees.
pub(crate) trait Card: fmt::Debug + Send + Sync {
    /// The forms of a search that are worth a trial on it, what should be the fastest first; none for an algorithm that it has
    /// no shader for.
    fn variants(&self, algorithm: Algorithm) -> Vec<Variant>;

    /// What it takes shaders in.
    fn language(&self) -> Language;

    /// Loads the shader onto the card, with room for [`SLOTS_IN_FLIGHT`] launches.
    fn open(&self, shader: &Shader) -> Result<Box<dyn Host>, HostError>;
}

/// Every GPU that this program has an API for, real cards first, in an order that stays; none where no driver is installed.
/// Looking for them loads the drivers, which takes up to some tenths of a second.
#[must_use]
pub fn gpus() -> Vec<Gpu> {
    let apis: [Vec<Gpu>; _] = [
        #[cfg(feature = "cuda")]
        cuda::gpus().unwrap_or_default(),
        #[cfg(feature = "opencl")]
        opencl::gpus().unwrap_or_default(),
        #[cfg(feature = "wgpu")]
        wgpu::gpus(),
    ];
    in_order(apis.into_iter().flatten().collect())
}

/// An API whose library can not be used on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentApi {
    /// As [`Gpu::api`] has it.
    pub api: &'static str,
    /// Why, in words.
    pub reason: String,
}

/// The APIs whose library can not be used here. `wgpu` does not tell why it sees nothing, so its APIs are not among them.
#[must_use]
pub fn absent_apis() -> Vec<AbsentApi> {
    let apis: [(&'static str, Option<String>); _] = [
        #[cfg(feature = "cuda")]
        ("cuda", cuda::gpus().err().map(|error| error.to_string())),
        #[cfg(feature = "opencl")]
        ("opencl", opencl::gpus().err().map(|error| error.to_string())),
    ];
    apis.into_iter().filter_map(|(api, reason)| Some(AbsentApi { api, reason: reason? })).collect()
}

/// Whether a card may be there that is worth looking for: on Linux every driver makes a file of the device.
#[must_use]
pub fn may_have_gpus() -> bool {
    !cfg!(target_os = "linux") || has_card_files(Path::new("/dev"))
}

fn has_card_files(dev: &Path) -> bool {
    let begins = |folder: &Path, start: &str| {
        let mut names =
            folder.read_dir().into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.any(|name| name.starts_with(start))
    };
    // Any vendor's through the kernel; NVIDIA's; AMD's for computing; Microsoft's, inside Windows.
    begins(&dev.join("dri"), "renderD")
        || ["nvidia0", "nvidiactl", "kfd", "dxg"].iter().any(|name| dev.join(name).exists())
}

/// Real cards first; each API numbers its own.
fn in_order(mut gpus: Vec<Gpu>) -> Vec<Gpu> {
    let key = |gpu: &Gpu| (gpu.is_software, gpu.api, gpu.pci_address.clone(), gpu.name.clone());
    gpus.sort_by_key(key);
    for at in 0..gpus.len() {
        let number = gpus[..at].iter().filter(|gpu| gpu.api == gpus[at].api).count();
        gpus[at].id = format!("gpu:{}:{number}", gpus[at].api);
        // One API may tell what another one does not.
        let told = gpus.iter().filter(|gpu| gpu.is_same_card(&gpus[at])).find_map(|gpu| gpu.memory);
        gpus[at].memory = gpus[at].memory.or(told);
    }
    gpus
}

impl Gpu {
    /// A card that only `api` knows so far: ids come with [`gpus`].
    #[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
    pub(crate) fn new(api: &'static str, name: String, card: Arc<dyn Card>) -> Self {
        Self {
            id: String::new(),
            name,
            api,
            driver: String::new(),
            pci_address: String::new(),
            uuid: None,
            memory: None,
            is_software: false,
            card,
        }
    }

    /// Whether both are the same card, seen through two APIs or twice through one.
    #[must_use]
    pub fn is_same_card(&self, other: &Self) -> bool {
        self.id == other.id && self.api == other.api
            || !self.pci_address.is_empty() && self.pci_address == other.pci_address
            || self.uuid.is_some() && self.uuid == other.uuid
    }

    /// Its kernels for `algorithm`, what should be the fastest first; none where there is no shader for it.
    #[must_use]
    pub fn kernels(&self, algorithm: Algorithm) -> Vec<GpuSpec> {
        self.card.variants(algorithm).into_iter().filter_map(|variant| self.kernel_as(algorithm, variant)).collect()
    }

    /// Its kernel for `algorithm` in this variant, whether it is worth a trial or not; `None` where there is no such shader.
    #[must_use]
    pub fn kernel_as(&self, algorithm: Algorithm, variant: Variant) -> Option<GpuSpec> {
        Shader::new(algorithm, variant)?;
        let name = format!("{algorithm}/{}", name(self.api, &variant));
        Some(GpuSpec { name, algorithm, variant, card: Arc::clone(&self.card) })
    }
}

/// Forms of a search with scratch memory: as many threads as a quarter of the card's memory has room for in each slot, and the
/// longest buffer. A card that does not tell its memory has 4 GiB; a processor gains nothing by more threads.
#[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
fn with_scratch(plain: Variant, longest: u64, memory: Option<u64>, is_software: bool) -> Vec<Variant> {
    const UNTOLD: u64 = 4 << 30;
    let budget = longest.min(memory.unwrap_or(UNTOLD) / 4);
    let form = |lookup_gap: u32| {
        let a_thread = 128 * 1024 / u64::from(lookup_gap);
        let most = if is_software { 64 } else { 1 << 17 };
        let threads = u32::try_from((budget / a_thread).min(most)).ok()?;
        let at_once = 1 << threads.checked_ilog2()?;
        Some(Variant { versions: 1, lanes: 1, group_size: 32, lookup_gap, at_once, ..plain })
    };
    let gaps: &[u32] = if is_software { &[1] } else { &[2, 4, 1, 8] };
    gaps.iter().filter_map(|gap| form(*gap)).collect()
}

/// An API and how a variant differs from the plain one: `vulkan-uniform-v4-g256`.
fn name(api: &str, variant: &Variant) -> String {
    use crate::shader::{Add, Rotate, Select};
    let plain = Variant::PLAIN;
    let words = [
        Some(api.to_owned()),
        match variant.rotate {
            Rotate::Literal => None,
            Rotate::Uniform => Some("uniform".to_owned()),
            Rotate::Builtin => Some("builtin".to_owned()),
        },
        (variant.add == Add::OpaqueOne).then(|| "one".to_owned()),
        match variant.select {
            Select::Xor => None,
            Select::Or => Some("or".to_owned()),
            Select::Builtin => Some("select".to_owned()),
        },
        (variant.versions != plain.versions).then(|| format!("v{}", variant.versions)),
        (variant.lanes != plain.lanes).then(|| format!("x{}", variant.lanes)),
        (variant.nonces_per_thread != plain.nonces_per_thread).then(|| format!("n{}", variant.nonces_per_thread)),
        (variant.group_size != plain.group_size).then(|| format!("g{}", variant.group_size)),
        (variant.lookup_gap != plain.lookup_gap).then(|| format!("gap{}", variant.lookup_gap)),
        (variant.at_once != plain.at_once).then(|| format!("t{}", variant.at_once)),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// A kernel that a card could run, not opened yet.
#[derive(Debug, Clone)]
pub struct GpuSpec {
    name: String,
    algorithm: Algorithm,
    variant: Variant,
    card: Arc<dyn Card>,
}

impl GpuSpec {
    /// The name that its kernel will have: `sha256d/vulkan-uniform-v4`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// In which forms its shader is written.
    #[must_use]
    pub fn variant(&self) -> &Variant {
        &self.variant
    }

    /// How many versions of a header it likes to search together.
    #[must_use]
    pub fn versions(&self) -> u8 {
        self.variant.versions
    }

    /// A number that changes with the shader's text: what was measured of another text does not hold. Writing the text takes
    /// some milliseconds.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let text = Shader::new(self.algorithm, self.variant).map(|shader| shader.text(self.card.language()));
        // FNV-1a, 64 bits: nobody gains by a collision.
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        text.unwrap_or_default().bytes().fold(0xcbf2_9ce4_8422_2325, step)
    }

    /// Writes the shader, and has the driver compile it: between some milliseconds and a minute.
    ///
    /// # Errors
    /// [`KernelError::Lost`] where the driver refuses.
    pub fn open(&self) -> Result<GpuKernel, KernelError> {
        let lost = |reason: String| KernelError::Lost { kernel: self.name.clone(), reason };
        // Written again at each opening: it takes milliseconds, and a shader is large.
        let shader =
            Shader::new(self.algorithm, self.variant).ok_or_else(|| lost("it has no such shader".to_owned()))?;
        let host = self.card.open(&shader).map_err(|error| lost(error.to_string()))?;
        Ok(GpuKernel::new(self.name.clone(), shader, host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shader::{Add, Rotate};

    #[derive(Debug)]
    struct Absent;

    impl Card for Absent {
        fn variants(&self, _: Algorithm) -> Vec<Variant> {
            vec![Variant::PLAIN, Variant { versions: 3, ..Variant::PLAIN }]
        }

        fn language(&self) -> Language {
            Language::Wgsl
        }

        fn open(&self, _: &Shader) -> Result<Box<dyn Host>, HostError> {
            Err(HostError("it is not there".to_owned()))
        }
    }

    fn gpu(api: &'static str, pci_address: &str, memory: Option<u64>, is_software: bool) -> Gpu {
        Gpu {
            id: String::new(),
            name: "a card".to_owned(),
            api,
            driver: String::new(),
            pci_address: pci_address.to_owned(),
            uuid: None,
            memory,
            is_software,
            card: Arc::new(Absent),
        }
    }

    #[test]
    fn ids_are_numbered_by_place_and_what_one_api_knows_of_a_card_all_know() {
        let (first, second) = ("0000:01:00.0", "0000:02:00.0");
        let gpus = in_order(vec![
            gpu("vulkan", "", None, true),
            gpu("vulkan", second, None, false),
            gpu("vulkan", first, None, false),
            gpu("cuda", second, Some(2), false),
        ]);
        let told: Vec<_> = gpus.iter().map(|gpu| (&*gpu.id, &*gpu.pci_address, gpu.memory)).collect();
        assert_eq!(
            told,
            [
                ("gpu:cuda:0", second, Some(2)),
                ("gpu:vulkan:0", first, None),
                ("gpu:vulkan:1", second, Some(2)),
                ("gpu:vulkan:2", "", None),
            ]
        );
        assert!(gpus[0].is_same_card(&gpus[2]) && !gpus[1].is_same_card(&gpus[2]) && !gpus[3].is_same_card(&gpus[1]));
    }

    #[test]
    #[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
    fn scratch_memory_fits_the_card_and_its_longest_buffer() {
        for (case, longest, memory, is_software, expected) in [
            (
                "a large card",
                u64::MAX,
                Some(141 << 30),
                false,
                &[(2, 1 << 17), (4, 1 << 17), (1, 1 << 17), (8, 1 << 17)][..],
            ),
            ("short buffers", 128 << 20, Some(8 << 30), false, &[(2, 2048), (4, 4096), (1, 1024), (8, 8192)]),
            ("a small card", 1 << 40, Some(2 << 30), false, &[(2, 8192), (4, 16384), (1, 4096), (8, 32768)]),
            ("one that does not tell", 1 << 40, None, false, &[(2, 16384), (4, 32768), (1, 8192), (8, 65536)]),
            ("a processor", 1 << 40, None, true, &[(1, 64)]),
            ("no room at all", 1000, None, false, &[]),
        ] {
            let forms = with_scratch(Variant::PLAIN, longest, memory, is_software);
            let told: Vec<(u32, u32)> = forms.iter().map(|form| (form.lookup_gap, form.at_once)).collect();
            assert_eq!(told, expected, "{case}");
        }
    }

    #[test]
    fn a_kernel_is_named_by_what_sets_it_apart_and_impossible_ones_are_left_out() {
        let card = gpu("vulkan", "", None, true);
        let kernels = card.kernels(Algorithm::Sha256d);
        assert_eq!(kernels.iter().map(GpuSpec::name).collect::<Vec<_>>(), ["sha256d/vulkan"]);
        assert!(matches!(kernels[0].open(), Err(KernelError::Lost { .. })));
        let plain = Variant::PLAIN;
        for (variant, expected) in [
            (plain, "cuda"),
            (Variant { rotate: Rotate::Uniform, versions: 4, group_size: 256, ..plain }, "cuda-uniform-v4-g256"),
            (Variant { add: Add::OpaqueOne, lanes: 16, nonces_per_thread: 32, ..plain }, "cuda-one-x16-n32"),
        ] {
            assert_eq!(name("cuda", &variant), expected);
        }
    }

    #[test]
    fn cards_are_looked_for_where_a_driver_has_made_their_files() {
        for (case, file, has) in [
            ("nothing", None, false),
            ("a screen without a GPU", Some("dri/card0"), false),
            ("any vendor's", Some("dri/renderD128"), true),
            ("NVIDIA's", Some("nvidia0"), true),
        ] {
            let dev = std::env::temp_dir().join(format!("hashkit-dev-{}-{}", std::process::id(), case.len()));
            if let Some(path) = file.map(|file| dev.join(file)) {
                std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder for the test");
                std::fs::write(path, "").expect("a file for the test");
            }
            assert_eq!(has_card_files(&dev), has, "{case}");
            let _ = std::fs::remove_dir_all(dev);
        }
    }
}
