//! PTX, the assembly that NVIDIA's driver takes.

use std::collections::HashMap;
use std::fmt::Write;

use super::expression::{self, SLOTS};
use super::graph::{Node, Word};
use super::program::{Operation, Program, Step, Value};
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

/// The same for steps; the address of their scratch memory is the third parameter.
pub(crate) fn emit_program(program: &Program, variant: &Variant) -> String {
    let carried = expression::carried_for_steps(program, variant);
    let Variant { group_size, at_once, .. } = variant;
    let mut printer = Printer { program, variant, registers: 0, labels: 0, text: String::new() };
    printer.steps(&program.steps);
    let Printer { registers, text: body, .. } = printer;
    let table: Vec<String> = program.table.iter().map(|word| format!("{word:#x}")).collect();
    let swap = |to: &str, from: &str| match program.order {
        ByteOrder::Big => format!("prmt.b32 {to}, {from}, 0, 0x0123;"),
        ByteOrder::Little => format!("mov.b32 {to}, {from};"),
    };
    let mut text = format!(
        "{HEAD}
.const .align 4 .b32 table[{}] = {{{}}};
.visible .entry search(.param .align 4 .b8 launch[{}], .param .u64 found, .param .u64 scratch)
.reqntid {group_size}, 1, 1
{{
    .reg .pred %is_miss, %is_full, %is_left, %is_done;
    .reg .b64 %found, %place, %offset64, %table, %scratch;
    .reg .b32 %thread, %group, %word, %nonce, %distance, %bits, %slot, %four;
    .reg .b32 %v<{registers}>;
",
        table.len(),
        table.join(", "),
        4 * carried.len(),
    );
    for name in program.variables() {
        writeln!(text, "    .reg .b32 %{name};").expect("a string takes everything");
    }
    for (i, name) in carried.iter().enumerate() {
        writeln!(text, "    .reg .b32 %{name};\n    ld.param.u32 %{name}, [launch+{}];", 4 * i)
            .expect("a string takes everything");
    }
    write!(
        text,
        "    ld.param.u64 %found, [found];
    cvta.to.global.u64 %found, %found;
    ld.param.u64 %scratch, [scratch];
    cvta.to.global.u64 %scratch, %scratch;
    mov.u64 %table, table;
    mov.u32 %thread, %tid.x;
    mov.u32 %group, %ctaid.x;
    mad.lo.u32 %thread, %group, {group_size}, %thread;
    setp.ge.u32 %is_done, %thread, {at_once};
    @%is_done bra END;
    mov.u32 %distance, %thread;
NEXT:
    setp.ge.u32 %is_done, %distance, %count;
    @%is_done bra END;
    add.u32 %nonce, %first, %distance;
    {}
{body}    and.b32 %bits, %{}, %mask;
    setp.ne.u32 %is_miss, %bits, 0;
    @%is_miss bra MISS;
    atom.global.add.u32 %slot, [%found], 1;
    setp.ge.u32 %is_full, %slot, {SLOTS};
    @%is_full bra MISS;
    mul.wide.u32 %offset64, %slot, 8;
    add.u64 %place, %found, %offset64;
    st.global.u32 [%place+16], %nonce;
    st.global.u32 [%place+20], 0;
MISS:
    add.u32 %distance, %distance, {at_once};
    bra NEXT;
END:
    ret;
}}
",
        swap("%word", "%nonce"),
        program.output,
    )
    .expect("a string takes everything");
    text
}

/// Writes steps one after the other.
struct Printer<'a> {
    program: &'a Program,
    variant: &'a Variant,
    /// How many of `%v` are taken.
    registers: usize,
    labels: usize,
    text: String,
}

impl Printer<'_> {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "    {line}").expect("a string takes everything");
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Set(to, value) => self.line(&format!("mov.b32 %{to}, {};", spelled(value))),
            Step::Combine(to, a, operation, b) => {
                let instruction = match operation {
                    Operation::Add => "add.u32",
                    Operation::And => "and.b32",
                    Operation::Xor => "xor.b32",
                    Operation::Multiply => "mul.lo.u32",
                    Operation::ShiftRight => "shr.u32",
                };
                self.line(&format!("{instruction} %{to}, {}, {};", spelled(a), spelled(b)));
            }
            Step::Swap(to, value) => self.line(&format!("prmt.b32 %{to}, {}, 0, 0x0123;", spelled(value))),
            Step::Compute { formula, from, to } => self.compute(*formula, from, to),
            Step::LookUp { at, to } => {
                self.line(&format!("mul.wide.u32 %offset64, %{at}, 4;"));
                self.line("add.u64 %place, %table, %offset64;");
                for (i, to) in to.iter().enumerate() {
                    self.line(&format!("ld.const.u32 %{to}, [%place+{}];", 4 * i));
                }
            }
            Step::Load { row, offset, to } => {
                self.place(row, offset);
                for (i, to) in to.chunks_exact(4).enumerate() {
                    self.line(&format!("ld.global.v4.u32 {{%{}}}, [%place+{}];", to.join(", %"), 16 * i));
                }
            }
            Step::Store { row, offset, from } => {
                self.place(row, offset);
                for (i, from) in from.chunks_exact(4).enumerate() {
                    self.line(&format!("st.global.v4.u32 [%place+{}], {{%{}}};", 16 * i, from.join(", %")));
                }
            }
            Step::Repeat { counter, times, steps } => {
                let label = self.labels;
                self.labels += 1;
                self.line(&format!("mov.b32 %{counter}, 0;"));
                writeln!(self.text, "AGAIN{label}:").expect("a string takes everything");
                self.line(&format!("setp.ge.u32 %is_left, %{counter}, {};", spelled(times)));
                self.line(&format!("@%is_left bra AFTER{label};"));
                self.steps(steps);
                self.line(&format!("add.u32 %{counter}, %{counter}, 1;"));
                self.line(&format!("bra AGAIN{label};"));
                writeln!(self.text, "AFTER{label}:").expect("a string takes everything");
            }
        }
    }

    fn compute(&mut self, formula: usize, from: &[Value], to: &[String]) {
        let formula = &self.program.formulas[formula];
        let mut names: HashMap<_, _> = formula.inputs().iter().copied().zip(from.iter().map(spelled)).collect();
        let node_of = |word| formula.node(word);
        self.text += &instructions(formula.code(), node_of, &mut names, &mut self.registers, self.variant);
        // All at once: what an output is may be what another one becomes.
        let first = self.registers;
        self.registers += to.len();
        for (i, output) in formula.outputs().iter().enumerate() {
            self.line(&format!("mov.b32 %v{}, {};", first + i, names[output]));
        }
        for (i, to) in to.iter().enumerate() {
            self.line(&format!("mov.b32 %{to}, %v{};", first + i));
        }
    }

    /// Leaves in `%place` where these words of the thread's scratch memory are.
    fn place(&mut self, row: &Value, offset: &Value) {
        let (at_once, fours) = (self.variant.at_once, self.program.row_words / 4);
        self.line(&format!("mov.b32 %four, {};", spelled(row)));
        self.line(&format!("mad.lo.u32 %four, %four, {at_once}, %thread;"));
        self.line(&format!("mad.lo.u32 %four, %four, {fours}, {};", spelled(offset)));
        self.line("mul.wide.u32 %offset64, %four, 16;");
        self.line("add.u64 %place, %scratch, %offset64;");
    }
}

fn spelled(value: &Value) -> String {
    match value {
        Value::Name(name) => format!("%{name}"),
        Value::Number(number) => format!("{number:#x}"),
    }
}

/// The instructions that compute the outputs from `%word`, where the outputs are, and how many registers that takes.
fn body(search: &Search, variant: &Variant) -> (String, Vec<String>, usize) {
    let mut names: HashMap<Word, String> = HashMap::from([(search.nonce(), "%word".to_owned())]);
    names.extend(search.parameters().iter().enumerate().map(|(i, word)| (*word, format!("%p{i}"))));
    let mut registers = 0;
    let text = instructions(search.code(), |word| search.node(word), &mut names, &mut registers, variant);
    let outputs = search.outputs().iter().map(|word| names[word].clone()).collect();
    (text, outputs, registers)
}

/// The instructions that compute each word of `code`, whose names join those that are known; `registers` of `%v` are taken
/// before and after.
fn instructions(
    code: impl Iterator<Item = (Word, Node)>,
    node_of: impl Fn(Word) -> Node,
    names: &mut HashMap<Word, String>,
    registers: &mut usize,
    variant: &Variant,
) -> String {
    let mut text = String::new();
    for (word, node) in code {
        let name = |word: Word| match node_of(word) {
            Node::Literal(value) => format!("{value:#x}"),
            _ => names[&word].clone(),
        };
        let to = format!("%v{registers}");
        *registers += 1;
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
    text
}

fn ternary(to: &str, [a, b, c]: [String; 3], table: u8) -> String {
    format!("lop3.b32 {to}, {a}, {b}, {c}, {table:#x}")
}
