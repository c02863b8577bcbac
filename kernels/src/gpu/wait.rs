//! Waiting for a card without keeping a core busy, as drivers' own waiting does.

use std::thread;
use std::time::{Duration, Instant};

use super::HostError;

const FIRST_PAUSE: Duration = Duration::from_micros(10);

/// 1 % of a batch of 25 ms, in which the next launch is already on the card.
const LONGEST_PAUSE: Duration = Duration::from_micros(250);

/// Asks until it is so, with pauses that grow, but no longer than `patience`; whether it is so.
pub(super) fn until(patience: Duration, mut is_so: impl FnMut() -> Result<bool, HostError>) -> Result<bool, HostError> {
    let (asked, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        if is_so()? {
            return Ok(true);
        }
        let left = patience.saturating_sub(asked.elapsed());
        if left.is_zero() {
            return Ok(false);
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_as_long_as_it_is_told_and_no_longer_than_needed() {
        let mut asked = 0;
        let comes = until(Duration::from_mins(1), || {
            asked += 1;
            Ok(asked == 3)
        });
        assert_eq!((comes, asked), (Ok(true), 3));
        assert_eq!(until(Duration::from_millis(1), || Ok(false)), Ok(false));
        let lost = HostError("the device is gone".to_owned());
        assert_eq!(until(Duration::from_mins(1), || Err(lost.clone())), Err(lost));
    }
}
