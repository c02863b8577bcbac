//! Whether a card finds as many hits as chance gives it: one that finds far fewer misses some, which no check of hits shows.

/// How many hits there should be before they are compared.
const ENOUGH: f64 = 100.0;
/// How many standard deviations too few are no bad luck: once in a thousand million times by chance alone.
const UNLUCKY: f64 = 6.0;

/// Hits found, and how many there should be. Both counts are Poisson's: their deviation is the root of what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Luck {
    pub(super) expected: f64,
    pub(super) found: f64,
}

impl Luck {
    /// A batch has been searched.
    pub(super) fn add(&mut self, expected: f64, found: f64) {
        self.expected += expected;
        self.found += found;
    }

    /// How many are missing, where that is no chance. Begins to count anew once there was enough to tell.
    pub(super) fn verdict(&mut self) -> Option<Self> {
        if self.expected < ENOUGH {
            return None;
        }
        let counted = std::mem::take(self);
        (counted.expected - counted.found > UNLUCKY * counted.expected.sqrt()).then_some(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_hits_are_told_from_bad_luck() {
        for (case, expected, found, misses) in [
            ("too early to tell", 99.0, 0.0, false),
            ("as many as there should be", 100.0, 100.0, false),
            ("bad luck", 100.0, 45.0, false),
            ("half of them are missing", 200.0, 100.0, true),
            ("all of them are missing", 100.0, 0.0, true),
            ("a tenth is missing among many", 10_000.0, 9_000.0, true),
            ("more than there should be: the judge tells", 100.0, 500.0, false),
        ] {
            let mut luck = Luck::default();
            luck.add(expected, found);
            assert_eq!(luck.verdict().is_some(), misses, "{case}");
        }
    }

    #[test]
    fn old_luck_is_forgotten() {
        let mut luck = Luck::default();
        luck.add(1e6, 1e6);
        assert_eq!((luck.verdict(), luck), (None, Luck::default()));
        luck.add(100.0, 10.0);
        assert_eq!(luck.verdict().map(|counted| counted.found), Some(10.0));
    }
}
