//! The start-up proof: a kernel answers searches whose answers are known before it is given any other.

use hashkit_chain::{
    Algorithm, Coinbase, Hash, Header, Job, Nbits, NonceRange, Ntime, SearchSpace, Target, Version, Work, hex,
};

use crate::kernel::{Hit, Kernel, KernelError};

/// Real blocks: name, algorithm and header a line.
const KNOWN_HEADERS: &str = include_str!("../../tests/vectors/headers.txt");

/// Searches chosen to hurt, in words, with versions, first nonce, length and the byte that fills the target: for SHA-256d.
const HARD: [(&str, u8, u32, u64, u8); 7] = [
    ("no nonce", 1, 9, 0, 0xff),
    ("one nonce", 1, 9, 1, 0xff),
    ("every nonce of a range that is no multiple of the lanes", 1, 7, 37, 0xff),
    ("many hits in two versions", 2, 250, 300, 0x0f),
    ("many hits in 17 versions", 17, 1_000_003, 50, 0x0f),
    ("64 versions", 64, 0x00ff_fff9, 16, 0x1f),
    ("the last nonces of all", 3, u32::MAX - 40, 41, 0x1f),
];

/// The same for scrypt, where a hash is dear.
const HARD_AND_DEAR: [(&str, u8, u32, u64, u8); 5] = [
    ("no nonce", 1, 9, 0, 0xff),
    ("one nonce", 1, 9, 1, 0xff),
    ("several nonces", 1, 250, 13, 0x3f),
    ("three versions", 3, 1_000_003, 3, 0x7f),
    ("the last nonces of all", 2, u32::MAX - 2, 3, 0x7f),
];

/// Has `kernel` search ranges whose hits are known: real blocks, and short ranges chosen to hurt, in several versions and
/// with loose targets, where the judge says what there is. It takes a few milliseconds, for scrypt some ten.
///
/// # Errors
/// [`KernelError::Wrong`] names the first search whose hits are not exactly the known ones; other errors are the kernel's.
pub fn prove(kernel: &mut dyn Kernel, algorithm: Algorithm) -> Result<(), KernelError> {
    let (hard, around) = match algorithm {
        Algorithm::Scrypt => (&HARD_AND_DEAR[..], 3),
        _ => (&HARD[..], 1_000),
    };
    for header in known_headers(algorithm) {
        let range = NonceRange::new(header.nonce.0.saturating_sub(around), 2 * u64::from(around));
        let work = practice_work(algorithm, 1).with_header(header).with_range(range);
        let target = Target::from_compact(header.nbits).unwrap_or(Target::ZERO);
        let expected = [Hit { nonce: header.nonce, version: header.version }];
        compare(kernel, &work, &target, "a known block", &expected)?;
    }
    for &(case, versions, first, len, fill) in hard {
        let work = practice_work(algorithm, versions).with_range(NonceRange::new(first, len));
        let target = Target::from_be_bytes([fill; 32]);
        compare(kernel, &work, &target, case, &judged(algorithm, &work, &target))?;
    }
    Ok(())
}

fn compare(
    kernel: &mut dyn Kernel,
    work: &Work,
    target: &Target,
    case: &'static str,
    expected: &[Hit],
) -> Result<(), KernelError> {
    let found = kernel.scan(work, target)?;
    if found == expected {
        return Ok(());
    }
    Err(KernelError::Wrong { kernel: kernel.name().to_owned(), case, expected: expected.len(), found: found.len() })
}

/// What the judge finds: the hits that any kernel has to find in this work, in their order. Slow, for it computes every hash whole.
#[must_use]
pub fn judged(algorithm: Algorithm, work: &Work, target: &Target) -> Vec<Hit> {
    let mut hits = Vec::new();
    for nonce in work.range().iter() {
        for version in work.versions().as_slice().iter().copied().map(Version) {
            if target.is_met_by(&algorithm.hash(&Header { version, nonce, ..*work.header() })) {
                hits.push(Hit { nonce, version });
            }
        }
    }
    hits.sort_unstable();
    hits
}

fn known_headers(algorithm: Algorithm) -> impl Iterator<Item = Header> {
    let fields = KNOWN_HEADERS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    fields
        .filter(move |(name, _)| *name == algorithm.name())
        .filter_map(|(_, digits)| hex::decode_array(digits).ok())
        .map(|bytes| Header::from_bytes(&bytes))
}

/// A work like any other, in as many versions as asked for.
pub(crate) fn practice_work(algorithm: Algorithm, versions: u8) -> Work {
    let job = Job {
        id: "proof".into(),
        algorithm,
        version: Version(0x2000_0000),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::from_internal([0x5a; 32]),
        coinbase: Coinbase {
            prefix: b"proof".to_vec(),
            extranonce1: Vec::new(),
            extranonce2_len: 0,
            suffix: Vec::new(),
        },
        branch: Vec::new(),
        nbits: Nbits(0x207f_ffff),
        ntime: Ntime(1_231_006_505),
        last_ntime: Ntime(1_231_006_505),
        share_target: Target::MAX,
    };
    SearchSpace::new(job, 0).take(u64::MAX, versions).expect("a new space with 2^16 versions has room for 64")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    type Breakage = fn(&mut Vec<Hit>);

    /// A kernel that loses, adds or swaps hits of another one.
    struct Broken {
        kernel: Box<dyn Kernel>,
        breakage: Breakage,
    }

    impl Kernel for Broken {
        fn name(&self) -> &'static str {
            "broken"
        }

        fn versions(&self) -> u8 {
            1
        }

        fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
            let mut hits = self.kernel.scan(work, target)?;
            (self.breakage)(&mut hits);
            Ok(hits)
        }
    }

    #[test]
    fn a_kernel_that_errs_is_not_proved() {
        let breakages: [(&str, Breakage); 4] = [
            ("finds nothing", Vec::clear),
            ("loses the hit in the last lane of a full vector", |hits| hits.retain(|hit| hit.nonce.0 % 16 != 15)),
            ("reports a hit twice", |hits| hits.extend(hits.last().copied())),
            ("reports hits out of order", |hits| hits.reverse()),
        ];
        for algorithm in Algorithm::ALL {
            for (case, breakage) in breakages {
                let kernel = catalogue(*algorithm)[0].open().unwrap();
                let verdict = prove(&mut Broken { kernel, breakage }, *algorithm);
                assert!(matches!(verdict, Err(KernelError::Wrong { .. })), "{case}: {verdict:?}");
            }
        }
    }

    #[test]
    fn the_known_headers_are_blocks_by_the_judge() {
        for algorithm in Algorithm::ALL {
            let headers: Vec<_> = known_headers(*algorithm).collect();
            assert!(!headers.is_empty(), "{algorithm}");
            for header in headers {
                let target = Target::from_compact(header.nbits).unwrap();
                assert!(target.is_met_by(&algorithm.hash(&header)), "{algorithm} {}", header.id());
            }
        }
    }
}
