//! Writes the seed corpus from the golden vectors: `cargo run --example seeds`, from this folder. The files are committed.

use std::fs;
use std::path::Path;

use hashkit_chain::hex;
use serde_json::Value;

fn main() -> std::io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors: Value = serde_json::from_str(&fs::read_to_string(here.join("../../tests/vectors/bm13xx.json"))?)?;
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = here.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    let rows = |key: &str| vectors[key].as_array().cloned().unwrap_or_default();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap_or_default()).unwrap_or_default();
    let joined = |values: &mut dyn Iterator<Item = Value>| values.flat_map(|value| bytes(&value)).collect::<Vec<u8>>();

    // The first byte says how long replies are, and how long the pieces.
    let with_byte = |byte: u8, stream: Vec<u8>| [vec![byte], stream].concat();
    for row in rows("resync_streams") {
        write("reply_reader", row["id"].as_str().unwrap_or("stream"), &with_byte(0x0e, bytes(&row["bytes"])))?;
    }
    let early = joined(&mut rows("bm1387_responses_crc_only").into_iter());
    write("reply_reader", "bm1387", &with_byte(0x10, early))?;
    let registers = joined(&mut rows("register_responses").into_iter().map(|row| row["rx"].clone()));
    write("reply_reader", "registers", &with_byte(0x2a, registers))?;
    let mixed = joined(&mut rows("response_frames_crc_only").into_iter().map(|row| row["rx"].clone()));
    write("reply_reader", "both-lengths", &with_byte(0x17, mixed))?;
    for (number, job) in rows("full_header_jobs").iter().enumerate().step_by(13) {
        let nonces = joined(&mut job["nonces"].as_array().into_iter().flatten().map(|nonce| nonce["rx"].clone()));
        write("reply_reader", &format!("nonces-{number}"), &with_byte(0x2e, nonces.clone()))?;
        write("nonce_parts", &format!("nonces-{number}"), &nonces[2..])?;
        // Read as a choice of driver and some times with what is said then: any bytes will do to begin with.
        write("drivers", &format!("nonces-{number}"), &nonces)?;
    }
    // An answer of each layout to the reading of a pin.
    for (name, bytes) in
        [("data-length", [1, 0, 9, 1, 0]), ("status", [5, 0, 9, 0, 1]), ("whole-length", [4, 0, 9, 1, 0])]
    {
        write("control_answers", name, &bytes)?;
    }
    Ok(())
}
