//! `hashkit solo`: a node's template becomes its block, on the practice chain and on nodes that are not ours.

mod bcoin;
mod litecoin;
mod practice;
mod trouble;
