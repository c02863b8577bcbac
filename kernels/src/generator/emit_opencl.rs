//! OpenCL C 1.2, over one word or over vectors of them.

use std::fmt::Write;

use super::expression::{self, Language, SLOTS};
use super::search::{ByteOrder, Search};
use super::variant::Variant;

struct OpenCl {
    /// `const uint` or `const uint16`.
    declare: String,
    /// `uint` or `uint16`.
    word: String,
}

impl Language for OpenCl {
    fn declare(&self) -> &str {
        &self.declare
    }

    fn rotate_right(&self, word: &str, count: u32) -> String {
        format!("rotate({word}, ({}){}u)", self.word, 32 - count)
    }

    // An operand may be a parameter, which is one word where the others are vectors.
    fn choose(&self, by: &str, set: &str, clear: &str) -> Option<String> {
        let word = &self.word;
        Some(format!("bitselect(({word})({clear}), ({word})({set}), ({word})({by}))"))
    }
}

/// A program with the kernel `search`: what the launch carries in its first argument, its hits in the second, as many words
/// from the start as in the other languages.
pub(crate) fn emit(search: &Search, variant: &Variant) -> String {
    let Variant { nonces_per_thread, group_size, lanes, .. } = variant;
    let word = if *lanes == 1 { "uint".to_owned() } else { format!("uint{lanes}") };
    let language = OpenCl { declare: format!("const {word}"), word: word.clone() };
    let carried = expression::carried(search, variant);
    let (body, outputs) = expression::body(search, variant, &language);
    let step = expression::step(search);
    let mut text = format!(
        "\
inline uint swap(uint word) {{ return (word << 24) | ((word & 0xff00u) << 8) | ((word >> 8) & 0xff00u) | (word >> 24); }}

inline void report(__constant uint* launch, volatile __global uint* found, uint word, uint version) {{
    const uint nonce = {};
    if (nonce - launch[1] >= launch[2]) return;
    const uint slot = atomic_inc(found);
    if (slot < {SLOTS}u) {{ found[4 + 2 * slot] = nonce; found[5 + 2 * slot] = version; }}
}}

__kernel __attribute__((reqd_work_group_size({group_size}, 1, 1)))
void search(__constant uint* launch, volatile __global uint* found) {{
",
        in_order(search.order(), "word"),
    );
    for (i, name) in carried.iter().enumerate() {
        writeln!(text, "    const uint {name} = launch[{i}];").expect("a string takes everything");
    }
    let offsets: Vec<String> = (0..*lanes).map(|lane| format!("{:#x}u", lane.wrapping_mul(step))).collect();
    write!(
        text,
        "    const uint start = base + (uint)get_global_id(0) * {nonces_per_thread}u;
    {word} word = {} + ({word})({});
    for (uint i = 0; i < {}u; i++) {{
{body}",
        in_order(search.order(), "start"),
        offsets.join(", "),
        nonces_per_thread / lanes,
    )
    .expect("a string takes everything");
    for (version, output) in outputs.iter().enumerate() {
        for lane in 0..*lanes {
            let part = if *lanes == 1 { String::new() } else { format!(".s{lane:x}") };
            writeln!(text, "        if (({output}{part} & mask) == 0u) report(launch, found, word{part}, {version}u);")
                .expect("a string takes everything");
        }
    }
    text + &format!("        word += {:#x}u;\n    }}\n}}\n", lanes.wrapping_mul(step))
}

/// A nonce as the algorithm reads it, and back.
fn in_order(order: ByteOrder, word: &str) -> String {
    match order {
        ByteOrder::Big => format!("swap({word})"),
        ByteOrder::Little => word.to_owned(),
    }
}
