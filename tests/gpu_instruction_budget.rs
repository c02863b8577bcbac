//! What a hash costs on a GPU, counted in the machine code that vendors' compilers make: no card is needed, and a rise fails.
//!
//! The hash functions here are bound by one pipe of these chips, so the count is the speed. On NVIDIA that is the pipe of
//! logic, shifts and three-operand additions; multiply-adds have one of their own. The whole loop over nonces counts, with
//! what reports a hit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use hashkit_chain::Algorithm;
use hashkit_kernels::shader::{Add, Language, Rotate, Select, Shader, Variant};
use hashkit_tests::{left_out, tools};

/// For NVIDIA: three-operand logic and funnel shifts, additions on the multiplier.
const NVIDIA: Variant = Variant {
    rotate: Rotate::Builtin,
    add: Add::OpaqueOne,
    select: Select::Builtin,
    nonces_per_thread: 32,
    group_size: 256,
    ..Variant::PLAIN
};

/// For AMD's compiler, which finds its own instructions in plain text.
const AMD: Variant = Variant { rotate: Rotate::Literal, add: Add::Plain, select: Select::Xor, ..NVIDIA };

#[test]
fn a_hash_on_hopper_takes_few_operations_of_the_busy_pipe() -> Result<()> {
    let (Some(ptxas), Some(nvdisasm)) = (tools::find("ptxas"), tools::find("nvdisasm")) else {
        left_out(
            "instructions of a hash on sm_90",
            "there are no ptxas and nvdisasm: `scripts/test tools` fetches them",
        );
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    for (algorithm, versions, most) in [
        (Algorithm::Sha256d, 1, 1812.0),
        (Algorithm::Sha256d, 2, 1658.0),
        (Algorithm::Sha256d, 4, 1581.0),
        (Algorithm::Blake3, 1, 407.0),
        (Algorithm::Blake3d, 1, 861.0),
        (Algorithm::Keccak256, 1, 4075.0),
        (Algorithm::Sha3_256d, 1, 8209.0),
    ] {
        let case = format!("{algorithm} in {versions} versions");
        let shader = Shader::new(algorithm, Variant { versions, ..NVIDIA }).expect("possible");
        let (text, binary) = (folder.path().join("search.ptx"), folder.path().join("search.cubin"));
        fs::write(&text, shader.text(Language::Ptx))?;
        let assembled = output(Command::new(&ptxas).args(["-arch=sm_90", "-v", "-o"]).args([&binary, &text]))?;
        let words = String::from_utf8_lossy(&assembled.stderr).into_owned();
        ensure!(words.contains("0 bytes spill stores, 0 bytes spill loads"), "{case} spills: {words}");
        let listing = output(Command::new(&nvdisasm).arg("-c").arg(&binary))?;
        let count = busy_operations(&String::from_utf8_lossy(&listing.stdout)).with_context(|| case.clone())?;
        let per_hash = count as f64 / f64::from(versions);
        println!("{case}: {per_hash:.1} operations a hash, at most {most} and a hundredth");
        ensure!(per_hash > 400.0, "{case}: {per_hash} operations can not be a whole hash");
        ensure!(
            per_hash <= most * 1.01,
            "{case}: {per_hash:.1} operations a hash are more than {most} and a hundredth"
        );
    }
    Ok(())
}

/// The operations of the busy pipe in the loop: from the label that a branch goes back to, to that branch.
fn busy_operations(listing: &str) -> Result<usize> {
    let lines: Vec<&str> = listing.lines().map(str::trim).collect();
    let label = |line: &str| line.strip_suffix(':').filter(|label| label.starts_with(".L_")).map(str::to_owned);
    let loops = lines.iter().enumerate().filter_map(|(end, line)| {
        let target = line.split_once("BRA `(")?.1.split_once(')')?.0;
        let start = lines[..end].iter().position(|line| label(line).as_deref() == Some(target))?;
        Some((start, end))
    });
    // The longest: the assembler ends each program with a jump to itself.
    let (start, end) = loops.max_by_key(|(start, end)| end - start).context("the listing has a loop")?;
    Ok(lines[start..end].iter().filter_map(|line| operation(line)).filter(|operation| is_busy(operation)).count())
}

/// `LOP3` of `/*0340*/ @!P0 LOP3.LUT R1, ...`.
fn operation(line: &str) -> Option<&str> {
    let code = line.strip_prefix("/*")?.split_once("*/")?.1.trim();
    let mut words = code.split_whitespace().skip_while(|word| word.starts_with('@'));
    words.next()?.trim_end_matches(';').split('.').next()
}

/// Everything but what is known to go elsewhere: multiply-adds, the scalar unit, memory, branches.
fn is_busy(operation: &str) -> bool {
    let is_elsewhere = matches!(
        operation,
        "IMAD"
            | "BRA"
            | "BSSY"
            | "BSYNC"
            | "EXIT"
            | "NOP"
            | "LDC"
            | "STG"
            | "ATOMG"
            | "S2R"
            | "SHFL"
            | "R2UR"
            | "WARPSYNC"
    );
    let is_scalar = operation.starts_with('U') || operation == "VOTEU";
    !is_elsewhere && !is_scalar && operation.starts_with(|c: char| c.is_ascii_uppercase())
}

#[test]
fn a_hash_on_rdna3_takes_few_vector_instructions() -> Result<()> {
    let Some(clang) = tools::find("clang-15") else {
        left_out("instructions of a hash on gfx1100", "there is no clang-15: install it");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    for (algorithm, most) in [
        (Algorithm::Sha256d, 2581.0),
        (Algorithm::Blake3, 711.0),
        (Algorithm::Blake3d, 1393.0),
        (Algorithm::Keccak256, 6571.0),
        (Algorithm::Sha3_256d, 13193.0),
    ] {
        let shader = Shader::new(algorithm, AMD).expect("possible");
        let listing = assembly(&clang, folder.path(), &shader)?;
        let count = vector_instructions(&listing);
        println!("{algorithm}: {count} vector instructions, at most {most} and a hundredth");
        ensure!(count > 400, "{algorithm}: {count} instructions can not be a whole hash");
        ensure!(count as f64 <= most * 1.01, "{algorithm}: {count} instructions are more than {most} and a hundredth");
        ensure!(listing.contains(".vgpr_spill_count: 0"), "{algorithm} spills");
    }
    Ok(())
}

fn assembly(clang: &Path, folder: &Path, shader: &Shader) -> Result<String> {
    let (text, listing): (PathBuf, PathBuf) = (folder.join("search.cl"), folder.join("search.s"));
    fs::write(&text, shader.text(Language::OpenClC))?;
    output(
        Command::new(clang)
            .args(["-x", "cl", "-cl-std=CL1.2", "-Xclang", "-finclude-default-header", "-nogpulib", "-O3", "-S"])
            .args(["-target", "amdgcn-amd-amdhsa", "-mcpu=gfx1100", "-o"])
            .args([&listing, &text]),
    )?;
    Ok(fs::read_to_string(listing)?)
}

/// Two that are issued as one are one.
fn vector_instructions(listing: &str) -> usize {
    listing.lines().filter(|line| line.trim_start().starts_with("v_")).count()
}

fn output(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("{command:?} starts"))?;
    ensure!(output.status.success(), "{command:?} fails: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}

#[test]
fn the_loop_is_counted_and_nothing_else() {
    let listing = "\
.text.search:
        /*0000*/                   LDC R1, c[0x0][0x28] ;
        /*0010*/                   PRMT R5, R0, 0x123, RZ ;
.L_x_2:
        /*0020*/                   IMAD R1, R1, R2, R3 ;
        /*0030*/                   LOP3.LUT R1, R1, R2, R3, 0x96, !PT ;
        /*0040*/              @!P0 SHF.R.W.U32 R1, R1, 0x6, R1 ;
        /*0050*/               @P1 BRA `(.L_x_1) ;
        /*0060*/                   UIADD3 UR4, UR4, 0x1, URZ ;
.L_x_1:
        /*0070*/               @P0 BRA `(.L_x_2) ;
        /*0080*/                   EXIT ;
.L_x_3:
        /*0090*/                   BRA `(.L_x_3);
";
    assert_eq!(busy_operations(listing).unwrap(), 2);
    assert!(busy_operations("/*0000*/ EXIT ;").is_err());
}
