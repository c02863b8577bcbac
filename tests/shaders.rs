//! Shaders without a GPU: the compilers that drivers begin with take every text, and one text is interpreted.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use hashkit_chain::{Algorithm, Header, Nonce, Target, Version};
use hashkit_kernels::shader::{Add, Language, Launch, Rotate, SLOTS, Select, Shader, Variant};
use hashkit_tests::{left_out, ptx, shaders, tools};

#[test]
fn naga_validates_every_wgsl_text_and_its_spirv_is_valid() -> Result<()> {
    let validator = tools::find("spirv-val");
    if validator.is_none() {
        left_out("spirv-val on every shader", "there is no spirv-val: install spirv-tools");
    }
    let folder = tempfile::tempdir()?;
    for (name, shader) in every_shader() {
        let spirv = spirv(&shader.text(Language::Wgsl)).with_context(|| name.clone())?;
        if let Some(validator) = &validator {
            let file = folder.path().join("shader.spv");
            fs::write(&file, spirv.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>())?;
            let checked = Command::new(validator).args(["--target-env", "vulkan1.1"]).arg(&file).output()?;
            ensure!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
        }
    }
    Ok(())
}

fn spirv(text: &str) -> Result<Vec<u32>> {
    let module = naga::front::wgsl::parse_str(text).map_err(|error| anyhow::anyhow!(error.emit_to_string(text)))?;
    let flags = naga::valid::ValidationFlags::all();
    let facts = naga::valid::Validator::new(flags, naga::valid::Capabilities::empty()).validate(&module)?;
    Ok(naga::back::spv::write_vec(&module, &facts, &naga::back::spv::Options::default(), None)?)
}

/// Every form that a text can have, each alone; they do not change one another.
fn every_shader() -> Vec<(String, Shader)> {
    let plain = Variant::PLAIN;
    let variants = [
        plain,
        Variant { rotate: Rotate::Uniform, ..plain },
        Variant { rotate: Rotate::Builtin, ..plain },
        Variant { add: Add::OpaqueOne, ..plain },
        Variant { select: Select::Or, ..plain },
        Variant { select: Select::Builtin, ..plain },
        Variant { versions: 2, group_size: 256, ..plain },
        Variant { versions: 4, rotate: Rotate::Uniform, add: Add::OpaqueOne, ..plain },
        Variant { versions: 8, nonces_per_thread: 1, ..plain },
    ];
    let all = shaders::algorithms().flat_map(|algorithm| variants.map(|variant| (algorithm, variant)));
    let shaders = all.filter_map(|(algorithm, variant)| {
        Some((format!("{algorithm} as {variant:?}"), Shader::new(algorithm, variant)?))
    });
    let shaders: Vec<_> = shaders.collect();
    // scrypt alone has one version only.
    assert_eq!(shaders.len(), variants.len() * shaders::algorithms().count() - 3);
    shaders
}

#[test]
fn clang_takes_every_opencl_text() -> Result<()> {
    let Some(clang) = tools::find("clang-15") else {
        left_out("OpenCL texts through clang", "there is no clang-15: install it");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shader.cl");
    let lanes = [1, 2, 16].map(|lanes| {
        let variant = Variant { lanes, rotate: Rotate::Builtin, select: Select::Builtin, ..Variant::PLAIN };
        (format!("{lanes} lanes"), Shader::new(Algorithm::Sha256d, variant).expect("possible"))
    });
    for (name, shader) in every_shader().into_iter().chain(lanes) {
        fs::write(&file, shader.text(Language::OpenClC))?;
        let checked = Command::new(&clang)
            .args(["-x", "cl", "-cl-std=CL1.2", "-Xclang", "-finclude-default-header", "-target", "spir64"])
            .args(["-Wall", "-Werror", "-Wno-unused-variable", "-fsyntax-only"])
            .arg(&file)
            .output()?;
        ensure!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
    }
    Ok(())
}

/// The oldest cards that the host takes are Turing's, of compute capability 7.5.
#[test]
fn ptxas_takes_every_ptx_text_for_turing() -> Result<()> {
    let Some(ptxas) = tools::find("ptxas") else {
        left_out("PTX texts through ptxas", "there is no ptxas: `scripts/test tools` fetches it");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let (text, binary) = (folder.path().join("search.ptx"), folder.path().join("search.cubin"));
    for (name, shader) in every_shader() {
        fs::write(&text, shader.text(Language::Ptx))?;
        let checked = Command::new(&ptxas).args(["-arch=sm_75", "-O0", "-o"]).args([&binary, &text]).output()?;
        ensure!(checked.status.success(), "{name}: {}", String::from_utf8_lossy(&checked.stderr));
    }
    Ok(())
}

/// oclgrind runs threads as a card would, and reports each that reads or writes where it may not, or races with another.
#[test]
fn oclgrind_sees_no_stray_write_and_no_race() -> Result<()> {
    let Some(oclgrind) = tools::find("oclgrind-kernel") else {
        left_out("stray writes and races of shaders", "there is no oclgrind-kernel: install oclgrind");
        return Ok(());
    };
    let few = Variant { nonces_per_thread: 2, group_size: 32, lookup_gap: 1, at_once: 32, ..Variant::PLAIN };
    // A hash of scrypt is some million steps.
    let count = |algorithm| if algorithm == Algorithm::Scrypt { 2 } else { 100 };
    let all = shaders::algorithms().map(|algorithm| (algorithm, few, count(algorithm)));
    let overflow = (Algorithm::Blake3, Variant { versions: 8, nonces_per_thread: 1, ..few }, 130);
    for (algorithm, variant, count) in all.chain([overflow]) {
        let name = format!("{algorithm} as {variant:?}");
        let shader = Shader::new(algorithm, variant).expect("possible");
        let launch = Launch { first: 253, count };
        let text = shader.text(Language::OpenClC);
        let (found, complaints) = simulate(&oclgrind, &shader, &text, launch).with_context(|| name.clone())?;
        ensure!(complaints.is_empty(), "{name}: {complaints}");
        let header = shaders::practice_header();
        let versions: Vec<u32> = (0..u32::from(variant.versions)).map(|i| 0x2000_0000 | i << 13).collect();
        let judged = judged(&shader, &header, &versions, launch, &Target::MAX);
        assert_eq!(found[0] as usize, judged.len(), "{name}");
        let claims = claims(&found);
        assert_eq!(claims.len(), judged.len().min(SLOTS as usize), "{name}");
        ensure!(claims.iter().all(|claim| judged.contains(claim)), "{name}: {claims:?}");
        if judged.len() > SLOTS as usize {
            let boundless = text.replace(&format!("slot < {SLOTS}u"), "slot < 4000u");
            let (_, complaints) = simulate(&oclgrind, &shader, &boundless, launch)?;
            ensure!(complaints.contains("Invalid write"), "a stray write goes unnoticed: {complaints}");
        }
    }
    Ok(())
}

/// What a launch over the practice header leaves when every nonce is a hit, and what the simulator complains of.
fn simulate(oclgrind: &Path, shader: &Shader, text: &str, launch: Launch) -> Result<(Vec<u32>, String)> {
    let folder = tempfile::tempdir()?;
    let versions: Vec<u32> = (0..u32::from(shader.variant().versions)).map(|i| 0x2000_0000 | i << 13).collect();
    let parameters = shader.parameters(&shaders::practice_header(), &versions);
    let carried = shader.launch(launch, shader.mask(&Target::MAX), &parameters);
    let group_size = shader.variant().group_size;
    let threads = shader.threads(launch).next_multiple_of(group_size);
    let words = carried.iter().map(u32::to_string).collect::<Vec<_>>().join("\n");
    let [launch_len, found_len] = [carried.len(), 4 + 2 * SLOTS as usize].map(|words| 4 * words);
    let scratch = match shader.scratch_len() {
        0 => String::new(),
        words => format!("<size={} noinit uint>\n", 4 * words),
    };
    fs::write(folder.path().join("shader.cl"), text)?;
    fs::write(
        folder.path().join("launch.sim"),
        format!(
            "shader.cl\nsearch\n{threads} 1 1\n{group_size} 1 1\n<size={launch_len} uint>\n{words}\n\
             <size={found_len} fill=0 dump uint>\n{scratch}"
        ),
    )?;
    // Optimized code holds rotations that version 21.10 does not know.
    let mut command = Command::new(oclgrind);
    let run = command
        .args(["--data-races", "--build-options", "-cl-opt-disable", "launch.sim"])
        .current_dir(folder.path())
        .output()?;
    let output = String::from_utf8_lossy(&run.stdout);
    let found = output.lines().filter_map(|line| line.trim().strip_prefix("found[")?.split_once(" = "));
    let found = found.map(|(_, word)| word.parse()).collect::<Result<Vec<u32>, _>>()?;
    let complaints = String::from_utf8_lossy(&run.stderr).trim().to_owned();
    ensure!(found.len() == 4 + 2 * SLOTS as usize, "{output}{complaints}");
    Ok((found, complaints))
}

/// The interpreted text finds what the judge finds, and nothing outside of its launch.
#[test]
fn ptx_interpreted_finds_what_the_judge_finds() -> Result<()> {
    // A hash of scrypt takes seconds here: a real block has to do.
    for (name, shader) in every_shader().into_iter().filter(|(_, shader)| shader.scratch_len() == 0) {
        let module = shader.text(Language::Ptx);
        ensure!(4 * shader.launch_len() + 2 * 8 <= 4096, "{name}: its parameters are longer than CUDA lets them be");
        for (case, launch, target) in [
            ("every nonce from the middle of a thread's on", Launch { first: 253, count: 6 }, Target::MAX),
            ("a few nonces in sixteen", Launch { first: 0x00ff_fff8, count: 16 }, Target::from_be_bytes([0x1f; 32])),
            ("the last nonces of all", Launch { first: u32::MAX - 2, count: 3 }, Target::MAX),
        ] {
            let header = shaders::practice_header();
            let versions: Vec<u32> = (0..u32::from(shader.variant().versions)).map(|i| 0x2000_0000 | i << 13).collect();
            let mut found = vec![0; 4 + 2 * SLOTS as usize];
            interpret(&shader, &module, &header, &versions, launch, &target, &mut found)
                .with_context(|| format!("{name}: {case}"))?;
            assert_eq!(claims(&found), judged(&shader, &header, &versions, launch, &target), "{name}: {case}");
        }
    }
    Ok(())
}

#[test]
fn ptx_interpreted_finds_real_blocks() -> Result<()> {
    for algorithm in shaders::algorithms() {
        let shader = Shader::new(algorithm, Variant::PLAIN).expect("possible");
        let module = shader.text(Language::Ptx);
        let mut headers = shaders::known_headers(algorithm);
        assert!(!headers.is_empty(), "{algorithm}");
        let is_dear = shader.scratch_len() > 0;
        if is_dear {
            headers.truncate(1);
        }
        for header in headers {
            let target = Target::from_compact(header.nbits)?;
            let (before, count) = if is_dear { (1, 2) } else { (10, 20) };
            let launch = Launch { first: header.nonce.0 - before, count };
            let mut found = vec![0; 4 + 2 * SLOTS as usize];
            interpret(&shader, &module, &header, &[header.version.0], launch, &target, &mut found)?;
            assert_eq!(claims(&found), [(header.nonce.0, 0)], "{algorithm}");
        }
    }
    Ok(())
}

fn interpret(
    shader: &Shader,
    module: &str,
    header: &Header,
    versions: &[u32],
    launch: Launch,
    target: &Target,
    found: &mut [u32],
) -> Result<()> {
    let carried = shader.launch(launch, shader.mask(target), &shader.parameters(header, versions));
    let mut scratch = vec![0; shader.scratch_len()];
    for number in 0..shader.threads(launch) {
        let group_size = shader.variant().group_size;
        let place = (number % group_size, number / group_size);
        ptx::Thread { place, launch: &carried, found, scratch: &mut scratch }.run(module)?;
    }
    Ok(())
}

/// What a launch left in its buffer, in order.
fn claims(found: &[u32]) -> Vec<(u32, u32)> {
    let mut claims: Vec<(u32, u32)> =
        found[4..].chunks_exact(2).take(found[0] as usize).map(|claim| (claim[0], claim[1])).collect();
    claims.sort_unstable();
    claims
}

/// What the filter lets through: where the leading bits of the target are zero.
fn judged(shader: &Shader, header: &Header, versions: &[u32], launch: Launch, target: &Target) -> Vec<(u32, u32)> {
    let [a, b, c, d, ..] = target.to_be_bytes();
    let zeros = u32::from_be_bytes([a, b, c, d]).leading_zeros();
    let mut judged = Vec::new();
    for nonce in launch.first..=launch.first + (launch.count - 1) {
        for (place, version) in versions.iter().enumerate() {
            let header = Header { nonce: Nonce(nonce), version: Version(*version), ..*header };
            let [.., a, b, c, d] = *shader.algorithm().hash(&header).as_internal();
            if u32::from_le_bytes([a, b, c, d]).leading_zeros() >= zeros {
                judged.push((nonce, u32::try_from(place).expect("eight at most")));
            }
        }
    }
    judged
}
