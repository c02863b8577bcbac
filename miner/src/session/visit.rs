//! A short connection to a pool over which nothing is mined, for those who want to know the pool.

use std::time::Duration;

use hashkit_chain::{Job, Previous};
use hashkit_stratum::{Client, ClientEvent, Login, Subscribed};
use tokio::time::Instant;

use super::address::PoolAddress;
use super::connect::Took;
use super::probe::exchange;
use super::transport::{self, Stream};
use super::trust::Trust;
use super::way::Way;

/// A pool and how to visit it.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    /// Where it is.
    pub(crate) pool: PoolAddress,
    /// Whom to trust in TLS; `None` for plain TCP.
    pub(crate) trust: Option<Trust>,
    /// How it is reached.
    pub(crate) way: Way,
    /// Who logs in.
    pub(crate) login: Login,
    /// How long an address may take to accept the connection.
    pub(crate) connect: Duration,
}

/// A visit that has begun; the login is on its way.
pub(crate) struct Visit {
    pool: String,
    stream: Box<dyn Stream>,
    client: Client,
    began: Instant,
    /// How long the steps of the connection took.
    pub(crate) took: Took,
    /// From the login's sending to the answer to the subscription.
    pub(crate) subscribed_after: Option<Duration>,
    /// From the login's sending to its verdict.
    pub(crate) judged_after: Option<Duration>,
    /// From the login's sending to the first job.
    pub(crate) job_after: Option<Duration>,
    /// Why the pool refuses the login.
    pub(crate) refused: Option<String>,
    /// The newest job, what it makes of those before, and when it came.
    pub(crate) newest: Option<(Job, Previous, Instant)>,
    /// What the pool has said to people, and what was wrong and passed over; the first few.
    pub(crate) notices: Vec<String>,
}

impl Visit {
    /// Connects and sends the login.
    ///
    /// # Errors
    /// Why there is no connection.
    pub(crate) async fn begin(host: &Host) -> Result<Self, String> {
        let opened = transport::open(&host.pool.place, host.trust.as_ref(), &host.way, host.connect).await;
        let (stream, took) = opened.map_err(|error| error.to_string())?;
        let began = Instant::now();
        Ok(Self {
            pool: host.pool.to_string(),
            stream,
            client: Client::new(host.login.clone(), began.into_std()),
            began,
            took,
            subscribed_after: None,
            judged_after: None,
            job_after: None,
            refused: None,
            newest: None,
            notices: Vec::new(),
        })
    }

    /// What the pool gave this connection.
    pub(crate) fn subscribed(&self) -> Option<&Subscribed> {
        self.client.subscribed()
    }

    /// Whether the login has been answered and a job has come.
    pub(crate) fn is_complete(&self) -> bool {
        self.judged_after.is_some() && self.job_after.is_some()
    }

    /// Talks with the pool until `is_enough`, or until `moment`; tells whether it was enough.
    ///
    /// # Errors
    /// How the connection ended.
    pub(crate) async fn talk(&mut self, moment: Instant, is_enough: impl Fn(&Self) -> bool) -> Result<bool, String> {
        loop {
            self.take_events()?;
            if is_enough(self) {
                return Ok(true);
            }
            if Instant::now() >= moment {
                return Ok(false);
            }
            let next = self.client.poll_timeout().map_or(moment, |next| moment.min(Instant::from_std(next)));
            let exchanged = exchange(&mut self.stream, &mut self.client, next).await;
            let since = self.began.elapsed();
            if self.client.subscribed().is_some() {
                self.subscribed_after.get_or_insert(since);
            }
            if self.client.is_authorized() {
                self.judged_after.get_or_insert(since);
            }
            // What came before the end may say more than the end: a refused login, say.
            if let Err(error) = exchanged {
                self.take_events()?;
                let why = self.refused.as_ref().unwrap_or(&error);
                return if is_enough(self) { Ok(true) } else { Err(format!("{}: {why}", self.pool)) };
            }
        }
    }

    fn take_events(&mut self) -> Result<(), String> {
        const MOST_NOTICES: usize = 8;
        while let Some(event) = self.client.poll_event() {
            match event {
                ClientEvent::Job { job, previous } => {
                    self.job_after.get_or_insert(self.began.elapsed());
                    self.newest = Some((job, previous, Instant::now()));
                }
                ClientEvent::LoginRefused { reason } => {
                    self.judged_after.get_or_insert(self.began.elapsed());
                    self.refused = Some(format!("it refuses the login ({reason}): give --user and --pass"));
                }
                ClientEvent::MoveTo { host, port, .. } => {
                    let host = host.unwrap_or_else(|| "another port of its own".to_owned());
                    let place = port.map_or_else(|| host.clone(), |port| format!("{host}, port {port}"));
                    return Err(format!("{}: it sends its miners to {place}", self.pool));
                }
                ClientEvent::Message(text) if self.notices.len() < MOST_NOTICES => self.notices.push(text),
                ClientEvent::Warning(warning) if self.notices.len() < MOST_NOTICES => {
                    self.notices.push(warning.to_string());
                }
                _ => {}
            }
        }
        Ok(())
    }
}
