//! No node makes the pool panic with a template; what parses becomes a job whose headers are for that template.
#![no_main]

use hashkit_chain::{Algorithm, BlockTemplate, JobTerms, Payout, Script, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(template) = BlockTemplate::from_json(text) else { return };
    let payout = Payout::to(Script::anyone());
    let terms = JobTerms {
        algorithm: Algorithm::Sha256d,
        version_mask: 0x1fff_e000,
        payout: &payout,
        extranonce1: &[1, 2, 3, 4],
        extranonce2_len: 8,
        share_target: Target::MAX,
    };
    if let Ok(job) = template.job("1".into(), &terms) {
        assert_eq!((job.prev_hash, job.nbits), (template.prev_hash(), template.nbits()));
        assert!(job.ntime <= job.last_ntime);
    }
});
