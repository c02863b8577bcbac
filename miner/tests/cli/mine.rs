//! `hashkit mine` and `hashkit pool serve` before they begin: what is refused, and what a dry run tells.

use std::fs;

use crate::run::{hashkit, hashkit_in, run};

#[test]
fn what_cannot_be_mined_on_is_refused_with_exit_code_2_and_the_next_step() {
    let usual = ["--user", "account.rig"];
    for (case, arguments, said) in [
        ("no pool", &["mine"][..], "give --pool URL and --user NAME, or --demo"),
        (
            "TLS with a word that would turn it off",
            &["mine", "--pool", "stratum+tls://pool.example:443#insecure"],
            "unknown #insecure",
        ),
        ("TLS with a file that is not there", &["mine", "--pool", "stratum+tls://p.example:1#ca=/no/such"], "/no/such"),
        (
            "Stratum V2",
            &["mine", "--pool", "stratum2+tcp://pool.example:34254/KEY"],
            "Stratum V2, which is not in this",
        ),
        ("a web address", &["mine", "--pool", "https://pool.example"], "is a web address"),
        ("no port", &["mine", "--pool", "pool.example"], "names no port"),
        ("no time", &["mine", "--demo", "--stop-after", "soon"], "is no limit"),
        ("no difficulty", &["mine", "--demo", "--suggest-difficulty", "0"], "above zero"),
        ("a view to come", &["mine", "--demo", "--ui", "tui"], "use --ui log"),
        ("no such algorithm", &["mine", "--demo", "--algorithm", "sha256"], "sha256d"),
        ("a password that is not there", &["mine", "--pool", "a:1", "--pass", "env:NO_SUCH_NAME"], "NO_SUCH_NAME"),
        ("a pool without a node", &["pool", "serve", "--listen", "127.0.0.1:0"], "--demo"),
        (
            "a node without an address",
            &["pool", "serve", "--listen", "127.0.0.1:0", "--node", "http://a:1"],
            "--address",
        ),
        (
            "a node without a port",
            &["pool", "serve", "--listen", "[::1]:0", "--node", "http://a", "--address", "b"],
            "port",
        ),
    ] {
        let mining = arguments.first() == Some(&"mine") && arguments.contains(&"--pool");
        let ended = hashkit(&[arguments, if mining { &usual[..] } else { &[] }].concat());
        assert_eq!((ended.code, ended.text()), (2, ""), "{case}: {}", ended.words);
        assert!(ended.words.contains(said), "{case}: {said:?} is missing from {}", ended.words);
        assert!(!ended.words.contains("panicked"), "{case}: {}", ended.words);
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let ended = hashkit(&[
        "mine",
        "--pool",
        "pool.example",
        "--pool",
        "stratum+tls://b.example:1#pin=1",
        "--pass",
        "env:NO_SUCH",
    ]);
    assert_eq!(ended.code, 2);
    for said in ["pool.example names no port", "pins no certificate", "give --user NAME", "NO_SUCH"] {
        assert!(ended.words.contains(said), "{said:?} is missing from {}", ended.words);
    }
}

#[test]
fn without_a_usable_device_the_exit_code_is_4() {
    for arguments in [["--cpu-threads", "0"], ["--device", "gpu"]] {
        let ended = hashkit(&[&["mine", "--demo"], &arguments[..]].concat());
        assert_eq!((ended.code, ended.text()), (4, ""), "{arguments:?}: {}", ended.words);
    }
}

#[test]
fn what_no_machine_can_hold_is_refused_before_it_is_tried() {
    let base = ["mine", "--dry-run", "--pool", "pool.example:1", "--user", "u"];
    for (case, arguments, code, said) in [
        ("threads by the million", ["--cpu-threads", "100000000"], 4, "too many"),
        ("a password without an end", ["--pass", "file:/dev/zero"], 2, "/dev/zero"),
        ("a configuration without an end", ["--config", "/dev/zero"], 2, "longer than 1 MiB"),
    ] {
        let ended = hashkit(&[&base[..], &arguments].concat());
        assert_eq!((ended.code, ended.text()), (code, ""), "{case}: {}", ended.words);
        assert!(ended.words.contains(said), "{case}: {said:?} is missing from {}", ended.words);
    }
}

#[test]
fn a_dry_run_tells_devices_pools_files_and_ports_and_no_password() {
    let ended = hashkit(
        &[
            &["mine", "--dry-run", "--cpu-threads", "2", "--pool", "stratum+tcp://[::1]:3333", "--pool", "b.example:1"]
                [..],
            &["--user", "account.rig", "--pass", "hunter2"],
        ]
        .concat(),
    );
    assert_eq!((ended.code, &*ended.words), (0, ""));
    let lines: Vec<_> = ended.text().lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines.iter().map(|line| line[0]).collect::<String>(), "devicedevicepoolpoolfilesports");
    assert_eq!(
        (&lines[0][1], &lines[1][1], &lines[2][1], &lines[3][1]),
        (&"cpu:0", &"cpu:1", &"[::1]:3333", &"b.example:1")
    );
    assert!(!ended.text().contains("hunter2"));

    let ended = hashkit(
        &[
            &["pool", "serve", "--dry-run", "--listen", "127.0.0.1:3333"][..],
            &["--address", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"],
            &["--node", "http://user:hunter2@127.0.0.1:8332"],
        ]
        .concat(),
    );
    assert_eq!(ended.code, 0, "{}", ended.words);
    assert!(ended.text().contains("127.0.0.1:8332") && ended.text().contains("127.0.0.1:3333"), "{}", ended.text());
    assert!(!ended.text().contains("hunter2"));
}

#[test]
fn a_named_kernel_is_used_whatever_is_the_fastest() {
    for (patterns, devices) in [
        (
            &["--device", "cpu:portable"][..],
            &["device  cpu:0  sha256d/portable", "device  cpu:1  sha256d/portable"][..],
        ),
        (&["--device", "cpu:1", "--device", "cpu:portable"], &["device  cpu:1  sha256d/portable"]),
    ] {
        let ended =
            hashkit(&[&["mine", "--demo", "--dry-run", "--cpu-threads", "2", "--no-pin"][..], patterns].concat());
        let told: Vec<&str> = ended.text().lines().filter(|line| line.starts_with("device")).collect();
        assert_eq!(told, devices, "{patterns:?}: {}", ended.words);
    }
}

#[test]
fn a_switch_counts_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = "[mine]\npools = [\"file.example:1\"]\nuser = \"filed\"\ncpu_threads = 1\n";
    fs::write(folder.path().join("hashkit.toml"), file).expect("it is written");
    let base = ["mine", "--dry-run", "--config", "hashkit.toml"];
    for (case, switches, environment, expected) in [
        ("the file alone", &[][..], None, "file.example:1  as filed"),
        ("the environment", &[], Some("env.example:2"), "env.example:2  as filed"),
        ("a switch", &["--pool", "switch.example:3"], Some("env.example:2"), "switch.example:3  as filed"),
        ("two of them", &["--user", "switched"], Some("env.example:2"), "env.example:2  as switched"),
    ] {
        let mut command = hashkit_in(folder.path(), &[&base, switches].concat());
        command.envs(environment.map(|pool| ("HASHKIT_POOL", pool)));
        let ended = run(&mut command, b"");
        assert_eq!(ended.code, 0, "{case}: {}", ended.words);
        assert!(ended.text().contains(&format!("pool    {expected}\n")), "{case}: {}", ended.text());
        assert_eq!(ended.text().matches("device ").count(), 1, "{case}: {}", ended.text());
    }
}

#[test]
fn a_demo_leaves_alone_what_the_environment_says_of_pools_and_nodes() {
    for arguments in
        [&["mine", "--demo", "--dry-run"][..], &["pool", "serve", "--demo", "--listen", "[::1]:0", "--dry-run"]]
    {
        let mut command = hashkit_in(std::path::Path::new("."), arguments);
        command.env("HASHKIT_NODE", "http://node.example:1").env("HASHKIT_POOL", "pool.example:1");
        let ended = run(&mut command, b"");
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.words);
        assert!(ended.text().contains("practice") && !ended.text().contains("example"), "{}", ended.text());
    }
}

#[test]
fn a_port_that_is_taken_is_a_failure_of_the_run_not_of_the_node() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it has one").to_string();
    let ended = hashkit(&["pool", "serve", "--demo", "--listen", &address]);
    assert_eq!(ended.code, 1, "{}", ended.words);
    assert!(ended.words.contains(&address) && ended.words.contains("--listen"), "{}", ended.words);
}
