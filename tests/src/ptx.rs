//! One thread of a PTX module, interpreted: as much of the language as our shaders use, and nothing silently.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};

/// What a thread of the module may touch.
pub struct Thread<'a> {
    /// Its number within its group, and that of the group.
    pub place: (u32, u32),
    /// The words of the parameter `launch`.
    pub launch: &'a [u32],
    /// The words behind the parameter `found`.
    pub found: &'a mut [u32],
    /// The words behind the parameter `scratch`, where there is one.
    pub scratch: &'a mut [u32],
}

/// Where the words of `found` lie.
const FOUND: u64 = 0x7000_0000_0000;
/// Where those of `scratch` lie.
const SCRATCH: u64 = 0x7100_0000_0000;
/// Where the module's table lies.
const TABLE: u64 = 0x7200_0000_0000;

impl Thread<'_> {
    /// Runs the module's one entry to its end.
    ///
    /// # Errors
    /// For an instruction that is not known here, a register that was never written, and an address outside of `found`,
    /// `scratch` and the module's table.
    pub fn run(&mut self, module: &str) -> Result<()> {
        let (head, body) = module.split_once("\n{").context("a module has an entry")?;
        let table = table(head)?;
        let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let labels: HashMap<&str, usize> =
            lines.iter().enumerate().filter_map(|(at, line)| Some((line.strip_suffix(':')?, at))).collect();
        let mut registers: HashMap<&str, u64> = HashMap::new();
        let mut at = 0;
        while let Some(&line) = lines.get(at) {
            at += 1;
            if line.ends_with(':') || line.starts_with(".reg") {
                continue;
            }
            let line = line.strip_suffix(';').with_context(|| format!("no end: {line}"))?;
            let line = match line.strip_prefix('@') {
                Some(guarded) => {
                    let (guard, instruction) = guarded.split_once(' ').context("a guard has an instruction")?;
                    if *registers.get(guard).with_context(|| format!("{guard} was never written"))? == 0 {
                        continue;
                    }
                    instruction
                }
                None => line,
            };
            let (instruction, operands) = line.split_once(' ').unwrap_or((line, ""));
            let operands: Vec<&str> = operands.split(',').map(str::trim).collect();
            match instruction {
                "ret" => return Ok(()),
                "bra" => at = *labels.get(operands[0]).with_context(|| format!("no label {}", operands[0]))?,
                _ => self.step(instruction, &operands, &table, &mut registers).with_context(|| line.to_owned())?,
            }
        }
        bail!("the entry has no end")
    }

    fn step<'m>(
        &mut self,
        instruction: &str,
        operands: &[&'m str],
        table: &[u32],
        registers: &mut HashMap<&'m str, u64>,
    ) -> Result<()> {
        let wide = |operand: &str| -> Result<u64> {
            match operand {
                "%tid.x" => Ok(u64::from(self.place.0)),
                "%ctaid.x" => Ok(u64::from(self.place.1)),
                _ if operand.starts_with('%') => {
                    registers.get(operand).copied().with_context(|| format!("{operand} was never written"))
                }
                _ => match operand.strip_prefix("0x") {
                    Some(digits) => Ok(u64::from_str_radix(digits, 16)?),
                    None => Ok(operand.parse()?),
                },
            }
        };
        let operand = |i: usize| wide(operands[i]);
        #[expect(clippy::cast_possible_truncation, reason = "registers of 32 bits hold no more")]
        let word = |i: usize| -> Result<u32> { Ok(wide(operands[i])? as u32) };
        let value = match instruction {
            "mov.u32" | "mov.b32" => word(1)?.into(),
            "ld.param.u32" => self.launch[parameter(operands[1])?].into(),
            "ld.param.u64" if operands[1] == "[scratch]" => SCRATCH,
            "ld.param.u64" => FOUND,
            "mov.u64" if operands[1] == "table" => TABLE,
            "mul.lo.u32" => word(1)?.wrapping_mul(word(2)?).into(),
            "ld.const.u32" => (*table.get(place(operands[1], TABLE, wide)?).context("outside of the table")?).into(),
            "ld.global.v4.u32" => {
                let first = place(operands[4], SCRATCH, wide)?;
                let four = self.scratch.get(first..first + 4).context("an address outside of the scratch memory")?;
                for (to, word) in operands.iter().zip(four) {
                    registers.insert(to.trim_matches(['{', '}']), (*word).into());
                }
                return Ok(());
            }
            "st.global.v4.u32" => {
                let first = place(operands[0], SCRATCH, wide)?;
                let words = [1, 2, 3, 4].map(|i| wide(operands[i].trim_matches(['{', '}'])));
                let four =
                    self.scratch.get_mut(first..first + 4).context("an address outside of the scratch memory")?;
                for (to, word) in four.iter_mut().zip(words) {
                    *to = u32::try_from(word?)?;
                }
                return Ok(());
            }
            "cvta.to.global.u64" => operand(1)?,
            "add.u32" => word(1)?.wrapping_add(word(2)?).into(),
            "sub.u32" => word(1)?.wrapping_sub(word(2)?).into(),
            "mad.lo.u32" => word(1)?.wrapping_mul(word(2)?).wrapping_add(word(3)?).into(),
            "and.b32" => (word(1)? & word(2)?).into(),
            "xor.b32" => (word(1)? ^ word(2)?).into(),
            "shr.u32" => word(1)?.checked_shr(word(2)?).unwrap_or(0).into(),
            "shf.r.wrap.b32" => {
                let pair = u64::from(word(2)?) << 32 | u64::from(word(1)?);
                pair >> (word(3)? % 32) & u64::from(u32::MAX)
            }
            "lop3.b32" => lop3([word(1)?, word(2)?, word(3)?], word(4)?).into(),
            "prmt.b32" => permuted([word(1)?, word(2)?], word(3)?).into(),
            "setp.ne.u32" => (word(1)? != word(2)?).into(),
            "setp.ge.u32" => (word(1)? >= word(2)?).into(),
            "mul.wide.u32" => u64::from(word(1)?) * u64::from(word(2)?),
            "add.u64" => operand(1)?.wrapping_add(operand(2)?),
            "atom.global.add.u32" => {
                let place = place(operands[1], FOUND, wide)?;
                let before = *self.found.get(place).context("an address outside of what the launch found")?;
                self.found[place] = before.wrapping_add(word(2)?);
                before.into()
            }
            "st.global.u32" => {
                let (place, value) = (place(operands[0], FOUND, wide)?, word(1)?);
                *self.found.get_mut(place).context("an address outside of what the launch found")? = value;
                return Ok(());
            }
            _ => bail!("not an instruction that is known here"),
        };
        registers.insert(operands[0], value);
        Ok(())
    }
}

/// `[launch+8]` as the number of a word.
fn parameter(operand: &str) -> Result<usize> {
    let offset = operand.strip_prefix("[launch+").and_then(|rest| rest.strip_suffix(']'));
    Ok(offset.context("a word of `launch`")?.parse::<usize>()? / 4)
}

/// The words of the module's table; none where it has no table.
fn table(head: &str) -> Result<Vec<u32>> {
    let Some((_, entries)) = head.split_once("table[") else { return Ok(Vec::new()) };
    let (_, entries) = entries.split_once("= {").context("a table has entries")?;
    let (entries, _) = entries.split_once('}').context("a table has an end")?;
    let words = entries.split(", ").map(|word| u32::from_str_radix(word.trim_start_matches("0x"), 16));
    Ok(words.collect::<Result<_, _>>()?)
}

/// `[%place+16]` as the number of a word behind `start`.
fn place(operand: &str, start: u64, value: impl Fn(&str) -> Result<u64>) -> Result<usize> {
    let inner = operand.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).context("an address")?;
    let (register, offset) = inner.split_once('+').unwrap_or((inner, "0"));
    let address = value(register)? + offset.parse::<u64>()?;
    let distance = address.checked_sub(start).context("an address before what it may reach")?;
    ensure!(distance.is_multiple_of(4), "an address that is no word's");
    Ok(usize::try_from(distance / 4)?)
}

/// Every bit looked up in the table by the bits at its place.
fn lop3(words: [u32; 3], table: u32) -> u32 {
    (0..8).filter(|entry| table >> entry & 1 == 1).fold(0, |sum, entry: u32| {
        let terms = words.iter().zip([4, 2, 1]).map(|(word, bit)| if entry & bit == 0 { !word } else { *word });
        sum | terms.fold(u32::MAX, |and, term| and & term)
    })
}

/// Bytes of two words, each chosen by four bits.
fn permuted([low, high]: [u32; 2], selector: u32) -> u32 {
    let bytes: Vec<u8> = low.to_le_bytes().into_iter().chain(high.to_le_bytes()).collect();
    u32::from_le_bytes(std::array::from_fn(|i| bytes[(selector >> (4 * i) & 7) as usize]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_do_what_the_languages_manual_says() {
        let head = ".visible .entry search()\n{\n.reg .b32 %a;\n";
        for (case, code, found) in [
            (
                "the second word is the upper one of a funnel",
                "shf.r.wrap.b32 %a, 0x12345678, 0x9abcdef0, 8;",
                0xf012_3456,
            ),
            ("a table of three operands", "lop3.b32 %a, 0xf0, 0xcc, 0xaa, 0xca;", 0xca),
            ("bytes reversed", "prmt.b32 %a, 0x12345678, 0, 0x0123;", 0x7856_3412),
            ("a sum that wraps", "mad.lo.u32 %a, 0x80000000, 2, 5;", 5),
        ] {
            let module =
                format!("{head}ld.param.u64 %found, [found];\n{code}\nst.global.u32 [%found+4], %a;\nret;\n}}");
            let mut words = [0; 2];
            Thread { place: (0, 0), launch: &[], found: &mut words, scratch: &mut [] }.run(&module).unwrap();
            assert_eq!(words[1], found, "{case}");
        }
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for (case, code) in [
            ("an instruction", "bfe.u32 %a, 1, 2, 3;"),
            ("a register never written", "add.u32 %a, %b, 1;"),
            ("an address outside", "ld.param.u64 %found, [found];\nst.global.u32 [%found+8], 1;"),
            ("no end", "mov.u32 %a, 1;"),
        ] {
            let module = format!(".visible .entry search()\n{{\n{code}\n");
            let mut words = [0; 2];
            assert!(
                Thread { place: (0, 0), launch: &[], found: &mut words, scratch: &mut [] }.run(&module).is_err(),
                "{case}"
            );
        }
    }
}
