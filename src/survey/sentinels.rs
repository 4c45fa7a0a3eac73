//! Numbers that stand for no value: -999, -200, 65535 and their like.
//!
//! Owns the list and what makes one of them stand for nothing in a column: it lies far from everything else there. Assumes all
//! numbers of a column. Refuses single outliers: a number that might have been measured is one.

/// What it takes for a number to stand for no value, beside lying far from all else.
#[derive(Clone, Copy, PartialEq)]
enum Proof {
    /// Nobody measures it: one is enough.
    Alone,
    /// It stands there more than once.
    Twice,
    /// The same, and the column is in no percent, and all else varies: 99.9 % is measured.
    NoPercent,
    /// More than once in a column of degrees Celsius: a sensor's start, or what no power is.
    Celsius,
}

use Proof::{Alone, Celsius, NoPercent, Twice};

/// Numbers that may stand for no value, ascending: words of loggers, the ends of 16 bits, also in tenths and hundredths, and what
/// sensors tell when they fail (DS18B20: -127, 85; SHT: -46.85).
const KNOWN: [(f64, Proof); 60] = [
    (-1e30, Alone),
    (-999_999.0, Alone),
    (-99999.99, Alone),
    (-99999.9, Alone),
    (-99999.0, Alone),
    (-32768.0, Twice),
    (-9999.99, Alone),
    (-9999.9, Alone),
    (-9999.0, Alone),
    (-9900.0, Alone),
    (-8888.0, Alone),
    (-7999.0, Alone),
    (-6999.0, Alone),
    (-3276.8, Twice),
    (-1000.0, Celsius),
    (-999.99, Alone),
    (-999.9, Alone),
    (-999.0, Alone),
    (-888.88, Alone),
    (-888.8, Alone),
    (-888.0, Alone),
    (-327.68, Twice),
    (-273.15, Twice),
    (-200.0, Twice),
    (-127.0, Alone),
    (-100.0, Twice),
    (-99.99, Twice),
    (-99.9, Twice),
    (-99.0, Twice),
    (-88.8, Twice),
    (-46.85, Twice),
    (85.0, Celsius),
    (99.9, NoPercent),
    (99.99, NoPercent),
    (327.67, Twice),
    (655.35, Twice),
    (850.0, Celsius),
    (888.8, Twice),
    (888.88, Twice),
    (999.0, Twice),
    (999.9, Twice),
    (999.99, Twice),
    (3276.7, Twice),
    (6553.5, Twice),
    (8888.0, Twice),
    (9999.0, Twice),
    (9999.9, Twice),
    (9999.99, Twice),
    (32767.0, Twice),
    (65336.0, Twice),
    (65535.0, Twice),
    (99999.0, Twice),
    (99999.9, Twice),
    (99999.99, Twice),
    (999_999.0, Twice),
    (999_999.9, Twice),
    (999_999.99, Twice),
    (9_999_999.0, Twice),
    (1e30, Alone),
    (9.969_209_968_386_869e36, Alone),
];

/// The numbers that may stand for no value.
pub fn known_sentinels() -> impl Iterator<Item = f64> {
    KNOWN.iter().map(|(number, _)| *number)
}

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
        if (number <= -46.0 || number >= 85.0)
            && let Ok(at) = KNOWN.binary_search_by(|(known, _)| known.total_cmp(&number))
        {
            self.counts[at] += 1;
            return;
        }
        self.others += 1;
        self.lowest = self.lowest.min(number);
        self.highest = self.highest.max(number);
    }

    /// Numbers of the column that stand for nothing; `unit` is that of the column, as a number's symbol, or empty.
    pub fn found(&self, unit: &str) -> Vec<f64> {
        let judged = |((number, proof), count): (&(f64, Proof), &u64)| {
            if *count == 0 || *count == 1 && *proof != Alone && self.others > 0 {
                return None;
            }
            let far = if self.others == 0 {
                // A column of nothing else: not fitted. One row alone proves little.
                *proof == Alone || *count > 3 && matches!(proof, Twice)
            } else {
                let limit = number / if *proof == NoPercent { 5.0 } else { 2.0 };
                // Nothing else is even half as low, or half as high.
                if *number < 0.0 { self.lowest > limit } else { self.highest < limit }
            };
            let of_unit = match proof {
                NoPercent => unit != "%" && self.lowest < self.highest,
                Celsius => unit == "°C",
                _ => true,
            };
            (far && of_unit).then_some(*number)
        };
        KNOWN.iter().zip(&self.counts).filter_map(judged).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, Sentinels};

    fn found(numbers: &[f64]) -> Vec<f64> {
        found_of(numbers, "")
    }

    fn found_of(numbers: &[f64], unit: &str) -> Vec<f64> {
        let mut sentinels = Sentinels::default();
        numbers.iter().for_each(|number| sentinels.add(*number));
        sentinels.found(unit)
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

    #[test]
    fn what_devices_write_in_place_of_a_value_is_none() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
        for number in [3276.7, -3276.8, 6553.5, 999_999.0, 99999.99, 888.8, -88.8, -46.85] {
            assert_eq!(found(&[11.8, 13.1, number, 17.6, number]), [number], "{number}");
            assert_eq!(found(&[11.8, 13.1, 0.6 * number, number, number]), Vec::<f64>::new(), "{number}");
        }
        assert_eq!(found(&[11.8, -127.0, 13.1]), [-127.0]);
        assert_eq!(found(&[11.8, 1e30, 13.1]), [1e30]);
        // A start of a sensor of temperatures, once is an outlier; a full power, a full load.
        assert_eq!(found_of(&[11.8, 85.0, 13.1, 85.0], "°C"), [85.0]);
        assert_eq!(found_of(&[11.8, -1000.0, 13.1, -1000.0], "°C"), [-1000.0]);
        assert_eq!(found_of(&[0.0, -1000.0, 0.0, -1000.0], "W"), Vec::<f64>::new());
        assert_eq!(found_of(&[0.0, 99.9, 0.0, 99.9], ""), Vec::<f64>::new());
        assert_eq!(found_of(&[11.8, 85.0, 13.1], "°C"), Vec::<f64>::new());
        assert_eq!(found_of(&[11.8, 85.0, 13.1, 85.0], "%"), Vec::<f64>::new());
        assert_eq!(found_of(&[4.1, 8.1, 99.9, 99.9], "m/s"), [99.9]);
        assert_eq!(found_of(&[4.1, 8.1, 99.9, 99.9], "%"), Vec::<f64>::new());
        assert_eq!(found(&[0.0, 99.0, 0.0, 99.0]), Vec::<f64>::new());
    }
}
