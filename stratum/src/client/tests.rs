//! A miner's side driven by hand, on a clock the tests own.

use hashkit_chain::{Algorithm, SearchSpace, Solution};

use super::*;

const NOTIFY: &str = r#"{"id":null,"method":"mining.notify","params":["bf","4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000","01","02",[],"20000000","1c2ac4af","504e86b9",false]}"#;

struct Table {
    client: Client,
    now: Instant,
}

impl Table {
    fn new(change: impl FnOnce(&mut Login)) -> Self {
        let mut login = Login::new("a.pool.example", "u", "x", Algorithm::Sha256d);
        login.agent = "hashkit/test".to_owned();
        change(&mut login);
        let now = Instant::now();
        Self { client: Client::new(login, now), now }
    }

    fn hear(&mut self, lines: &str) {
        self.try_hear(lines).unwrap();
    }

    fn try_hear(&mut self, lines: &str) -> Result<(), ProtocolError> {
        self.client.receive(format!("{lines}\n").as_bytes(), self.now)
    }

    fn sent(&mut self) -> String {
        String::from_utf8(self.client.poll_transmit().unwrap_or_default()).unwrap()
    }

    fn events(&mut self) -> Vec<ClientEvent> {
        std::iter::from_fn(|| self.client.poll_event()).collect()
    }

    fn wait(&mut self, seconds: u64) -> Result<(), ProtocolError> {
        self.now += Duration::from_secs(seconds);
        self.client.handle_timeout(self.now)
    }
}

/// The first share of a job easy enough to have one among its first hashes.
fn share(job: &Job) -> Share {
    let work = SearchSpace::new(job.clone(), 1).take(1 << 20, 1).unwrap();
    let solution = |nonce| Solution { work: work.clone(), nonce, version: job.version };
    work.range().iter().find_map(|nonce| Share::check(&solution(nonce)).ok()).unwrap()
}

#[test]
fn a_client_goes_from_login_to_an_accepted_share() {
    let mut table = Table::new(|_| {});
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":1,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"1fffe000","version-rolling.min-bit-count":2}]}"#,
            "\n",
            r#"{"id":2,"method":"mining.subscribe","params":["hashkit/test"]}"#,
            "\n",
            r#"{"id":3,"method":"mining.authorize","params":["u","x"]}"#,
            "\n"
        )
    );
    table.hear(r#"{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"1fffe000"},"error":null}"#);
    table.hear(r#"{"id":2,"result":[[["mining.notify","ae68"]],"08000002",4],"error":null}"#);
    table.hear(r#"{"id":3,"result":true,"error":null}"#);
    table.hear(r#"{"id":null,"method":"mining.set_difficulty","params":[1e-9]}"#);
    table.hear(NOTIFY);
    let events = table.events();
    let [
        ClientEvent::Job { job, previous: Previous::Worthless },
        ClientEvent::Ready,
        ClientEvent::DifficultyChanged(_),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((job.coinbase.extranonce1.as_slice(), job.coinbase.extranonce2_len), (&[8, 0, 0, 2][..], 4));
    assert_eq!((job.version_mask, job.last_ntime), (0x1fff_e000, Ntime(0x504e_86b9 + 7000)));
    let share = share(job);
    let id = table.client.submit(&share, table.now);
    let nonce = share.header().nonce;
    assert_eq!(
        table.sent(),
        format!(
            "{{\"id\":4,\"method\":\"mining.submit\",\"params\":[\"u\",\"bf\",\"00000000\",\"504e86b9\",\"{nonce}\",\"00000000\"]}}\n"
        )
    );
    table.now += Duration::from_millis(20);
    table.hear(r#"{"id":4,"result":true,"error":null}"#);
    assert_eq!(table.events(), [ClientEvent::Accepted { id, took: Duration::from_millis(20) }]);
}
