//! Lets a card rest while it is too hot.

use std::thread;
use std::time::Duration;

use tracing::{debug, info, warn};

use super::cards::Card;
use crate::engine::{DevicePort, Hold};
use crate::sensors::{Guard, Sensors, TemperatureLimits, Turn};

/// How often a temperature is read: a card heats up by some degrees a second at most.
const EVERY: Duration = Duration::from_secs(2);

/// Watches the card behind `port` on a thread of its own, until the engine closes; a card without sensors is left alone.
pub(super) fn watch_card(card: &Card, limits: TemperatureLimits, port: &DevicePort) {
    let device = port.meter().name().to_owned();
    let sensors = match card.sensors() {
        Ok(sensors) => sensors,
        Err(absent) => return debug!(device, %absent, "no temperature can be read"),
    };
    let (hold, thread) = (port.hold(), format!("heat-{}", device.replace(':', "-")));
    let started = thread::Builder::new().name(thread).spawn({
        let device = device.clone();
        move || watch(sensors, limits, &hold, &device, EVERY)
    });
    if let Err(error) = started {
        warn!(device, %error, "its temperature is not watched: the system gives no thread");
    }
}

fn watch(mut sensors: Box<dyn Sensors>, limits: TemperatureLimits, hold: &Hold, device: &str, every: Duration) {
    let mut guard = Guard::new(limits);
    loop {
        let temperature = sensors.read().temperature;
        match guard.feel(temperature) {
            Some(Turn::Rest) => {
                hold.set(true);
                warn!(
                    device,
                    temperature,
                    resume = limits.resume,
                    "too hot: the device rests until it has cooled down; check its cooling"
                );
            }
            Some(Turn::Resume) => {
                hold.set(false);
                info!(device, temperature, "cool enough: the device goes on");
            }
            None => {}
        }
        if hold.closes_within(every) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use hashkit_chain::Previous;

    use super::*;
    use crate::engine::{Limits, open};
    use crate::sensors::{Boundary, Reading};
    use crate::testing::barren_job;

    /// Sensors that say what the test wants; the last temperature again once there is none to come.
    struct Scripted {
        temperatures: Receiver<Option<f64>>,
        last: Option<f64>,
    }

    impl Sensors for Scripted {
        fn source(&self) -> &'static str {
            "scripted"
        }

        fn boundary(&self) -> Boundary {
            Boundary::Board
        }

        fn read(&mut self) -> Reading {
            self.last = self.temperatures.try_recv().unwrap_or(self.last);
            Reading { temperature: self.last, ..Reading::default() }
        }
    }

    #[test]
    fn a_device_that_is_too_hot_gets_no_work_until_it_has_cooled_down() {
        let (source, ports) = open(Limits::default());
        let (port, other) = (ports.port("gpu:vulkan:0"), ports.port("gpu:vulkan:1"));
        source.publish(barren_job("a"), Previous::Worthless);
        let (temperatures, to_come) = channel();
        let (hold, limits) = (port.hold(), TemperatureLimits { stop: 90.0, resume: 75.0 });
        let watching = thread::spawn({
            let hold = hold.clone();
            move || {
                let sensors = Scripted { temperatures: to_come, last: None };
                watch(Box::new(sensors), limits, &hold, "gpu:vulkan:0", Duration::from_millis(1));
            }
        });
        let wait_until = |is_held| {
            while hold.is_set() != is_held {
                thread::yield_now();
            }
        };
        assert!(port.poll_work(1, 1, 1).is_some(), "nobody knows its temperature");
        temperatures.send(Some(91.0)).expect("it watches");
        wait_until(true);
        assert!(port.poll_work(1, 1, 1).is_none() && other.poll_work(1, 1, 1).is_some(), "the hot one alone rests");
        let waiting = thread::spawn(move || port.next_work(1, 1, 1).is_some());
        temperatures.send(Some(80.0)).expect("it watches");
        temperatures.send(None).expect("it watches");
        temperatures.send(Some(75.0)).expect("it watches");
        assert!(waiting.join().expect("no panic"), "it wakes up when it is cool");
        wait_until(false);
        drop(source);
        watching.join().expect("it ends with the engine");
    }
}
