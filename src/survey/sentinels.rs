//! Numbers that stand for no value: -999, -200, 65535 and their like.
//!
//! Owns the list and what makes one of them stand for nothing in a column: it lies far from everything else there. Assumes all
//! numbers of a column. Refuses single outliers: a number that might have been measured is one.

/// A number that may stand for no value, and whether one of it is enough: nobody measures it.
const KNOWN: [(f64, bool); 30] = [
    (-999.0, true),
    (-999.9, true),
    (-999.99, true),
    (-9999.0, true),
    (-9999.9, true),
    (-9999.99, true),
    (-99999.0, true),
    (-99999.9, true),
    (-999_999.0, true),
    (-6999.0, true),
    (-7999.0, true),
    (-8888.0, true),
    (-888.0, true),
    (-888.88, true),
    (-9900.0, true),
    (-99.0, false),
    (-99.9, false),
    (-99.99, false),
    (-100.0, false),
    (-127.0, false),
    (-200.0, false),
    (-273.15, false),
    (-32768.0, false),
    (999.9, false),
    (9999.0, false),
    (9999.9, false),
    (99999.0, false),
    (32767.0, false),
    (65535.0, false),
    (65336.0, false),
];

/// Counts the known ones of a column, and the extremes of all else.
#[derive(Clone, Debug)]
pub struct Sentinels {
    counts: [u64; KNOWN.len()],
    lowest: f64,
    highest: f64,
    others: u64,
}

impl Default for Sentinels {
    fn default() -> Self {
        Self { counts: [0; KNOWN.len()], lowest: f64::INFINITY, highest: f64::NEG_INFINITY, others: 0 }
    }
}

impl Sentinels {
    #[inline]
    pub fn add(&mut self, number: f64) {
        if (number <= -99.0 || number >= 999.0)
            && let Some(at) = KNOWN.iter().position(|(known, _)| *known == number)
        {
            self.counts[at] += 1;
            return;
        }
        self.others += 1;
        self.lowest = self.lowest.min(number);
        self.highest = self.highest.max(number);
    }

    /// Numbers of the column that stand for nothing.
    pub fn found(&self) -> Vec<f64> {
        let mut found = Vec::new();
        for ((number, alone), count) in KNOWN.iter().zip(self.counts) {
            if count == 0 || count == 1 && !alone && self.others > 0 {
                continue;
            }
            let far = if self.others == 0 {
                // A column of nothing else: not fitted. One row alone proves little.
                *alone || count > 3
            } else if *number < 0.0 {
                // Nothing else is even half as low.
                self.lowest > number / 2.0
            } else {
                self.highest < number / 2.0
            };
            if far {
                found.push(*number);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Sentinels;

    fn found(numbers: &[f64]) -> Vec<f64> {
        let mut sentinels = Sentinels::default();
        numbers.iter().for_each(|number| sentinels.add(*number));
        sentinels.found()
    }

    #[test]
    fn what_nobody_measures_stands_for_nothing() {
        assert_eq!(found(&[2.0, 1479.0, -200.0, -200.0]), [-200.0]);
        assert_eq!(found(&[-1.9, 44.6, -999.0]), [-999.0]);
        assert_eq!(found(&[-99.0, -9999.0, 3.0, -99.0]), [-9999.0, -99.0]);
        assert_eq!(found(&[-200.0; 5]), [-200.0]);
        assert_eq!(found(&[65336.0; 5]), [65336.0]);
        // Signal strength in dBm, a single outlier, a lamp.
        assert_eq!(found(&[-100.0, -97.0, -100.0, -60.0]), Vec::<f64>::new());
        assert_eq!(found(&[20.0, 21.0, -200.0]), Vec::<f64>::new());
        assert_eq!(found(&[54612.0, 65535.0, 65535.0]), Vec::<f64>::new());
        assert_eq!(found(&[]), Vec::<f64>::new());
    }
}
