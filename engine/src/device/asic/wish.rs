//! What is to be searched for: `tune=`, `range=` and `settle=` of what `--asic` says.

use std::time::Duration;

use hashkit_asic_driver::{ChipModel, Megahertz, Objective, OperatingPoint, Span, TuneSettings};

use super::spec::{AsicModel, AsicSpecError};

/// A search for the best operating point of a board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TuneWish {
    pub(super) objective: Objective,
    /// The lowest and the highest clock that may be tried, where they are named.
    range: Option<(Megahertz, Megahertz)>,
    settle: Option<Duration>,
}

/// How long a point may be left alone before it counts.
const SETTLE: std::ops::RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_mins(10);
/// It is measured so many times as long at most, as [`TuneSettings::of`] has it.
const MEASURE: u32 = 6;

impl TuneWish {
    /// By the value of `tune`.
    pub(super) fn new(text: &str, model: AsicModel) -> Result<Self, AsicSpecError> {
        let AsicModel::Chips(chips) = model else { return Err(AsicSpecError::TuneModel(model.name().to_owned())) };
        let objective = match text {
            "rate" => Objective::Hashrate,
            "efficiency" if chips.limits.typical_millivolts == 0 => {
                return Err(AsicSpecError::NoPower(model.name().to_owned()));
            }
            "efficiency" => Objective::Efficiency,
            _ => return Err(AsicSpecError::Tune(text.to_owned())),
        };
        Ok(Self { objective, range: None, settle: None })
    }

    /// With the value of `range`.
    pub(super) fn with_range(self, text: &str, limits: (Megahertz, Megahertz)) -> Result<Self, AsicSpecError> {
        let (least, most) = limits;
        let number = |text: &str| text.trim_end_matches("MHz").parse().ok().map(Megahertz);
        let range = text.split_once('-').and_then(|(low, high)| Some((number(low)?, number(high)?)));
        let inside = range.filter(|(low, high)| least <= *low && low <= high && *high <= most);
        let error = || AsicSpecError::Range { text: text.to_owned(), least, most };
        inside.map(|range| Self { range: Some(range), ..self }).ok_or_else(error)
    }

    /// With the value of `settle`.
    pub(super) fn with_settle(self, text: &str) -> Result<Self, AsicSpecError> {
        let settle = time(text).filter(|time| SETTLE.contains(time));
        settle.map(|time| Self { settle: Some(time), ..self }).ok_or_else(|| AsicSpecError::Settle(text.to_owned()))
    }

    /// How to search, on a board whose voltage can be set or on one where it cannot.
    pub(super) fn settings(&self, model: &ChipModel, has_voltage: bool) -> TuneSettings {
        let mut settings = TuneSettings::of(model, self.objective);
        if let Some((least, most)) = self.range {
            settings.frequencies = Span { least: least.0, most: most.0, ..settings.frequencies };
        }
        if let Some(settle) = self.settle {
            (settings.settle, settings.measure) = (settle, settle * MEASURE);
        }
        if has_voltage { settings.with_voltages(model) } else { settings }
    }

    /// Whether a search could have ended there.
    pub(super) fn allows(&self, point: &OperatingPoint) -> bool {
        self.range.is_none_or(|(least, most)| (least..=most).contains(&point.frequency))
    }
}

/// `500ms`, `30s` or `2m`.
fn time(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    match &text[digits..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}
