//! Patterns that choose devices: `--device`.

use std::fmt;
use std::str::FromStr;

/// A pattern over device ids, part by part between colons: `cpu`, `cpu:0`, `cpu:*`, `cpu:avx512`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DevicePattern(String);

/// A text that can match no device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no device pattern: write an id of `hashkit devices` or the beginning of one, as in cpu, cpu:0, cpu:avx512"
)]
pub(crate) struct PatternError(String);

impl DevicePattern {
    /// Whether it matches the device with this id, or its kernel's last name in the place of the number (`cpu:avx512`). A
    /// pattern with fewer parts than the id matches by its beginning; `*` stands for any run of characters in a part.
    pub(crate) fn matches(&self, id: &str, kernel: &str) -> bool {
        let kind = id.split(':').next().unwrap_or(id);
        self.matches_id(id) || self.matches_kernel(kind, kernel)
    }

    /// Whether it matches a kernel's last name in the place of a device's number.
    pub(crate) fn matches_kernel(&self, kind: &str, kernel: &str) -> bool {
        self.matches_id(&format!("{kind}:{}", kernel.rsplit('/').next().unwrap_or(kernel)))
    }

    /// Whether it may match devices of this kind, `cpu` or `gpu`.
    pub(crate) fn may_match_kind(&self, kind: &str) -> bool {
        is_like(self.0.split(':').next().unwrap_or_default(), kind)
    }

    /// Whether it is this id, whole.
    pub(crate) fn is_id(&self, id: &str) -> bool {
        self.0 == id
    }

    /// Whether it matches the device with this id.
    pub(crate) fn matches_id(&self, id: &str) -> bool {
        let mut parts = id.split(':');
        self.0.split(':').all(|pattern| parts.next().is_some_and(|part| is_like(pattern, part)))
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any run of characters.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((before, behind)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| is_like(behind, &rest[at..]))
}

impl FromStr for DevicePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        // More than a few stars would make the search long, and mean nothing.
        let is_plain = text.split(':').all(|part| !part.is_empty()) && text.matches('*').count() <= 4;
        let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '*' | '-' | '_' | '.' | '/');
        if !is_plain || !text.chars().all(is_known) {
            return Err(PatternError(text.to_owned()));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for DevicePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_the_beginning_of_an_id_or_names_a_kernel() {
        for (pattern, id, kernel, matches) in [
            ("cpu", "cpu:0", "sha256d/avx512", true),
            ("CPU", "cpu:0", "sha256d/avx512", true),
            ("cpu:0", "cpu:0", "sha256d/avx512", true),
            ("cpu:0", "cpu:01", "sha256d/avx512", false),
            ("cpu:1*", "cpu:12", "sha256d/avx512", true),
            ("cpu:*", "cpu:12", "sha256d/avx512", true),
            ("*", "cpu:12", "sha256d/avx512", true),
            ("cpu:avx512", "cpu:3", "sha256d/avx512", true),
            ("cpu:avx*", "cpu:3", "sha256d/avx2", true),
            ("cpu:avx2", "cpu:3", "sha256d/avx512", false),
            ("gpu", "cpu:3", "sha256d/avx512", false),
            ("cpu:0:1", "cpu:0", "sha256d/avx512", false),
            ("gpu:vulkan:*", "gpu:vulkan:0", "sha256d/wgpu", true),
        ] {
            let parsed: DevicePattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(id, kernel), matches, "{pattern} on {id} with {kernel}");
        }
    }

    #[test]
    fn a_text_that_can_match_nothing_is_refused() {
        for text in ["", ":", "cpu:", ":0", "cpu 0", "*****", "cpü"] {
            assert!(text.parse::<DevicePattern>().is_err(), "{text:?}");
        }
    }
}
