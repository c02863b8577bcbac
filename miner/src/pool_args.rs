//! How pools are reached and logged in to: the switches that mining and the pool's tools share.

use std::time::Duration;

use hashkit_chain::Algorithm;
use hashkit_stratum::Login;

use crate::cli::words;
use crate::config;
use crate::session::{Expected, Host, Password, PoolAddress, Trust, Way};
use crate::stop::parse_time;

/// How pools are reached.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The way to the pool")]
pub(crate) struct WayArgs {
    /// Reach pools through a proxy: socks5://host:port or http://host:port; a login stands before the host, user:password@
    ///
    /// The proxy looks the pools' names up, so that names of Tor work. `env:NAME` and `file:PATH` in the place of the password
    /// keep it out of the process list.
    #[arg(long, value_name = "URL", env = "HASHKIT_PROXY", hide_env_values = true, hide_short_help = true)]
    proxy: Option<String>,

    /// Connect from this address of the machine, or over this network interface
    #[arg(long, value_name = "ADDRESS|INTERFACE", env = "HASHKIT_CONNECT_FROM", hide_short_help = true)]
    connect_from: Option<String>,
}

impl WayArgs {
    /// The way, with what the configuration says where these say nothing; what is wrong with it is told to `problems`.
    pub(crate) fn way(self, config: &mut config::Mine, problems: &mut Vec<String>) -> Way {
        let mut way = Way::default();
        if let Some(text) = self.proxy.or(config.proxy.take()).filter(|text| !text.is_empty()) {
            match text.parse() {
                Ok(proxy) => way.proxy = Some(proxy),
                Err(error) => problems.push(error.to_string()),
            }
        }
        if let Some(text) = self.connect_from.or(config.connect_from.take()).filter(|text| !text.is_empty()) {
            match text.parse() {
                Ok(origin) => way.origin = Some(origin),
                Err(error) => problems.push(error.to_string()),
            }
        }
        way
    }
}

/// Whom the user expects blocks to pay.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Honesty of the pool")]
pub(crate) struct ExpectArgs {
    /// The address that the pool's blocks have to pay: for pools that pay their miners in the block itself
    #[arg(long, value_name = "ADDRESS", hide_short_help = true)]
    expect_address: Option<String>,

    /// How much of the reward it has to get, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100), default_value_t = 90, hide_short_help = true)]
    expect_share: u8,
}

impl ExpectArgs {
    /// What is expected, where anything is; what is wrong with it is told to `problems`.
    pub(crate) fn expected(&self, algorithm: Algorithm, problems: &mut Vec<String>) -> Option<Expected> {
        let address = self.expect_address.as_deref().filter(|address| !address.is_empty())?;
        match Expected::new(address, f64::from(self.expect_share) / 100.0, algorithm) {
            Ok(expected) => Some(expected),
            Err(error) => {
                problems.push(error.to_string());
                None
            }
        }
    }
}

/// How a tool visits pools.
#[derive(Debug, clap::Args)]
pub(crate) struct VisitArgs {
    /// The name to log in with; some pools take none but an account or address of theirs
    #[arg(long, value_name = "NAME", env = "HASHKIT_USER", default_value = "hashkit.visit")]
    user: String,

    /// The password; `file:PATH` and `env:NAME` keep it out of the process list
    #[arg(long, value_name = "PASSWORD", env = "HASHKIT_PASS", hide_env_values = true, default_value = "x")]
    pass: String,

    /// What the pool's jobs are hashed with
    #[arg(long, value_name = "NAME", default_value = "sha256d", value_parser = words::algorithm())]
    pub(crate) algorithm: Algorithm,

    /// How long an address may take to accept the connection
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "10s", hide_short_help = true)]
    connect_timeout: Duration,

    /// How long the pool may take from the connection to the first job
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "30s", hide_short_help = true)]
    pub(crate) login_timeout: Duration,

    #[command(flatten)]
    way: WayArgs,
}

impl VisitArgs {
    /// The password in plain, wherever it stands.
    ///
    /// # Errors
    /// When it cannot be had from there.
    pub(crate) fn password(&self) -> Result<String, String> {
        Password::resolve(&self.pass).map(|password| password.reveal().to_owned()).map_err(|error| error.to_string())
    }

    /// The pools at `urls`, ready to be visited.
    ///
    /// # Errors
    /// Everything that is wrong with what was given.
    pub(crate) fn hosts<'u>(
        self,
        urls: impl IntoIterator<Item = &'u String>,
        config: &mut config::Mine,
    ) -> Result<Vec<Host>, String> {
        let mut problems = Vec::new();
        let way = self.way.way(config, &mut problems);
        let password = Password::resolve(&self.pass).unwrap_or_else(|error| {
            problems.push(error.to_string());
            Password::usual()
        });
        let mut hosts = Vec::new();
        for url in urls {
            let pool: PoolAddress = match url.parse() {
                Ok(pool) => pool,
                Err(error) => {
                    problems.push(format!("{error}"));
                    continue;
                }
            };
            let trust = match pool.tls.as_ref().map(Trust::load).transpose() {
                Ok(trust) => trust,
                Err(error) => {
                    problems.push(format!("{pool}: {error}"));
                    None
                }
            };
            let mut login = Login::new(&pool.place.host, &self.user, password.reveal(), self.algorithm);
            login.extranonce_subscribe = pool.extranonce_subscribe;
            login.deadlines.login = self.login_timeout;
            hosts.push(Host { pool, trust, way: way.clone(), login, connect: self.connect_timeout });
        }
        if problems.is_empty() { Ok(hosts) } else { Err(problems.join("\n  also: ")) }
    }
}
