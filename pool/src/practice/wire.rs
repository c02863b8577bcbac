//! Reading the bytes of blocks and transactions, bounded by what is there.

use hashkit_chain::Hash;

/// Why bytes are not a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end inside a field.
    #[error("the bytes end inside a field")]
    Truncated,
    /// A count is not in its shortest form, or above what any message holds.
    #[error("a count is not in its shortest form or above 32 MiB")]
    Count,
    /// A transaction marked as having a witness has none, or carries a flag that no rule explains.
    #[error("a transaction carries an empty witness or an unknown flag")]
    Witness,
}

/// The largest count or length that Bitcoin Core reads (`MAX_SIZE` in its `serialize.h`).
const MAX_COUNT: u64 = 0x0200_0000;

/// A cursor over bytes that somebody else wrote.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The bytes from `start` up to here.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.checked_add(count).ok_or(DecodeError::Truncated)?;
        let taken = self.bytes.get(self.at..end).ok_or(DecodeError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn i64(&mut self) -> Result<i64, DecodeError> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub(super) fn hash(&mut self) -> Result<Hash, DecodeError> {
        Ok(Hash::from_internal(self.array()?))
    }

    /// A compact size in its shortest form.
    pub(super) fn count(&mut self) -> Result<usize, DecodeError> {
        let (value, least) = match self.byte()? {
            0xfd => (u64::from(u16::from_le_bytes(self.array()?)), 0xfd),
            0xfe => (u64::from(u32::from_le_bytes(self.array()?)), 0x1_0000),
            0xff => (u64::from_le_bytes(self.array()?), 0x1_0000_0000),
            small => (u64::from(small), 0),
        };
        if value < least || value > MAX_COUNT {
            return Err(DecodeError::Count);
        }
        usize::try_from(value).map_err(|_| DecodeError::Count)
    }

    /// Bytes after their count.
    pub(super) fn counted(&mut self) -> Result<&'a [u8], DecodeError> {
        let count = self.count()?;
        self.take(count)
    }
}

/// Appends `count` as a compact size.
pub(super) fn push_count(bytes: &mut Vec<u8>, count: usize) {
    match count {
        0..=0xfc => bytes.push(count.to_le_bytes()[0]),
        0xfd..=0xffff => {
            bytes.push(0xfd);
            bytes.extend_from_slice(&count.to_le_bytes()[..2]);
        }
        _ => {
            bytes.push(0xfe);
            bytes.extend_from_slice(&count.to_le_bytes()[..4]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_one_form() {
        for (case, bytes, expected) in [
            ("nothing", &[][..], Err(DecodeError::Truncated)),
            ("one byte", &[0xfc], Ok(0xfc)),
            ("three bytes", &[0xfd, 0xfd, 0], Ok(0xfd)),
            ("three bytes for what fits one", &[0xfd, 0xfc, 0], Err(DecodeError::Count)),
            ("five bytes", &[0xfe, 0, 0, 1, 0], Ok(0x1_0000)),
            ("five bytes for what fits three", &[0xfe, 0xff, 0xff, 0, 0], Err(DecodeError::Count)),
            ("more than any message holds", &[0xfe, 1, 0, 0, 2], Err(DecodeError::Count)),
            ("nine bytes for what fits five", &[0xff, 1, 0, 0, 1, 0, 0, 0, 0], Err(DecodeError::Count)),
            ("cut in the middle", &[0xfd, 1], Err(DecodeError::Truncated)),
        ] {
            assert_eq!(Reader::new(bytes).count(), expected, "{case}");
        }
        for count in [0, 0xfc, 0xfd, 0xffff, 0x1_0000, 0x0200_0000] {
            let mut bytes = Vec::new();
            push_count(&mut bytes, count);
            assert_eq!(Reader::new(&bytes).count(), Ok(count));
        }
    }
}
