//! Writes the seed corpus from the golden vectors: `cargo run --example seeds`, from this folder. The files are committed.

use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> std::io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = here.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    for entry in fs::read_dir(here.join("../../tests/vectors/templates"))? {
        let path = entry?.path();
        let (Some("json"), Some(name)) =
            (path.extension().and_then(|end| end.to_str()), path.file_stem().and_then(|name| name.to_str()))
        else {
            continue;
        };
        let vector: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        write("template", name, vector["template"].to_string().as_bytes())?;
        for (number, payout) in vector["inputs"]["payouts"].as_array().into_iter().flatten().enumerate() {
            if let Some(address) = payout["address"].as_str() {
                write("address", &format!("{name}-{number}"), address.as_bytes())?;
            }
        }
    }
    write("template", "smallest", SMALLEST.as_bytes())?;
    write("address", "genesis", b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
}

/// Every field that a template needs, and the odd ones that some nodes add.
const SMALLEST: &str = r#"{"version":4,"previousblockhash":"0000000000000000000000000000000000000000000000000000000000000000","transactions":[],"coinbasevalue":50,"bits":"207fffff","curtime":1000,"height":432,"coinbaseaux":{"flags":"6d"},"maxtime":1060,"expires":1030,"vbrequired":8192,"weightlimit":null}"#;
