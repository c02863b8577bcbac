//! One connection with a pool: the I/O shell around [`hashkit_stratum::Client`].

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::time::{Duration, SystemTime};

use hashkit_chain::{Hash, Job, Previous, Share};
use hashkit_stratum::{Cause, Client, ClientEvent, Login, SubmitId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::io::{AsyncWrite, split};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::end::{End, Why, WindingDown};
use super::event::{Flood, HealthSeen};
use super::health::{Change, Health, Suspicion};
use super::leave::Leave;
use super::limit::Limit;
use super::ntime::last_ntime;
use super::transport::Stream;
use super::{Block, Ended, Event, Fate, Found, JobSeen, Patience, Session, ShareSeen, Teller, stopped};

/// No more shares are taken from the engine while this many bytes wait for the socket: the rest wait there, and are counted.
const UNSENT_LIMIT: usize = 64 * 1024;
/// No more shares are taken from the engine while so many wait for their answers, few enough for every client.
const OPEN_LIMIT: usize = 900;
/// How long the pool is given at the end to answer the last shares: well below the five seconds that a stop may take.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// So many messages and warnings are told at once, and from then on one every ten seconds.
const NOTICES: (u32, Duration) = (20, Duration::from_secs(10));
/// So many jobs are told at once, and from then on five a second.
const JOBS: (u32, Duration) = (100, Duration::from_millis(200));

/// How long the stream may take to be closed properly.
const LAST_WORD: Duration = Duration::from_millis(100);

/// How long devices take to report what they have found when they get no more work; a batch takes 2 ms.
const LAST_REPORTS: Duration = Duration::from_millis(50);

/// A connection at work; it borrows the session that mines over it.
pub(super) struct Connection<'s> {
    session: &'s mut Session,
    pool: String,
    client: Client,
    /// Shares that the client has and that have not ended.
    open: HashMap<SubmitId, Found>,
    /// What the stream has not taken yet.
    unsent: Vec<u8>,
    /// Whether all that the stream has taken has gone out; TLS keeps back what the socket does not take.
    is_flushed: bool,
    /// When the socket last took something, or had nothing to take.
    took_at: Instant,
    has_heard: bool,
    logged_in_at: Option<Instant>,
    health: Health,
    /// Since when the pool has been usable: since it has given work.
    usable_since: Option<Instant>,
    /// The parent that the pool is left for.
    old_tip: Option<Hash>,
    notices: Limit,
    jobs_told: Limit,
    /// Shares of this generation and older ones belong to an earlier connection: they count only where its session is resumed.
    before: u64,
    /// Whether this connection has given out a job.
    has_published: bool,
    winding_down: Option<WindingDown>,
    /// Changes when a pool or the node builds on another block.
    tips: watch::Receiver<()>,
    /// The old block that the pool has been named for.
    named_for: Option<Hash>,
    /// The parent of the last job that was told.
    told_parent: Option<Hash>,
}

impl<'s> Connection<'s> {
    /// A connection to `pool`, `host:port`, that has just been made.
    pub(super) fn new(session: &'s mut Session, pool: String, login: Login) -> Self {
        let now = Instant::now();
        Self {
            pool,
            client: Client::new(login, now.into_std()),
            open: HashMap::new(),
            unsent: Vec::new(),
            is_flushed: true,
            took_at: now,
            has_heard: false,
            logged_in_at: None,
            health: Health::new(session.settings.patience.signs),
            usable_since: None,
            old_tip: None,
            notices: Limit::new(NOTICES.0, NOTICES.1, now.into_std()),
            jobs_told: Limit::new(JOBS.0, JOBS.1, now.into_std()),
            before: session.source.generation(session.pool().algorithm),
            has_published: false,
            winding_down: None,
            tips: session.settings.tips.changes(),
            named_for: None,
            told_parent: None,
            session,
        }
    }

    /// For how long the pool was usable: since it gave work, zero without any.
    pub(super) fn usable_for(&self) -> Duration {
        self.usable_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// The parent on which the pool's jobs have been for too long, where it was left for that.
    pub(super) fn old_tip(&self) -> Option<Hash> {
        self.old_tip
    }

    /// What to log in with the next time.
    pub(super) fn next_login(&self) -> Login {
        self.client.next_login()
    }

    /// Talks with the pool until there is a reason to end, or until `preferred` names a better pool. Every share that was
    /// handed to it has ended by then.
    pub(super) async fn run(
        &mut self,
        mut stream: Box<dyn Stream>,
        preferred: impl Future<Output = usize> + Unpin,
    ) -> End {
        let Err(mut end) = self.talk(&mut stream, preferred).await;
        // What came before a broken line or the end may say more: a refused login, say.
        if let Err(reason) = self.apply_events().await
            && matches!(end, End::Left(_))
        {
            end = reason;
        }
        self.client.close();
        // Each share that is still open ends here. Of these events many may be reasons to leave: one is enough, and none may
        // keep those behind it from being told.
        while self.apply_events().await.is_err() {}
        self.tell_left_out(Flood::Notices).await;
        self.tell_left_out(Flood::Jobs).await;
        // A peer that is gone cannot be told so, and one that takes no bytes is not waited for.
        let _ = timeout(LAST_WORD, stream.shutdown()).await;
        end
    }

    async fn talk(
        &mut self,
        stream: &mut Box<dyn Stream>,
        mut preferred: impl Future<Output = usize> + Unpin,
    ) -> Result<Infallible, End> {
        let (mut reader, mut writer) = split(stream);
        let mut buffer = vec![0; 16 * 1024];
        loop {
            self.apply_events().await?;
            self.review().await?;
            if self.has_sent_all() {
                self.took_at = Instant::now();
            }
            while let Some(bytes) = self.client.poll_transmit() {
                self.unsent.extend_from_slice(&bytes);
            }
            if let Some(why) = self.wound_down() {
                return Err(why.into());
            }
            let is_settled = self.winding_down.is_none();
            let algorithm = self.session.pool().algorithm;
            let source = &self.session.source;
            if is_settled && !source.has_devices_for(algorithm) && !source.is_over() {
                return Err(Leave::WithoutDevices { pool: self.pool.clone(), algorithm }.into());
            }
            let takes_shares = self.takes_shares();
            let deadline = self.deadline();
            tokio::select! {
                read = reader.read(&mut buffer) => self.heard(read.map(|len| &buffer[..len]))?,
                written = push(&mut writer, &self.unsent), if !self.has_sent_all() => self.wrote(written)?,
                share = self.session.source.next_share(), if takes_shares => self.found(share).await,
                () = stopped(&mut self.session.stop), if !self.is_ending() => self.wind_down(Why::Over(Ended::Stopped)),
                index = &mut preferred, if is_settled => self.wind_down(Why::Preferred(index)),
                Ok(()) = self.tips.changed(), if is_settled => {}
                () = sleep_until(deadline) => self.time_passed()?,
            }
        }
    }

    /// Does what the client's events ask for.
    async fn apply_events(&mut self) -> Result<(), End> {
        while let Some(event) = self.client.poll_event() {
            match event {
                ClientEvent::Ready => self.logged_in().await,
                ClientEvent::Job { job, previous } => {
                    self.is_as_expected(&job)?;
                    self.publish(job, previous).await;
                }
                ClientEvent::Accepted { id, took } => {
                    self.health.answered(false);
                    self.ended(id, Fate::Accepted, Some(took)).await;
                }
                ClientEvent::Refused { id, cause, code, reason, took } => {
                    self.health.answered(true);
                    self.ended(id, fate_of_refusal(cause, code, reason), Some(took)).await;
                }
                ClientEvent::Stale { id, why } => {
                    self.ended(id, Fate::Stale { reason: why.to_string() }, None).await;
                }
                ClientEvent::Lost { id, .. } => self.ended(id, Fate::Lost, None).await,
                ClientEvent::LoginRefused { reason } => {
                    let user = self.session.pool().user.clone();
                    return Err(Leave::LoginRefused { pool: self.pool.clone(), user, reason }.into());
                }
                ClientEvent::MoveTo { host, port, wait } => return Err(End::Moved { host, port, wait }),
                ClientEvent::Message(text) => {
                    self.tell_limited(Flood::Notices, Event::Message { pool: self.pool.clone(), text }).await;
                }
                ClientEvent::Warning(warning) => {
                    let text = warning.to_string();
                    self.tell_limited(Flood::Notices, Event::Warning { pool: self.pool.clone(), text }).await;
                }
                // Each job tells its own.
                ClientEvent::DifficultyChanged(_) => {}
            }
        }
        Ok(())
    }

    async fn logged_in(&mut self) {
        let now = Instant::now();
        self.logged_in_at = Some(now);
        self.health.logged_in(now.into_std());
        let user = self.session.pool().user.clone();
        self.session.tell(Event::LoggedIn { pool: self.pool.clone(), user }).await;
    }

    /// Does what the pool's health asks for.
    async fn review(&mut self) -> Result<(), Leave> {
        if self.winding_down.is_some() {
            return Ok(());
        }
        let now = Instant::now();
        if self.ping_at().is_some_and(|moment| moment <= now) {
            self.client.ping(now.into_std());
        }
        self.compare_tips(now).await;
        let health = match self.health.review(self.client.owed(), now.into_std()) {
            None => return Ok(()),
            Some(Change::Alive { was_suspect }) => {
                self.usable_since.get_or_insert(now);
                self.session.give_up_at = None;
                HealthSeen::Alive { was_suspect }
            }
            Some(Change::Suspect { why, left_in }) => HealthSeen::Suspect { why: why.to_string(), left_in },
            Some(Change::Dead { why }) => {
                let is_old = matches!(why, Suspicion::Tip(_) | Suspicion::OldTip(_));
                self.old_tip = self.health.tip().filter(|_| is_old);
                let suspect = self.session.settings.patience.signs.suspect;
                return Err(Leave::Dead { pool: self.pool.clone(), why, suspect });
            }
        };
        self.session.tell(Event::Health { pool: self.pool.clone(), health }).await;
        Ok(())
    }

    /// Names a pool that keeps its miners on an old block: once for each.
    async fn compare_tips(&mut self, now: Instant) {
        let patience = self.session.settings.patience.signs.old_tip;
        let old = self.session.settings.tips.old_tip(self.teller(), patience, now.into_std());
        self.health.left_behind(old.as_ref().is_some_and(|old| old.is_by_node));
        let Some(old) = old else { return };
        if self.named_for.replace(old.block) != Some(old.block) {
            let text = old.words(now.into_std());
            self.session.tell(Event::Warning { pool: self.pool.clone(), text }).await;
        }
    }

    /// This pool, among all of the run.
    fn teller(&self) -> Teller {
        Teller::Pool(self.session.settings.first + self.session.route.at())
    }

    /// When to ping the pool, where it can be pinged.
    fn ping_at(&self) -> Option<Instant> {
        let moment = self.health.ping_at(self.client.owed()).map(Instant::from_std);
        moment.filter(|_| self.client.can_ping() && self.winding_down.is_none())
    }

    /// Whether the blocks of `job` pay whom the user expects.
    fn is_as_expected(&self, job: &Job) -> Result<(), Leave> {
        let Some(expected) = &self.session.pool().expected else { return Ok(()) };
        expected.check(job).map_err(|why| Leave::Unexpected { pool: self.pool.clone(), why })
    }

    async fn publish(&mut self, job: Job, previous: Previous) {
        let now = Instant::now().into_std();
        self.health.job(job.prev_hash, now);
        if self.winding_down.is_some() {
            return;
        }
        let is_clean = previous == Previous::Worthless;
        // The first job of a connection replaces whatever an earlier one has left.
        let is_first = !std::mem::replace(&mut self.has_published, true) && !self.client.has_resumed();
        let previous = if is_first { Previous::Worthless } else { previous };
        let job = Job { last_ntime: last_ntime(&job, SystemTime::now()), ..job };
        self.session.source.publish(self.session.route.at(), job.clone(), previous);
        // What people want to know of it takes time that the devices need not wait.
        self.session.settings.tips.saw(self.teller(), job.prev_hash, now);
        if self.limit(Flood::Jobs).admits(now) {
            let is_on_new_block = self.told_parent.replace(job.prev_hash) != Some(job.prev_hash);
            self.tell_left_out(Flood::Jobs).await;
            let seen = JobSeen::of(&job, self.pool.clone(), is_clean, is_on_new_block);
            self.session.tell(Event::Job(seen)).await;
        }
    }

    /// Tells what the pool can cause as often as it likes, unless it does so too often.
    async fn tell_limited(&mut self, what: Flood, event: Event) {
        if self.limit(what).admits(Instant::now().into_std()) {
            self.tell_left_out(what).await;
            self.session.tell(event).await;
        }
    }

    /// Tells how much has not been told.
    async fn tell_left_out(&mut self, what: Flood) {
        let count = self.limit(what).take_held_back();
        if count > 0 {
            self.session.tell(Event::LeftOut { pool: self.pool.clone(), what, count }).await;
        }
    }

    fn limit(&mut self, what: Flood) -> &mut Limit {
        match what {
            Flood::Notices => &mut self.notices,
            Flood::Jobs => &mut self.jobs_told,
        }
    }

    async fn ended(&mut self, id: SubmitId, fate: Fate, took: Option<Duration>) {
        if let Some(mut found) = self.open.remove(&id) {
            if fate == Fate::Accepted
                && found.block == Block::Yes
                && self.session.block_parent.replace(found.parent) == Some(found.parent)
            {
                found.block = Block::Sibling;
            }
            self.session
                .tell(Event::Share(ShareSeen {
                    pool: self.session.settings.first + self.session.route.at(),
                    fate,
                    found,
                    took,
                }))
                .await;
        }
    }

    /// A device has found a share; `None` says that none can come any more.
    async fn found(&mut self, share: Option<Share>) {
        let Some(share) = share else {
            // Where devices of another algorithm are left, the connection looks whether it is theirs.
            if self.session.source.is_over() {
                match &mut self.winding_down {
                    Some(winding_down) => winding_down.reported_at = Instant::now(),
                    None => self.wind_down(Why::Over(Ended::WithoutDevices)),
                }
            }
            return;
        };
        // Each algorithm's engine counts generations of its own.
        let is_of_another = share.job().algorithm != self.session.pool().algorithm;
        if (is_of_another || share.generation() <= self.before) && !self.client.knows(share.job()) {
            self.session.lose(&share).await;
        } else {
            let id = self.client.submit(&share, Instant::now().into_std());
            self.open.insert(id, Found::from(&share));
        }
    }

    fn takes_shares(&self) -> bool {
        let more_can_come = self.winding_down.as_ref().is_none_or(|end| Instant::now() < end.reported_at);
        let has_room = self.unsent.len() < UNSENT_LIMIT && self.open.len() < OPEN_LIMIT;
        self.logged_in_at.is_some() && more_can_come && has_room
    }

    /// The devices report what they have found and get no more work; that is sent, and its answers are awaited for a while.
    fn wind_down(&mut self, why: Why) {
        match why {
            Why::Over(_) => self.session.source.close(),
            Why::Preferred(_) => self.session.source.withdraw(),
        }
        let now = Instant::now();
        let until = now + LAST_ANSWERS;
        let reported_at = match why {
            Why::Over(Ended::WithoutDevices) => now,
            // The engine tells when the last device has ended.
            Why::Over(_) => until,
            Why::Preferred(_) => now + LAST_REPORTS,
        };
        self.winding_down = Some(WindingDown { why, until, reported_at });
    }

    /// Whether the session ends, too.
    fn is_ending(&self) -> bool {
        matches!(&self.winding_down, Some(WindingDown { why: Why::Over(_), .. }))
    }

    /// Why the connection ends, once nothing is left to wait for.
    fn wound_down(&self) -> Option<Why> {
        let winding_down = self.winding_down.as_ref()?;
        let now = Instant::now();
        let all_is_done = now >= winding_down.reported_at && self.open.is_empty() && self.has_sent_all();
        let is_over = all_is_done || self.logged_in_at.is_none() || now >= winding_down.until;
        is_over.then_some(winding_down.why)
    }

    fn heard(&mut self, read: io::Result<&[u8]>) -> Result<(), Leave> {
        let pool = || self.pool.clone();
        let bytes = match read {
            Ok([]) => return Err(self.closed()),
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Err(self.closed()),
            Err(source) => return Err(Leave::Broken { pool: pool(), source }),
        };
        self.has_heard = true;
        let received = self.client.receive(bytes, Instant::now().into_std());
        received.map_err(|source| Leave::protocol(&self.pool, source))
    }

    fn closed(&self) -> Leave {
        let pool = self.pool.clone();
        if self.logged_in_at.is_some() {
            Leave::Closed { pool }
        } else if self.has_heard {
            Leave::ClosedBeforeLogin { pool }
        } else {
            Leave::ClosedUnanswered { pool }
        }
    }

    fn has_sent_all(&self) -> bool {
        self.unsent.is_empty() && self.is_flushed
    }

    fn wrote(&mut self, written: io::Result<usize>) -> Result<(), Leave> {
        let len = written.map_err(|source| match source.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => self.closed(),
            _ => Leave::Broken { pool: self.pool.clone(), source },
        })?;
        self.is_flushed = self.unsent.is_empty();
        self.unsent.drain(..len);
        self.took_at = Instant::now();
        Ok(())
    }

    /// When to look at the clock again.
    fn deadline(&self) -> Instant {
        let taking = Some(self.took_at + self.session.settings.patience.signs.answer).filter(|_| !self.has_sent_all());
        let client = self.client.poll_timeout().map(Instant::from_std);
        let until = self.winding_down.as_ref().map(|end| end.until);
        let reported = self.winding_down.as_ref().map(|end| end.reported_at).filter(|moment| *moment > Instant::now());
        let health = self.health.deadline(self.client.owed()).map(Instant::from_std);
        let health = health.filter(|_| self.winding_down.is_none());
        let Patience { signs, .. } = self.session.settings.patience;
        let now = Instant::now().into_std();
        let old = self.session.settings.tips.deadline(self.teller(), signs.old_tip, now).map(Instant::from_std);
        let moments = [taking, client, until, reported, health, old, self.ping_at(), self.session.give_up_at];
        moments.into_iter().flatten().min().unwrap_or_else(|| Instant::now() + LAST_ANSWERS)
    }

    fn time_passed(&mut self) -> Result<(), End> {
        let now = Instant::now();
        if self.session.give_up_at.is_some_and(|moment| moment <= now) {
            return Err(End::Over(Ended::WithoutPool));
        }
        let limit = self.session.settings.patience.signs.answer;
        if !self.has_sent_all() && now >= self.took_at + limit {
            return Err(Leave::Stuck { pool: self.pool.clone(), limit }.into());
        }
        let handled = self.client.handle_timeout(now.into_std());
        handled.map_err(|source| Leave::protocol(&self.pool, source).into())
    }
}

/// Hands the stream some of `unsent`, or, where there is nothing, has it send what it keeps back; tells how much it took.
/// Whoever drops this midway has lost nothing.
async fn push(writer: &mut (impl AsyncWrite + Unpin), unsent: &[u8]) -> io::Result<usize> {
    if unsent.is_empty() { writer.flush().await.map(|()| 0) } else { writer.write(unsent).await }
}

/// A share whose job the pool no longer knows is stale; all others are refused.
fn fate_of_refusal(cause: Cause, code: Option<i64>, reason: String) -> Fate {
    let reason = match code {
        Some(code) => format!("{code} {reason}").trim_end().to_owned(),
        None => reason,
    };
    if cause == Cause::JobNotFound { Fate::Stale { reason } } else { Fate::Refused { reason } }
}
