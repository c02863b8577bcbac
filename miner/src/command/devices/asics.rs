//! Chips on serial ports, as `hashkit devices` lists them.

use std::io::{self, Write};

use hashkit_engine::device::asic::{AsicSpec, look, serial_ports};
use serde_json::{Value, json};

use super::{detail, shortened};

/// A port, and what is on it.
pub(super) struct Asic {
    id: String,
    name: String,
    is_used: bool,
    reason: String,
}

/// The chips that are named, each looked at now; and the ports on USB that are not, which nothing is written to.
pub(super) fn asics(named: &[AsicSpec]) -> Vec<Asic> {
    let looked_at = named.iter().map(|spec| {
        let model = spec.model().name();
        match look(spec) {
            Ok(seen) => {
                let works = format!("{model} at {} should compute {}", seen.frequency, seen.expected);
                let board = seen.board.map(|reading| format!("its board says {reading}"));
                let reason = [vec![works], board.into_iter().collect(), seen.troubles].concat().join("; ");
                Asic { id: spec.id(), name: format!("{} x {model}", seen.chips), is_used: true, reason }
            }
            Err(error) => Asic { id: spec.id(), name: model.to_owned(), is_used: false, reason: error.to_string() },
        }
    });
    let ports = serial_ports().into_iter();
    let others = ports.filter(|port| named.iter().all(|spec| spec.path().to_string_lossy() != port.path)).map(|port| {
        let may_be = port.may_be.map_or_else(String::new, |what| format!("it may be {what}; "));
        Asic {
            id: format!("asic:{}", port.path.trim_start_matches("/dev/")),
            name: port.usb.unwrap_or_else(|| "serial port".to_owned()),
            is_used: false,
            reason: format!("{may_be}a serial port is used only where --asic {}:MODEL names it", port.path),
        }
    });
    looked_at.chain(others).collect()
}

impl Asic {
    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let used = if self.is_used { "yes" } else { "no" };
        writeln!(out, "{:<18}  {used:<4}  {:<29}  {}", self.id, "-", shortened(&self.name, 23))?;
        detail(out, "why", &self.reason)
    }

    /// The columns up to `is_software`.
    pub(super) fn columns(&self) -> Vec<Value> {
        let mut columns = vec![
            json!(self.id),
            json!("asic"),
            json!(self.name),
            json!("serial"),
            json!("hashkit"),
            json!(self.is_used),
            json!(self.reason),
            json!("sha256d"),
        ];
        columns.resize(17, json!(null));
        columns.push(json!(false));
        columns
    }
}
