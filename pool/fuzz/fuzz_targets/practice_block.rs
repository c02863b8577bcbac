//! No bytes make the practice chain panic; what it takes in, it gives back byte for byte, and knows again.
#![no_main]

use hashkit_chain::{Algorithm, Header, Ntime, Target};
use hashkit_pool::practice::{PracticeChain, Profile, Verdict};
use libfuzzer_sys::fuzz_target;

/// After every recorded block.
const NOW: Ntime = Ntime(1_795_300_000);

fuzz_target!(|bytes: &[u8]| {
    let mut chain = PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d);
    let _ = chain.proposal(bytes, NOW);
    let block = solved(bytes);
    let before = chain.tip();
    match chain.submit_block(&block, NOW).expect("memory takes every block") {
        Verdict::Accepted { height, hash } => {
            assert_eq!((height, chain.tip().hash), (before.height + 1, hash));
            let kept = chain.block(&hash).expect("memory gives every block").expect("it was taken in");
            assert_eq!(chain.submit_block(&kept, NOW).expect("as before"), Verdict::Duplicate);
        }
        _ => assert_eq!(chain.tip(), before),
    }
});

/// The same with a nonce that meets the target, where one is near: damage behind the header is reached only so.
fn solved(bytes: &[u8]) -> Vec<u8> {
    let Some(mut header) = bytes.first_chunk().map(Header::from_bytes) else { return bytes.to_vec() };
    let target = Target::from_compact(header.nbits).unwrap_or(Target::ZERO);
    for _ in 0..16 {
        if target.is_met_by(&header.id()) {
            break;
        }
        header.nonce.0 = header.nonce.0.wrapping_add(1);
    }
    [&header.to_bytes(), &bytes[Header::LEN..]].concat()
}
