//! The machine's memory nodes: which memory is near which cores.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use crate::device::{allowed, parse_list};

/// A memory node with cores that this process may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    number: u32,
    cores: Vec<u32>,
}

/// The nodes with cores that this process may use, at most one a thread, in their order; empty where there is only one, and
/// where the system tells of none.
pub(super) fn of(sys: &Path, threads: NonZeroUsize) -> Vec<Node> {
    let mut nodes = of_cores(sys, &allowed().unwrap_or_default());
    nodes.truncate(threads.get());
    if nodes.len() > 1 { nodes } else { Vec::new() }
}

/// The nodes with any of the cores `allowed`, as Linux tells them in `sys`.
fn of_cores(sys: &Path, allowed: &[u32]) -> Vec<Node> {
    let node = |entry: fs::DirEntry| {
        let number = entry.file_name().to_str()?.strip_prefix("node")?.parse().ok()?;
        let cores = parse_list(&fs::read_to_string(entry.path().join("cpulist")).ok()?)?;
        let cores: Vec<u32> = cores.into_iter().filter(|core| allowed.contains(core)).collect();
        // A node without cores is memory alone; one without memory is told in no other way than by its size.
        let has_memory = fs::read_to_string(entry.path().join("meminfo"))
            .map_or(true, |text| !text.lines().any(|line| line.contains("MemTotal:") && line.ends_with(" 0 kB")));
        (!cores.is_empty() && has_memory).then_some(Node { number, cores })
    };
    let entries = fs::read_dir(sys.join("devices/system/node")).into_iter().flatten().flatten();
    let mut nodes: Vec<Node> = entries.filter_map(node).collect();
    nodes.sort_by_key(|node| node.number);
    nodes
}

impl Node {
    /// Those of its cores that this process may use.
    pub(super) fn cores(&self) -> &[u32] {
        &self.cores
    }

    /// Lets this thread, and those that it starts, run on these cores alone. A refusal costs speed at most.
    #[cfg(target_os = "linux")]
    pub(super) fn bind(&self) {
        use rustix::thread::{CpuSet, sched_setaffinity};
        let mut set = CpuSet::new();
        for core in self.cores.iter().filter_map(|core| usize::try_from(*core).ok()) {
            if core < CpuSet::MAX_CPU {
                set.set(core);
            }
        }
        let _ = sched_setaffinity(None, &set);
    }

    /// Only Linux is asked.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn bind(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree like Linux's `/sys` with these nodes: name, list of cores, size in KiB.
    fn sys(nodes: &[(&str, &str, u64)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, cores, size) in nodes {
            let node = folder.path().join("devices/system/node").join(name);
            fs::create_dir_all(&node).unwrap();
            fs::write(node.join("cpulist"), format!("{cores}\n")).unwrap();
            fs::write(node.join("meminfo"), format!("Node 0 MemTotal:  {size} kB\nNode 0 MemFree:  0 kB\n")).unwrap();
        }
        folder
    }

    #[test]
    fn a_copy_is_for_each_node_that_has_memory_and_cores_of_this_process() {
        let two = [("node1", "4-7", 9), ("node0", "0-3", 9), ("possible", "0-1", 9)];
        for (case, nodes, allowed, expected) in [
            (
                "two sockets",
                &two[..],
                &[0, 1, 2, 3, 4, 5, 6, 7][..],
                vec![(0, vec![0, 1, 2, 3]), (1, vec![4, 5, 6, 7])],
            ),
            ("a process on one of them", &two, &[4, 6], vec![(1, vec![4, 6])]),
            ("a process on a core of each", &two, &[3, 4], vec![(0, vec![3]), (1, vec![4])]),
            ("memory without cores", &[("node0", "0-1", 9), ("node2", "", 9)], &[0, 1], vec![(0, vec![0, 1])]),
            ("cores without memory", &[("node0", "0-1", 9), ("node1", "2-3", 0)], &[0, 2], vec![(0, vec![0])]),
            (
                "cores in turns",
                &[("node0", "0,2", 9), ("node10", "1,3", 9)],
                &[0, 1, 3],
                vec![(0, vec![0]), (10, vec![1, 3])],
            ),
            ("a list that is none", &[("node0", "zero", 9)], &[0], vec![]),
            ("a system without nodes", &[], &[0], vec![]),
        ] {
            let found = of_cores(sys(nodes).path(), allowed);
            let found: Vec<(u32, Vec<u32>)> = found.into_iter().map(|node| (node.number, node.cores)).collect();
            assert_eq!(found, expected, "{case}");
        }
    }

    #[test]
    fn one_node_needs_no_binding_and_fewer_threads_than_nodes_need_fewer_copies() {
        let everywhere = allowed().unwrap_or_else(|| vec![0]);
        let all = everywhere.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let twins = sys(&[("node0", &all, 9), ("node1", &all, 9), ("node2", &all, 9)]);
        for (threads, nodes) in [(1, 0), (2, 2), (9, 3)] {
            assert_eq!(of(twins.path(), NonZeroUsize::new(threads).unwrap()).len(), nodes, "{threads} threads");
        }
        assert_eq!(of(sys(&[("node0", &all, 9)]).path(), NonZeroUsize::new(9).unwrap()), []);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_bound_thread_and_those_that_it_starts_run_on_the_nodes_cores_alone() {
        let last = *allowed().unwrap().last().unwrap();
        let node = Node { number: 0, cores: vec![last, u32::MAX] };
        let bound = std::thread::spawn(move || {
            node.bind();
            std::thread::spawn(allowed).join().unwrap()
        });
        assert_eq!(bound.join().unwrap(), Some(vec![last]));
    }
}
