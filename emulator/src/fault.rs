//! What goes wrong, and when: a script of lines.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Something that goes wrong at some time after the start.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptedFault {
    /// When, counted from the start.
    pub at: Duration,
    /// What.
    pub fault: Fault,
}

/// What can go wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// This part of the bytes has a bit flipped, in both directions.
    FlipBits(f64),
    /// This part of the bytes is lost, in both directions.
    DropBytes(f64),
    /// This part of the bytes is followed by one that nobody sent, in both directions.
    InsertBytes(f64),
    /// This part of the answers has a wrong checksum.
    WrongCrc(f64),
    /// This part of the nonces comes twice.
    Duplicates(f64),
    /// This part of the nonces comes only after the next job.
    Stale(f64),
    /// This part of the nonces solves nothing.
    WrongNonces(f64),
    /// Of a chip whose clock is above so many MHz, one nonce in a hundred solves nothing for each MHz that it is above.
    ErrorsAbove(f64),
    /// The chip of this number, counted from 0 at the host, is dead: it and those behind it are gone.
    DeadChip(u8),
    /// The chip of this number answers so much later.
    LateChip(u8, Duration),
    /// No chip says anything for this long.
    Silence(Duration),
    /// So many bytes of noise, as at power-up.
    Garbage(u16),
    /// The chips, while they hash, heat up to so many degrees Celsius.
    Overheat(f64),
    /// The temperature sensor answers as if nothing were connected.
    SensorGone,
    /// The regulator shuts down, and stays down until its faults are cleared.
    Regulator,
    /// The fan stands still.
    FanStopped,
    /// The cable is pulled, and put back after this long.
    Unplug(Duration),
    /// All is well again; chips that died come back at the next reset.
    Clear,
}

/// A line that is no scripted fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line:?} is no fault: write a time after the start and one of {KINDS}, such as `5s drop-bytes 0.001`")]
pub struct FaultError {
    line: String,
}

const KINDS: &str = "flip-bits PART, drop-bytes PART, insert-bytes PART, wrong-crc PART, duplicate-nonces PART, stale-nonces PART, \
    wrong-nonces PART, errors-above MHZ, dead-chip N, late-chip N TIME, silence TIME, garbage BYTES, overheat CELSIUS, sensor-gone, regulator-fault, \
    fan-stopped, unplug TIME, clear";

impl ScriptedFault {
    /// Reads a script: a fault a line; empty lines and what stands behind a `#` are left out. In order of time.
    ///
    /// # Errors
    /// At the first line that is none.
    pub fn script(text: &str) -> Result<Vec<Self>, FaultError> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        let mut script: Vec<Self> = lines.filter(|line| !line.is_empty()).map(str::parse).collect::<Result<_, _>>()?;
        script.sort_by_key(|fault| fault.at);
        Ok(script)
    }

    /// Faults of every kind that heals, one after another at random times for `length`, each over before the next; the same
    /// for the same seed. `unplugs` says whether the cable may be pulled.
    #[must_use]
    pub fn random(seed: u64, length: Duration, chips: u8, unplugs: bool) -> Vec<Self> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut script = Vec::new();
        let mut at = Duration::from_secs(2);
        while at < length {
            let part = rng.f64() * 0.02;
            let fault = match rng.u32(..if unplugs { 11 } else { 10 }) {
                0 => Fault::FlipBits(part),
                1 => Fault::DropBytes(part),
                2 => Fault::InsertBytes(part),
                3 => Fault::WrongCrc(part * 10.0),
                4 => Fault::Duplicates(part * 20.0),
                5 => Fault::Stale(part * 20.0),
                6 => Fault::WrongNonces(part * 5.0),
                7 => Fault::LateChip(rng.u8(..chips.max(1)), Duration::from_millis(rng.u64(1..400))),
                8 => Fault::Silence(Duration::from_millis(rng.u64(1..900))),
                9 => Fault::Garbage(rng.u16(1..300)),
                _ => Fault::Unplug(Duration::from_millis(rng.u64(200..1500))),
            };
            let heals = at + Duration::from_millis(rng.u64(300..2500));
            script.push(Self { at, fault });
            script.push(Self { at: heals, fault: Fault::Clear });
            at = heals + Duration::from_millis(rng.u64(200..2500));
        }
        script
    }
}

impl FromStr for ScriptedFault {
    type Err = FaultError;

    fn from_str(line: &str) -> Result<Self, FaultError> {
        // Colons do as well, where a shell would take the words apart.
        let words: Vec<&str> = line.split([' ', '\t', ':']).filter(|word| !word.is_empty()).collect();
        read(&words).ok_or_else(|| FaultError { line: line.to_owned() })
    }
}

fn read(words: &[&str]) -> Option<ScriptedFault> {
    let (at, words) = words.split_first()?;
    let fault = match *words {
        ["flip-bits", part_of] => Fault::FlipBits(part(part_of)?),
        ["drop-bytes", part_of] => Fault::DropBytes(part(part_of)?),
        ["insert-bytes", part_of] => Fault::InsertBytes(part(part_of)?),
        ["wrong-crc", part_of] => Fault::WrongCrc(part(part_of)?),
        ["duplicate-nonces", part_of] => Fault::Duplicates(part(part_of)?),
        ["stale-nonces", part_of] => Fault::Stale(part(part_of)?),
        ["wrong-nonces", part_of] => Fault::WrongNonces(part(part_of)?),
        ["errors-above", mhz] => Fault::ErrorsAbove(mhz.parse().ok().filter(|mhz| (0.0..=1e4).contains(mhz))?),
        ["dead-chip", chip] => Fault::DeadChip(chip.parse().ok()?),
        ["late-chip", chip, late] => Fault::LateChip(chip.parse().ok()?, time(late)?),
        ["silence", length] => Fault::Silence(time(length)?),
        ["garbage", bytes] => Fault::Garbage(bytes.parse().ok()?),
        ["overheat", celsius] => {
            Fault::Overheat(celsius.parse().ok().filter(|celsius| (0.0..=200.0).contains(celsius))?)
        }
        ["sensor-gone"] => Fault::SensorGone,
        ["regulator-fault"] => Fault::Regulator,
        ["fan-stopped"] => Fault::FanStopped,
        ["unplug", length] => Fault::Unplug(time(length)?),
        ["clear"] => Fault::Clear,
        _ => return None,
    };
    Some(ScriptedFault { at: time(at)?, fault })
}

/// A part of the whole: `0.01` or `1%`.
fn part(text: &str) -> Option<f64> {
    let part: f64 = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&part).then_some(part)
}

/// `500ms`, `90s`, `1.5m`, `2h`, or `0`.
fn time(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let seconds = match &text[digits..] {
        "ms" => number / 1000.0,
        "s" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        "" if number == 0.0 => 0.0,
        _ => return None,
    };
    (0.0..=1e7).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FlipBits(part) => write!(f, "flip-bits {part}"),
            Self::DropBytes(part) => write!(f, "drop-bytes {part}"),
            Self::InsertBytes(part) => write!(f, "insert-bytes {part}"),
            Self::WrongCrc(part) => write!(f, "wrong-crc {part}"),
            Self::Duplicates(part) => write!(f, "duplicate-nonces {part}"),
            Self::Stale(part) => write!(f, "stale-nonces {part}"),
            Self::WrongNonces(part) => write!(f, "wrong-nonces {part}"),
            Self::ErrorsAbove(mhz) => write!(f, "errors-above {mhz}"),
            Self::DeadChip(chip) => write!(f, "dead-chip {chip}"),
            Self::LateChip(chip, late) => write!(f, "late-chip {chip} {}ms", late.as_millis()),
            Self::Silence(length) => write!(f, "silence {}ms", length.as_millis()),
            Self::Garbage(bytes) => write!(f, "garbage {bytes}"),
            Self::Overheat(celsius) => write!(f, "overheat {celsius}"),
            Self::SensorGone => f.write_str("sensor-gone"),
            Self::Regulator => f.write_str("regulator-fault"),
            Self::FanStopped => f.write_str("fan-stopped"),
            Self::Unplug(length) => write!(f, "unplug {}ms", length.as_millis()),
            Self::Clear => f.write_str("clear"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_fault_is_read_and_written_alike() {
        let kinds: Vec<&str> = KINDS.split(", ").map(str::trim_start).collect();
        for kind in &kinds {
            let example = kind
                .replace("PART", "0.25")
                .replace("TIME", "250ms")
                .replace("CELSIUS", "95")
                .replace("BYTES", "64")
                .replace("MHZ", "425")
                .replace('N', "3");
            let read: ScriptedFault = format!("1.5s {example}").parse().unwrap();
            assert_eq!((read.at, read.fault.to_string()), (Duration::from_millis(1500), example), "{kind}");
        }
        assert_eq!(kinds.len(), 18);
    }

    #[test]
    fn a_script_is_put_in_order_and_refused_at_the_first_wrong_line() {
        let script = ScriptedFault::script("# a bad day\n2s clear\n\n0 flip-bits 1% # noise\n").unwrap();
        assert_eq!(script.iter().map(|fault| fault.at.as_secs()).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(script[0].fault, Fault::FlipBits(0.01));
        for wrong in [
            "5 clear",
            "1s",
            "1s flip-bits",
            "1s flip-bits 2",
            "1s dead-chip x",
            "-1s clear",
            "1s overheat nan",
            "1s errors-above -1",
            "x clear",
        ] {
            assert_eq!(ScriptedFault::script(wrong).unwrap_err().line, wrong);
        }
    }

    #[test]
    fn random_faults_are_the_same_for_a_seed_and_always_heal() {
        let length = Duration::from_mins(10);
        let script = ScriptedFault::random(7, length, 4, true);
        assert_eq!(script, ScriptedFault::random(7, length, 4, true));
        assert_ne!(script, ScriptedFault::random(8, length, 4, true));
        assert!(script.len() > 200 && script.last().unwrap().fault == Fault::Clear, "{}", script.len());
        assert!(script.is_sorted_by_key(|fault| fault.at));
    }
}
