//! Which chips on which port: what `--asic` says.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use hashkit_asic_driver::{
    BoardModel, ChainSettings, ChipChain, ChipModel, Driver, IcarusBoard, MOST_CHIPS, Megahertz, OpenBoard,
    ResetWiring, Silicon,
};

use super::control::ControlPort;
use super::line::{Identity, Line, LineError, control_port_of, silicon_at};
use super::wish::TuneWish;

/// Chips on a port: `PATH:MODEL[,freq=MHz][,chips=N][,control=PATH][,tune=rate|efficiency][,range=MHz-MHz][,settle=TIME]`.
#[derive(Debug, Clone, PartialEq)]
pub struct AsicSpec {
    path: PathBuf,
    model: AsicModel,
    frequency: Option<Megahertz>,
    chips: Option<u16>,
    control: Option<PathBuf>,
    tune: Option<TuneWish>,
    identity: Option<Identity>,
    control_identity: Option<Identity>,
}

/// What is on the port.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AsicModel {
    /// A chain of these chips.
    Chips(&'static ChipModel),
    /// A board that takes one work at a time.
    Board(&'static BoardModel),
}

/// Why a text names no chips on a port.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AsicSpecError {
    /// There is no colon with a path before it.
    #[error("expected PATH:MODEL[,freq=MHz][,chips=N], as in /dev/ttyACM1:bm1370,freq=525")]
    Form,
    /// No driver has this name.
    #[error("there is no driver for {name:?}: there are {}", model_names())]
    Model {
        /// What was asked for.
        name: String,
    },
    /// An option that there is not.
    #[error(
        "{0:?} is no option of a port: there are freq=MHz, chips=N, control=PATH and tune=rate|efficiency, with range=MHz-MHz and settle=TIME"
    )]
    Option(String),
    /// A frequency that the model does not run at.
    #[error("freq={text}: {model} runs at {least} to {most} MHz; no flag removes these limits")]
    Frequency {
        /// What was asked for.
        text: String,
        /// The model.
        model: String,
        /// Its lowest.
        least: f64,
        /// Its highest.
        most: f64,
    },
    /// A frequency for a board whose clock is fixed.
    #[error("the clock of {0} is fixed: leave freq away")]
    FixedClock(String),
    /// A control channel of chips whose boards have none that is known.
    #[error("control={path}: no board of {model} has a control channel that this program knows; leave control away")]
    Control {
        /// What was asked for.
        path: String,
        /// The model.
        model: String,
    },
    /// No objective of a search.
    #[error("tune={0}: what is to be best is rate or efficiency")]
    Tune(String),
    /// A search where the clock is not one that it may move.
    #[error("tune: {0} takes one work at a time, which tells too little; leave tune away")]
    TuneModel(String),
    /// A search for efficiency of chips on no board that tells its power.
    #[error("tune=efficiency: no board of {0} that this program knows tells its power; tune=rate goes without")]
    NoPower(String),
    /// Clocks that a search may not try.
    #[error("range={text}: write the lowest clock to try and the highest, from {least} to {most}, as range=300-500")]
    Range {
        /// What was asked for.
        text: String,
        /// The model's lowest.
        least: Megahertz,
        /// The model's highest.
        most: Megahertz,
    },
    /// No time to settle.
    #[error("settle={0}: a point is left alone from 100ms to 10m before it counts, as settle=30s")]
    Settle(String),
    /// An option of a search without one.
    #[error("{0}: nothing is searched for; add tune=rate or tune=efficiency")]
    NotTuned(String),
    /// A number of chips that no chain has.
    #[error("chips={0}: a chain has 1 to {MOST_CHIPS}; those of a board are known")]
    Chips(String),
}

fn model_names() -> String {
    let chips = ChipModel::ALL.iter().map(|model| model.name);
    chips.chain(BoardModel::ALL.iter().map(|model| model.name)).collect::<Vec<_>>().join(", ")
}

impl AsicModel {
    /// The one of this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let chips = ChipModel::named(name).ok().map(Self::Chips);
        chips.or_else(|| BoardModel::named(name).map(Self::Board))
    }

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chips(model) => model.name,
            Self::Board(model) => model.name,
        }
    }

    /// The least and the greatest frequency that this program sets; `None` where it sets none.
    fn frequencies(self) -> Option<(Megahertz, Megahertz)> {
        match self {
            Self::Chips(model) => Some((model.limits.slowest, model.limits.fastest)),
            Self::Board(model) => model.clocks(),
        }
    }
}

impl AsicSpec {
    /// The port as it was named.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is on it.
    #[must_use]
    pub fn model(&self) -> AsicModel {
        self.model
    }

    /// What the device is called: `asic:` and the port without its folder, which stays the same for links in `/dev/serial/by-id`.
    #[must_use]
    pub fn id(&self) -> String {
        let path = self.path.to_string_lossy();
        let name = path.strip_prefix("/dev/serial/by-id/").or_else(|| path.strip_prefix("/dev/")).unwrap_or(&path);
        format!("asic:{}", name.trim_start_matches('/'))
    }

    /// The clock that was named; the makers' own where it is `None`.
    #[must_use]
    pub fn frequency(&self) -> Option<Megahertz> {
        self.frequency
    }

    /// Whether a program acts as the chips.
    #[must_use]
    pub fn is_emulated(&self) -> bool {
        silicon_at(&self.path) == Silicon::Emulated
    }

    /// The same at the lowest clock that its chips run at, without a search.
    #[must_use]
    pub fn at_the_lowest_clock(self) -> Self {
        Self { frequency: self.model.frequencies().map(|(lowest, _)| lowest), tune: None, ..self }
    }

    /// Whether a search is asked for.
    #[must_use]
    pub fn is_tuned(&self) -> bool {
        self.tune.is_some()
    }

    /// What is searched for, of which chips, and the clock at which the search begins.
    pub(super) fn tune(&self) -> Option<(TuneWish, &'static ChipModel, Megahertz)> {
        let AsicModel::Chips(model) = self.model else { return None };
        Some((self.tune?, model, self.frequency.unwrap_or(model.typical)))
    }

    /// Where the clock of chips begins that are controlled; zero of a fixed one, which no board that is controlled has.
    pub(super) fn lowest_clock(&self) -> Megahertz {
        self.model.frequencies().map_or(Megahertz(0.0), |(lowest, _)| lowest)
    }

    /// The board that was seen on the ports, by which it is found again.
    pub(super) fn remember(&mut self, line: &Line, control: Option<&Line>) {
        self.identity = self.identity.take().or_else(|| line.identity().cloned());
        let known = self.control_identity.take();
        self.control_identity = known.or_else(|| control.and_then(Line::identity).cloned());
    }

    /// Opens the chips' line, and the control channel of the board where it has one: the one that is named, or the one that USB
    /// says belongs to the line.
    pub(super) fn open(&self, now: Instant) -> Result<(Line, Option<ControlPort>), LineError> {
        let line = Line::open(&self.path, self.identity.as_ref())?;
        let path = match &self.control {
            Some(path) => Some(path.clone()),
            None => control_port_of(&line)?,
        };
        let (Some(path), AsicModel::Chips(model)) = (path, self.model) else { return Ok((line, None)) };
        let control = Line::open(&path, self.control_identity.as_ref())?;
        Ok((line, Some(ControlPort::new(control, OpenBoard::new(model, self.frequency, now)))))
    }

    /// The state machine that drives the chips. Where their board is controlled they begin at their lowest clock.
    pub(super) fn driver(&self, silicon: Silicon, reset: ResetWiring, now: Instant) -> Box<dyn Driver> {
        let frequency = if reset == ResetWiring::Wired { Some(self.lowest_clock()) } else { self.frequency };
        let settings = ChainSettings { frequency, chips: self.chips, reset, silicon };
        match self.model {
            AsicModel::Chips(model) => Box::new(ChipChain::new(model, settings, now)),
            AsicModel::Board(model) => Box::new(IcarusBoard::new(model, settings, now)),
        }
    }
}

impl FromStr for AsicSpec {
    type Err = AsicSpecError;

    fn from_str(text: &str) -> Result<Self, AsicSpecError> {
        let (path, rest) = split_at_model(text)?;
        let (name, options) = rest.split_once(',').unwrap_or((rest, ""));
        let model = AsicModel::named(name).ok_or_else(|| AsicSpecError::Model { name: name.to_owned() })?;
        let mut spec = Self {
            path: path.into(),
            model,
            frequency: None,
            chips: None,
            control: None,
            tune: None,
            identity: None,
            control_identity: None,
        };
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("freq", text)) => spec.frequency = Some(frequency(text, model)?),
                Some(("chips", text)) => spec.chips = Some(chips(text, model)?),
                Some(("control", text)) => spec.control = Some(control(text, model)?),
                Some(("tune", text)) => spec.tune = Some(TuneWish::new(text, model)?),
                // Behind the others, wherever they stand.
                Some(("range" | "settle", _)) => {}
                _ => return Err(AsicSpecError::Option(option.to_owned())),
            }
        }
        for option in options.split(',') {
            let Some((name @ ("range" | "settle"), text)) = option.split_once('=') else { continue };
            let wish = spec.tune.ok_or_else(|| AsicSpecError::NotTuned(option.to_owned()))?;
            spec.tune = Some(match (name, model.frequencies()) {
                ("range", Some(limits)) => wish.with_range(text, limits)?,
                _ => wish.with_settle(text)?,
            });
        }
        Ok(spec)
    }
}

/// Paths may hold colons too: the model is the first known name behind one, or else whatever stands behind the last.
fn split_at_model(text: &str) -> Result<(&str, &str), AsicSpecError> {
    let names_model = |rest: &str| AsicModel::named(rest.split(',').next().unwrap_or_default()).is_some();
    let known =
        text.match_indices(':').map(|(at, _)| (&text[..at], &text[at + 1..])).find(|(_, rest)| names_model(rest));
    let split = known.or_else(|| text.rsplit_once(':')).ok_or(AsicSpecError::Form)?;
    if split.0.is_empty() { Err(AsicSpecError::Form) } else { Ok(split) }
}

fn frequency(text: &str, model: AsicModel) -> Result<Megahertz, AsicSpecError> {
    let Some((least, most)) = model.frequencies() else {
        return Err(AsicSpecError::FixedClock(model.name().to_owned()));
    };
    let number = text.strip_suffix("MHz").unwrap_or(text).parse::<f64>().ok();
    let inside = number.filter(|number| (least.0..=most.0).contains(number));
    inside.map(Megahertz).ok_or_else(|| AsicSpecError::Frequency {
        text: text.to_owned(),
        model: model.name().to_owned(),
        least: least.0,
        most: most.0,
    })
}

fn control(text: &str, model: AsicModel) -> Result<PathBuf, AsicSpecError> {
    let has_voltage = matches!(model, AsicModel::Chips(model) if model.limits.typical_millivolts > 0);
    let error = || AsicSpecError::Control { path: text.to_owned(), model: model.name().to_owned() };
    (has_voltage && !text.is_empty()).then(|| text.into()).ok_or_else(error)
}

fn chips(text: &str, model: AsicModel) -> Result<u16, AsicSpecError> {
    let number = text.parse().ok().filter(|chips| (1..=MOST_CHIPS).contains(chips));
    let is_chain = matches!(model, AsicModel::Chips(_));
    number.filter(|_| is_chain).ok_or_else(|| AsicSpecError::Chips(text.to_owned()))
}

impl fmt::Display for AsicSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.model.name())
    }
}

#[cfg(test)]
mod tests {
    use hashkit_asic_driver::{Objective, Span};

    use super::*;

    #[test]
    fn a_text_names_a_port_a_model_and_what_to_set() {
        for (text, path, model, frequency, chips) in [
            ("/dev/ttyACM1:bm1370", "/dev/ttyACM1", "bm1370", None, None),
            ("/dev/ttyUSB0:BM1366,chips=4", "/dev/ttyUSB0", "bm1366", None, Some(4)),
            ("/dev/pts/3:bm1397,freq=425,chips=6", "/dev/pts/3", "bm1397", Some(425.0), Some(6)),
            (
                "/dev/serial/by-path/pci-0000:00:14.0:icarus",
                "/dev/serial/by-path/pci-0000:00:14.0",
                "icarus",
                None,
                None,
            ),
            ("COM3:antminer-u1,freq=193.75MHz", "COM3", "antminer-u1", Some(193.75), None),
        ] {
            let spec: AsicSpec = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((spec.path(), spec.model().name()), (Path::new(path), model), "{text}");
            assert_eq!((spec.frequency.map(|f| f.0), spec.chips), (frequency, chips), "{text}");
        }
        let spec: AsicSpec = "/dev/ttyACM1:bm1370,control=/dev/ttyACM0,chips=1".parse().expect("all of it is known");
        assert_eq!((spec.control.as_deref(), spec.chips), (Some(Path::new("/dev/ttyACM0")), Some(1)));
        let spec: AsicSpec =
            "/dev/ttyACM1:bm1370,settle=2m,range=300-500,tune=efficiency,freq=400".parse().expect("known");
        let (wish, model, start) = spec.tune().expect("it was asked for");
        let settings = wish.settings(model, true);
        assert_eq!((settings.objective, start), (Objective::Efficiency, Megahertz(400.0)));
        assert_eq!((settings.settle.as_secs(), settings.measure.as_secs()), (120, 720));
        assert_eq!(settings.frequencies, Span { least: 300.0, most: 500.0, step: 25.0 });
        assert!(settings.millivolts.is_some() && wish.settings(model, false).millivolts.is_none());
        assert!(!spec.at_the_lowest_clock().is_tuned(), "who only looks at chips does not tune them");
        assert_eq!("/dev/ttyACM1:bm1370".parse::<AsicSpec>().map(|spec| spec.id()), Ok("asic:ttyACM1".to_owned()));
    }

    #[test]
    fn what_is_wrong_with_a_text_is_said() {
        for (text, words) in [
            ("/dev/ttyACM1", "expected PATH:MODEL"),
            (":bm1370", "expected PATH:MODEL"),
            ("/dev/ttyACM1:bm9", "there is no driver for \"bm9\": there are bm1370, bm1368"),
            ("/dev/ttyACM1:bm1370,speed=9", "\"speed=9\" is no option"),
            ("/dev/ttyACM1:bm1370,freq=651", "runs at 50 to 650 MHz; no flag removes these limits"),
            ("/dev/ttyACM1:bm1370,freq=fast", "freq=fast"),
            ("/dev/ttyACM1:bm1370,freq=NaN", "freq=NaN"),
            ("/dev/ttyACM1:icarus,freq=100", "the clock of icarus is fixed"),
            ("/dev/ttyACM1:bm1370,chips=0", "a chain has 1 to 128"),
            ("/dev/ttyACM1:icarus,chips=2", "those of a board are known"),
            ("/dev/ttyACM1:icarus,control=/dev/ttyACM0", "no board of icarus has a control channel"),
            ("/dev/ttyACM1:bm1387,control=/dev/ttyACM0", "no board of bm1387 has a control channel"),
            ("/dev/ttyACM1:bm1370,control=", "leave control away"),
            ("/dev/ttyACM1:bm1370,tune=fast", "rate or efficiency"),
            ("/dev/ttyACM1:antminer-u1,tune=rate", "leave tune away"),
            ("/dev/ttyACM1:bm1387,tune=efficiency", "tune=rate goes without"),
            ("/dev/ttyACM1:bm1370,range=300-400", "add tune=rate"),
            ("/dev/ttyACM1:bm1370,tune=rate,range=400-300", "range=300-500"),
            ("/dev/ttyACM1:bm1370,tune=rate,range=400-900", "from 50 MHz to 650 MHz"),
            ("/dev/ttyACM1:bm1370,tune=rate,range=NaN-400", "range=NaN-400"),
            ("/dev/ttyACM1:bm1370,tune=rate,settle=1h", "from 100ms to 10m"),
            ("/dev/ttyACM1:bm1370,tune=rate,settle=99999999999999999999m", "settle="),
        ] {
            let error = text.parse::<AsicSpec>().expect_err(text).to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
