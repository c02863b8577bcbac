//! Pools behind TLS, with certificates made by the test: which are believed, and what is said of the others.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::scripted_pool::{ScriptedPool, decent};
use hashkit_tests::tls_front::{Authority, Identity, TlsFront, Valid, self_signed};
use sha2::{Digest, Sha256};

const LIMIT: Duration = Duration::from_mins(1);

/// A file of this process that goes with it.
struct CaFile(PathBuf);

impl CaFile {
    fn new(pem: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("hashkit-ca-{}.pem", std::process::id()));
        fs::write(&path, pem)?;
        Ok(Self(path))
    }
}

impl Drop for CaFile {
    fn drop(&mut self) {
        // It lies among temporary files, and holds no secret.
        let _ = fs::remove_file(&self.0);
    }
}

fn fingerprint(identity: &Identity) -> String {
    hashkit_chain::hex::encode(&Sha256::digest(&identity.certificate))
}

fn mine(url: &str) -> Result<Ending> {
    Mining::start(&["--pool", url, "--user", "u", "--stop-after", "2shares", "--give-up-after", "3s"])?.finish(LIMIT)
}

#[test]
fn a_certificate_is_believed_for_its_authority_and_name_or_its_pin_and_for_nothing_else() -> Result<()> {
    let authority = Authority::new()?;
    let file = CaFile::new(&authority.pem)?;
    let ca = format!("#ca={}", file.0.display());
    let good = || authority.sign("localhost", Valid::Always);
    let pin_of = |identity: &Identity| format!("#pin={}", fingerprint(identity));
    let own = self_signed("other.example")?;
    let own_pin = pin_of(&own);
    let zeros = format!("#pin={}", "0".repeat(64));
    let cases: Vec<(&str, Identity, &str, &str)> = vec![
        ("the right name by the right authority", good()?, &ca, ""),
        (
            "the right name by another authority",
            Authority::new()?.sign("localhost", Valid::Always)?,
            &ca,
            "signed by nobody that is trusted",
        ),
        ("an authority that this machine does not know", good()?, "", "signed by nobody that is trusted"),
        ("another name", authority.sign("other.example", Valid::Always)?, &ca, "is for another name"),
        ("expired", authority.sign("localhost", Valid::LongAgo)?, &ca, "has expired"),
        ("self-signed", self_signed("localhost")?, "", "signed by nobody that is trusted"),
        ("self-signed for another name, and pinned", own, &own_pin, ""),
        ("another one pinned", self_signed("localhost")?, &zeros, "is not the pinned one"),
    ];
    thread::scope(|scope| {
        let runs: Vec<_> = cases
            .iter()
            .map(|(case, identity, fragment, said)| {
                scope.spawn(move || {
                    let pool = ScriptedPool::start(decent)?;
                    let front = TlsFront::start(identity, pool.address())?;
                    let ending = mine(&format!("stratum+tls://localhost:{}{fragment}", front.port())).context(*case)?;
                    pool.complaints().context(*case)?;
                    if said.is_empty() {
                        ensure!(ending.code == 0 && ending.sum("accepted")? >= 2, "{case}: {}", ending.reasons());
                        return Ok(());
                    }
                    let reasons = ending.reasons();
                    ensure!(ending.code == 5 && reasons.contains(said), "{case}: {}: {reasons}", ending.code);
                    ensure!(reasons.contains(&fingerprint(identity)), "{case}: its fingerprint is missing: {reasons}");
                    ensure!(pool.connections() == 0, "{case}: something went through");
                    anyhow::Ok(())
                })
            })
            .collect();
        runs.into_iter().try_for_each(|run| run.join().map_err(|_| anyhow::anyhow!("a run panicked"))?)
    })
}

#[test]
fn tls_to_a_plain_port_is_named() -> Result<()> {
    let pool = ScriptedPool::start(|guest| {
        // As most pools do with a line that is none.
        let _ = guest.hear();
        guest.send(b"Invalid JSON, disconnecting\n")
    })?;
    let ending = mine(&format!("stratum+tls://{}", pool.address()))?;
    ensure!(
        ending.code == 5 && ending.reasons().contains("for a plain port write stratum+tcp://"),
        "{}",
        ending.reasons()
    );
    Ok(())
}
