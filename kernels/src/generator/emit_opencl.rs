//! OpenCL C 1.2, over one word or over vectors of them.

use std::fmt::Write;

use super::emit_steps::{self, StepLanguage};
use super::expression::{self, Language, SLOTS};
use super::program::Program;
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
    let mut text = head(search.order());
    writeln!(text, "{}\nvoid search(__constant uint* launch, volatile __global uint* found) {{", entry(*group_size))
        .expect("a string takes everything");
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

/// The same for steps; their scratch memory is the third argument.
pub(crate) fn emit_program(program: &Program, variant: &Variant) -> String {
    let language = OpenCl { declare: "const uint".to_owned(), word: "uint".to_owned() };
    let carried = expression::carried_for_steps(program, variant);
    let Variant { group_size, at_once, .. } = variant;
    let table: Vec<String> = program.table.iter().map(|word| format!("{word:#x}u")).collect();
    let mut text = head(program.order);
    writeln!(
        text,
        "__constant uint table[{}] = {{ {} }};
{}
void search(__constant uint* launch, volatile __global uint* found, __global uint4* scratch) {{",
        table.len(),
        table.join(", "),
        entry(*group_size),
    )
    .expect("a string takes everything");
    for (i, name) in carried.iter().enumerate() {
        writeln!(text, "    const uint {name} = launch[{i}];").expect("a string takes everything");
    }
    write!(
        text,
        "    const uint thread = (uint)get_global_id(0);
    if (thread >= {at_once}u) return;
    for (uint distance = thread; distance < count; distance += {at_once}u) {{
        const uint word = {};
{}        if (({} & mask) == 0u) report(launch, found, word, 0u);
    }}
}}
",
        in_order(program.order, "(first + distance)"),
        emit_steps::body(program, variant, &language),
        program.output,
    )
    .expect("a string takes everything");
    text
}

impl StepLanguage for OpenCl {
    fn declare_four(&self) -> &'static str {
        "const uint4"
    }

    fn variable(&self, name: &str) -> String {
        format!("uint {name};")
    }

    fn four(&self, words: &[String]) -> String {
        format!("(uint4)({})", words.join(", "))
    }
}

/// What every program begins with.
fn head(order: ByteOrder) -> String {
    format!(
        "\
inline uint swap(uint word) {{ return (word << 24) | ((word & 0xff00u) << 8) | ((word >> 8) & 0xff00u) | (word >> 24); }}

inline void report(__constant uint* launch, volatile __global uint* found, uint word, uint version) {{
    const uint nonce = {};
    if (nonce - launch[1] >= launch[2]) return;
    const uint slot = atomic_inc(found);
    if (slot < {SLOTS}u) {{ found[4 + 2 * slot] = nonce; found[5 + 2 * slot] = version; }}
}}

",
        in_order(order, "word"),
    )
}

fn entry(group_size: u32) -> String {
    format!("__kernel __attribute__((reqd_work_group_size({group_size}, 1, 1)))")
}

/// A nonce as the algorithm reads it, and back.
fn in_order(order: ByteOrder, word: &str) -> String {
    match order {
        ByteOrder::Big => format!("swap({word})"),
        ByteOrder::Little => word.to_owned(),
    }
}
