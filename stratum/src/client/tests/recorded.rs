//! Whole sessions with real servers, and shares that real pools accepted.

use hashkit_chain::hex;
use serde_json::{Value, json};

use super::*;

/// A share as a recorded `mining.submit` claims it.
fn claimed(job: &Job, params: &Value) -> Share {
    let word = |at: usize| hex::decode_u32(params[at].as_str().unwrap()).unwrap();
    let version = match params.get(5) {
        Some(_) => job.version_with_bits(word(5)).unwrap(),
        None => job.version,
    };
    let extranonce2 = Extranonce2::from_bytes(&hex::decode(params[2].as_str().unwrap()).unwrap()).unwrap();
    let work = Work::claimed(Arc::new(job.clone()), extranonce2, version, Ntime(word(3)));
    Share::check(&Solution { work, nonce: Nonce(word(4)), version }).unwrap()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn shares_that_pools_accepted_are_sent_as_they_were() {
    let vectors = read(include_str!("../../../../tests/vectors/stratum-v1.json"));
    let shares = vectors["shares"].as_array().unwrap();
    assert_eq!(shares.len(), 10);
    for recorded in shares {
        let case = recorded["id"].as_str().unwrap();
        let submit = &recorded["submit_params"];
        let mut table = Table::new(|login| {
            login.algorithm = recorded["algorithm"].as_str().unwrap().parse().unwrap();
            login.version_mask = 0x1fff_e000;
            login.user = submit[0].as_str().unwrap().to_owned();
        });
        let configured = match recorded["version_mask"].as_str() {
            Some(mask) => json!({"version-rolling": true, "version-rolling.mask": mask}),
            None => json!({"version-rolling": false}),
        };
        for message in [
            json!({"id": 1, "result": configured, "error": null}),
            json!({"id": 2, "result": [null, recorded["extranonce1"], recorded["extranonce2_size"]], "error": null}),
            json!({"id": 3, "result": true, "error": null}),
            json!({"id": null, "method": "mining.set_difficulty", "params": [recorded["pool_difficulty"]]}),
            json!({"id": null, "method": "mining.notify", "params": recorded["notify_params"]}),
        ] {
            table.hear(&message.to_string());
        }
        table.sent();
        let (job, _) = table.job();
        let share = claimed(&job, submit);
        assert_eq!(hex::encode(&share.header().to_bytes()), recorded["expect"]["header_hex"], "{case}");
        assert_eq!(share.hash().to_string(), recorded["expect"]["pow_hash_display"], "{case}");
        table.client.submit(&share, table.now);
        let expected = json!({"id": 4, "method": "mining.submit", "params": submit});
        assert_eq!(read(&table.sent()), expected, "{case}");
    }
}

#[test]
fn sessions_with_real_servers_replay_without_an_error() {
    let transcripts = read(include_str!("../../../../tests/vectors/stratum-v1-transcripts.json"));
    let recordings = transcripts["recordings"].as_object().unwrap();
    assert_eq!(recordings.len(), 5);
    for (server, recording) in recordings {
        let events = recording["events"].as_array().unwrap();
        let said = |event: &Value| event["line"].as_str().filter(|_| event["dir"] == "c2s").map(read);
        let login = events.iter().filter_map(said).find(|call| call["method"] == "mining.authorize").unwrap();
        let suggests = events.iter().filter_map(said).any(|call| call["method"] == "mining.suggest_difficulty");
        let mut replay = Replay::new(login["params"][0].as_str().unwrap(), suggests);
        for event in events {
            match (event["dir"].as_str().unwrap(), event["line"].as_str()) {
                ("s2c", Some(line)) => replay.table.hear(line),
                ("c2s", Some(line)) => replay.say(&read(line), event.get("probe").is_some()),
                _ => {}
            }
        }
        replay.finish(server);
    }
}

/// Our client in the place of the one that was recorded: it sends the recorded shares itself, and for each fault that was
/// sent on purpose a share of its own, so that the server's answer finds one.
struct Replay {
    table: Table,
    jobs: Vec<Job>,
    newest: Option<Share>,
    events: Vec<ClientEvent>,
    sound: usize,
    submitted: usize,
}

impl Replay {
    fn new(user: &str, suggests: bool) -> Self {
        let table = Table::new(|login| {
            login.user = user.to_owned();
            login.agent = "probe/1.0".to_owned();
            login.suggest = suggests.then(|| Difficulty::new(0.0002).unwrap());
        });
        Self { table, jobs: Vec::new(), newest: None, events: Vec::new(), sound: 0, submitted: 0 }
    }

    fn say(&mut self, call: &Value, is_fault: bool) {
        self.listen();
        if call["method"] != "mining.submit" {
            if is_fault {
                self.table.client.requests.skip();
            }
            return;
        }
        let share = if is_fault {
            // One that it would not send again by itself.
            self.table.client.sent.clear();
            self.newest.clone().unwrap()
        } else {
            let id = call["params"][1].as_str().unwrap().into();
            claimed(self.jobs.iter().rfind(|job| job.id == id).unwrap(), &call["params"])
        };
        self.table.sent();
        self.table.client.submit(&share, self.table.now);
        self.submitted += 1;
        if !is_fault {
            assert_eq!(read(&self.table.sent()), *call);
            self.sound += 1;
        }
        self.newest = Some(share);
    }

    fn listen(&mut self) {
        for event in self.table.events() {
            if let ClientEvent::Job { job, .. } = &event {
                self.jobs.push(job.clone());
            }
            self.events.push(event);
        }
    }

    fn finish(mut self, server: &str) {
        self.listen();
        self.table.client.close();
        self.listen();
        let count = |wanted: fn(&ClientEvent) -> bool| self.events.iter().filter(|event| wanted(event)).count();
        let accepted = count(|event| matches!(event, ClientEvent::Accepted { .. }));
        let refused = count(|event| matches!(event, ClientEvent::Refused { .. }));
        let lost = count(|event| matches!(event, ClientEvent::Lost { .. }));
        assert_eq!(self.sound, 4, "{server}: shares without a fault");
        assert_eq!(accepted, 4, "{server}");
        assert_eq!(accepted + refused + lost, self.submitted, "{server}: each share ends once");
        assert!(refused >= 5, "{server}: {refused} refused");
        assert!(lost <= 1, "{server}: only the fault that ended the connection has no answer");
        assert_eq!(count(|event| matches!(event, ClientEvent::Warning(_))), 0, "{server}");
    }
}
