//! WGSL, for everything that `wgpu` reaches: Vulkan, Metal, Direct3D 12.

use std::fmt::Write;

use super::emit_steps::{self, StepLanguage};
use super::expression::{self, Language, SLOTS};
use super::program::Program;
use super::search::{ByteOrder, Search};
use super::variant::{Rotate, Variant};

struct Wgsl;

impl Language for Wgsl {
    fn declare(&self) -> &'static str {
        "let"
    }

    fn rotate_right(&self, word: &str, count: u32) -> String {
        expression::funnel(word, word, count, Rotate::Literal)
    }

    fn choose(&self, _by: &str, _set: &str, _clear: &str) -> Option<String> {
        None
    }
}

/// A compute shader with the entry point `search`: what the launch carries in binding 0, its hits in binding 1.
pub(crate) fn emit(search: &Search, variant: &Variant) -> String {
    let carried = expression::carried(search, variant);
    let (body, outputs) = expression::body(search, variant, &Wgsl);
    let Variant { nonces_per_thread, group_size, .. } = variant;
    let mut text = head(carried.len(), search.order());
    writeln!(text, "{}", entry(*group_size)).expect("a string takes everything");
    for (i, name) in carried.iter().enumerate() {
        writeln!(text, "    let {name} = {};", place(i)).expect("a string takes everything");
    }
    let thread = format!("id.x + id.y * groups.x * {group_size}u");
    write!(
        text,
        "    let start = base + ({thread}) * {nonces_per_thread}u;
    var word = {};
    for (var i = 0u; i < {nonces_per_thread}u; i++) {{
{body}",
        in_order(search.order(), "start"),
    )
    .expect("a string takes everything");
    for (version, output) in outputs.iter().enumerate() {
        writeln!(text, "        if (({output} & mask) == 0u) {{ report(word, {version}u); }}")
            .expect("a string takes everything");
    }
    text + &format!("        word += {:#x}u;\n    }}\n}}\n", expression::step(search))
}

/// The same for steps; their scratch memory is binding 2.
pub(crate) fn emit_program(program: &Program, variant: &Variant) -> String {
    let carried = expression::carried_for_steps(program, variant);
    let Variant { group_size, at_once, .. } = variant;
    let table: Vec<String> = program.table.iter().map(|word| format!("{word:#x}u")).collect();
    let mut text = head(carried.len(), program.order);
    writeln!(
        text,
        "@group(0) @binding(2) var<storage, read_write> scratch: array<vec4<u32>>;
var<private> table: array<u32, {}> = array({});
{}",
        table.len(),
        table.join(", "),
        entry(*group_size),
    )
    .expect("a string takes everything");
    for (i, name) in carried.iter().enumerate() {
        writeln!(text, "    let {name} = {};", place(i)).expect("a string takes everything");
    }
    write!(
        text,
        "    let thread = id.x + id.y * groups.x * {group_size}u;
    if (thread >= {at_once}u) {{ return; }}
    for (var distance = thread; distance < count; distance += {at_once}u) {{
        let word = {};
{}        if (({} & mask) == 0u) {{ report(word, 0u); }}
    }}
}}
",
        in_order(program.order, "(first + distance)"),
        emit_steps::body(program, variant, &Wgsl),
        program.output,
    )
    .expect("a string takes everything");
    text
}

impl StepLanguage for Wgsl {
    fn declare_four(&self) -> &'static str {
        "let"
    }

    fn variable(&self, name: &str) -> String {
        format!("var {name}: u32;")
    }

    fn four(&self, words: &[String]) -> String {
        format!("vec4<u32>({})", words.join(", "))
    }
}

/// What every shader begins with.
fn head(carried: usize, order: ByteOrder) -> String {
    format!(
        "\
struct Launch {{ words: array<vec4<u32>, {}> }}
struct Found {{ count: atomic<u32>, reserved: array<u32, 3>, hits: array<vec2<u32>, {SLOTS}> }}
@group(0) @binding(0) var<uniform> launch: Launch;
@group(0) @binding(1) var<storage, read_write> found: Found;
{SWAP}
fn report(word: u32, version: u32) {{
    let nonce = {};
    if (nonce - {} >= {}) {{ return; }}
    let slot = atomicAdd(&found.count, 1u);
    if (slot < {SLOTS}u) {{ found.hits[slot] = vec2<u32>(nonce, version); }}
}}
",
        carried.div_ceil(4),
        in_order(order, "word"),
        place(1),
        place(2),
    )
}

fn entry(group_size: u32) -> String {
    format!(
        "\
@compute @workgroup_size({group_size})
fn search(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {{"
    )
}

const SWAP: &str = "
fn swap(word: u32) -> u32 {
    return (word << 24u) | ((word & 0xff00u) << 8u) | ((word >> 8u) & 0xff00u) | (word >> 24u);
}
";

/// A word of what the launch carries.
fn place(index: usize) -> String {
    format!("launch.words[{}].{}", index / 4, ["x", "y", "z", "w"][index % 4])
}

/// A nonce as the algorithm reads it, and back.
fn in_order(order: ByteOrder, word: &str) -> String {
    match order {
        ByteOrder::Big => format!("swap({word})"),
        ByteOrder::Little => word.to_owned(),
    }
}
