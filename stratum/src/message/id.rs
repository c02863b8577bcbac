//! Request ids: any plain JSON value, echoed unchanged.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::wire;

/// The id of a request, kept as the JSON text that it came as: `18446744073709551616` goes back with all its digits.
#[derive(Clone)]
pub struct Id(Box<RawValue>);

impl Id {
    /// The longest that is echoed, in bytes of JSON text.
    pub const MAX_LEN: usize = 128;

    /// The id of notifications.
    #[must_use]
    pub fn null() -> Self {
        Self(wire::raw("null".to_owned()))
    }

    /// A number of our own.
    #[must_use]
    pub fn number(number: u64) -> Self {
        Self(wire::raw(number.to_string()))
    }

    /// A received id; `None` for lists, objects and texts too long to echo.
    pub(crate) fn read(value: &RawValue) -> Option<Self> {
        let text = value.get();
        (!text.starts_with(['[', '{']) && text.len() <= Self::MAX_LEN).then(|| Self(value.to_owned()))
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        wire::is_null(&self.0)
    }

    /// The number that it stands for, written as `4`, `4.0` or `"4"`.
    #[must_use]
    pub fn as_number(&self) -> Option<u64> {
        wire::integer(&self.0).and_then(|number| u64::try_from(number).ok())
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for Id {}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
