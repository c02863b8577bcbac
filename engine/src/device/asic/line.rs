//! The serial port of a device: opened for this program alone, found again after it was unplugged.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hashkit_asic_driver::{FIRST_BAUD, Silicon};
use serialport::{ClearBuffer, SerialPort, SerialPortType, UsbPortInfo, available_ports};

#[cfg(unix)]
type Port = serialport::TTYPort;
#[cfg(windows)]
type Port = serialport::COMPort;

/// An open port.
pub struct Line {
    path: PathBuf,
    port: Port,
    silicon: Silicon,
    identity: Option<Identity>,
    buffer: Vec<u8>,
}

/// By what a board is known again, whatever name its port has then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    serial_number: String,
    interface: Option<u8>,
}

/// A serial port of this machine.
#[derive(Debug, Clone)]
pub struct SerialPortFound {
    /// Its path.
    pub path: String,
    /// What USB says of it: maker, product and serial number, as far as told.
    pub usb: Option<String>,
    /// What such a product often is, by its USB ids; many other things have the same.
    pub may_be: Option<&'static str>,
}

/// Why a port cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// There is nothing.
    #[error("there is no port {path}: plug the board in, or look for its port with hashkit devices")]
    Missing {
        /// The port.
        path: String,
    },
    /// Access is refused.
    #[error("may not open {path}: add your user to the group that owns it (often dialout), then log in again")]
    Denied {
        /// The port.
        path: String,
    },
    /// Somebody else has it.
    #[error("{path} is in use: end the program that has it open")]
    Busy {
        /// The port.
        path: String,
    },
    /// It cannot be opened or set.
    #[error("{path} cannot be used as a serial port ({why}): name the port of the chips' line")]
    Unusable {
        /// The port.
        path: String,
        /// What the system says.
        why: String,
    },
    /// It went away.
    #[error("{path} is gone ({why}): it is opened again when it is plugged in")]
    Gone {
        /// The port.
        path: String,
        /// What the system says.
        why: String,
    },
}

/// A frame leaves within milliseconds; a line that takes nothing for so long is stuck.
const SEND: Duration = Duration::from_secs(1);

impl Line {
    /// Opens the port at `path`, or wherever the one that was known by `identity` is now.
    pub(super) fn open(path: &Path, identity: Option<&Identity>) -> Result<Self, LineError> {
        let path = identity.and_then(path_of).unwrap_or_else(|| path.to_owned());
        let text = path.to_string_lossy().into_owned();
        // Opened for this program alone: two on one line would ruin each other's frames.
        let port = serialport::new(&*text, FIRST_BAUD)
            .timeout(SEND)
            .open_native()
            .map_err(|error| open_error(&error, &text))?;
        let _ = port.clear(ClearBuffer::All);
        let (identity, silicon) = (identity_of(&target_of(&path)), silicon_at(&path));
        Ok(Self { path, port, silicon, identity, buffer: vec![0; 4096] })
    }

    pub(super) fn silicon(&self) -> Silicon {
        self.silicon
    }

    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The serial number of the board, where USB tells one.
    pub(super) fn serial_number(&self) -> Option<&str> {
        Some(&self.identity.as_ref()?.serial_number)
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.port.set_timeout(SEND).map_err(|error| self.gone(&error))?;
        self.port.write_all(bytes).map_err(|error| self.gone(&error))
    }

    /// What comes within `wait`, which may be nothing.
    pub(super) fn listen(&mut self, wait: Duration) -> Result<Vec<u8>, LineError> {
        // Whole milliseconds count, and none at all would mean for ever on some systems.
        self.port.set_timeout(wait.max(Duration::from_millis(1))).map_err(|error| self.gone(&error))?;
        match self.port.read(&mut self.buffer) {
            Ok(0) => Err(self.gone(&"the other end is closed")),
            Ok(count) => Ok(self.buffer[..count].to_vec()),
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => Ok(Vec::new()),
            Err(error) => Err(self.gone(&error)),
        }
    }

    /// What has come by now.
    pub(super) fn heard(&mut self) -> Result<Vec<u8>, LineError> {
        match self.port.bytes_to_read() {
            Ok(0) => Ok(Vec::new()),
            Ok(_) => self.listen(Duration::ZERO),
            Err(error) => Err(self.gone(&error)),
        }
    }

    /// Waits until all bytes have left, changes the rate, and forgets what came at the old one.
    pub(super) fn set_baud(&mut self, baud: u32) -> Result<(), LineError> {
        self.drain()?;
        self.port.set_baud_rate(baud).map_err(|error| self.gone(&error))?;
        self.port.clear(ClearBuffer::Input).map_err(|error| self.gone(&error))
    }

    pub(super) fn drain(&mut self) -> Result<(), LineError> {
        self.port.flush().map_err(|error| self.gone(&error))
    }

    fn gone(&self, why: &dyn std::fmt::Display) -> LineError {
        LineError::Gone { path: self.path.display().to_string(), why: why.to_string() }
    }
}

impl Drop for Line {
    /// Where somebody else holds the port open too, as an emulator does its own, it would stay closed to all others.
    fn drop(&mut self) {
        #[cfg(unix)]
        let _ = self.port.set_exclusive(false);
    }
}

/// What a link stands for.
fn target_of(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// What answers there: no board is on a pseudo-terminal.
pub(super) fn silicon_at(path: &Path) -> Silicon {
    if target_of(path).starts_with("/dev/pts") { Silicon::Emulated } else { Silicon::Real }
}

fn open_error(error: &serialport::Error, path: &str) -> LineError {
    let path = path.to_owned();
    match error.kind() {
        serialport::ErrorKind::NoDevice => match fs::metadata(&path).map_err(|error| error.kind()) {
            // The system says so of a port that somebody has opened for himself alone, too.
            Ok(_) => LineError::Busy { path },
            Err(ErrorKind::PermissionDenied) => LineError::Denied { path },
            Err(_) => LineError::Missing { path },
        },
        serialport::ErrorKind::Io(ErrorKind::NotFound) => LineError::Missing { path },
        serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => LineError::Denied { path },
        serialport::ErrorKind::Io(ErrorKind::ResourceBusy) => LineError::Busy { path },
        _ => LineError::Unusable { path, why: error.to_string() },
    }
}

fn usb_ports() -> impl Iterator<Item = (String, UsbPortInfo)> {
    let usb = |port: serialport::SerialPortInfo| match port.port_type {
        SerialPortType::UsbPort(usb) => Some((port.port_name, usb)),
        _ => None,
    };
    available_ports().unwrap_or_default().into_iter().filter_map(usb)
}

fn identity_of(path: &Path) -> Option<Identity> {
    let (_, usb) = usb_ports().find(|(name, _)| Path::new(name) == path)?;
    usb.serial_number.map(|serial_number| Identity { serial_number, interface: usb.interface })
}

fn path_of(identity: &Identity) -> Option<PathBuf> {
    let is_it = |usb: &UsbPortInfo| {
        usb.serial_number.as_deref() == Some(&*identity.serial_number) && usb.interface == identity.interface
    };
    usb_ports().find(|(_, usb)| is_it(usb)).map(|(name, _)| name.into())
}

/// Where the control channel of the board is whose chips' line this is: the first port of the same firmware. `None` where USB
/// says nothing of such a firmware.
///
/// # Errors
/// [`LineError::Unusable`] where this is the control channel itself, or there is none.
pub(super) fn control_port_of(line: &Line) -> Result<Option<PathBuf>, LineError> {
    let path = target_of(&line.path);
    control_port(&path, &usb_ports().collect::<Vec<_>>())
}

fn control_port(path: &Path, ports: &[(String, UsbPortInfo)]) -> Result<Option<PathBuf>, LineError> {
    let Some((_, own)) = ports.iter().find(|(name, usb)| Path::new(name) == path && has_control(usb)) else {
        return Ok(None);
    };
    let unusable = |why: &str| LineError::Unusable { path: path.display().to_string(), why: why.to_owned() };
    let of_board = ports.iter().filter(|(_, usb)| usb.serial_number == own.serial_number && has_control(usb));
    let (first, usb) = of_board.min_by_key(|(_, usb)| usb.interface).ok_or_else(|| unusable("no port"))?;
    if usb.interface == own.interface {
        return Err(unusable(
            "it is a board's control channel, or the only port of one: its second port is the chips' line",
        ));
    }
    Ok(Some(first.into()))
}

/// Whether this is a port of a firmware with a control channel, by maker and product: its USB ids are shared.
fn has_control(usb: &UsbPortInfo) -> bool {
    match (usb.manufacturer.as_deref(), usb.product.as_deref()) {
        (Some("OSMU"), Some("Bitaxe")) | (Some("256F"), Some("EmberOne00")) => true,
        (_, product) => product == Some("Bitaxe Gamma RHAP-D"),
    }
}

/// The serial ports of this machine that are on USB. Nothing is written to any of them.
#[must_use]
pub fn serial_ports() -> Vec<SerialPortFound> {
    let found = usb_ports().map(|(path, usb)| {
        let told = [&usb.manufacturer, &usb.product, &usb.serial_number].into_iter().flatten();
        let told: Vec<&str> = told.map(String::as_str).collect();
        let may_be = KNOWN.iter().find(|(vid, pid, _)| (*vid, *pid) == (usb.vid, usb.pid)).map(|(.., what)| *what);
        SerialPortFound { path, usb: (!told.is_empty()).then(|| told.join(" ")), may_be }
    });
    found.collect()
}

/// USB ids of boards; many adapters share those of the bridges on them.
const KNOWN: [(u16, u16, &str); 10] = [
    (
        0xc0de,
        0xcafe,
        "a Bitaxe with open control firmware: its first port controls the board, its second is the chips' line",
    ),
    (
        0x1209,
        0x6102,
        "a Bitaxe Gamma with RHAP-D firmware: its first port controls the board, its second is the chips' line",
    ),
    (0x0403, 0x6015, "a GekkoScience NewPac or R606 (bm1387), or Compac F or R909 (bm1397)"),
    (0x10c4, 0xea60, "a Block Erupter (block-erupter), an Antminer U1 or U2, or any other CP210x"),
    (0x10c4, 0xea70, "a GekkoScience Compac or Terminus A1 (bm1362) or A2 (bm1370)"),
    (0x067b, 0x2303, "an Icarus (icarus), or any other PL2303"),
    (0x0403, 0x6001, "a Lancelot (lancelot), or any other FT232"),
    (0x0403, 0x6014, "a Cairnsmore1 (cairnsmore1), or any other FT232H"),
    (0x0403, 0x8350, "a Cairnsmore1 with four ports (cairnsmore1)"),
    (0x1fc9, 0x0083, "an Avalon Nano (icarus)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_channel_of_a_board_is_its_first_port_and_never_taken_for_the_chips_line() {
        let port = |name: &str, product: &str, serial: &str, interface| {
            let usb = UsbPortInfo {
                vid: 0xc0de,
                pid: 0xcafe,
                serial_number: Some(serial.to_owned()),
                manufacturer: Some("OSMU".to_owned()),
                product: Some(product.to_owned()),
                interface: Some(interface),
            };
            (name.to_owned(), usb)
        };
        let ports = [
            port("/dev/ttyACM3", "Bitaxe", "B", 0),
            port("/dev/ttyACM1", "Bitaxe", "A", 2),
            port("/dev/ttyACM0", "Bitaxe", "A", 0),
            port("/dev/ttyACM2", "Bitaxe", "B", 2),
            port("/dev/ttyACM4", "Modem", "C", 0),
        ];
        let found = |path: &str| control_port(Path::new(path), &ports).map_err(|error| error.to_string());
        assert_eq!(found("/dev/ttyACM1"), Ok(Some("/dev/ttyACM0".into())));
        assert_eq!(found("/dev/ttyACM2"), Ok(Some("/dev/ttyACM3".into())));
        assert_eq!((found("/dev/ttyACM4"), found("/dev/pts/1")), (Ok(None), Ok(None)));
        assert!(found("/dev/ttyACM0").is_err_and(|words| words.contains("second port is the chips' line")));
    }
}
