//! What the generator wrote for processors, committed so that no build needs the generator.
//!
//! `cargo test -p hashkit-kernels` compares the files with what it writes today;
//! `HASHKIT_WRITE_GENERATED=1 cargo test -p hashkit-kernels the_generator_writes` brings them up to date.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub(super) mod assembly;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[rustfmt::skip]
pub(super) mod assembly_words;
#[rustfmt::skip]
pub(super) mod search;

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::path::Path;
    use std::{env, fs};

    use super::super::graph::{LoneGraph, SearchGraph, work_words};
    use crate::generator::emit_lanes::Function;
    use crate::generator::graph::Word;

    fn named(words: &[Word], name: impl Fn(usize) -> String) -> HashMap<Word, String> {
        words.iter().enumerate().map(|(i, word)| (*word, name(i))).collect()
    }

    fn search_module() -> String {
        let search = SearchGraph::new();
        let graph = &search.graph;
        let inputs = || {
            let mut given = named(&search.tail, |i| format!("$tail[{i}]"));
            given.extend(named(&search.midstate, |i| format!("$midstate[{i}]")));
            given
        };
        let schedule_words = work_words(graph, &search.rows);
        let version_words = work_words(graph, &[search.last_word]);
        let mut schedule_given = named(&schedule_words, |i| format!("L::splat($isa, $work[{i}])"));
        schedule_given.insert(search.nonce, "$nonces".to_owned());
        let mut hash_given = named(&version_words, |i| format!("L::splat($isa, $version[{i}])"));
        hash_given.extend(named(&search.row_inputs, |i| format!("$rows[{i}]")));
        let lone = LoneGraph::new();
        let lone_words = work_words(&lone.graph, &[lone.last_word]);
        let mut lone_inputs = named(&lone.tail, |i| format!("$tail[{i}]"));
        lone_inputs.extend(named(&lone.midstate, |i| format!("$midstate[{i}]")));
        let mut lone_given = named(&lone_words, |i| format!("L::splat($isa, $lone[{i}])"));
        lone_given.insert(lone.nonce, "$nonces".to_owned());
        let lone_functions = [
            Function {
                doc: "What the hash of a nonce in a single version needs of that.",
                name: "lone_words",
                parameters: &[("midstate", "&[L; 8]".to_owned()), ("tail", "&[L; 3]".to_owned())],
                given: lone_inputs,
                outputs: &lone_words,
            },
            Function {
                doc: "The last word of the hash, less `LAST_WORD_OFFSET`, where no other version shares the rows.",
                name: "lone_last_word",
                parameters: &[("lone", format!("&[u32; {}]", lone_words.len())), ("nonces", "L".to_owned())],
                given: lone_given,
                outputs: &[lone.last_word],
            },
        ];
        let functions = [
            Function {
                doc: "What the rows need of a work.",
                name: "schedule_words",
                parameters: &[("tail", "&[L; 3]".to_owned())],
                given: inputs(),
                outputs: &schedule_words,
            },
            Function {
                doc: "What the hash needs of a version.",
                name: "version_words",
                parameters: &[("midstate", "&[L; 8]".to_owned()), ("tail", "&[L; 3]".to_owned())],
                given: inputs(),
                outputs: &version_words,
            },
            Function {
                doc: "What all versions share of a nonce: the nonce, and `W + K` of rounds 18 to 63.",
                name: "rows",
                parameters: &[("work", format!("&[u32; {}]", schedule_words.len())), ("nonces", "L".to_owned())],
                given: schedule_given,
                outputs: &search.rows,
            },
            Function {
                doc: "The last word of the hash, less `LAST_WORD_OFFSET`.",
                name: "last_word",
                parameters: &[
                    ("version", format!("&[u32; {}]", version_words.len())),
                    ("rows", format!("&[L; {}]", search.rows.len())),
                ],
                given: hash_given,
                outputs: &[search.last_word],
            },
        ];
        let constants = [
            ("Words that [`schedule_words`] gives.", "SCHEDULE_WORDS: usize", schedule_words.len().to_string()),
            ("Words that [`version_words`] gives.", "VERSION_WORDS: usize", version_words.len().to_string()),
            ("Words that [`lone_words`] gives.", "LONE_WORDS: usize", lone_words.len().to_string()),
            ("What [`last_word`] lacks.", "LAST_WORD_OFFSET: u32", format!("{:#010x}", search.last_word_offset)),
        ];
        let constants = constants
            .map(|(doc, name, value)| format!("\n/// {doc}\npub(in crate::sha256d) const {name} = {value};\n"));
        let functions = functions.map(|function| function.emit(graph)).concat();
        HEAD.to_owned()
            + &constants.concat()
            + &functions
            + &lone_functions.map(|function| function.emit(&lone.graph)).concat()
    }

    const HEAD: &str = "\
//! Written by the generator from `sha256d/graph.rs`: change that, not this.

#![expect(clippy::inline_always, reason = \"only code inlined into a function with the feature may use its instructions\")]
#![expect(clippy::unreadable_literal, reason = \"nobody reads a sum of constants\")]

use crate::simd::Lanes;
";

    fn files() -> Vec<(&'static str, String, &'static str)> {
        #[cfg_attr(
            not(all(target_arch = "x86_64", target_os = "linux")),
            expect(unused_mut, reason = "no assembly there")
        )]
        let mut files = vec![("search.rs", search_module(), include_str!("generated/search.rs"))];
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        {
            let (assemblies, words) = super::super::assembly::files();
            let committed = [
                ("rolled_half.s", include_str!("generated/rolled_half.s")),
                ("rolled_two_thirds.s", include_str!("generated/rolled_two_thirds.s")),
                ("plain_half.s", include_str!("generated/plain_half.s")),
                ("plain_two_thirds.s", include_str!("generated/plain_two_thirds.s")),
            ];
            files
                .extend(committed.into_iter().zip(assemblies).map(|((name, committed), text)| (name, text, committed)));
            files.push(("assembly_words.rs", words, include_str!("generated/assembly_words.rs")));
        }
        files
    }

    #[test]
    fn the_generator_writes_what_is_committed() {
        let writes = env::var_os("HASHKIT_WRITE_GENERATED").is_some();
        for (name, written, committed) in files() {
            if writes {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sha256d/generated").join(name);
                fs::write(path, written).expect("the source folder can be written to");
            } else {
                assert!(
                    written == committed,
                    "{name} differs: bring it up to date as this module's documentation says"
                );
            }
        }
    }

    /// Vector instructions with three-operand logic and rotations; the naive count is 3248.
    #[test]
    fn a_vector_of_hashes_takes_2846_operations_and_2415_when_16_versions_share_the_schedule() {
        let search = SearchGraph::new();
        let rows = search.graph.operations(&search.rows);
        let first = search.graph.operations(&search.first_hash);
        let second = search.graph.operations(&[search.last_word_from_inputs]) + COMPARISON;
        let hash = search.graph.operations(&[search.last_word]) + COMPARISON;
        assert_eq!((rows, first, second, hash), (460, 967, 1419, 2386));
        assert_eq!((rows + hash, (rows + 16 * hash).div_ceil(16)), (2846, 2415));
        let lone = LoneGraph::new();
        assert_eq!(lone.graph.operations(&[lone.last_word]) + COMPARISON, 2846);
    }

    const COMPARISON: usize = 1;
}
