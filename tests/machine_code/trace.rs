//! A program, one instruction at a time.

use std::collections::HashMap;
use std::process::Command;

use anyhow::{Result, bail};
use iced_x86::{Decoder, DecoderOptions, Instruction};
use nix::sys::ptrace;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

/// The longest instruction of x86-64 has 15 bytes; the tracer reads words of 8.
const LONGEST: u64 = 16;

/// How a program ends that this machine does not let be traced.
const NOT_TRACED: i32 = 69;

/// The first `steps` instructions that `command` executes after the stop in which it has itself traced; none where this machine
/// does not let it. It is ended then.
///
/// # Errors
/// If it ends before.
pub(crate) fn trace(command: &mut Command, steps: usize) -> Result<Option<Vec<Instruction>>> {
    let mut child = command.spawn()?;
    let traced = follow(Pid::from_raw(child.id().try_into()?), steps)?;
    if traced.is_some() {
        child.kill()?;
        child.wait()?;
    }
    Ok(traced)
}

fn follow(pid: Pid, steps: usize) -> Result<Option<Vec<Instruction>>> {
    match waitpid(pid, None)? {
        WaitStatus::Stopped(_, Signal::SIGSTOP) => {}
        WaitStatus::Exited(_, NOT_TRACED) => return Ok(None),
        other => bail!("instead of a stop to begin with: {other:?}"),
    }
    let mut decoded: HashMap<u64, Instruction> = HashMap::new();
    let mut trace = Vec::with_capacity(steps);
    while trace.len() < steps {
        ptrace::step(pid, None)?;
        match waitpid(pid, None)? {
            WaitStatus::Stopped(_, Signal::SIGTRAP) => {}
            other => bail!("after {} instructions: {other:?}", trace.len()),
        }
        let address = ptrace::getregs(pid)?.rip;
        let instruction = *decoded.entry(address).or_insert_with(|| decode(pid, address));
        // A string instruction traps once a repetition.
        if trace.last().is_none_or(|last: &Instruction| last.ip() != address) {
            trace.push(instruction);
        }
    }
    Ok(Some(trace))
}

fn decode(pid: Pid, address: u64) -> Instruction {
    let mut bytes = Vec::new();
    for offset in (0..LONGEST).step_by(8) {
        // The end of the code may be near: what lies behind it cannot be read.
        let Ok(word) = ptrace::read(pid, (address + offset) as ptrace::AddressType) else { break };
        bytes.extend(word.to_le_bytes());
    }
    Decoder::with_ip(64, &bytes, address, DecoderOptions::NONE).decode()
}
