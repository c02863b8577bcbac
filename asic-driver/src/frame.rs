//! Frames: commands and jobs to the chips, replies back.

pub(crate) mod command;
pub(crate) mod icarus;
pub(crate) mod job;
pub(crate) mod reply;

/// What begins every frame to a chip of the BM1391 and later, and, turned around, every frame from it.
pub(crate) const TO_CHIP: [u8; 2] = [0x55, 0xaa];
pub(crate) const FROM_CHIP: [u8; 2] = [0xaa, 0x55];
