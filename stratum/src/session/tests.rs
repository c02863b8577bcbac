//! A pool's side driven by hand, on a clock the tests own.

use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Hash, Nbits, Ntime, Share, Target};

use super::*;

/// The whole wire and clock of one connection.
struct Table {
    session: Session,
    now: Instant,
}

impl Table {
    fn new() -> Self {
        Self::with(Difficulty::new(1e-10).unwrap())
    }

    fn with(difficulty: Difficulty) -> Self {
        let now = Instant::now();
        let settings = SessionSettings::new(Algorithm::Sha256d, difficulty, 0x1fff_e000);
        Self { session: Session::new(settings, now), now }
    }

    /// Lines in, lines out; the owner grants every login on the way.
    fn say(&mut self, lines: &str) -> String {
        self.try_say(lines).unwrap()
    }

    fn try_say(&mut self, lines: &str) -> Result<String, SessionError> {
        self.session.receive(format!("{lines}\n").as_bytes(), self.now)?;
        Ok(self.sent())
    }

    fn sent(&mut self) -> String {
        String::from_utf8(self.session.poll_transmit().unwrap_or_default()).unwrap()
    }

    fn logged_in() -> Self {
        let mut table = Self::new();
        table.say(r#"{"id":1,"method":"mining.subscribe","params":["test/1"]}"#);
        table.welcome();
        table.say(r#"{"id":2,"method":"mining.authorize","params":["u","x"]}"#);
        table.grant();
        table.session.send_job(&job("a1", 1), Previous::Worthless);
        table.sent();
        table
    }

    fn welcome(&mut self) {
        assert!(matches!(self.session.poll_event(), Some(SessionEvent::Subscribe { .. })));
        self.session.welcome(&[8, 0, 0, 2], 4, "ae68");
    }

    fn grant(&mut self) {
        let Some(SessionEvent::Authorize { id, .. }) = self.session.poll_event() else { panic!("no authorize") };
        self.session.accept(id);
    }

    fn wait(&mut self, seconds: u64) -> Result<(), SessionError> {
        self.now += Duration::from_secs(seconds);
        self.session.handle_timeout(self.now)
    }
}

fn job(id: &str, parent: u8) -> Job {
    Job {
        id: id.into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: 0,
        prev_hash: Hash::from_internal([parent; 32]),
        coinbase: Coinbase { prefix: vec![1, 2], extranonce1: vec![], extranonce2_len: 4, suffix: vec![3] },
        branch: vec![],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x6000_0000),
        last_ntime: Ntime(0x6000_0100),
        share_target: Target::MAX,
    }
}

const SUBMIT: &str = r#"{"id":4,"method":"mining.submit","params":["u","a1","00000001","60000000","00000007"]}"#;

#[test]
fn a_session_goes_from_subscribe_to_an_accepted_share() {
    let mut table = Table::new();
    assert_eq!(table.say(r#"{"id":1,"method":"mining.subscribe","params":["test/1",null]}"#), "");
    let Some(SessionEvent::Subscribe { agent, session_id }) = table.session.poll_event() else { panic!() };
    assert_eq!((agent.as_str(), session_id), ("test/1", None));
    table.session.send_job(&job("a1", 1), Previous::Worthless);
    assert_eq!(table.sent(), "", "the subscription is answered first");
    table.session.welcome(&[8, 0, 0, 2], 4, "ae68");
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":1,"result":[[["mining.set_difficulty","ae68"],["mining.notify","ae68"]],"08000002",4],"error":null}"#,
            "\n",
            r#"{"id":null,"method":"mining.set_difficulty","params":[1e-10]}"#,
            "\n"
        )
    );
    table.say(r#"{"id":2,"method":"mining.authorize","params":["u","x"]}"#);
    table.grant();
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":2,"result":true,"error":null}"#,
            "\n",
            r#"{"id":null,"method":"mining.notify","params":["a1","0101010101010101010101010101010101010101010101010101010101010101","#,
            r#""0102","03",[],"20000000","1d00ffff","60000000",true]}"#,
            "\n"
        )
    );
    assert_eq!(table.say(SUBMIT), "", "the owner judges first");
    let Some(SessionEvent::Submit { id, user, solution, standing }) = table.session.poll_event() else { panic!() };
    assert_eq!((user.as_str(), standing), ("u", Standing::Live));
    assert_eq!(solution.work.job().coinbase.extranonce1, [8, 0, 0, 2]);
    assert!(Share::check(&solution).is_ok());
    table.session.accept(id);
    assert_eq!(table.sent(), "{\"id\":4,\"result\":true,\"error\":null}\n");
}
