//! Whether a card draws a screen, which long batches would make stutter.

use std::fs;
use std::path::Path;

/// Whether a screen is connected to the card at this PCI address, by what Linux tells below `sysfs`. Where it tells nothing of
/// the card, there is none on Linux, and there may be one elsewhere.
pub(in crate::device) fn has_display(sysfs: &Path, pci_address: &str) -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let of_card = sysfs.join("bus/pci/devices").join(pci_address).join("drm");
    // Below the card's `card0` lie its plugs, as `card0-HDMI-A-1`.
    let plugs = entries(&of_card).flat_map(|card| entries(&card.path()));
    let mut states = plugs.filter_map(|plug| fs::read_to_string(plug.path().join("status")).ok());
    !pci_address.is_empty() && states.any(|state| state.trim() == "connected")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_card_draws_a_screen_where_a_plug_is_connected() {
        let sysfs = tempfile::tempdir().expect("there is room");
        for (address, plug, state) in
            [("0000:01:00.0", "card0-HDMI-A-1", "connected\n"), ("0000:02:00.0", "card1-DP-1", "disconnected\n")]
        {
            let card = plug.split('-').next().expect("it has a card");
            let folder = sysfs.path().join("bus/pci/devices").join(address).join("drm").join(card).join(plug);
            fs::create_dir_all(&folder).expect("there is room");
            fs::write(folder.join("status"), state).expect("there is room");
        }
        for (address, draws) in [("0000:01:00.0", true), ("0000:02:00.0", false), ("0000:03:00.0", false), ("", false)]
        {
            assert_eq!(has_display(sysfs.path(), address), draws, "{address:?}");
        }
    }
}
