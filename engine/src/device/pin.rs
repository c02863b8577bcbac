//! Threads and the processors that may run them. On systems other than Linux nothing is known, and nothing pinned.

use std::io;

/// Lets this thread run on one logical processor alone.
///
/// # Errors
/// When the system refuses it.
#[cfg(target_os = "linux")]
pub fn pin(core: u32) -> io::Result<()> {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let core = usize::try_from(core).ok().filter(|core| *core < CpuSet::MAX_CPU).ok_or(io::ErrorKind::InvalidInput)?;
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

/// The logical processors that may run this thread; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(crate) fn allowed() -> Option<Vec<u32>> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(None).ok()?;
    (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).map(|core| core.try_into().ok()).collect()
}

/// Lets this thread run on one logical processor alone.
///
/// # Errors
/// Always: only Linux can be asked.
#[cfg(not(target_os = "linux"))]
pub fn pin(_: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The logical processors that may run this thread; only Linux tells.
#[cfg(not(target_os = "linux"))]
pub(crate) fn allowed() -> Option<Vec<u32>> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_pinned_thread_may_run_on_its_core_alone_and_no_other_thread_is_touched() {
        let before = allowed().expect("Linux tells");
        let last = *before.last().expect("a thread runs somewhere");
        let pinned = thread::spawn(move || {
            pin(last).expect("it may run there");
            allowed()
        });
        assert_eq!(pinned.join().expect("no panic"), Some(vec![last]));
        assert_eq!(allowed(), Some(before));
        assert!(pin(u32::MAX).is_err(), "there is no such processor");
    }
}
