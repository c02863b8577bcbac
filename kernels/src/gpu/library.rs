//! C libraries of drivers, opened when they are wanted: a machine without one has fewer GPUs, and nothing else changes.
#![expect(unsafe_code, reason = "opens libraries of drivers")]

use std::mem::ManuallyDrop;

use libloading::Library;

/// Why a driver's library can not be used, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct LoadError(pub(super) String);

/// Opens the first of these libraries that there is.
pub(super) fn open(names: &[&str]) -> Result<ManuallyDrop<Library>, LoadError> {
    for name in names {
        // SAFETY: these names are those of drivers; whoever installs a driver vouches for what it does when it is loaded.
        if let Ok(library) = unsafe { Library::new(name) } {
            // Never closed: drivers leave threads behind that still run its code.
            return Ok(ManuallyDrop::new(library));
        }
    }
    Err(LoadError(format!("there is no {}", names.join(" and no "))))
}

/// Functions of a C library as a struct of pointers, with `load` to fill it.
///
/// The signatures are the caller's promise: each has to be the one of the library's own header.
macro_rules! functions {
    ($(#[$doc:meta])* struct $table:ident { $($name:ident: $symbol:literal($($type:ty),*) -> $answer:ty,)* }) => {
        $(#[$doc])*
        struct $table {
            $($name: unsafe extern "system" fn($($type),*) -> $answer,)*
        }

        impl $table {
            /// All of them, out of the first of these libraries that there is.
            fn load(names: &[&str]) -> Result<Self, $crate::gpu::library::LoadError> {
                let library = $crate::gpu::library::open(names)?;
                Ok(Self {
                    $($name: {
                        // SAFETY: the signature is that of the library's header, and the library is never closed.
                        let function = unsafe { library.get($symbol.as_bytes()) };
                        *function.map_err(|_| {
                            let missing = concat!("the driver has no ", $symbol, ": install a newer one");
                            $crate::gpu::library::LoadError(missing.to_owned())
                        })?
                    },)*
                })
            }
        }
    };
}

pub(super) use functions;
