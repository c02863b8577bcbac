//! Files that ought to be small, whatever path the user gave: a device without an end must not fill the memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Far more than any configuration or password.
const LONGEST: u64 = 1 << 20;

/// Reads a text of at most 1 MiB.
///
/// # Errors
/// When it cannot be read, is no UTF-8, or is longer.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    if File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)? as u64 > LONGEST {
        return Err(io::Error::other("it is longer than 1 MiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_an_end_is_refused() {
        assert!(read(Path::new("/dev/zero")).unwrap_err().to_string().contains("longer than 1 MiB"));
        assert_eq!(read(Path::new("/dev/null")).unwrap(), "");
    }
}
