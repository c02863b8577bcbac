//! No answer of a node makes the template reader panic, and what it takes can be mined and proposed.
#![no_main]

use hashkit_chain::{Algorithm, BlockTemplate, JobTerms, Payout, Script, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(template) = BlockTemplate::from_json(text) else { return };
    let payout = Payout::to(Script::anyone());
    let terms = JobTerms {
        algorithm: Algorithm::Sha256d,
        version_mask: u32::MAX,
        payout: &payout,
        commitment: &[],
        extranonce1: &[0; 4],
        extranonce2_len: 8,
        share_target: Target::MAX,
    };
    // Only aux data that is too long keeps a coinbase from being built.
    let Ok(job) = template.job("1".into(), &terms) else { return };
    assert!(job.ntime <= job.last_ntime && job.network_target().is_ok());
    let proposal = template.proposal(&job).expect("the job is the template's own");
    assert!(proposal.len() % 2 == 0 && proposal.len() < 2 * text.len() + 2000);
});
