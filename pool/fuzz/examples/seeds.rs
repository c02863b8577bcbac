//! Writes the seed corpus from the golden vectors: `cargo run --example seeds`, from this folder. The files are committed.

use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> std::io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = here.join("../../tests/vectors");
    let corpus = here.join("corpus/practice_block");
    fs::create_dir_all(&corpus)?;
    for name in
        ["btc-regtest-height1", "btc-regtest-five-txs-five-payouts", "btc-signet-optrue-height1", "ltc-regtest-mweb"]
    {
        let recorded: Value =
            serde_json::from_str(&fs::read_to_string(vectors.join(format!("templates/{name}.json")))?)?;
        if let Some(Ok(block)) = recorded["expected"]["block"].as_str().map(hashkit_chain::hex::decode) {
            fs::write(corpus.join(name), block)?;
        }
    }
    Ok(())
}
