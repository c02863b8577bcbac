//! On bcoin, whose regtest begins before segwit and turns to it at height 432.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use hashkit_tests::daemon::{Daemon, free_port};
use hashkit_tests::mining::Mining;
use hashkit_tests::{left_out, peers};
use serde_json::json;

const LIMIT: Duration = Duration::from_mins(5);
const ADDRESS: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/// The same as bcoin spells it: its regtest has a prefix of its own.
const ITS_ADDRESS: &str = "rb1qw508d6qejxtdg4y5r3zarvary0c5xw7k38f4sn";

#[test]
fn bcoin_takes_every_block_across_the_activation_of_segwit() -> Result<()> {
    let folder = match peers::npm() {
        Ok(folder) => folder,
        Err(reason) => {
            left_out("solo on bcoin", &reason);
            return Ok(());
        }
    };
    let data = tempfile::tempdir()?;
    let port = free_port()?;
    let mut command = Command::new("node");
    command
        .current_dir(&folder)
        // Its native parts are not compiled; the plain ones do.
        .env("NODE_BACKEND", "js")
        .args(["node_modules/bcoin/bin/node", "--network=regtest", "--memory=true", "--no-wallet", "--listen=false"])
        .args(["--max-outbound=1", "--http-host=127.0.0.1", "--api-key=practice"])
        .arg(format!("--http-port={port}"))
        .arg(format!("--prefix={}", data.path().display()));
    let node = Daemon::start(&mut command, port, "x:practice")?;
    // All but the blocks around the activation come from the node itself.
    node.call("generatetoaddress", &json!([420, ITS_ADDRESS]))?;
    let blocks = data.path().join("found").display().to_string();
    let url = node.url();
    // It takes siblings too, of which at most four are handed in on one parent.
    let arguments = ["--node", &url, "--address", ADDRESS, "--blocks", &blocks, "--stop-after", "100blocks"];
    let ending = Mining::start_verb("solo", &arguments)?.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    ensure!(node.height()? >= 440, "{:?}", ending.summary()?);
    let refused: Vec<_> = ending.of("verdict").filter(|verdict| verdict["verdict"] == "refused").collect();
    ensure!(refused.is_empty(), "{refused:?}");
    Ok(())
}
