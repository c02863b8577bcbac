//! The pools to mine on, each with a login of its own, and how they share the devices.

use hashkit_chain::Algorithm;

use crate::config;
use crate::session::{Expected, Password, PoolAddress, PoolEntry, Trust, Way};

/// Which pools, who logs in, and how they share the devices.
#[derive(Debug, clap::Args)]
pub(super) struct PoolArgs {
    /// A pool: stratum+tcp://host:port, stratum+tls://host:port, or host:port alone; more than one for failover in this order
    ///
    /// Behind it may stand, joined by &: #xnsub to ask the pool for new extranonces while connected; #weight=N for its part of the
    /// work with --strategy quota; #algorithm=NAME where its jobs are hashed with another than --algorithm says; #ca=FILE to trust the authorities in a PEM file instead of this machine's; #pin=SHA256 to trust
    /// the certificate with this fingerprint alone.
    #[arg(long = "pool", value_name = "URL", env = "HASHKIT_POOL", value_delimiter = ',')]
    pools: Vec<String>,

    /// The name to log in with: often account.worker, or a payout address; one for all pools, or one a pool in their order
    #[arg(long = "user", value_name = "NAME", env = "HASHKIT_USER")]
    users: Vec<String>,

    /// The password; `file:PATH` and `env:NAME` keep it out of the process list; one for all, or one a pool [default: x]
    #[arg(long = "pass", value_name = "PASSWORD", env = "HASHKIT_PASS", hide_env_values = true)]
    passwords: Vec<String>,

    /// How several pools share the devices [default: failover]
    #[arg(long, value_name = "NAME", value_enum)]
    strategy: Option<Strategy>,

    /// What the devices do while no pool is usable
    #[arg(long, value_name = "WHAT", value_enum, default_value = "rest", hide_short_help = true)]
    pub(super) when_idle: WhenIdle,
}

/// How several pools share the devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Strategy {
    /// All for the first that is alive
    Failover,
    /// By the weights behind the pools' addresses, #weight=N; 1 where none stands
    Quota,
    /// In equal parts
    Balance,
}

/// What the devices do while no pool is usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum WhenIdle {
    /// Nothing
    Rest,
    /// Mine a practice chain inside this process, for nothing
    Demo,
}

impl PoolArgs {
    /// The pools and their weights, with what the configuration says where these say nothing; what is wrong is told to `problems`.
    /// With failover all weights are one, and say nothing.
    pub(super) fn entries(
        self,
        config: &mut config::Mine,
        usual: Algorithm,
        way: &Way,
        expected: Option<&Expected>,
        problems: &mut Vec<String>,
    ) -> (Strategy, Vec<(u32, PoolEntry)>) {
        let before = problems.len();
        let texts = if self.pools.is_empty() { config.pools.take().unwrap_or_default() } else { self.pools };
        let mut pools: Vec<PoolAddress> = Vec::new();
        // An empty variable of the environment is as good as none.
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            match text.parse() {
                Ok(pool) => pools.push(pool),
                Err(error) => problems.push(error.to_string()),
            }
        }
        if pools.is_empty() && problems.len() == before {
            problems.push("there is no pool to mine on: give --pool URL and --user NAME, or --demo".to_owned());
        }
        let given = |list: Vec<String>, other: Option<Vec<String>>| {
            let list = if list.is_empty() { other.unwrap_or_default() } else { list };
            list.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>()
        };
        let users = given(self.users, config.user.take());
        if users.is_empty() {
            problems.push("the pool needs a name to log in with: give --user NAME".to_owned());
        }
        let passwords: Vec<Password> = given(self.passwords, config.pass.take())
            .iter()
            .filter_map(|text| Password::resolve(text).map_err(|error| problems.push(error.to_string())).ok())
            .collect();
        for (count, what) in [(users.len(), "names"), (passwords.len(), "passwords")] {
            if count > 1 && count != pools.len() {
                let wanted = "give one for all, or one for each in their order";
                problems.push(format!("{count} {what} for {} pools: {wanted}", pools.len()));
            }
        }
        let strategy = self.strategy.or(config.strategy).unwrap_or(Strategy::Failover);
        if strategy != Strategy::Quota && pools.iter().any(|pool| pool.weight.is_some()) {
            problems.push(
                "a pool has a #weight=, which counts with --strategy quota alone: give that, or leave it away"
                    .to_owned(),
            );
        }
        if strategy != Strategy::Failover && self.when_idle == WhenIdle::Demo {
            problems.push("--when-idle demo goes with --strategy failover alone: choose one of them".to_owned());
        }
        let mut entries = Vec::new();
        for (number, address) in pools.into_iter().enumerate() {
            let trust = address.tls.as_ref().map(Trust::load).transpose().unwrap_or_else(|error| {
                problems.push(format!("{address}: {error}"));
                None
            });
            let user = users.get(number).or(users.first()).cloned().unwrap_or_default();
            let password = passwords.get(number).or(passwords.first()).cloned().unwrap_or_else(Password::usual);
            let (weight, algorithm) = (address.weight.unwrap_or(1), address.algorithm.unwrap_or(usual));
            if expected.is_some() && algorithm != usual {
                problems.push(format!(
                    "{address} is of another algorithm than --expect-address: give no address, or mine there in a run of its own"
                ));
            }
            let (way, expected) = (way.clone(), expected.cloned());
            entries.push((weight, PoolEntry { address, trust, way, user, password, algorithm, expected }));
        }
        (strategy, entries)
    }
}
