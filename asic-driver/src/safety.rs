//! What chips may do, by what their board's sensors say: a decision without I/O or clock. Its table stands in `docs/asics.md`.

use std::fmt;
use std::time::{Duration, Instant};

use crate::bring_up::within_limits;
use crate::model::{ChipModel, Limits};
use crate::pll::Megahertz;

/// What the sensors of a board said at one moment. `None` is absent, which is never taken for harmless.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BoardReading {
    /// The chip, in degrees Celsius.
    pub chip: Option<f64>,
    /// The hottest sensor on the back of the board, where there are some, in degrees Celsius.
    pub back: Option<f64>,
    /// The regulator, in degrees Celsius.
    pub regulator: Option<f64>,
    /// What the board is fed with, in volts.
    pub input: Option<f64>,
    /// What the chips get, in volts.
    pub output: Option<f64>,
    /// What they draw, in amperes.
    pub current: Option<f64>,
    /// What the board draws, in watts.
    pub power: Option<f64>,
    /// Turns of the fan a minute.
    pub fan: Option<f64>,
    /// What the regulator says is wrong with it.
    pub regulator_fault: Option<&'static str>,
}

/// In few words, `chip 55 °C, regulator 50 °C, 1.150 V, 14.0 A, 16 W, fan 4000 rpm`; what is absent is left out.
impl fmt::Display for BoardReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.chip.map(|celsius| format!("chip {celsius:.0} °C")),
            self.back.map(|celsius| format!("back {celsius:.0} °C")),
            self.regulator.map(|celsius| format!("regulator {celsius:.0} °C")),
            self.output.map(|volts| format!("{volts:.3} V")),
            self.current.map(|amperes| format!("{amperes:.1} A")),
            self.power.map(|watts| format!("{watts:.0} W")),
            self.fan.map(|turns| format!("fan {turns:.0} rpm")),
            self.regulator_fault.map(|words| format!("regulator fault: {words}")),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// What the chips may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stance {
    /// Hash, at this frequency at most.
    Run(Megahertz),
    /// Nothing, under power.
    Rest,
    /// Nothing, without power.
    Down,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum Danger {
    /// The regulator has switched off, or is about to.
    #[error("the regulator reports a fault: {0}")]
    Regulator(&'static str),
    /// A temperature is above a limit.
    #[error("{part} is at {celsius:.0} °C; {limit:.0} °C is the limit")]
    Hot {
        /// Of what.
        part: &'static str,
        /// How hot it is.
        celsius: f64,
        /// The limit that it is above.
        limit: f64,
    },
    /// A temperature cannot be read, or is none that hashing chips have.
    #[error("the temperature of {0} cannot be read, and is not taken for cold")]
    NoTemperature(&'static str),
    /// The core voltage is not what was set, or cannot be read.
    #[error("the chips get {found:.3} V instead of {set:.3} V")]
    Voltage {
        /// What they get; zero where it cannot be read.
        found: f64,
        /// What was set.
        set: f64,
    },
    /// The fan stands still.
    #[error("the fan stands still: clear what blocks it, or connect it")]
    FanStopped,
    /// Fewer chips answer than there should be.
    #[error("{found} of {expected} chips answer")]
    ChipsMissing {
        /// How many answer.
        found: u16,
        /// How many there should be.
        expected: u16,
    },
    /// The chips do not work although they were reset.
    #[error("the chips do not come to life by a reset")]
    ChipsDead,
}

/// What a danger asks for, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Demand {
    Slower,
    Slowest,
    Rest,
    Down,
}

/// Decides by readings that come about twice a second.
#[derive(Debug)]
pub struct Safety {
    model: &'static ChipModel,
    /// What the owner wants, less what was taken back after power was cut.
    wanted: Megahertz,
    /// What may be wanted at all: less after power was cut, or while chips are missing.
    most: Megahertz,
    /// What may be run now.
    allowed: Megahertz,
    stance: Stance,
    /// What is wrong now, and since when.
    dangers: Vec<(Danger, Instant)>,
    /// Readings in a row with nothing wrong, and since when.
    calm: Option<(u32, Instant)>,
    /// When the clock was last changed by this, and when the chips were last put to rest.
    clocked: Instant,
    rested: Instant,
    /// When heat last made it slower.
    slowed: Option<Instant>,
    /// Whether the chips have said that they run: until then their diode is not connected.
    are_ready: bool,
    /// Whether chips have been at rest because of a danger since power came on.
    is_shaken: bool,
    /// When heat has made the chips rest since power came on.
    heat_rests: Vec<Instant>,
    /// How often power was cut.
    downs: u32,
}

/// Readings in a row with nothing wrong before the chips may hash at all.
const FIRST_READINGS: u32 = 3;
/// And how long nothing may have been wrong before they go on after a rest.
const REST: Duration = Duration::from_secs(10);
/// Between two steps of the clock down: what the last one does is seen by then.
const STEP_DOWN_EVERY: Duration = Duration::from_secs(2);
const STEP_DOWN: f64 = 50.0;
/// And up again.
const STEP_UP_EVERY: Duration = Duration::from_secs(30);
const STEP_UP: f64 = 25.0;
/// What is no better after so long at rest, or at the lowest clock, needs the next measure.
const PATIENCE: Duration = Duration::from_secs(10);
/// So often may chips rest of heat within [`HEAT_WINDOW`]; the next time power is cut.
const HEAT_RESTS: usize = 2;
const HEAT_WINDOW: Duration = Duration::from_mins(10);
/// Readings of nothing, or of a wrong voltage, in a row until power is cut.
const BLIND: Duration = Duration::from_millis(1200);
/// A chip this much above the limit at which it rests loses power at once.
const SCORCHING: f64 = 10.0;
/// How much cooler than the first limit a chip has to be to run faster.
const MARGIN: f64 = 5.0;
/// Limits of the regulator: slower, and rest. At 145 °C it switches off by itself.
const REGULATOR_HOT: f64 = 100.0;
const REGULATOR_TOO_HOT: f64 = 110.0;
/// At which it may be switched on again.
const REGULATOR_COOL: f64 = 95.0;
/// A chip under power is warmer than ice, and no sensor survives more.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.5..=125.0;
/// How far a voltage may be from what was set.
const VOLTAGE_TOLERANCE: f64 = 0.08;
/// A fan that turns more slowly stands still: a tachometer that counts to its end says 82.
const SLOWEST_FAN: f64 = 150.0;
/// Without power for at least so long.
const COOL_DOWN: Duration = Duration::from_secs(30);
/// What is taken from the clock each time power was cut.
const AFTER_DOWN: f64 = 100.0;
/// Power is cut so often; then it stays off.
const DOWNS: u32 = 3;

impl Safety {
    /// For chips that are to run at `wanted` where all is well; within the model's limits whatever it is.
    #[must_use]
    pub fn new(model: &'static ChipModel, wanted: Megahertz, now: Instant) -> Self {
        let wanted = within_limits(model, wanted);
        Self {
            model,
            wanted,
            most: model.limits.fastest,
            allowed: wanted,
            stance: Stance::Down,
            dangers: Vec::new(),
            calm: None,
            clocked: now,
            rested: now,
            slowed: None,
            are_ready: false,
            is_shaken: false,
            heat_rests: Vec::new(),
            downs: 0,
        }
    }

    /// What the chips may do now.
    #[must_use]
    pub fn stance(&self) -> Stance {
        self.stance
    }

    /// Whether power has been cut so often that it stays off.
    #[must_use]
    pub fn has_given_up(&self) -> bool {
        self.downs >= DOWNS
    }

    /// How long power is to stay off.
    #[must_use]
    pub fn cool_down(&self) -> Duration {
        if self.downs == 0 { Duration::ZERO } else { COOL_DOWN }
    }

    /// Whether a board without power may get it, by what can be read then. The chip's own temperature cannot.
    ///
    /// # Errors
    /// The [`Danger`] that forbids it.
    pub fn may_power(&self, reading: &BoardReading) -> Result<(), Danger> {
        match reading.regulator {
            None => return Err(Danger::NoTemperature("the regulator")),
            Some(celsius) if celsius.is_nan() || celsius >= REGULATOR_COOL => {
                return Err(Danger::Hot { part: "the regulator", celsius, limit: REGULATOR_COOL });
            }
            Some(_) => {}
        }
        if fan_stands(reading) { Err(Danger::FanStopped) } else { Ok(()) }
    }

    /// Whether the voltage that was switched on is there.
    ///
    /// # Errors
    /// The [`Danger`] because of which power is to be cut.
    pub fn has_risen(&self, reading: &BoardReading, volts: f64) -> Result<(), Danger> {
        let wrong = reading.regulator_fault.map(Danger::Regulator);
        wrong.or_else(|| wrong_voltage(reading, volts)).map_or(Ok(()), Err)
    }

    /// Power has come on.
    pub fn powered(&mut self, now: Instant) {
        self.is_shaken = false;
        self.heat_rests.clear();
        self.allowed = self.wanted;
        self.starting(now);
    }

    /// The chips are started, or started again: they rest until they have been looked at.
    pub fn starting(&mut self, now: Instant) {
        self.stance = Stance::Rest;
        (self.are_ready, self.calm, self.clocked, self.rested) = (false, None, now, now);
        self.dangers.clear();
    }

    /// The chips run at their lowest clock, and their temperature can be read.
    pub fn ready(&mut self) {
        self.are_ready = true;
        self.calm = None;
    }

    /// Power is cut because of this.
    pub fn cut(&mut self, danger: Danger) -> Change {
        self.downs += 1;
        self.wanted = Megahertz((self.wanted.0 - AFTER_DOWN).max(self.model.limits.slowest.0));
        self.most = self.wanted;
        self.stance = Stance::Down;
        Change { stance: Stance::Down, why: Some(danger) }
    }

    /// Runs at another frequency from now on, where all is well. What was made slower because of a danger does not get faster by
    /// this: it comes back step by step, as ever.
    pub fn want(&mut self, wanted: Megahertz, now: Instant) -> Option<Change> {
        let is_held_back = !self.dangers.is_empty() || self.allowed < self.wanted;
        let wanted = within_limits(self.model, wanted).0.min(self.most.0);
        self.wanted = Megahertz(wanted);
        self.allowed = if is_held_back { Megahertz(self.allowed.0.min(wanted)) } else { self.wanted };
        let Stance::Run(_) = self.stance else { return None };
        let change = self.run(None)?;
        self.clocked = now;
        Some(change)
    }

    /// Fewer chips answer than there should be: voltage and heat are spread otherwise than planned, so the clock stays at its
    /// lowest.
    pub fn chips_missing(&mut self, found: u16, expected: u16) -> Option<Change> {
        let slowest = self.model.limits.slowest;
        (self.wanted, self.allowed, self.most) = (slowest, slowest, slowest);
        let why = Some(Danger::ChipsMissing { found, expected });
        match self.stance {
            Stance::Run(frequency) if frequency != slowest => {
                self.stance = Stance::Run(slowest);
                Some(Change { stance: self.stance, why })
            }
            stance => Some(Change { stance, why }),
        }
    }

    /// Decides by what the sensors say now, of a board whose voltage was set to `volts`; `None` where nothing changes.
    pub fn judge(&mut self, reading: &BoardReading, volts: f64, now: Instant) -> Option<Change> {
        if self.stance == Stance::Down {
            return None;
        }
        let found = self.dangers_in(reading, volts);
        let since = |danger: &Danger| {
            let is_same = |old: &&(Danger, Instant)| std::mem::discriminant(&old.0) == std::mem::discriminant(danger);
            self.dangers.iter().find(is_same).map_or(now, |(_, since)| *since)
        };
        self.dangers = found.iter().map(|(danger, _)| (*danger, since(danger))).collect();
        let worst = found
            .iter()
            .zip(&self.dangers)
            .map(|((danger, demand), (_, since))| (self.with_patience(*demand, danger, *since, now), *danger))
            .max_by_key(|(demand, _)| *demand);
        if let Some((demand, danger)) = worst {
            self.calm = None;
            return self.obey(demand, danger, now);
        }
        let (count, since) = self.calm.unwrap_or((0, now));
        self.calm = Some((count + 1, since));
        self.recover(reading, now)
    }

    /// What is wrong by this reading alone, and what it asks for at first.
    fn dangers_in(&self, reading: &BoardReading, volts: f64) -> Vec<(Danger, Demand)> {
        let Limits { hot, too_hot, .. } = self.model.limits;
        let mut found = Vec::new();
        if let Some(words) = reading.regulator_fault {
            found.push((Danger::Regulator(words), Demand::Down));
        }
        found.extend(wrong_voltage(reading, volts).map(|danger| (danger, Demand::Rest)));
        let parts = [
            ("the chip", reading.chip, true, hot, too_hot),
            ("the back of the board", reading.back, false, hot, too_hot),
            ("the regulator", reading.regulator, true, REGULATOR_HOT, REGULATOR_TOO_HOT),
        ];
        for (part, celsius, is_needed, hot, too_hot) in parts {
            match celsius.filter(|celsius| PLAUSIBLE.contains(celsius)) {
                None if is_needed || celsius.is_some() => {
                    found.push((Danger::NoTemperature(part), Demand::Rest));
                }
                Some(celsius) if celsius >= too_hot => {
                    found.push((Danger::Hot { part, celsius, limit: too_hot }, Demand::Rest));
                }
                Some(celsius) if celsius >= hot => {
                    found.push((Danger::Hot { part, celsius, limit: hot }, Demand::Slower));
                }
                _ => {}
            }
        }
        if fan_stands(reading) {
            found.push((Danger::FanStopped, Demand::Slowest));
        }
        found
    }

    /// What a danger asks for when it lasts.
    fn with_patience(&self, demand: Demand, danger: &Danger, since: Instant, now: Instant) -> Demand {
        let passed = |since: Instant| now.saturating_duration_since(since);
        let lasted = passed(since);
        let is_at_rest = self.stance == Stance::Rest;
        match danger {
            Danger::Hot { celsius, limit, .. } if demand == Demand::Rest && *celsius >= limit + SCORCHING => {
                if lasted.is_zero() { Demand::Rest } else { Demand::Down }
            }
            Danger::Hot { .. } if demand == Demand::Rest => {
                if is_at_rest && passed(self.rested) >= PATIENCE {
                    Demand::Down
                } else {
                    Demand::Rest
                }
            }
            Danger::Hot { .. } if self.allowed == self.model.limits.slowest && passed(self.clocked) >= PATIENCE => {
                Demand::Rest
            }
            Danger::NoTemperature(_) if !self.are_ready => Demand::Rest,
            Danger::NoTemperature(_) | Danger::Voltage { .. } if lasted >= BLIND => Demand::Down,
            Danger::FanStopped if lasted >= PATIENCE => Demand::Down,
            Danger::FanStopped if lasted >= BLIND => Demand::Rest,
            _ => demand,
        }
    }

    fn obey(&mut self, demand: Demand, danger: Danger, now: Instant) -> Option<Change> {
        let is_heat = matches!(danger, Danger::Hot { .. });
        match (demand, self.stance) {
            (Demand::Down, _) => Some(self.cut(danger)),
            // At rest already: not yet allowed to hash, or not cool enough to be.
            (_, Stance::Down | Stance::Rest) => None,
            (Demand::Rest, Stance::Run(_)) => {
                if is_heat {
                    self.heat_rests.retain(|rest| now.saturating_duration_since(*rest) < HEAT_WINDOW);
                    self.heat_rests.push(now);
                    if self.heat_rests.len() > HEAT_RESTS {
                        return Some(self.cut(danger));
                    }
                    self.slow_down(now);
                }
                self.is_shaken = true;
                self.stance = Stance::Rest;
                self.rested = now;
                Some(Change { stance: Stance::Rest, why: Some(danger) })
            }
            (Demand::Slower, Stance::Run(_)) => {
                let is_soon = |last: Instant| now.saturating_duration_since(last) < STEP_DOWN_EVERY;
                if self.slowed.is_some_and(is_soon) || self.allowed == self.model.limits.slowest {
                    return None;
                }
                self.slow_down(now);
                self.run(Some(danger))
            }
            (Demand::Slowest, Stance::Run(_)) => {
                self.allowed = self.model.limits.slowest;
                self.clocked = now;
                self.run(Some(danger))
            }
        }
    }

    fn slow_down(&mut self, now: Instant) {
        self.allowed = Megahertz((self.allowed.0 - STEP_DOWN).max(self.model.limits.slowest.0));
        (self.clocked, self.slowed) = (now, Some(now));
    }

    /// Nothing is wrong at the moment.
    fn recover(&mut self, reading: &BoardReading, now: Instant) -> Option<Change> {
        let (count, since) = self.calm?;
        let calm = now.saturating_duration_since(since);
        let is_cool = reading.chip.is_some_and(|celsius| celsius < self.model.limits.hot - MARGIN);
        match self.stance {
            Stance::Rest
                if self.are_ready && count >= FIRST_READINGS && (!self.is_shaken || calm >= REST) && is_cool =>
            {
                self.clocked = now;
                self.run(None)
            }
            Stance::Run(_) if self.allowed.0 < self.wanted.0 && is_cool => {
                let is_soon = now.saturating_duration_since(self.clocked) < STEP_UP_EVERY || calm < REST;
                if is_soon {
                    return None;
                }
                self.allowed = Megahertz((self.allowed.0 + STEP_UP).min(self.wanted.0));
                self.clocked = now;
                self.run(None)
            }
            _ => None,
        }
    }

    fn run(&mut self, why: Option<Danger>) -> Option<Change> {
        let stance = Stance::Run(self.allowed);
        (self.stance != stance).then(|| {
            self.stance = stance;
            Change { stance, why }
        })
    }
}

/// Another stance than before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What the chips may do from now on.
    pub stance: Stance,
    /// Because of what; `None` where all is well.
    pub why: Option<Danger>,
}

fn wrong_voltage(reading: &BoardReading, volts: f64) -> Option<Danger> {
    let found = reading.output.filter(|output| output.is_finite()).unwrap_or(0.0);
    ((found - volts).abs() > volts * VOLTAGE_TOLERANCE).then_some(Danger::Voltage { found, set: volts })
}

/// A fan that cannot be heard turning does not turn.
fn fan_stands(reading: &BoardReading) -> bool {
    reading.fan.is_none_or(|turns| turns.is_nan() || turns < SLOWEST_FAN)
}

#[cfg(test)]
mod tests;
