//! What was measured on, and who else was using it.

use std::fs;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::host::in_kib;

/// The machine, as far as it changes speed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's model; "unknown" where the system tells none.
    pub cpu: String,
    /// How many threads this process may run at once.
    pub threads: usize,
    /// Whether a hypervisor lies between: its other guests are not seen here.
    pub is_virtual: bool,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn this() -> Self {
        Self::from_cpuinfo(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default())
    }

    fn from_cpuinfo(cpuinfo: &str) -> Self {
        let value = |wanted: &str| {
            cpuinfo
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(key, _)| key.trim() == wanted)
                .map(|(_, value)| value.trim())
        };
        Self {
            cpu: value("model name").unwrap_or("unknown").to_owned(),
            threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            is_virtual: value("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
        }
    }
}

/// How busy others kept the machine while something was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// The load average over the minute before.
    pub load_before: f64,
    /// How many cores, on average, worked for others than this process and what it started meanwhile.
    pub cores_of_others: f64,
}

/// Watches the machine from [`Watch::start`] to [`Watch::company`].
#[derive(Debug)]
pub struct Watch {
    load_before: f64,
    began: Instant,
    all: Duration,
    own: Duration,
}

impl Watch {
    /// Begins to watch; `None` where the system has no `/proc`.
    #[must_use]
    pub fn start() -> Option<Self> {
        let load_before = fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()?;
        Some(Self { load_before, began: Instant::now(), all: busy_time()?, own: own_time()? })
    }

    /// What was seen since.
    #[must_use]
    pub fn company(&self) -> Option<Company> {
        let elapsed = self.began.elapsed().as_secs_f64();
        let others = busy_time()?.saturating_sub(self.all).saturating_sub(own_time()?.saturating_sub(self.own));
        let cores_of_others = others.as_secs_f64() / elapsed;
        Some(Company { load_before: self.load_before, cores_of_others: (cores_of_others * 100.0).round() / 100.0 })
    }
}

/// The processor time that the live threads of this process have had; `None` where the system does not tell.
#[must_use]
pub fn thread_time() -> Option<Duration> {
    let mut total = Duration::ZERO;
    for thread in fs::read_dir("/proc/self/task").ok()? {
        // A thread may end between the listing and the reading.
        total += time_in(&thread.ok()?.path()).unwrap_or_default();
    }
    Some(total)
}

/// A thread of this process, as the system knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThreadId(u32);

/// The calling thread; `None` where the system does not tell.
pub(crate) fn this_thread() -> Option<ThreadId> {
    fs::read_link("/proc/thread-self").ok()?.file_name()?.to_str()?.parse().ok().map(ThreadId)
}

/// The processor time that a thread of this process has had; `None` where it has ended, or the system does not tell.
pub(crate) fn time_of(thread: ThreadId) -> Option<Duration> {
    time_in(&Path::new("/proc/self/task").join(thread.0.to_string()))
}

/// The time that a thread has run, by the folder that tells of it: the first field of its `schedstat`, in nanoseconds.
fn time_in(folder: &Path) -> Option<Duration> {
    let stat = fs::read_to_string(folder.join("schedstat")).ok()?;
    Some(Duration::from_nanos(stat.split(' ').next()?.parse().ok()?))
}

/// The processor time that the calling thread has had; `None` where the system does not tell.
#[must_use]
pub fn time_of_this_thread() -> Option<Duration> {
    #[cfg(unix)]
    return Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime)).ok();
    #[cfg(not(unix))]
    None
}

/// How many cycles a second the core of the calling thread makes now, told by a chain of multiplications, of which each takes
/// three cycles on x86-64 (Intel since Nehalem, AMD since Zen). `None` on other processors, or where the system tells no time.
#[must_use]
pub fn cycles_a_second() -> Option<f64> {
    const CHAIN: u32 = 1_000_000;
    if !cfg!(target_arch = "x86_64") {
        return None;
    }
    let began = time_of_this_thread()?;
    let mut product = std::hint::black_box(3_u64);
    for _ in 0..CHAIN {
        product = product.wrapping_mul(product);
    }
    std::hint::black_box(product);
    let took = time_of_this_thread()?.checked_sub(began)?;
    (!took.is_zero()).then(|| 3.0 * f64::from(CHAIN) / took.as_secs_f64())
}

/// `/proc` counts in hundredths of a second on every machine that Rust's standard library runs on.
fn ticks(count: u64) -> Duration {
    Duration::from_millis(10 * count)
}

/// All that all cores worked: user, nice, system, irq, softirq and steal of proc(5).
fn busy_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let counts: Vec<u64> =
        stat.lines().next()?.split_whitespace().skip(1).filter_map(|count| count.parse().ok()).collect();
    let (idle, iowait) = (counts.get(3)?, counts.get(4)?);
    Some(ticks(counts.iter().take(8).sum::<u64>() - idle - iowait))
}

/// What a process of this machine takes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProcessUse {
    /// Bytes of memory that it holds: its resident set.
    pub(crate) resident: u64,
    /// The processor time that it has had.
    pub(crate) time: Duration,
}

/// Of the process of this number; `None` where there is none, or the system does not tell.
pub(crate) fn process(number: u32) -> Option<ProcessUse> {
    let folder = Path::new("/proc").join(number.to_string());
    let status = fs::read_to_string(folder.join("status")).ok()?;
    let stat = fs::read_to_string(folder.join("stat")).ok()?;
    // utime and stime.
    Some(ProcessUse { resident: 1024 * in_kib(&status, "VmRSS")?, time: time_of_fields(&stat, 11..13)? })
}

/// The sum of these fields of proc(5)'s `stat`, counted from the one behind the name, which may hold spaces.
fn time_of_fields(stat: &str, fields: Range<usize>) -> Option<Duration> {
    let all: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    Some(ticks(all.get(fields)?.iter().filter_map(|count| count.parse::<u64>().ok()).sum()))
}

/// What this process worked, with its ended threads and the programs it waited for: utime, stime, cutime and cstime of proc(5).
fn own_time() -> Option<Duration> {
    time_of_fields(&fs::read_to_string("/proc/self/stat").ok()?, 11..15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_read_from_what_linux_tells() {
        let machine = Machine::from_cpuinfo("processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu hypervisor sse\n");
        assert_eq!((machine.cpu.as_str(), machine.is_virtual), ("Some CPU", true));
        let other = Machine::from_cpuinfo("BogoMIPS : 50\nflags : fpu\n");
        assert_eq!((other.cpu.as_str(), other.is_virtual), ("unknown", false));
    }

    #[test]
    fn a_process_is_read_as_linux_tells_it_whatever_its_name_is() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 500 0 0 0 120 30 9 9 20 0 4 0 100 1000 50";
        assert_eq!(time_of_fields(stat, 11..13), Some(Duration::from_millis(1500)));
        assert_eq!(time_of_fields(stat, 11..15), Some(Duration::from_millis(1680)));
        assert_eq!(time_of_fields("7 (cut", 11..13), None);
        assert_eq!(process(u32::MAX), None);
    }

    #[test]
    fn own_work_is_not_counted_as_that_of_others() {
        let (Some(watch), Some(before)) = (Watch::start(), thread_time()) else {
            assert!(
                std::env::var_os("HASHKIT_REQUIRE").is_none_or(|value| value != "all"),
                "this system does not tell the time of threads"
            );
            return eprintln!("skipped: this system does not tell the time of threads");
        };
        let mut hash = hashkit_chain::Hash::ZERO;
        while thread_time().is_some_and(|now| now < before + Duration::from_millis(50)) {
            hash = hashkit_chain::sha256d(hash.as_internal());
        }
        let company = watch.company().expect("it was there before");
        assert!(
            company.cores_of_others >= 0.0 && watch.own < own_time().expect("it was there before"),
            "{company:?} {hash}"
        );
    }
}
