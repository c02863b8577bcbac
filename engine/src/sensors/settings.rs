//! How a card is set up, as far as that changes its speed: firmware, the power it may draw, clocks that somebody holds.

use std::fs;
use std::path::Path;

use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::Clock;

use super::SYS;

/// What a card's driver tells of how it is set up. `None` is not told.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CardSettings {
    /// The version of its firmware.
    pub vbios: Option<String>,
    /// How much it may draw, in watts.
    pub power_limit: Option<f64>,
    /// How its clocks are held, in words; also `None` where they are left to it.
    pub clocks: Option<String>,
}

/// How the card at this PCI address, as `0000:03:00.0`, is set up.
#[must_use]
pub fn settings_of_card(pci_address: &str) -> CardSettings {
    of_nvidia(pci_address).unwrap_or_else(|| of_sysfs(Path::new(SYS), pci_address))
}

fn of_nvidia(pci_address: &str) -> Option<CardSettings> {
    let nvml = Nvml::init().ok()?;
    let card = nvml.device_by_pci_bus_id(pci_address).ok()?;
    let (set, by_default) = (card.applications_clock(Clock::SM).ok(), card.default_applications_clock(Clock::SM).ok());
    // Clocks that were locked in another way can be set and not be asked for.
    let clocks = set.filter(|set| by_default.is_some_and(|default| *set != default));
    Some(CardSettings {
        vbios: card.vbios_version().ok(),
        power_limit: card.enforced_power_limit().ok().map(|milliwatts| f64::from(milliwatts) / 1000.0),
        clocks: clocks.map(|megahertz| format!("application clock {megahertz} MHz")),
    })
}

/// What drivers of AMD and Intel show as files.
fn of_sysfs(sys: &Path, pci_address: &str) -> CardSettings {
    let card = sys.join("bus/pci/devices").join(pci_address);
    let text = |path: &Path| Some(fs::read_to_string(path).ok()?.trim().to_owned());
    let below = |folder: &str, file: &str| {
        let mut folders = fs::read_dir(card.join(folder)).into_iter().flatten().flatten();
        folders.find_map(|folder| text(&folder.path().join(file)))
    };
    let level = text(&card.join("power_dpm_force_performance_level")).filter(|level| level != "auto");
    let of_amd = level.map(|level| format!("performance level {level}"));
    let megahertz = |file: &str| below("drm", file)?.parse::<u32>().ok();
    let (least, most) = (megahertz("gt_min_freq_mhz"), megahertz("gt_max_freq_mhz"));
    let of_intel = least.filter(|least| most == Some(*least)).map(|clock| format!("locked at {clock} MHz"));
    CardSettings {
        vbios: text(&card.join("vbios_version")),
        power_limit: below("hwmon", "power1_cap").and_then(|cap| Some(cap.parse::<f64>().ok()? / 1e6)),
        clocks: of_amd.or(of_intel),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drivers_show_of_a_cards_settings_is_read_and_the_rest_is_absent() {
        let sys = tempfile::tempdir().expect("there is room");
        let card = |address: &str, files: &[(&str, &str)]| {
            for (file, text) in files {
                let path = sys.path().join("bus/pci/devices").join(address).join(file);
                fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("there is room");
                fs::write(path, text).expect("there is room");
            }
            of_sysfs(sys.path(), address)
        };
        let amd = [
            ("vbios_version", "113-ABC\n"),
            ("hwmon/hwmon3/power1_cap", "220000000\n"),
            ("power_dpm_force_performance_level", "manual\n"),
        ];
        let told = CardSettings {
            vbios: Some("113-ABC".to_owned()),
            power_limit: Some(220.0),
            clocks: Some("performance level manual".to_owned()),
        };
        assert_eq!(card("amd", &amd), told);
        assert_eq!(card("free", &[("power_dpm_force_performance_level", "auto\n")]), CardSettings::default());
        let intel = [("drm/card0/gt_min_freq_mhz", "1300\n"), ("drm/card0/gt_max_freq_mhz", "1300\n")];
        assert_eq!(card("intel", &intel).clocks.as_deref(), Some("locked at 1300 MHz"));
        assert_eq!(card("none", &[]), CardSettings::default());
        assert_eq!(settings_of_card("ffff:ff:1f.7"), CardSettings::default(), "no machine has a card there");
    }
}
