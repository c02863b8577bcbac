//! Searches on GPUs: the cards of this machine, and any host that runs a shader as a kernel.

#[cfg(any(test, feature = "wgpu"))]
mod search;
#[cfg(feature = "wgpu")]
mod wgpu;

use hashkit_chain::Algorithm;

use crate::catalogue::KernelSpec;

/// A GPU of this machine, seen through one API.
#[derive(Debug, Clone)]
pub struct Gpu {
    /// What it is called on the command line, the same after a reboot: `gpu:vulkan:0`.
    pub id: String,
    /// What its maker calls it.
    pub name: String,
    /// `vulkan`, `metal` or `dx12`.
    pub api: &'static str,
    /// The driver and its version; empty where the API does not tell.
    pub driver: String,
    /// Where it sits, as `0000:01:00.0`; empty where the API does not tell.
    pub pci_address: String,
    /// Whether it is a program on the processor that only acts as a GPU.
    pub is_software: bool,
    adapter: Adapter,
}

/// The card as its API knows it.
#[derive(Debug, Clone)]
enum Adapter {
    #[cfg(feature = "wgpu")]
    Wgpu(::wgpu::Adapter),
}

/// Every GPU that this program has an API for, real cards first, in an order that stays; none where no driver is installed.
/// Looking for them loads the drivers, which takes up to some tenths of a second.
#[must_use]
pub fn gpus() -> Vec<Gpu> {
    #[cfg(feature = "wgpu")]
    return wgpu::gpus();
    #[cfg(not(feature = "wgpu"))]
    Vec::new()
}

impl Gpu {
    /// Its kernel for `algorithm`; `None` where there is no shader for it.
    #[must_use]
    #[cfg_attr(not(feature = "wgpu"), expect(unused_variables, reason = "without an API there is no GPU to ask"))]
    pub fn kernel(&self, algorithm: Algorithm) -> Option<KernelSpec> {
        match self.adapter {
            #[cfg(feature = "wgpu")]
            Adapter::Wgpu(ref adapter) => wgpu::kernel(adapter, algorithm),
        }
    }
}
