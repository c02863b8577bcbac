//! Whatever a reply claims, its parts lie where a table can be asked for them, and settings read back are settings.

#![no_main]

use hashkit_asic_driver::{ChipModel, MOST_CHIPS, NonceReply, Rolled, Starts};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 4], [u8; 2], Option<u16>, u8, u16, u16, u32)| {
    let (nonce, field, version_bits, midstates, chips, interval, value) = input;
    let chips = chips % MOST_CHIPS;
    for model in ChipModel::ALL {
        let found = model.layout.parse(&NonceReply { nonce, field, version_bits }, midstates % 5);
        for starts in [Starts::Offset, Starts::Address { interval }] {
            assert!(model.layout.chip(&found, chips, starts) < chips.max(1));
        }
        assert_eq!(found.nonce.0.to_le_bytes(), nonce);
        if let Rolled::Bits(bits) = found.rolled {
            assert_eq!(bits & !0x1fff_e000, 0);
        }
        if let Some(pll) = model.pll.setting(value) {
            assert!(pll.frequency().0.is_finite());
            let _ = model.pll.register_value(pll);
        }
    }
});
