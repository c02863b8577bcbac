//! The miner's side against the pool's side, with real shares between them and the bytes cut at will.

#![expect(clippy::unwrap_used, reason = "a test's helper fails the test")]

use std::time::{Duration, Instant};

use hashkit_chain::{
    Algorithm, BIP_320_MASK, Coinbase, Difficulty, Hash, Job, Nbits, Ntime, Previous, SearchSpace, Share, Solution,
    Target, Version,
};
use hashkit_stratum::{Client, ClientEvent, Login, Refusal, Session, SessionEvent, SessionSettings, StaleBecause};

/// A wire that cuts what goes over it, and an owner at each end.
struct Wire {
    client: Client,
    session: Session,
    now: Instant,
    cut: usize,
    heard: Vec<ClientEvent>,
}

impl Wire {
    fn new(cut: usize, difficulty: f64, change: impl FnOnce(&mut Login)) -> Self {
        let now = Instant::now();
        let mut login = Login::new("pool.example", "account.rig", "x", Algorithm::Sha256d);
        change(&mut login);
        let settings = SessionSettings::new(Algorithm::Sha256d, Difficulty::new(difficulty).unwrap(), 0x1fff_e000);
        Self { client: Client::new(login, now), session: Session::new(settings, now), now, cut, heard: Vec::new() }
    }

    /// Lets both sides talk until neither has more to say.
    fn settle(&mut self) {
        loop {
            let (to_pool, to_miner) = (self.client.poll_transmit(), self.session.poll_transmit());
            if to_pool.is_none() && to_miner.is_none() {
                return;
            }
            for piece in to_pool.unwrap_or_default().chunks(self.cut) {
                self.session.receive(piece, self.now).unwrap();
                while let Some(event) = self.session.poll_event() {
                    decide(&mut self.session, event);
                }
            }
            for piece in to_miner.unwrap_or_default().chunks(self.cut) {
                self.client.receive(piece, self.now).unwrap();
            }
            self.heard.extend(std::iter::from_fn(|| self.client.poll_event()));
            self.now += Duration::from_millis(10);
        }
    }

    /// What the client has told since the last call.
    fn told(&mut self) -> Vec<ClientEvent> {
        self.settle();
        std::mem::take(&mut self.heard)
    }

    fn job(&mut self) -> (Job, Previous) {
        let told = self.told();
        let job = told.iter().rev().find_map(|event| match event {
            ClientEvent::Job { job, previous } => Some((job.clone(), *previous)),
            _ => None,
        });
        job.unwrap_or_else(|| panic!("no job in {told:?}"))
    }
}

/// The pool's owner: every login is welcome, and the judge judges.
fn decide(session: &mut Session, event: SessionEvent) {
    match event {
        SessionEvent::Subscribe { session_id, .. } => {
            let known = session_id.as_deref() == Some("cafe");
            session.welcome(if known { &[0xca, 0xfe] } else { &[0x08, 0x02] }, 4, "cafe");
        }
        SessionEvent::Authorize { id, user, .. } if user == "account.rig" => session.accept(id),
        SessionEvent::Authorize { id, .. } => session.refuse(id, Refusal::Unauthorized),
        SessionEvent::Submit { id, solution, .. } => match Share::check(&solution) {
            Ok(_) => session.accept(id),
            Err(_) => session.refuse(id, Refusal::LowDifficulty),
        },
        SessionEvent::Suggest { difficulty } => session.set_difficulty(difficulty),
        _ => {}
    }
}

fn job(id: &str, parent: u8) -> Job {
    Job {
        id: id.into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: BIP_320_MASK,
        prev_hash: Hash::from_internal([parent; 32]),
        coinbase: Coinbase { prefix: vec![1, 2], extranonce1: vec![], extranonce2_len: 4, suffix: vec![3] },
        branch: vec![Hash::from_internal([9; 32])],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x6000_0000),
        last_ntime: Ntime(0x6000_1b58),
        share_target: Target::MAX,
    }
}

/// The first share of a job in its second extranonce2 and a rolled version.
fn mine(job: &Job) -> Share {
    let mut space = SearchSpace::new(job.clone(), 1);
    loop {
        let work = space.take(1 << 8, 2).unwrap();
        for version in work.versions().as_slice().iter().rev() {
            for nonce in work.range().iter() {
                let solution = Solution { work: work.clone(), nonce, version: Version(*version) };
                if let Ok(share) = Share::check(&solution) {
                    return share;
                }
            }
        }
    }
}

#[test]
fn shares_of_one_end_are_accepted_by_the_other_however_the_bytes_are_cut() {
    for cut in [1, 7, 64, 100_000] {
        // Some 400 hashes a share.
        let mut wire = Wire::new(cut, 1e-7, |login| login.extranonce_subscribe = true);
        wire.session.send_job(&job("a", 1), Previous::Worthless);
        let (first, previous) = wire.job();
        assert_eq!((previous, first.version_mask), (Previous::Worthless, 0x1fff_e000), "cut {cut}");
        assert_eq!((&first.coinbase.extranonce1[..], first.coinbase.extranonce2_len), (&[8, 2][..], 4), "cut {cut}");

        let share = mine(&first);
        let id = wire.client.submit(&share, wire.now);
        assert!(matches!(wire.told()[..], [ClientEvent::Accepted { id: accepted, .. }] if accepted == id), "cut {cut}");
        let id = wire.client.submit(&share, wire.now);
        assert_eq!(wire.told(), [] as [ClientEvent; 0], "nothing is sent twice");
        let told = wire.client.poll_event();
        assert_eq!(told, Some(ClientEvent::Stale { id, why: StaleBecause::SentBefore }), "cut {cut}");

        assert!(wire.session.set_extranonce(&[0xf0, 0x0d, 0x00], 2));
        wire.session.set_difficulty(Difficulty::new(2e-8).unwrap());
        wire.session.send_job(&job("b", 1), Previous::StillCounts);
        let (second, previous) = wire.job();
        assert_eq!((&second.coinbase.extranonce1[..], second.coinbase.extranonce2_len), (&[0xf0, 0x0d, 0][..], 2));
        assert_eq!(previous, Previous::StillCounts);
        wire.client.submit(&mine(&second), wire.now);
        assert!(matches!(wire.told()[..], [ClientEvent::Accepted { .. }]), "cut {cut}");

        assert!(wire.session.set_version_mask(0));
        let (third, _) = wire.job();
        assert_eq!(third.version_mask, 0);
        wire.client.submit(&mine(&third), wire.now);
        let told = wire.told();
        assert!(matches!(told[..], [ClientEvent::Accepted { .. }]), "cut {cut}: {told:?}");

        wire.session.send_job(&job("c", 2), Previous::Worthless);
        wire.job();
        let id = wire.client.submit(&mine(&third), wire.now);
        assert_eq!(wire.told(), [] as [ClientEvent; 0], "nothing is sent");
        let told = wire.client.poll_event();
        assert_eq!(told, Some(ClientEvent::Stale { id, why: StaleBecause::JobReplaced }), "cut {cut}");
    }
}

#[test]
fn a_suggestion_is_followed_and_a_session_resumed() {
    let mut wire = Wire::new(64, 1.0, |login| login.suggest = Some(Difficulty::new(1e-6).unwrap()));
    wire.session.send_job(&job("a", 1), Previous::Worthless);
    let (first, _) = wire.job();
    assert_eq!(first.share_target, Difficulty::new(1e-6).unwrap().to_target(Algorithm::Sha256d));
    let next = wire.client.next_login();
    let mut again = Wire::new(64, 1.0, |login| *login = next);
    again.session.send_job(&job("a", 1), Previous::Worthless);
    assert_eq!(again.job().0.coinbase.extranonce1, [0xca, 0xfe]);
}

#[test]
fn an_unknown_user_is_told_so() {
    let mut wire = Wire::new(64, 1.0, |login| login.user = "nobody".to_owned());
    wire.session.send_job(&job("a", 1), Previous::Worthless);
    let reason = "Unauthorized worker (code 24)".to_owned();
    let expected = [ClientEvent::DifficultyChanged(Difficulty::ONE), ClientEvent::LoginRefused { reason }];
    assert_eq!(wire.told(), expected, "and no job comes");
}
