//! `hashkit solo`: a node's template becomes its block, on the practice chain and on nodes that are not ours.

mod bcoin;
mod litecoin;
mod lying;
mod merged;
mod practice;
mod trouble;
