//! How chips are started: a list of steps, so that it can be held against a capture. The sequences and their sources stand in
//! `docs/asics.md`.

use std::time::Duration;

use crate::frame::command::{Chips, Command};
use crate::model::{ChipModel, FIRST_BAUD, Family};
use crate::nonce::{NonceLayout, Starts};
use crate::nonce_space::NonceSpace;
use crate::pll::{Megahertz, Pll};
use crate::register::{Register, TicketMask, core_register, version_rolling};

/// One step of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Holds the chips' reset line, where the board has one.
    HoldReset,
    /// Lets it go.
    ReleaseReset,
    /// Sends this.
    Send(Command),
    /// Waits until all that was sent is on the wire, and this long after.
    Pause(Duration),
    /// Asks all chips for their id, and counts the answers.
    CountChips,
    /// From now on the line runs at this rate.
    Baud(u32),
    /// Asks again, to see that the chips have taken the new rate.
    CheckBaud,
    /// Gives every core of a BM1387 an all-ones work, which opens it; so many times.
    OpenCores(u32),
}

/// What a start is to lead to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How many chips there are.
    pub chips: u16,
    /// What they are to run at.
    pub frequency: Megahertz,
    /// Which nonces they report.
    pub ticket_mask: TicketMask,
    /// The version bits that they may roll.
    pub version_mask: u32,
    /// Whether the line is made faster.
    pub line: Line,
}

/// The rate of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// As it is.
    Keep,
    /// The model's faster rate.
    Fast,
}

/// A hash board whose voltage domains are known from a capture: family, chips, domains, drive strength of all, and of the last
/// chip of each domain where it differs.
const BOARDS: [(Family, u16, u16, u32, Option<u32>); 3] = [
    // S21, S19 XP, S19k Pro.
    (Family::Bm1368, 108, 12, 0x0211_1111, Some(0x0211_f111)),
    (Family::Bm1366, 110, 11, 0x0211_1111, Some(0x0211_f111)),
    (Family::Bm1366, 77, 11, 0x0211_4111, None),
];

/// A ramp goes by this much a step: one write each 100 ms.
pub(crate) const RAMP: Megahertz = Megahertz(6.25);
pub(crate) const RAMP_PAUSE: Duration = Duration::from_millis(100);

/// From a reset to the number of chips.
#[must_use]
pub fn identify(model: &ChipModel) -> Vec<Step> {
    // A second for early chips; others take a tenth.
    let (low, high) = match model.family {
        Family::Bm1387 | Family::Bm1397 => (1000, 200),
        _ => (100, 500),
    };
    let mut steps = vec![Step::HoldReset, pause(low), Step::ReleaseReset, pause(high)];
    if model.takes_whole_headers() {
        // Before the first read: it also makes replies eleven bytes long.
        steps.extend([Step::Send(rolling_all()), Step::Send(rolling_all()), Step::Send(rolling_all()), pause(10)]);
    }
    steps.push(Step::CountChips);
    steps
}

/// From there to mining.
#[must_use]
pub fn start(model: &ChipModel, plan: &Plan) -> Vec<Step> {
    let mut start = Start { model, plan, steps: Vec::new() };
    match model.family {
        Family::Bm1387 => start.bm1387(),
        Family::Bm1397 => start.bm1397(),
        Family::Bm1362 => start.bm1362(),
        Family::Bm1366 => start.bm1366(),
        Family::Bm1368 => start.bm1368(),
        Family::Bm1370 => start.bm1370(),
    }
    start.steps
}

/// What chips that run can be told at any time without harm: which nonces to report, which versions to roll, how long to count.
#[must_use]
pub fn reminder(model: &ChipModel, plan: &Plan) -> Vec<Step> {
    let mut reminder = Start { model, plan, steps: Vec::new() };
    match model.family {
        Family::Bm1387 => {
            let mask = ticket_mask_of_bm1387(plan.ticket_mask.register_value());
            reminder.steps.push(Step::Send(mask));
        }
        _ => reminder.ticket_mask(),
    }
    if model.takes_whole_headers() {
        reminder.roll_versions();
    }
    reminder.steps.extend(counting(model, plan.chips, model.pll.nearest(plan.frequency)));
    reminder.steps
}

/// The clock from one setting to another in small steps, with the hash counting number that is safe at each.
#[must_use]
pub fn ramp(model: &ChipModel, chips: u16, from: Megahertz, to: Megahertz, each: Duration) -> Vec<Step> {
    let (from, to) = (within_limits(model, from), within_limits(model, to));
    let target = model.pll.nearest(to);
    let mut steps = Vec::new();
    // The lower number first: at the higher clock the other one would let cores run into each other's slices.
    if to.0 >= from.0 {
        steps.extend(counting(model, chips, target));
    }
    let count = ((to.0 - from.0).abs() / RAMP.0).floor();
    let direction = if to.0 < from.0 { -RAMP.0 } else { RAMP.0 };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most a hundred: both lie within limits"
    )]
    let between = (0..count as u32).map(|step| model.pll.nearest(Megahertz(from.0 + direction * f64::from(step))));
    let mut last = None;
    for pll in between.chain([target]).filter(|pll| last.replace(*pll) != Some(*pll)) {
        steps.extend(clock(model, pll));
        steps.push(Step::Pause(each));
    }
    if to.0 < from.0 {
        steps.extend(counting(model, chips, target));
    }
    steps
}

/// How the chips of a chain are told where to begin.
#[must_use]
pub fn starts(model: &ChipModel, chips: u16) -> Starts {
    if has_offsets(model, chips) { Starts::Offset } else { Starts::Address { interval: interval(chips) } }
}

/// The frequency, or the nearest that the model's limits allow.
#[must_use]
pub fn within_limits(model: &ChipModel, frequency: Megahertz) -> Megahertz {
    let wanted = if frequency.0.is_nan() { model.limits.slowest.0 } else { frequency.0 };
    Megahertz(wanted.clamp(model.limits.slowest.0, model.limits.fastest.0))
}

/// How far apart addresses lie: even numbers, as factory firmware gives them.
fn interval(chips: u16) -> u16 {
    ((256 / chips.max(1)) & !1).max(1)
}

/// The addresses of so many chips, in their order.
pub(crate) fn addresses(chips: u16) -> Vec<u8> {
    (0..chips).filter_map(|chip| u8::try_from(chip * interval(chips)).ok()).collect()
}

fn has_offsets(model: &ChipModel, chips: u16) -> bool {
    model.layout == NonceLayout::SixteenSmallCores && chips > 1
}

fn pause(milliseconds: u64) -> Step {
    Step::Pause(Duration::from_millis(milliseconds))
}

fn rolling_all() -> Command {
    Register::VersionRolling.write(Chips::All, version_rolling(u32::MAX))
}

/// The write that makes all chips run at this setting; of a BM1397 each twice, with the dividers before it.
fn clock(model: &ChipModel, pll: Pll) -> Vec<Step> {
    let value = model.pll.register_value(pll);
    let write = |register: Register, value| Step::Send(register.write(Chips::All, value));
    match model.family {
        Family::Bm1397 => {
            let divider = || write(Register::PllDivider, 0x0f0f_0f00);
            let pll = || write(Register::Pll0, value);
            vec![divider(), pause(10), divider(), pll(), pause(10), pll()]
        }
        Family::Bm1387 => vec![Step::Send(Command::Write { chips: Chips::All, register: early::PLL, value })],
        _ => vec![write(Register::Pll0, value)],
    }
}

/// The write of the hash counting number, to chips that take one.
pub(crate) fn counting(model: &ChipModel, chips: u16, pll: Pll) -> Vec<Step> {
    if !model.takes_counting_number() {
        return Vec::new();
    }
    let number = NonceSpace::new(model.cores, u32::from(chips)).hash_counting_number(pll);
    vec![Step::Send(Register::HashCountingNumber.write(Chips::All, number))]
}

/// Whether a step writes the hash counting number.
pub(crate) fn is_counting(step: &Step) -> bool {
    let number = Register::HashCountingNumber.number();
    matches!(step, Step::Send(Command::Write { register, .. }) if *register == number)
}

/// The hash counting number that a command sets, if it sets one.
pub(crate) fn counting_number_of(model: &ChipModel, command: Command) -> Option<u32> {
    let own = Register::HashCountingNumber.number();
    match command {
        Command::Write { register, value, .. } if register == own && model.takes_counting_number() => Some(value),
        _ => None,
    }
}

/// The clock that a command sets, if it sets one.
pub(crate) fn clock_of(model: &ChipModel, command: Command) -> Option<Megahertz> {
    let own = if model.family == Family::Bm1387 { early::PLL } else { Register::Pll0.number() };
    match command {
        Command::Write { register, value, .. } if register == own => model.pll.setting(value).map(Pll::frequency),
        _ => None,
    }
}

/// The write of the ticket mask of a BM1387.
pub(crate) fn ticket_mask_of_bm1387(value: u32) -> Command {
    Command::Write { chips: Chips::All, register: early::TICKET_MASK, value }
}

/// Registers of a BM1387, which has others under the same numbers.
mod early {
    pub(crate) const PLL: u8 = 0x0c;
    pub(crate) const HASH_COUNTING_NUMBER: u8 = 0x14;
    pub(crate) const TICKET_MASK: u8 = 0x18;
    pub(crate) const MISC_CONTROL: u8 = 0x1c;
    /// What a S9 writes first: 115,740 baud, with the gate block set.
    pub(crate) const MISC_CONTROL_AT_FIRST: u32 = 0x4020_9a80;
}

/// A start in the making.
struct Start<'a> {
    model: &'a ChipModel,
    plan: &'a Plan,
    steps: Vec<Step>,
}

impl Start<'_> {
    fn all(&mut self, register: Register, value: u32) {
        self.steps.push(Step::Send(register.write(Chips::All, value)));
    }

    /// These writes to each chip, chip by chip.
    fn each(&mut self, writes: &[(Register, u32)]) {
        for address in addresses(self.plan.chips) {
            self.steps
                .extend(writes.iter().map(|(register, value)| Step::Send(register.write(Chips::One(address), *value))));
        }
    }

    fn give_addresses(&mut self) {
        self.steps.extend([Step::Send(Command::ChainInactive), pause(10)]);
        self.steps
            .extend(addresses(self.plan.chips).into_iter().map(|address| Step::Send(Command::SetAddress(address))));
        self.steps.push(pause(10));
    }

    fn ticket_mask(&mut self) {
        self.all(Register::TicketMask, self.plan.ticket_mask.register_value());
    }

    fn fast_line(&mut self) {
        if self.plan.line == Line::Keep {
            return;
        }
        let fast = self.model.fast_line;
        let write = match self.model.family {
            Family::Bm1387 => Command::Write { chips: Chips::All, register: early::MISC_CONTROL, value: fast.value },
            Family::Bm1397 => Register::MiscControl.write(Chips::All, fast.value),
            _ => Register::FastUart.write(Chips::All, fast.value),
        };
        self.steps.extend([Step::Send(write), pause(10), Step::Baud(fast.baud), pause(10), Step::CheckBaud]);
    }

    fn run_up(&mut self) {
        let limits = self.model.limits;
        self.steps.extend(ramp(self.model, self.plan.chips, limits.slowest, self.plan.frequency, RAMP_PAUSE));
    }

    fn roll_versions(&mut self) {
        self.all(Register::VersionRolling, version_rolling(self.plan.version_mask));
    }

    fn offsets(&mut self) {
        if !has_offsets(self.model, self.plan.chips) {
            return;
        }
        let space = NonceSpace::new(self.model.cores, u32::from(self.plan.chips));
        for (chip, address) in (0..).zip(addresses(self.plan.chips)) {
            self.steps.push(Step::Send(Register::NonceOffset.write(Chips::One(address), space.offset(chip))));
        }
    }

    /// Drive strengths, and relays across voltage domains where they are known.
    fn drive(&mut self, alone: u32) {
        let chips = self.plan.chips;
        let board = BOARDS.iter().find(|board| (board.0, board.1) == (self.model.family, chips));
        let Some((_, _, domains, all, last)) = board else { return self.all(Register::DriveStrength, alone) };
        self.all(Register::DriveStrength, *all);
        let (per_domain, addresses) = (chips / domains, addresses(chips));
        let address = |chip: u16| Chips::One(addresses[usize::from(chip)]);
        if let Some(last) = last {
            for domain in (0..*domains).rev() {
                let chip = (domain + 1) * per_domain - 1;
                self.steps.push(Step::Send(Register::DriveStrength.write(address(chip), *last)));
            }
        }
        if self.model.family == Family::Bm1368 {
            self.all(Register::Pll3, 0x5aa5_5aa5);
        }
        for domain in (0..*domains).rev() {
            // Exact on three captures; in which unit nobody knows.
            let gap = u32::from(per_domain * (domains - domain) + 14);
            for chip in [domain * per_domain, (domain + 1) * per_domain - 1] {
                self.steps.push(Step::Send(Register::UartRelay.write(address(chip), gap << 16 | 3)));
            }
        }
    }

    fn bm1370(&mut self) {
        let (select, delay, enable) = (core_register(0x0b, 0x00), core_register(0x00, 0x0c), core_register(0x02, 0xaa));
        self.steps.push(Step::Send(rolling_all()));
        self.all(Register::SoftReset, 0x0007_0000);
        self.all(Register::MiscControl, 0xf000_c100);
        self.give_addresses();
        self.all(Register::CoreMailbox, select);
        self.all(Register::CoreMailbox, delay);
        self.ticket_mask();
        self.all(Register::DriveStrength, 0x0001_1111);
        self.each(&[
            (Register::SoftReset, 0x0007_01f0),
            (Register::MiscControl, 0xf000_c100),
            (Register::CoreMailbox, select),
            (Register::CoreMailbox, delay),
            (Register::CoreMailbox, enable),
        ]);
        self.all(Register::Analog, 0x0000_4480);
        self.all(Register::AnalogMux, 2);
        self.all(Register::Analog, 0x0000_4480);
        self.all(Register::CoreMailbox, core_register(0x0d, 0xee));
        self.fast_line();
        self.offsets();
        self.run_up();
        self.roll_versions();
    }

    fn bm1368(&mut self) {
        let (select, delay, enable) = (core_register(0x0b, 0x00), core_register(0x00, 0x18), core_register(0x02, 0xaa));
        self.steps.push(Step::Send(rolling_all()));
        self.all(Register::SoftReset, 0x0007_0000);
        self.all(Register::MiscControl, 0xff0f_c100);
        self.give_addresses();
        self.all(Register::CoreMailbox, select);
        self.all(Register::CoreMailbox, delay);
        self.ticket_mask();
        self.all(Register::AnalogMux, 3);
        self.drive(0x0211_1111);
        self.fast_line();
        self.each(&[
            (Register::SoftReset, 0x0007_01f0),
            (Register::MiscControl, 0xf000_c100),
            (Register::CoreMailbox, select),
            (Register::CoreMailbox, delay),
            (Register::CoreMailbox, enable),
        ]);
        self.steps.push(pause(500));
        self.offsets();
        self.run_up();
        self.roll_versions();
    }

    fn bm1366(&mut self) {
        let (select, delay, enable) = (core_register(0x05, 0x40), core_register(0x00, 0x20), core_register(0x02, 0xaa));
        self.all(Register::SoftReset, 0x0007_0000);
        self.all(Register::MiscControl, 0xff0f_c100);
        self.give_addresses();
        self.all(Register::CoreMailbox, select);
        self.all(Register::CoreMailbox, delay);
        self.ticket_mask();
        self.all(Register::AnalogMux, 3);
        self.drive(0x0211_1111);
        if self.plan.chips == 1 {
            self.steps.push(Step::Send(Register::UartRelay.write(Chips::One(0), 0x007c_0003)));
        }
        self.fast_line();
        self.each(&[
            (Register::SoftReset, 0x0007_01f0),
            (Register::MiscControl, 0xf000_c100),
            (Register::CoreMailbox, select),
            (Register::CoreMailbox, delay),
            (Register::CoreMailbox, enable),
        ]);
        self.run_up();
        self.roll_versions();
    }

    fn bm1362(&mut self) {
        let (select, delay, enable) = (core_register(0x05, 0x40), core_register(0x00, 0x08), core_register(0x02, 0xaa));
        self.steps.extend([Step::Send(rolling_all()), Step::Send(rolling_all())]);
        self.all(Register::SoftReset, 0);
        self.all(Register::MiscControl, 0xb000_c100);
        self.give_addresses();
        self.all(Register::CoreMailbox, select);
        self.all(Register::CoreMailbox, delay);
        self.ticket_mask();
        self.all(Register::AnalogMux, 3);
        self.all(Register::DriveStrength, 0x0001_1111);
        self.fast_line();
        self.run_up();
        self.each(&[
            (Register::SoftReset, 0x0000_0002),
            (Register::MiscControl, 0xb000_c100),
            (Register::CoreMailbox, select),
            (Register::CoreMailbox, delay),
            (Register::CoreMailbox, enable),
        ]);
        self.steps.extend(counting(self.model, self.plan.chips, self.model.pll.nearest(self.plan.frequency)));
        self.roll_versions();
    }

    fn bm1397(&mut self) {
        self.give_addresses();
        self.all(Register::ClockOrder0, 0);
        self.all(Register::ClockOrder1, 0);
        self.all(Register::OrderedClockEnable, 1);
        self.all(Register::CoreMailbox, core_register(0x00, 0x74));
        self.ticket_mask();
        self.all(Register::Pll3, 0xc070_0111);
        self.all(Register::Pll3, 0xc070_0111);
        self.all(Register::FastUart, 0x0600_000f);
        self.all(Register::MiscControl, 0x0000_7a31);
        self.run_up();
        self.fast_line();
    }

    fn bm1387(&mut self) {
        for _ in 0..3 {
            self.steps.extend([Step::Send(Command::ChainInactive), pause(5)]);
        }
        self.steps
            .extend(addresses(self.plan.chips).into_iter().map(|address| Step::Send(Command::SetAddress(address))));
        self.steps.push(pause(10));
        let write = |register, value| Step::Send(Command::Write { chips: Chips::All, register, value });
        self.steps.push(write(early::MISC_CONTROL, early::MISC_CONTROL_AT_FIRST));
        self.fast_line();
        self.run_up();
        self.steps.push(Step::Send(ticket_mask_of_bm1387(self.plan.ticket_mask.register_value())));
        self.steps.push(write(early::HASH_COUNTING_NUMBER, 0));
        self.steps.push(Step::OpenCores(self.model.cores));
    }
}

/// The rate at which chips that were not reset may still listen, tried when none answers at the first one.
#[must_use]
pub fn other_baud(model: &ChipModel, baud: u32) -> u32 {
    if baud == FIRST_BAUD { model.fast_line.baud } else { FIRST_BAUD }
}

#[cfg(test)]
mod tests;
