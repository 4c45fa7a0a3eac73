//! Units as headers write them, and what a number of one is in another.
//!
//! Owns the exact factors. Assumes that a unit was stated: what is not stated is not converted. Refuses to convert between
//! quantities.

/// A unit of measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Celsius,
    Fahrenheit,
    Kelvin,
    Percent,
    Hectopascal,
    Kilopascal,
    Pascal,
    Bar,
    InchOfMercury,
    MillimetreOfMercury,
    Volt,
    Millivolt,
}

use Unit::{
    Bar, Celsius, Fahrenheit, Hectopascal, InchOfMercury, Kelvin, Kilopascal, MillimetreOfMercury, Millivolt, Pascal,
    Percent, Volt,
};

/// Spellings, in lower case.
const SPELLINGS: [(&str, Unit); 42] = [
    ("°c", Celsius),
    ("ºc", Celsius),
    ("℃", Celsius),
    ("c", Celsius),
    ("oc", Celsius),
    ("degc", Celsius),
    ("deg c", Celsius),
    ("celsius", Celsius),
    ("grad celsius", Celsius),
    ("°f", Fahrenheit),
    ("ºf", Fahrenheit),
    ("℉", Fahrenheit),
    ("f", Fahrenheit),
    ("degf", Fahrenheit),
    ("deg f", Fahrenheit),
    ("fahrenheit", Fahrenheit),
    ("k", Kelvin),
    ("kelvin", Kelvin),
    ("%", Percent),
    ("%rh", Percent),
    ("% rh", Percent),
    ("rh%", Percent),
    ("pct", Percent),
    ("percent", Percent),
    ("hpa", Hectopascal),
    ("mb", Hectopascal),
    ("mbar", Hectopascal),
    ("millibar", Hectopascal),
    ("kpa", Kilopascal),
    ("pa", Pascal),
    ("bar", Bar),
    ("inhg", InchOfMercury),
    ("in hg", InchOfMercury),
    ("in. hg", InchOfMercury),
    ("mmhg", MillimetreOfMercury),
    ("mm hg", MillimetreOfMercury),
    ("torr", MillimetreOfMercury),
    ("v", Volt),
    ("volt", Volt),
    ("volts", Volt),
    ("mv", Millivolt),
    ("millivolt", Millivolt),
];

/// The unit of that spelling.
pub fn unit_of(text: &str) -> Option<Unit> {
    let text = text.trim().to_lowercase();
    SPELLINGS.iter().find(|(spelling, _)| *spelling == text).map(|(_, unit)| *unit)
}

/// What makes one unit's number another's: `(number + before) * factor / divisor + after`, in this order, so that the steps that
/// have exact numbers are exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    before: f64,
    factor: f64,
    divisor: f64,
    after: f64,
}

impl Conversion {
    #[inline]
    pub fn apply(&self, number: f64) -> f64 {
        (number + self.before) * self.factor / self.divisor + self.after
    }
}

impl Unit {
    /// As it is written after a number.
    pub fn symbol(self) -> &'static str {
        match self {
            Celsius => "°C",
            Fahrenheit => "°F",
            Kelvin => "K",
            Percent => "%",
            Hectopascal => "hPa",
            Kilopascal => "kPa",
            Pascal => "Pa",
            Bar => "bar",
            InchOfMercury => "inHg",
            MillimetreOfMercury => "mmHg",
            Volt => "V",
            Millivolt => "mV",
        }
    }

    /// How numbers of this unit become numbers of another; none between different quantities, and for the same unit.
    ///
    /// The millimetre of mercury is 13,595.1 kg/m³ times 9.80665 m/s² times 1 mm = 133.322387415 Pa, the inch 25.4 of them (conventional, NIST SP 811).
    pub fn to(self, other: Self) -> Option<Conversion> {
        let by = |factor: f64, divisor: f64| Some(Conversion { before: 0.0, factor, divisor, after: 0.0 });
        match (self, other) {
            (Fahrenheit, Celsius) => Some(Conversion { before: -32.0, factor: 5.0, divisor: 9.0, after: 0.0 }),
            (Kelvin, Celsius) => Some(Conversion { before: -273.15, factor: 1.0, divisor: 1.0, after: 0.0 }),
            (Kilopascal, Hectopascal) => by(10.0, 1.0),
            (Pascal, Hectopascal) => by(1.0, 100.0),
            (Bar, Hectopascal) => by(1000.0, 1.0),
            (InchOfMercury, Hectopascal) => by(33.863_886_403_41, 1.0),
            (MillimetreOfMercury, Hectopascal) => by(1.333_223_874_15, 1.0),
            (Millivolt, Volt) => by(1.0, 1000.0),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SPELLINGS, Unit, unit_of};

    #[test]
    fn numbers_become_what_tables_say() {
        for (from, number, to, expected) in [
            ("°F", 32.0, "°C", 0.0),
            ("°F", 212.0, "°C", 100.0),
            ("Fahrenheit", -40.0, "°C", -40.0),
            ("K", 273.15, "°C", 0.0),
            ("kPa", 101.325, "hPa", 1013.25),
            ("Pa", 101_325.0, "hPa", 1013.25),
            ("inHg", 29.921_26, "hPa", 1_013.250_14),
            ("mm Hg", 760.0, "hPa", 1_013.250_14),
            ("mV", 3300.0, "V", 3.3),
        ] {
            let (from, to) = (unit_of(from).unwrap(), unit_of(to).unwrap());
            let found = from.to(to).unwrap().apply(number);
            assert!((found - expected).abs() < 1e-5, "{number} {from:?} is {found} {to:?}");
        }
        assert_eq!(Unit::Celsius.to(Unit::Celsius), None);
        assert_eq!(Unit::Volt.to(Unit::Percent), None);
        assert_eq!(unit_of("mbar"), unit_of("hPa"));
    }

    #[test]
    fn every_spelling_is_lower_case_and_stands_once() {
        for (at, (spelling, unit)) in SPELLINGS.iter().enumerate() {
            assert_eq!(*spelling, spelling.to_lowercase());
            assert!(SPELLINGS[..at].iter().all(|(other, _)| other != spelling), "{spelling}");
            assert_eq!(unit_of(unit.symbol()), Some(*unit));
        }
    }
}
