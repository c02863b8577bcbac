//! PTX, the assembly that NVIDIA's driver takes.

use std::collections::HashMap;
use std::fmt::Write;

use super::expression::{self, SLOTS};
use super::graph::{Node, Word};
use super::search::{ByteOrder, Search};
use super::variant::{Add, Rotate, Variant};

/// The language's version and the oldest architecture that a driver may compile it for: Turing, the first with the second
/// integer pipe that [`Add::OpaqueOne`] wants. Older cards are reached through Vulkan and OpenCL.
const HEAD: &str = ".version 6.4\n.target sm_75\n.address_size 64\n";

/// A module with the entry `search`: what the launch carries in its first parameter, by value, the address of its hits in
/// the second. Bits are always chosen with the three-operand instruction, whatever the variant says of them.
pub(crate) fn emit(search: &Search, variant: &Variant) -> String {
    let carried = expression::carried(search, variant);
    let (body, outputs, words) = body(search, variant);
    let Variant { nonces_per_thread, group_size, .. } = variant;
    let swap = |to: &str, from: &str| match search.order() {
        ByteOrder::Big => format!("prmt.b32 {to}, {from}, 0, 0x0123;"),
        ByteOrder::Little => format!("mov.b32 {to}, {from};"),
    };
    let mut text = format!(
        "{HEAD}
.visible .entry search(.param .align 4 .b8 launch[{}], .param .u64 found)
.reqntid {group_size}, 1, 1
{{
    .reg .pred %is_miss, %is_full, %is_left;
    .reg .b64 %found, %place, %offset;
    .reg .b32 %thread, %group, %groups, %start, %word, %i, %bits, %nonce, %distance, %slot;
    .reg .b32 %v<{words}>;
",
        4 * carried.len(),
    );
    for (i, name) in carried.iter().enumerate() {
        writeln!(text, "    .reg .b32 %{name};\n    ld.param.u32 %{name}, [launch+{}];", 4 * i)
            .expect("a string takes everything");
    }
    write!(
        text,
        "    ld.param.u64 %found, [found];
    cvta.to.global.u64 %found, %found;
    mov.u32 %thread, %tid.x;
    mov.u32 %group, %ctaid.x;
    mad.lo.u32 %thread, %group, {group_size}, %thread;
    mad.lo.u32 %start, %thread, {nonces_per_thread}, %base;
    {}
    mov.u32 %i, {nonces_per_thread};
NEXT:
{body}",
        swap("%word", "%start"),
    )
    .expect("a string takes everything");
    for (version, output) in outputs.iter().enumerate() {
        write!(
            text,
            "    and.b32 %bits, {output}, %mask;
    setp.ne.u32 %is_miss, %bits, 0;
    @%is_miss bra MISS{version};
    {}
    sub.u32 %distance, %nonce, %first;
    setp.ge.u32 %is_miss, %distance, %count;
    @%is_miss bra MISS{version};
    atom.global.add.u32 %slot, [%found], 1;
    setp.ge.u32 %is_full, %slot, {SLOTS};
    @%is_full bra MISS{version};
    mul.wide.u32 %offset, %slot, 8;
    add.u64 %place, %found, %offset;
    st.global.u32 [%place+16], %nonce;
    st.global.u32 [%place+20], {version};
MISS{version}:
",
            swap("%nonce", "%word"),
        )
        .expect("a string takes everything");
    }
    text + &format!(
        "    add.u32 %word, %word, {:#x};
    sub.u32 %i, %i, 1;
    setp.ne.u32 %is_left, %i, 0;
    @%is_left bra NEXT;
    ret;
}}
",
        expression::step(search),
    )
}

/// The instructions that compute the outputs from `%word`, where the outputs are, and how many registers that takes.
fn body(search: &Search, variant: &Variant) -> (String, Vec<String>, usize) {
    let mut names: HashMap<Word, String> = HashMap::from([(search.nonce(), "%word".to_owned())]);
    names.extend(search.parameters().iter().enumerate().map(|(i, word)| (*word, format!("%p{i}"))));
    let mut text = String::new();
    let mut words = 0;
    for (word, node) in search.code() {
        let name = |word: Word| match search.node(word) {
            Node::Literal(value) => format!("{value:#x}"),
            _ => names[&word].clone(),
        };
        let to = format!("%v{words}");
        words += 1;
        let instruction = match node {
            Node::Literal(_) | Node::Input(..) => unreachable!("a search computes neither"),
            Node::Add(a, b) => match variant.add {
                Add::Plain => format!("add.u32 {to}, {}, {}", name(a), name(b)),
                Add::OpaqueOne => format!("mad.lo.u32 {to}, {}, %one, {}", name(a), name(b)),
            },
            Node::RotateRight(a, count) => match variant.rotate {
                Rotate::Uniform => format!("shf.r.wrap.b32 {to}, {0}, {0}, %r{count}", name(a)),
                Rotate::Literal | Rotate::Builtin => format!("shf.r.wrap.b32 {to}, {0}, {0}, {count}", name(a)),
            },
            Node::ShiftRight(a, count) => format!("shr.u32 {to}, {}, {count}", name(a)),
            Node::FunnelRight(high, low, count) => match variant.rotate {
                Rotate::Uniform => format!("shf.r.wrap.b32 {to}, {}, {}, %r{count}", name(low), name(high)),
                Rotate::Literal | Rotate::Builtin => {
                    format!("shf.r.wrap.b32 {to}, {}, {}, {count}", name(low), name(high))
                }
            },
            Node::Xor(a, b) => format!("xor.b32 {to}, {}, {}", name(a), name(b)),
            Node::Xor3(a, b, c) => ternary(&to, [a, b, c].map(name), 0x96),
            Node::Choose(a, b, c) => ternary(&to, [a, b, c].map(name), 0xca),
            Node::Majority(a, b, c) => ternary(&to, [a, b, c].map(name), 0xe8),
            Node::FlipWhere(a, b, c) => ternary(&to, [a, b, c].map(name), 0xd2),
        };
        writeln!(text, "    {instruction};").expect("a string takes everything");
        names.insert(word, to);
    }
    let outputs = search.outputs().iter().map(|word| names[word].clone()).collect();
    (text, outputs, words)
}

fn ternary(to: &str, [a, b, c]: [String; 3], table: u8) -> String {
    format!("lop3.b32 {to}, {a}, {b}, {c}, {table:#x}")
}
