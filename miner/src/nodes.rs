//! The nodes whose templates are mined, and whom the blocks pay: checked as far as they can be before anything starts.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use hashkit_chain::{AddressError, Algorithm, Network, Payout};
use hashkit_pool::{Credentials, Node, NodeError};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::state::state_folder;

/// The nodes, and whom their blocks pay.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Nodes and payout")]
pub(crate) struct NodeArgs {
    /// A node that proposes blocks and takes them: http://user:password@host:port, or http://host:port with --cookie
    #[arg(long = "node", value_name = "URL", hide_env_values = true, env = "HASHKIT_NODE", value_delimiter = ',')]
    pub(crate) nodes: Vec<String>,

    /// The file with the node's login, which it writes at every start; one for all nodes, or one a node in their order
    #[arg(long = "cookie", value_name = "FILE")]
    pub(crate) cookies: Vec<PathBuf>,

    /// Whom the blocks pay: an address of the nodes' network; more than one as ADDRESS=WEIGHT, to share in proportion
    #[arg(long = "address", value_name = "ADDRESS")]
    pub(crate) addresses: Vec<String>,

    /// Where found blocks are kept until a node has taken them [default: hashkit/blocks in the folder for state]
    ///
    /// The folder for state is ~/.local/state, unless the environment names another (XDG).
    #[arg(long = "blocks", value_name = "FOLDER", env = "HASHKIT_BLOCKS", hide_short_help = true)]
    pub(crate) blocks: Option<PathBuf>,

    /// Keep this file up to date with metrics in the text form of Prometheus, as its node exporter reads them
    #[arg(long = "metrics", value_name = "FILE", hide_short_help = true)]
    pub(crate) metrics: Option<PathBuf>,

    /// The text that the blocks carry
    #[arg(long, value_name = "TEXT", default_value = "hashkit", hide_short_help = true)]
    pub(crate) coinbase_tag: String,
}

/// Nodes and payout, as far as they can be checked without asking a node.
#[derive(Debug, Clone)]
pub(crate) struct Nodes {
    /// At least one.
    pub(crate) all: Vec<Node>,
    /// At least one address with its weight.
    payees: Vec<(String, u64)>,
    tag: Vec<u8>,
    /// Files with logins.
    cookies: Vec<PathBuf>,
    /// Where found blocks are kept; `None` where this user has no folder for state.
    blocks: Option<PathBuf>,
    /// Where metrics are kept.
    pub(crate) metrics: Option<PathBuf>,
}

impl NodeArgs {
    /// Checks what was given. An address with a wrong letter is found here, whether a node answers or not.
    ///
    /// # Errors
    /// Everything that is wrong, each with the next step.
    pub(crate) fn check(&self, algorithm: Algorithm) -> Result<Nodes, Vec<String>> {
        let mut problems = Vec::new();
        let nodes = self.open(&mut problems);
        if self.addresses.is_empty() {
            problems.push("the blocks of a node have to pay somebody: give --address ADDRESS".to_owned());
        }
        let mut payees = Vec::new();
        for text in &self.addresses {
            match payee(text).and_then(|payee| is_an_address(&payee.0, algorithm).map(|()| payee)) {
                Ok(payee) => payees.push(payee),
                Err(error) => problems.push(error),
            }
        }
        let tag = self.coinbase_tag.clone().into_bytes();
        let (cookies, blocks) = (self.cookies.clone(), self.blocks.clone().or_else(usual_blocks));
        let metrics = self.metrics.clone();
        if problems.is_empty() {
            Ok(Nodes { all: nodes, payees, tag, cookies, blocks, metrics })
        } else {
            Err(problems)
        }
    }

    /// Nodes that nothing is mined on.
    pub(crate) fn only(nodes: &[String], cookies: &[PathBuf]) -> Self {
        let (nodes, cookies, addresses) = (nodes.to_vec(), cookies.to_vec(), Vec::new());
        Self { nodes, cookies, addresses, blocks: None, metrics: None, coinbase_tag: String::new() }
    }

    /// The nodes alone, and what is wrong with their addresses.
    pub(crate) fn open(&self, problems: &mut Vec<String>) -> Vec<Node> {
        let urls: Vec<&str> = self.nodes.iter().map(|url| url.trim()).filter(|url| !url.is_empty()).collect();
        if urls.is_empty() {
            problems.push("there is no node to ask for blocks: give --node http://user:password@host:port".to_owned());
        }
        if self.cookies.len() > 1 && self.cookies.len() != urls.len() {
            let (cookies, nodes) = (self.cookies.len(), urls.len());
            problems.push(format!("{cookies} cookie files for {nodes} nodes: give one for all, or one for each"));
        }
        let mut nodes = Vec::new();
        for (number, url) in urls.iter().enumerate() {
            let cookie = self.cookies.get(number).or(self.cookies.first());
            let credentials = cookie.cloned().map_or(Credentials::FromAddress, Credentials::Cookie);
            match Node::new(url, credentials) {
                Ok(node) => nodes.push(node),
                Err(error) => problems.push(error.to_string()),
            }
        }
        nodes
    }
}

fn usual_blocks() -> Option<PathBuf> {
    Some(state_folder()?.join("blocks"))
}

/// `ADDRESS` or `ADDRESS=WEIGHT`.
fn payee(text: &str) -> Result<(String, u64), String> {
    let Some((address, weight)) = text.split_once('=') else { return Ok((text.to_owned(), 1)) };
    match weight.parse() {
        Ok(weight @ 1..=1_000_000) => Ok((address.to_owned(), weight)),
        _ => {
            Err(format!("{weight:?} is no weight: write a whole number from 1 to 1000000 behind the address, A=9 B=1"))
        }
    }
}

/// Whether some network of the algorithm's coins could pay it. Which one it has to be only the node can tell.
fn is_an_address(address: &str, algorithm: Algorithm) -> Result<(), String> {
    let networks: &[Network] = match algorithm {
        Algorithm::Scrypt => &[Network::Litecoin, Network::LitecoinTest, Network::LitecoinRegtest],
        _ => &[Network::Bitcoin, Network::BitcoinTest, Network::BitcoinRegtest],
    };
    let mut error = None;
    for network in networks {
        match network.script_of(address) {
            Ok(_) => return Ok(()),
            // Of another network of the coin, perhaps: a later one may know it. A damaged one none will.
            Err(problem @ AddressError::Malformed { .. }) => return Err(problem.to_string()),
            Err(problem) => error = error.or(Some(problem.to_string())),
        }
    }
    let error = error.unwrap_or_default();
    Err(format!("{error}; --algorithm {} is for another coin than this address", algorithm.name()))
}

impl Nodes {
    /// The payout on `network`.
    ///
    /// # Errors
    /// [`AddressError`] when an address is of another one.
    pub(crate) fn payout(&self, network: Network) -> Result<Payout, AddressError> {
        let mut scripts = Vec::new();
        for (address, weight) in &self.payees {
            scripts.push((network.script_of(address)?, *weight));
        }
        let last = scripts.pop().expect("checked: there is an address");
        let mut payout = Payout::divided(scripts, last);
        payout.tag.clone_from(&self.tag);
        Ok(payout)
    }

    /// The first.
    pub(crate) fn first(&self) -> Node {
        self.all.first().expect("checked: there is a node").clone()
    }

    /// The dry run's words on them: never with a password.
    pub(crate) fn describe(&self, out: &mut impl Write) -> io::Result<()> {
        self.all.iter().try_for_each(|node| writeln!(out, "node    {}", node.name()))
    }

    /// The dry run's words on files.
    pub(crate) fn describe_files(&self, out: &mut impl Write) -> io::Result<()> {
        self.cookies.iter().try_for_each(|cookie| writeln!(out, "files   {}", cookie.display()))?;
        self.metrics.iter().try_for_each(|path| writeln!(out, "files   {}  for metrics", path.display()))?;
        match &self.blocks {
            Some(folder) => writeln!(out, "files   {}  for found blocks", folder.display()),
            None => Ok(()),
        }
    }

    /// Where blocks of `network` are kept.
    pub(crate) fn blocks_of(&self, network: Network) -> Option<PathBuf> {
        self.blocks.as_ref().map(|folder| folder.join(network.name().replace(' ', "-")))
    }

    /// The network of the first node that answers, asked again while that may help; for ever without a limit.
    ///
    /// # Errors
    /// What a node says when none will answer without somebody doing something, or the limit is reached.
    pub(crate) async fn network(&self, algorithm: Algorithm, limit: Option<Duration>) -> Result<Network, NodeError> {
        let start = Instant::now();
        let mut said = String::new();
        let mut pause = Duration::from_millis(100);
        loop {
            let error = match self.ask_for_network(algorithm).await {
                Ok(network) => return Ok(network),
                Err(error) => error,
            };
            if !error.may_pass() || limit.is_some_and(|limit| start.elapsed() + pause > limit) {
                return Err(error);
            }
            let words = error.to_string();
            if words != said {
                tracing::warn!("waiting: {words}");
                said = words;
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }

    /// Asks all at once. Of several failures one that may pass counts, because asking again may help then.
    async fn ask_for_network(&self, algorithm: Algorithm) -> Result<Network, NodeError> {
        let mut asked = JoinSet::new();
        for node in self.all.clone() {
            asked.spawn(async move { node.network(algorithm).await });
        }
        let mut failure: Option<NodeError> = None;
        while let Some(answer) = asked.join_next().await {
            match answer.expect("asking a node does not panic") {
                Ok(network) => return Ok(network),
                Err(error) if failure.is_none() || error.may_pass() => failure = Some(error),
                Err(_) => {}
            }
        }
        Err(failure.expect("checked: there is a node"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(nodes: &[&str], addresses: &[&str]) -> NodeArgs {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        NodeArgs {
            nodes: own(nodes),
            cookies: vec![],
            addresses: own(addresses),
            blocks: None,
            metrics: None,
            coinbase_tag: "t".into(),
        }
    }

    const NODE: &str = "http://u:p@127.0.0.1:8332";
    const REGTEST: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    const MAIN: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

    #[test]
    fn what_is_wrong_is_known_before_a_node_is_asked() {
        for (case, nodes, addresses, algorithm, words) in [
            ("all is well", &[NODE][..], &[MAIN][..], Algorithm::Sha256d, None),
            ("shares", &[NODE], &[&format!("{MAIN}=9"), &format!("{MAIN}=1")], Algorithm::Sha256d, None),
            ("no node", &[], &[MAIN], Algorithm::Sha256d, Some("there is no node")),
            ("an empty variable", &[" "], &[MAIN], Algorithm::Sha256d, Some("there is no node")),
            ("no address", &[NODE], &[], Algorithm::Sha256d, Some("have to pay somebody")),
            ("no port", &["http://u:p@node"], &[MAIN], Algorithm::Sha256d, Some("names no port")),
            ("one letter wrong", &[NODE], &[&MAIN.replace("w508", "w509")], Algorithm::Sha256d, Some("copy it again")),
            ("another coin", &[NODE], &[MAIN], Algorithm::Scrypt, Some("begin with ltc1")),
            ("no weight", &[NODE], &[&format!("{MAIN}=0")], Algorithm::Sha256d, Some("is no weight")),
        ] {
            let problems = asked(nodes, addresses).check(algorithm).err().unwrap_or_default().join("; ");
            match words {
                None => assert_eq!(problems, "", "{case}"),
                Some(words) => assert!(problems.contains(words), "{case}: {problems:?}"),
            }
            assert!(!problems.contains("u:p"), "{case}: {problems:?}");
        }
    }

    #[test]
    fn an_address_of_another_network_is_refused_once_the_network_is_known() {
        let nodes = asked(&[NODE], &[REGTEST]).check(Algorithm::Sha256d).expect("well formed");
        assert!(nodes.payout(Network::BitcoinRegtest).is_ok());
        let error = nodes.payout(Network::Bitcoin).expect_err("another network").to_string();
        assert!(error.contains("bitcoin addresses begin with"), "{error}");
    }
}
