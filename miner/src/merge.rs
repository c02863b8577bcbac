//! Child chains that are mined along with the parent's (merged mining), as the command line names them.

use std::io::{self, Write};
use std::path::PathBuf;

use hashkit_pool::{ChildChain, Credentials, Node};

/// The nodes of child chains, and whom their blocks pay.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Merged mining")]
pub(crate) struct MergeArgs {
    /// The node of a chain that is mined along, one for each: http://user:password@host:port
    #[arg(
        id = "merge_nodes",
        long = "merge-node",
        value_name = "URL",
        hide_env_values = true,
        env = "HASHKIT_MERGE_NODE",
        value_delimiter = ',',
        hide_short_help = true
    )]
    nodes: Vec<String>,

    /// Whom the blocks of that chain pay; one for each --merge-node, in their order
    #[arg(id = "merge_addresses", long = "merge-address", value_name = "ADDRESS", hide_short_help = true)]
    addresses: Vec<String>,

    /// The file with that node's login; one for all --merge-node, or one for each in their order
    #[arg(id = "merge_cookies", long = "merge-cookie", value_name = "FILE", hide_short_help = true)]
    cookies: Vec<PathBuf>,
}

impl MergeArgs {
    /// The chains.
    ///
    /// # Errors
    /// Everything that is wrong, each with the next step.
    pub(crate) fn check(&self) -> Result<Vec<ChildChain>, Vec<String>> {
        let mut problems = Vec::new();
        let urls: Vec<&str> = self.nodes.iter().map(|url| url.trim()).filter(|url| !url.is_empty()).collect();
        let (nodes, addresses, cookies) = (urls.len(), self.addresses.len(), self.cookies.len());
        if nodes != addresses {
            problems
                .push(format!("{nodes} --merge-node with {addresses} --merge-address: give one address for each node"));
        }
        if cookies > 1 && cookies != nodes {
            problems
                .push(format!("{cookies} --merge-cookie for {nodes} --merge-node: give one for all, or one for each"));
        }
        let mut children = Vec::new();
        for (number, (url, address)) in urls.iter().zip(&self.addresses).enumerate() {
            let cookie = self.cookies.get(number).or(self.cookies.first());
            let credentials = cookie.cloned().map_or(Credentials::FromAddress, Credentials::Cookie);
            match Node::new(url, credentials) {
                Ok(node) => children.push(ChildChain { node, address: address.clone() }),
                Err(error) => problems.push(error.to_string()),
            }
        }
        if problems.is_empty() { Ok(children) } else { Err(problems) }
    }

    /// The dry run's words on them: never with a password.
    pub(crate) fn describe(&self, out: &mut impl Write) -> io::Result<()> {
        for child in self.check().unwrap_or_default() {
            writeln!(out, "child   {}", child.node.name())?;
        }
        self.cookies.iter().try_for_each(|cookie| writeln!(out, "files   {}", cookie.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: &str = "http://u:hush@127.0.0.1:8336";

    #[test]
    fn each_child_has_a_node_and_an_address() {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        for (case, nodes, addresses, words) in [
            ("none", &[][..], &[][..], None),
            ("two", &[NODE, "http://u:hush@127.0.0.1:22555"], &["N1", "D1"], None),
            ("an empty variable", &[""], &[], None),
            ("no address", &[NODE], &[], Some("give one address for each node")),
            ("no node", &[], &["N1"], Some("give one address for each node")),
            ("no port", &["http://u:hush@node"], &["N1"], Some("names no port")),
        ] {
            let args = MergeArgs { nodes: own(nodes), addresses: own(addresses), cookies: Vec::new() };
            let problems = args.check().err().unwrap_or_default().join("; ");
            match words {
                None => assert_eq!(problems, "", "{case}"),
                Some(words) => assert!(problems.contains(words), "{case}: {problems}"),
            }
            assert!(!problems.contains("hush"), "{case}: {problems}");
        }
    }
}
