//! A miner at the pool's door, as the session of `hashkit solo` is one.

use std::error::Error;
use std::io;
use std::time::Instant;

use hashkit_chain::{Algorithm, Hash, Job, SearchSpace, Share, Solution};
use hashkit_pool::Pool;
use hashkit_stratum::{Client, ClientEvent, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

type Failure = Box<dyn Error>;

pub(crate) struct Miner {
    stream: DuplexStream,
    client: Client,
    job: Option<Job>,
}

impl Miner {
    pub(crate) async fn enter(pool: &Pool) -> io::Result<Self> {
        let login = Login::new("inside", "solo", "x", Algorithm::Sha256d);
        let mut miner =
            Self { stream: pool.door().open("a bench"), client: Client::new(login, Instant::now()), job: None };
        miner.send().await?;
        Ok(miner)
    }

    /// When the job on this tip came.
    pub(crate) async fn wait_for(&mut self, tip: Hash) -> Result<Instant, Failure> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            if self.job.as_ref().is_some_and(|job| job.prev_hash == tip) {
                return Ok(Instant::now());
            }
            let read = self.stream.read(&mut buffer).await?;
            if read == 0 {
                return Err("the pool has closed".into());
            }
            self.client.receive(&buffer[..read], Instant::now())?;
            while let Some(event) = self.client.poll_event() {
                if let ClientEvent::Job { job, .. } = event {
                    self.job = Some(job);
                }
            }
            self.send().await?;
        }
    }

    /// A block on this tip, ready to be handed in.
    pub(crate) async fn block_on(&mut self, tip: Hash) -> Result<Share, Failure> {
        self.wait_for(tip).await?;
        let job = self.job.clone().ok_or("no job")?;
        let work = SearchSpace::new(job, 0).take(1 << 16, 1).ok_or("no work")?;
        let solution = |nonce| Solution { work: work.clone(), nonce, version: work.job().version };
        let blocks = work.range().iter().filter_map(|nonce| Share::check(&solution(nonce)).ok());
        Ok(blocks.into_iter().find(Share::is_block).ok_or("no block")?)
    }

    pub(crate) async fn submit(&mut self, share: &Share) -> io::Result<()> {
        self.client.submit(share, Instant::now());
        self.send().await
    }

    async fn send(&mut self) -> io::Result<()> {
        while let Some(bytes) = self.client.poll_transmit() {
            self.stream.write_all(&bytes).await?;
        }
        Ok(())
    }
}
