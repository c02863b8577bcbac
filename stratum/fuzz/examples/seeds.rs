//! Writes the seed corpus from the golden vectors: `cargo run --example seeds`, from this folder. The files are committed.

use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> std::io::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = here.join("../../tests/vectors");
    let read =
        |name: &str| -> std::io::Result<Value> { Ok(serde_json::from_str(&fs::read_to_string(vectors.join(name))?)?) };
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = here.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    // The first byte steers a target: how long the chunks are, and more.
    let with_byte = |text: &str, byte: u8| [&[byte], text.as_bytes()].concat();

    for entry in read("stratum-v1-quirks.json")?["entries"].as_array().into_iter().flatten() {
        let (Some(id), Some(line)) = (entry["id"].as_str(), entry["line"].as_str()) else { continue };
        let line = format!("{line}\n");
        write("message_round_trip", id, line.trim_end().as_bytes())?;
        if entry["direction"] == "server->client" {
            write("client_receive", id, &with_byte(&line, 0xfd))?;
        } else {
            write("session_receive", id, &with_byte(&(login() + &line), 0xff))?;
        }
    }
    for (server, recording) in read("stratum-v1-transcripts.json")?["recordings"].as_object().into_iter().flatten() {
        let said = |direction: &str| -> String {
            let events = recording["events"].as_array().into_iter().flatten();
            let lines = events.filter(|event| event["dir"] == direction).filter_map(|event| event["line"].as_str());
            lines.map(|line| format!("{line}\n")).collect()
        };
        write("client_receive", server, &with_byte(&said("s2c"), 0xfc))?;
        write("session_receive", server, &with_byte(&said("c2s"), 0xff))?;
        write("line_cutter", server, &with_byte(&said("c2s").chars().take(600).collect::<String>(), 7))?;
    }
    for (name, text) in [("blank", "\r\n\n  \n{}\n\0\n"), ("bom", "\u{feff}{}\n"), ("limit", &"x".repeat(65))] {
        write("line_cutter", name, &with_byte(text, 3))?;
    }
    Ok(())
}

fn login() -> String {
    concat!(
        "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n",
        "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"u\",\"x\"]}\n",
    )
    .to_owned()
}
