//! No pool makes a client panic, nor hold more than it may; and no share is counted twice.
#![no_main]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Extranonce2, Job, Nonce, Share, Solution, Target, Work};
use hashkit_stratum::{Client, ClientEvent, Login, SubmitId};
use libfuzzer_sys::fuzz_target;

const LOGIN: &str = concat!(
    "{\"id\":1,\"result\":{\"version-rolling\":true,\"version-rolling.mask\":\"1fffe000\"}}\n",
    "{\"id\":2,\"result\":[[[\"mining.notify\",\"ae68\"]],\"08000002\",4]}\n",
    "{\"id\":3,\"result\":true}\n",
    "{\"method\":\"mining.set_difficulty\",\"params\":[1e-10]}\n",
);

// The first byte: the lowest bit says whether the login comes first, the others how long the chunks are.
fuzz_target!(|input: &[u8]| {
    let Some((&first, bytes)) = input.split_first() else { return };
    let mut login = Login::new("a.pool.example", "u", "x", Algorithm::Sha256d);
    login.extranonce_subscribe = first & 2 != 0;
    let mut now = Instant::now();
    let mut client = Client::new(login, now);
    let mut open = BTreeSet::new();
    if first & 1 == 1 {
        client.receive(LOGIN.as_bytes(), now).expect("a sound login");
    }
    for chunk in bytes.chunks(usize::from(first >> 2).max(1) * 8) {
        now += Duration::from_secs(1);
        let result = client.receive(chunk, now).and_then(|()| client.handle_timeout(now));
        drain(&mut client, &mut open, now);
        assert!(client.poll_transmit().is_none_or(|bytes| bytes.len() < 512 * 1024));
        if result.is_err() {
            break;
        }
    }
    client.close();
    drain(&mut client, &mut open, now);
    assert!(open.is_empty(), "a share without an end");
});

fn drain(client: &mut Client, open: &mut BTreeSet<SubmitId>, now: Instant) {
    for _ in 0..10_000 {
        match client.poll_event() {
            None => return,
            Some(ClientEvent::Job { job, .. }) => {
                if let Some(share) = share(job) {
                    assert!(open.insert(client.submit(&share, now)));
                }
            }
            Some(
                ClientEvent::Accepted { id, .. }
                | ClientEvent::Refused { id, .. }
                | ClientEvent::Stale { id, .. }
                | ClientEvent::Lost { id, .. },
            ) => assert!(open.remove(&id), "a share that ended twice"),
            Some(_) => {}
        }
    }
    panic!("the events do not end");
}

/// A share of the job, whatever its target: only the client is of interest here.
fn share(job: Job) -> Option<Share> {
    let job = Job { share_target: Target::MAX, ..job };
    let extranonce2 = Extranonce2::from_bytes(&vec![0; job.coinbase.extranonce2_len]).ok()?;
    let (version, ntime) = (job.version, job.ntime);
    let work = Work::claimed(Arc::new(job), extranonce2, version, ntime);
    Share::check(&Solution { work, nonce: Nonce(0), version }).ok()
}
