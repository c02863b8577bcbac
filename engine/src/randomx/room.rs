//! Whether there is room for RandomX, before it is taken: a system that promises more than it has ends the program later.

use std::fs;
use std::path::Path;

use hashkit_kernels::randomx::{Ask, Mode, Search};

/// Too little memory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "RandomX in {mode} mode needs {needed} MiB of memory ({copies}), and {free} MiB are free: close other programs{}",
    if *.mode == Mode::Fast { ", or choose light mode, which needs 256 MiB" } else { "" }
)]
pub struct NoRoom {
    /// The mode.
    pub mode: Mode,
    /// In MiB.
    pub needed: u64,
    /// How many copies, in words.
    pub copies: String,
    /// In MiB.
    pub free: u64,
}

/// What the system has, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Free {
    /// Without what is reserved for huge pages.
    ordinary: u64,
    /// Reserved huge pages that nobody uses.
    reserved: u64,
}

/// Whether `copies` memories and `threads` searches fit into what is free, by what Linux tells below `root`. Where it does not
/// tell, the system's own answer comes later.
pub(super) fn check(root: &Path, mode: Mode, ask: Ask, copies: usize, threads: usize) -> Result<(), NoRoom> {
    let Some(free) = free(root) else { return Ok(()) };
    let needed = needed(mode, ask, copies, threads, free.reserved);
    if needed <= free.ordinary {
        return Ok(());
    }
    let copies = if copies == 1 { "one copy".to_owned() } else { format!("{copies} copies, one a memory node") };
    Err(NoRoom { mode, needed: needed.div_ceil(1 << 20), copies, free: free.ordinary >> 20 })
}

/// What is needed beside reserved huge pages. A memory lies in them whole or not at all.
fn needed(mode: Mode, ask: Ask, copies: usize, threads: usize, reserved: u64) -> u64 {
    let mut reserved = if ask == Ask::Huge { reserved } else { 0 };
    let parts: &[u64] = match mode {
        Mode::Light => &[Mode::Light.bytes()],
        // The cache is there while the dataset is being filled, and is asked for first.
        Mode::Fast => &[Mode::Light.bytes(), Mode::Fast.bytes()],
    };
    let mut needed = (threads * Search::BYTES) as u64;
    for part in std::iter::repeat_n(parts, copies).flatten() {
        match reserved.checked_sub(*part) {
            Some(rest) => reserved = rest,
            None => needed += part,
        }
    }
    needed
}

/// `None` where `proc/meminfo` is no such file.
fn free(root: &Path) -> Option<Free> {
    let memory = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let value = |wanted: &str| {
        let (_, value) = memory.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| *key == wanted)?;
        value.split_whitespace().next()?.parse::<u64>().ok()
    };
    let reserved = value("HugePages_Free").zip(value("Hugepagesize")).map_or(0, |(pages, size)| (pages * size) << 10);
    let ordinary = value("MemAvailable")? << 10;
    Some(Free { ordinary: left_to_group(root).map_or(ordinary, |left| left.min(ordinary)), reserved })
}

/// What the control groups of this process leave it, as cgroup version 2 tells; none where they set no limit.
fn left_to_group(root: &Path) -> Option<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let left = |group: &Path| {
        let group = root.join("sys/fs/cgroup").join(group);
        let number = |file: &str| fs::read_to_string(group.join(file)).ok()?.trim().parse::<u64>().ok();
        // `max` where there is no limit.
        Some(number("memory.max")?.saturating_sub(number("memory.current")?))
    };
    Path::new(path).ancestors().filter_map(left).min()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const GIB: u64 = 1 << 20;

    /// A root with that many KiB available, huge pages free, and files of control groups.
    fn root(available: u64, huge_pages: u64, groups: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        let meminfo = format!(
            "MemTotal:       99999999 kB\nMemAvailable:   {available} kB\nHugePages_Total:    2000\n\
             HugePages_Free:     {huge_pages}\nHugepagesize:       2048 kB\n"
        );
        let files = [("proc/meminfo", &*meminfo), ("proc/self/cgroup", "1:name=old:/x\n0::/user/miner\n")];
        for (path, text) in files.iter().chain(groups) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn room_is_what_is_available_and_reserved_and_left_to_the_group() {
        let limit =
            [("sys/fs/cgroup/user/memory.max", "1073741824\n"), ("sys/fs/cgroup/user/memory.current", "1000\n")];
        let no_limit = [("sys/fs/cgroup/user/memory.max", "max\n"), ("sys/fs/cgroup/user/memory.current", "1000\n")];
        for (case, available, huge_pages, groups, mode, ask, copies, fits) in [
            ("fast on 3 GiB", 3 * GIB, 0, &[][..], Mode::Fast, Ask::Huge, 1, true),
            ("fast on 2 GiB", 2 * GIB, 0, &[], Mode::Fast, Ask::Huge, 1, false),
            ("light on 1 GiB", GIB, 0, &[], Mode::Light, Ask::Huge, 1, true),
            ("light on 200 MiB", 200 << 10, 0, &[], Mode::Light, Ask::Huge, 1, false),
            ("two copies on 4 GiB", 4 * GIB, 0, &[], Mode::Fast, Ask::Huge, 2, false),
            ("two copies on 5 GiB", 5 * GIB, 0, &[], Mode::Fast, Ask::Huge, 2, true),
            ("all of it reserved", 50 << 10, 1168, &[], Mode::Fast, Ask::Huge, 1, true),
            ("reserved and not asked for", 50 << 10, 1168, &[], Mode::Fast, Ask::Small, 1, false),
            ("reserved for the cache alone", 2 * GIB, 200, &[], Mode::Fast, Ask::Huge, 1, false),
            ("reserved for the cache, the rest free", 3 * GIB, 200, &[], Mode::Fast, Ask::Huge, 1, true),
            ("a group above with a limit", 9 * GIB, 0, &limit, Mode::Fast, Ask::Huge, 1, false),
            ("light within that limit", 9 * GIB, 0, &limit, Mode::Light, Ask::Huge, 1, true),
            ("a group without a limit", 9 * GIB, 0, &no_limit, Mode::Fast, Ask::Huge, 1, true),
        ] {
            let root = root(available, huge_pages, groups);
            assert_eq!(check(root.path(), mode, ask, copies, 2).is_ok(), fits, "{case}");
        }
        assert_eq!(check(Path::new("/nowhere"), Mode::Fast, Ask::Huge, 1, 2), Ok(()), "a system that does not tell");
    }

    #[test]
    fn whoever_lacks_memory_reads_how_much_and_what_to_do() {
        let root = root(2 * GIB, 0, &[]);
        let said = |mode, copies| check(root.path(), mode, Ask::Small, copies, 1).unwrap_err().to_string();
        assert_eq!(
            said(Mode::Fast, 1),
            "RandomX in fast mode needs 2338 MiB of memory (one copy), and 2048 MiB are free: close other programs, \
             or choose light mode, which needs 256 MiB"
        );
        assert!(said(Mode::Fast, 2).contains("(2 copies, one a memory node)"));
        assert!(said(Mode::Light, 9).ends_with("are free: close other programs"));
    }
}
