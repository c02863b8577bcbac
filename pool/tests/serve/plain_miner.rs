//! A miner written by hand: plain lines of JSON, the judge for a kernel, and nothing of our own protocol code, so that a
//! misunderstanding cannot hide on both ends of the wire.

use std::sync::Arc;

use hashkit_chain::{
    Algorithm, Coinbase, Difficulty, Extranonce2, Hash, Job, Nbits, Nonce, Ntime, Share, Solution, Version, Work, hex,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf, WriteHalf};

pub(crate) struct PlainMiner<S> {
    reader: BufReader<ReadHalf<S>>,
    writer: WriteHalf<S>,
    next_id: u64,
    pub(crate) session_id: String,
    pub(crate) extranonce1: Vec<u8>,
    pub(crate) extranonce2_len: usize,
    pub(crate) difficulty: f64,
    algorithm: Algorithm,
    /// The newest job, and whether it was clean.
    pub(crate) job: Option<(Arc<Job>, bool)>,
}

/// What a submit carries.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) job: Arc<Job>,
    pub(crate) extranonce2: Extranonce2,
    pub(crate) nonce: Nonce,
    pub(crate) hash: Hash,
}

impl<S: AsyncRead + AsyncWrite> PlainMiner<S> {
    pub(crate) fn new(stream: S, algorithm: Algorithm) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader: BufReader::new(reader),
            writer,
            next_id: 0,
            session_id: String::new(),
            extranonce1: Vec::new(),
            extranonce2_len: 0,
            difficulty: 1.0,
            algorithm,
            job: None,
        }
    }

    /// Subscribes, resuming `session` where there is one.
    pub(crate) async fn subscribe(&mut self, session: Option<&str>) {
        let params = session.map_or_else(|| json!(["plain/1"]), |session| json!(["plain/1", session]));
        let answer = self.ask("mining.subscribe", params).await;
        self.session_id = answer["result"][0][0][1].as_str().expect("a session id").into();
        self.extranonce1 = hex::decode(answer["result"][1].as_str().expect("an extranonce1")).expect("hexadecimal");
        self.extranonce2_len = usize::try_from(answer["result"][2].as_u64().expect("a length")).expect("it is small");
    }

    /// Subscribes, authorizes and waits for the first job.
    pub(crate) async fn login(&mut self, user: &str) {
        self.subscribe(None).await;
        let answer = self.ask("mining.authorize", json!([user, "x"])).await;
        assert_eq!(answer["result"], true, "{answer}");
        self.wait_for_job().await;
    }

    pub(crate) async fn wait_for_job(&mut self) -> Arc<Job> {
        while self.job.is_none() {
            let line = self.line().await.expect("the pool is there");
            self.note(&line);
        }
        Arc::clone(&self.job.as_ref().expect("it has come").0)
    }

    /// Forgets the present job and waits for another.
    pub(crate) async fn next_job(&mut self) -> Arc<Job> {
        self.job = None;
        self.wait_for_job().await
    }

    /// The answer to one request; what comes before it is noted.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "id": id, "method": method, "params": params })).await;
        loop {
            let line = self.line().await.expect("the pool answers");
            if line["id"] == id {
                return line;
            }
            self.note(&line);
        }
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.writer.write_all(format!("{message}\n").as_bytes()).await.expect("the pool reads");
    }

    /// The next line; `None` when the pool has closed the connection.
    pub(crate) async fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.reader.read_line(&mut line).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(serde_json::from_str(&line).expect("the pool speaks JSON")),
        }
    }

    fn note(&mut self, line: &Value) {
        match line["method"].as_str() {
            Some("mining.set_difficulty") => self.difficulty = line["params"][0].as_f64().expect("a number"),
            Some("mining.notify") => self.job = Some(self.read_job(&line["params"])),
            _ => panic!("the pool said {line}"),
        }
    }

    fn read_job(&self, params: &Value) -> (Arc<Job>, bool) {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let bytes = |value: &Value| hex::decode(&text(value)).expect("hexadecimal");
        let word = |value: &Value| hex::decode_u32(&text(value)).expect("a word");
        let mut prev_hash: [u8; 32] = bytes(&params[1]).try_into().expect("32 bytes");
        prev_hash.chunks_exact_mut(4).for_each(<[u8]>::reverse);
        let branch = params[4].as_array().expect("a list").iter();
        let ntime = Ntime(word(&params[7]));
        let job = Job {
            id: text(&params[0]).as_str().into(),
            algorithm: self.algorithm,
            version: Version(word(&params[5])),
            version_mask: 0,
            prev_hash: Hash::from_internal(prev_hash),
            coinbase: Coinbase {
                prefix: bytes(&params[2]),
                extranonce1: self.extranonce1.clone(),
                extranonce2_len: self.extranonce2_len,
                suffix: bytes(&params[3]),
            },
            branch: branch.map(|hash| Hash::from_internal(bytes(hash).try_into().expect("32 bytes"))).collect(),
            nbits: Nbits(word(&params[6])),
            ntime,
            last_ntime: ntime,
            share_target: Difficulty::new(self.difficulty).expect("a difficulty").to_target(self.algorithm),
        };
        (Arc::new(job), params[8].as_bool().expect("clean or not"))
    }

    /// The first share of the present job whose hash the caller wants, from extranonce2 `number` on.
    pub(crate) fn search(&self, number: u8, wanted: impl Fn(&Found) -> bool) -> Found {
        let job = &self.job.as_ref().expect("there is a job").0;
        let mut extranonce2 = vec![0; self.extranonce2_len];
        extranonce2[0] = number;
        let extranonce2 = Extranonce2::from_bytes(&extranonce2).expect("it is short");
        let header = job.header(&extranonce2);
        (0..u32::MAX)
            .map(|nonce| {
                let header = hashkit_chain::Header { nonce: Nonce(nonce), ..header };
                let hash = job.algorithm.hash(&header);
                Found { job: Arc::clone(job), extranonce2, nonce: Nonce(nonce), hash }
            })
            .find(wanted)
            .expect("2^32 hashes are enough")
    }

    /// A share that is no block.
    pub(crate) fn mine_share(&self, number: u8) -> Found {
        self.search(number, |found| found.is_share() && !found.is_block())
    }

    /// A block.
    pub(crate) fn mine_block(&self, number: u8) -> Found {
        self.search(number, Found::is_block)
    }

    pub(crate) async fn submit(&mut self, user: &str, found: &Found) -> Value {
        self.ask("mining.submit", found.params(user)).await
    }
}

impl Found {
    fn is_share(&self) -> bool {
        self.job.share_target.is_met_by(&self.hash)
    }

    pub(crate) fn is_block(&self) -> bool {
        self.job.network_target().expect("a target").is_met_by(&self.hash)
    }

    pub(crate) fn params(&self, user: &str) -> Value {
        let (extranonce2, ntime) = (self.extranonce2.to_string(), self.job.ntime.to_string());
        json!([user, self.job.id.to_string(), extranonce2, ntime, self.nonce.to_string()])
    }

    /// The judge's opinion, with which the pool's has to agree.
    pub(crate) fn share(&self) -> Option<Share> {
        let version = self.job.version;
        let work = Work::claimed(Arc::clone(&self.job), self.extranonce2, version, self.job.ntime);
        Share::check(&Solution { work, nonce: self.nonce, version }).ok()
    }
}

/// The code of a refusal; 0 for an accepted submit.
pub(crate) fn code(answer: &Value) -> i64 {
    if answer["result"] == true { 0 } else { answer["error"][0].as_i64().unwrap_or_else(|| panic!("{answer}")) }
}
