//! A pseudo-terminal that stands for a serial port.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, fcntl_setfl, open};
use rustix::io::Errno;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// The rate of a port that nobody has set.
const USUAL_BAUD: u32 = 115_200;

/// Why there is no port.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// The system gives no pseudo-terminal.
    #[error("the system gives no pseudo-terminal: check that /dev/pts is mounted and not full")]
    Open(#[source] io::Error),
    /// The link cannot be made.
    #[error("cannot make the link {path}: check that its folder may be written")]
    Link {
        /// Where it was to be.
        path: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// Something else stands where the link is to be.
    #[error("{0} is there and is no link: remove it, or name another place")]
    Occupied(String),
    /// It stopped working.
    #[error("the pseudo-terminal broke")]
    Broken(#[source] io::Error),
}

/// Our end of a pseudo-terminal, and a link to the other.
#[derive(Debug)]
pub(crate) struct Port {
    master: OwnedFd,
    /// While nobody has the other end open, ours would only fail.
    _slave: OwnedFd,
    path: PathBuf,
    link: Option<PathBuf>,
}

impl Port {
    pub(crate) fn open(link: Option<&Path>) -> Result<Self, PortError> {
        let (master, slave, path) = pair().map_err(|errno| PortError::Open(errno.into()))?;
        if let Some(link) = link {
            point(link, &path)?;
        }
        Ok(Self { master, _slave: slave, path, link: link.map(Path::to_owned) })
    }

    /// What a host opens: the link where there is one.
    pub(crate) fn path(&self) -> &Path {
        self.link.as_ref().unwrap_or(&self.path)
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    /// The rate that the host has set.
    pub(crate) fn baud(&self) -> Result<u32, PortError> {
        tcgetattr(&self.master).map(|settings| settings.output_speed()).map_err(|errno| PortError::Broken(errno.into()))
    }

    /// What the host has written, none where that is nothing.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> Result<usize, PortError> {
        or_nothing(rustix::io::read(&self.master, buffer))
    }

    /// Writes as much as the system takes.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<usize, PortError> {
        or_nothing(rustix::io::write(&self.master, bytes))
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if let Some(link) = &self.link
            && fs::read_link(link).is_ok_and(|to| to == self.path)
        {
            // A link that stays behind leads nowhere, and the next emulator replaces it.
            let _ = fs::remove_file(link);
        }
    }
}

fn pair() -> rustix::io::Result<(OwnedFd, OwnedFd, PathBuf)> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let slave = open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
    // A new one echoes and waits for lines.
    let mut settings = tcgetattr(&slave)?;
    settings.make_raw();
    settings.set_speed(USUAL_BAUD)?;
    tcsetattr(&slave, OptionalActions::Now, &settings)?;
    fcntl_setfl(&master, OFlags::NONBLOCK)?;
    let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes())).to_owned();
    Ok((master, slave, path))
}

/// Makes the link in one step, in the place of one that is there.
fn point(link: &Path, to: &Path) -> Result<(), PortError> {
    let failed = |source| PortError::Link { path: link.display().to_string(), source };
    match fs::symlink_metadata(link) {
        Ok(there) if !there.is_symlink() => return Err(PortError::Occupied(link.display().to_string())),
        _ => {}
    }
    let mut new = link.as_os_str().to_owned();
    new.push(format!(".{}", std::process::id()));
    let new = PathBuf::from(new);
    symlink(to, &new).map_err(failed)?;
    fs::rename(&new, link).map_err(|source| {
        let _ = fs::remove_file(&new);
        failed(source)
    })
}

fn or_nothing(result: rustix::io::Result<usize>) -> Result<usize, PortError> {
    match result {
        Ok(count) => Ok(count),
        Err(Errno::AGAIN | Errno::INTR) => Ok(0),
        Err(errno) => Err(PortError::Broken(errno.into())),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn bytes_pass_unchanged_in_both_directions_and_the_rate_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("board");
        let port = Port::open(Some(&link)).unwrap();
        assert_eq!((port.path(), port.baud().unwrap()), (&*link, USUAL_BAUD));
        let mut host = fs::OpenOptions::new().read(true).write(true).open(&link).unwrap();
        // What a terminal would change: line ends, interrupts, the end of a file.
        let odd = [0x0a, 0x0d, 0x03, 0x04, 0x11, 0x13, 0x55, 0xaa, 0xff];
        host.write_all(&odd).unwrap();
        let mut heard = [0; 32];
        assert_eq!(port.read(&mut heard).unwrap(), odd.len());
        assert_eq!(heard[..odd.len()], odd);
        assert_eq!(port.write(&odd).unwrap(), odd.len());
        let mut said = [0; 9];
        host.read_exact(&mut said).unwrap();
        assert_eq!(said, odd);
        let mut settings = tcgetattr(&host).unwrap();
        settings.set_speed(3_125_000).unwrap();
        tcsetattr(&host, OptionalActions::Now, &settings).unwrap();
        assert_eq!(port.baud().unwrap(), 3_125_000);
    }

    #[test]
    fn a_link_is_replaced_and_removed_and_a_file_is_neither() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("board");
        symlink("/nowhere", &link).unwrap();
        let port = Port::open(Some(&link)).unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), port.path);
        drop(port);
        assert!(fs::symlink_metadata(&link).is_err());
        fs::write(&link, "a file").unwrap();
        assert!(matches!(Port::open(Some(&link)), Err(PortError::Occupied(_))));
        assert!(matches!(Port::open(Some(&folder.path().join("no/board"))), Err(PortError::Link { .. })));
    }

    #[test]
    fn nothing_to_read_is_nothing_and_no_wait() {
        let port = Port::open(None).unwrap();
        assert_eq!(port.read(&mut [0; 8]).unwrap(), 0);
    }
}
