//! The checksum of a document over its canonical form.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Document, Integrity};

/// The document with its checksum.
///
/// # Errors
/// Where a number is none: JSON has no infinity.
pub fn seal(document: &Document) -> Result<Document, serde_json::Error> {
    Ok(Document { integrity: Some(integrity(document)?), ..document.clone() })
}

/// Of any document that has a member `integrity`.
pub(crate) fn integrity(document: &impl Serialize) -> Result<Integrity, serde_json::Error> {
    // Through text, because whoever reads the file has only its text: a number may come back as its neighbour.
    let text = serde_json::to_string(document)?;
    Ok(Integrity { sha256: checksum(&serde_json::from_str(&text)?) })
}

/// The checksum of a document, whatever it says its own is.
pub(super) fn checksum(document: &Value) -> String {
    let mut text = String::new();
    let members = document.as_object().into_iter().flatten().filter(|(key, _)| *key != "integrity");
    object(members, &mut text);
    hashkit_chain::hex::encode(&Sha256::digest(text.as_bytes()))
}

fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => object(members.iter(), text),
        Value::Array(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                canonical(value, text);
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn object<'v>(members: impl Iterator<Item = (&'v String, &'v Value)>, text: &mut String) {
    let mut members: Vec<_> = members.collect();
    members.sort_by_key(|(key, _)| *key);
    text.push('{');
    for (at, (key, value)) in members.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(key.as_str()).to_string());
        text.push(':');
        canonical(value, text);
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_follows_the_content_and_not_its_form() {
        let of = |text: &str| checksum(&serde_json::from_str(text).expect("it is JSON"));
        let plain = of(r#"{"a":1,"b":[{"x":2.5,"y":null}]}"#);
        assert_eq!(
            plain,
            of("{ \"b\": [ {\"y\": null, \"x\": 2.50} ],\n \"a\": 1, \"integrity\": {\"sha256\": \"00\"} }")
        );
        assert_ne!(plain, of(r#"{"a":1,"b":[{"x":2.5,"y":0}]}"#));
        // sha256sum of {"a":1}
        assert_eq!(of(r#"{"a":1}"#), "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
    }
}
