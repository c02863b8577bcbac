//! On a tree of files that looks like `/sys`: the machines that build this have no sensors.

use tempfile::TempDir;

use super::*;

/// Files below a folder that stands for `/sys`.
struct FakeSys(TempDir);

impl FakeSys {
    fn new(files: &[(&str, &str)]) -> Self {
        let fake = Self(TempDir::new().unwrap());
        for (path, text) in files {
            fake.write(path, text);
        }
        fake
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.0.path().join(path)).unwrap();
    }
}

#[test]
fn a_processor_tells_its_hottest_temperature_the_energy_of_all_packages_and_its_fastest_clock() {
    let sys = FakeSys::new(&[
        ("class/hwmon/hwmon0/name", "acpitz\n"),
        ("class/hwmon/hwmon0/temp1_input", "99000\n"),
        ("class/hwmon/hwmon1/name", "coretemp\n"),
        ("class/hwmon/hwmon1/temp1_input", "61000\n"),
        ("class/hwmon/hwmon1/temp2_input", "63500\n"),
        ("class/hwmon/hwmon1/temp3_input", "-128000\n"),
        ("class/hwmon/hwmon1/temp4_input", "nonsense\n"),
        ("class/powercap/intel-rapl:0/name", "package-0\n"),
        ("class/powercap/intel-rapl:0/energy_uj", "1000\n"),
        ("class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n"),
        ("class/powercap/intel-rapl:0:0/name", "core\n"),
        ("class/powercap/intel-rapl:0:0/energy_uj", "77\n"),
        ("class/powercap/intel-rapl:1/name", "package-1\n"),
        ("class/powercap/intel-rapl:1/energy_uj", "262143328000\n"),
        ("class/powercap/intel-rapl:1/max_energy_range_uj", "262143328850\n"),
        ("devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2800000\n"),
        ("devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3412345\n"),
        ("devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "5\n"),
        ("devices/system/cpu/cpufreq/boost", "1\n"),
    ]);
    let mut sensors = CpuSensors::open(sys.0.path()).unwrap();
    let expected = Reading { temperature: Some(63.5), energy: Some(0), clock: Some(3412), ..Reading::default() };
    assert_eq!(sensors.read(), expected);

    sys.write("class/powercap/intel-rapl:0/energy_uj", "6000\n");
    sys.write("class/powercap/intel-rapl:1/energy_uj", "150\n");
    sys.write("devices/system/cpu/cpu0/thermal_throttle/package_throttle_count", "6\n");
    let reading = sensors.read();
    assert_eq!(reading.energy, Some(5000 + 850 + 150), "the second package went round");
    assert_eq!(reading.throttled_by, ["heat"]);
    assert!(sensors.read().throttled_by.is_empty(), "only what happened since");

    sys.remove("class/powercap/intel-rapl:0/energy_uj");
    assert_eq!(sensors.read().energy, None, "a part is not the whole");
    sys.write("class/powercap/intel-rapl:0/energy_uj", "7000\n");
    assert_eq!(sensors.read().energy, Some(7000), "and nothing was lost meanwhile");
}

#[test]
fn a_processor_without_sensors_says_so() {
    let Err(absent) = CpuSensors::open(FakeSys::new(&[]).0.path()) else { panic!("there is nothing to read") };
    assert!(absent.to_string().contains("virtual machines"), "{absent}");
    // A folder in the place of the file cannot be read, even by root.
    let denied = FakeSys::new(&[
        ("class/powercap/intel-rapl:0/name", "package-0\n"),
        ("class/powercap/intel-rapl:0/energy_uj/x", ""),
    ]);
    let Err(absent) = CpuSensors::open(denied.0.path()) else { panic!("there is nothing that can be read") };
    assert!(absent.to_string().contains("run as root"), "{absent}");
}

#[test]
fn a_card_of_amd_tells_its_hottest_part_and_its_power_by_either_name() {
    let sys = FakeSys::new(&[
        ("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/name", "amdgpu\n"),
        ("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/temp1_input", "54000\n"),
        ("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/temp2_input", "71000\n"),
        ("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/power1_average", "284500000\n"),
        ("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/fan1_input", "1480\n"),
        ("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/freq1_input", "2380000000\n"),
    ]);
    let mut sensors = CardSensors::open(sys.0.path(), "0000:03:00.0").unwrap();
    let expected = Reading {
        temperature: Some(71.0),
        power: Some(284.5),
        fan: Some(Fan::Rpm(1480)),
        clock: Some(2380),
        ..Reading::default()
    };
    assert_eq!((sensors.source(), sensors.boundary()), ("amdgpu", Boundary::Board));
    assert_eq!(sensors.read(), expected);

    sys.remove("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/power1_average");
    sys.write("bus/pci/devices/0000:03:00.0/hwmon/hwmon4/power1_input", "90000000\n");
    assert_eq!(sensors.read().power, Some(90.0));
}

#[test]
fn a_card_of_intel_counts_energy_and_one_without_a_driver_is_named() {
    let sys = FakeSys::new(&[
        ("bus/pci/devices/0000:00:02.0/hwmon/hwmon2/name", "i915\n"),
        ("bus/pci/devices/0000:00:02.0/hwmon/hwmon2/energy1_input", "5000000\n"),
        ("bus/pci/devices/0000:01:00.0/vendor", "0x10de\n"),
    ]);
    let mut sensors = CardSensors::open(sys.0.path(), "0000:00:02.0").unwrap();
    sys.write("bus/pci/devices/0000:00:02.0/hwmon/hwmon2/energy1_input", "6500000\n");
    assert_eq!(sensors.read().energy, Some(1_500_000));
    sys.write("bus/pci/devices/0000:00:02.0/hwmon/hwmon2/energy1_input", "20\n");
    assert_eq!(sensors.read().energy, Some(1_500_020), "the driver was loaded anew");

    let Err(absent) = CardSensors::open(sys.0.path(), "0000:01:00.0") else { panic!("it has no hwmon") };
    assert_eq!(absent.to_string(), "0000:01:00.0 cannot be read: its driver shows no sensors");
    assert!(is_nvidia(sys.0.path(), "0000:01:00.0") && !is_nvidia(sys.0.path(), "0000:00:02.0"));
}
