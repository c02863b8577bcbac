use tempfile::TempDir;

use super::*;

/// A tree like Linux's `/sys`, of these files.
fn tree(files: &[(String, String)]) -> TempDir {
    let folder = TempDir::new().expect("there is room");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("there is room");
        fs::write(path, format!("{text}\n")).expect("there is room");
    }
    folder
}

fn siblings(number: u32, list: &str) -> (String, String) {
    (format!("devices/system/cpu/cpu{number}/topology/thread_siblings_list"), list.to_owned())
}

fn strength(file: &str, number: u32, value: u32) -> (String, String) {
    (format!("devices/system/cpu/cpu{number}/{file}"), value.to_string())
}

/// Two performance cores with siblings beside each other, and four efficiency cores.
fn intel_hybrid() -> Vec<(String, String)> {
    let mut files = vec![
        ("devices/cpu_core/cpus".to_owned(), "0-3".to_owned()),
        ("devices/cpu_atom/cpus".to_owned(), "4-7".to_owned()),
    ];
    files.extend([(0, "0-1"), (1, "0-1"), (2, "2-3"), (3, "2-3")].map(|(number, list)| siblings(number, list)));
    files.extend((4..8).map(|number| siblings(number, &number.to_string())));
    files
}

/// Four cores whose siblings have the upper numbers.
fn amd() -> Vec<(String, String)> {
    (0..8).map(|number| siblings(number, &format!("{},{}", number % 4, number % 4 + 4))).collect()
}

#[test]
fn cores_come_before_their_siblings_and_the_fast_before_the_slow() {
    let all: Vec<u32> = (0..8).collect();
    let frequencies = |values: [u32; 8]| {
        (0..8).zip(values).map(|(n, value)| strength("cpufreq/cpuinfo_max_freq", n, value)).collect()
    };
    let capacities = (0..8).map(|n| strength("cpu_capacity", n, if n < 4 { 446 } else { 1024 })).collect();
    for (case, files, allowed, order, slow, shared) in [
        ("a hybrid", intel_hybrid(), &all[..], vec![0, 2, 4, 5, 6, 7, 1, 3], vec![4, 5, 6, 7], vec![1, 3]),
        ("a hybrid's slow cores alone", intel_hybrid(), &all[4..], vec![4, 5, 6, 7], vec![], vec![]),
        ("siblings behind all cores", amd(), &all[..], all.clone(), vec![], vec![4, 5, 6, 7]),
        ("a process that may use siblings alone", amd(), &[4, 6][..], vec![4, 6], vec![], vec![]),
        ("cores that are offline", amd(), &[0, 2, 4, 7][..], vec![0, 2, 7, 4], vec![], vec![4]),
        ("a system that tells nothing", vec![], &all[..3], vec![0, 1, 2], vec![], vec![]),
        ("capacities, the strong last", capacities, &all[..], vec![4, 5, 6, 7, 0, 1, 2, 3], vec![0, 1, 2, 3], vec![]),
        (
            "frequencies of two kinds",
            frequencies([5_000_000, 5_000_000, 3_300_000, 3_300_000, 3_300_000, 3_300_000, 3_300_000, 3_300_000]),
            &all[..4],
            vec![0, 1, 2, 3],
            vec![2, 3],
            vec![],
        ),
        (
            "favoured cores of one kind",
            frequencies([4_600_000, 4_800_000, 4_600_000, 4_600_000, 4_600_000, 4_600_000, 4_600_000, 4_600_000]),
            &all[..],
            all.clone(),
            vec![],
            vec![],
        ),
    ] {
        let sys = tree(&files);
        let cores = in_order(sys.path(), allowed);
        let numbers =
            |is: fn(&Core) -> bool| cores.iter().filter(|core| is(core)).map(|core| core.number).collect::<Vec<_>>();
        assert_eq!(numbers(|_| true), order, "{case}");
        assert_eq!(numbers(|core| core.kind == Some(CoreKind::Efficiency)), slow, "{case}: the slow ones");
        assert_eq!(numbers(|core| core.is_sibling), shared, "{case}: the siblings");
        let told = cores.iter().filter(|core| core.kind.is_some()).count();
        assert_eq!(told, if slow.is_empty() { 0 } else { cores.len() }, "{case}: a kind for all or for none");
    }
}

#[test]
fn lists_are_read_as_linux_writes_them() {
    for (text, numbers) in [
        ("0-3,8\n", Some(vec![0, 1, 2, 3, 8])),
        ("5", Some(vec![5])),
        ("", Some(vec![])),
        ("\n", Some(vec![])),
        ("3-1", Some(vec![])),
        ("a", None),
        ("1-", None),
        ("-1", None),
        ("0-4294967295", None),
    ] {
        assert_eq!(parse_list(text), numbers, "{text:?}");
    }
}
