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

/// Spellings, as [`bare`] leaves them.
const SPELLINGS: [(&str, Unit); 60] = [
    ("°c", Celsius),
    ("℃", Celsius),
    ("c", Celsius),
    ("oc", Celsius),
    ("°с", Celsius), // Cyrillic
    ("celsius", Celsius),
    ("°celsius", Celsius),
    ("centigrade", Celsius),
    ("°f", Fahrenheit),
    ("℉", Fahrenheit),
    ("f", Fahrenheit),
    ("fahrenheit", Fahrenheit),
    ("°fahrenheit", Fahrenheit),
    ("k", Kelvin),
    ("°k", Kelvin),
    ("kelvin", Kelvin),
    ("%", Percent),
    ("%rh", Percent),
    ("rh%", Percent),
    ("%rf", Percent),
    ("rf%", Percent),
    ("%hr", Percent),
    ("hr%", Percent),
    ("%ur", Percent),
    ("%rel", Percent),
    ("%relf", Percent),
    ("pct", Percent),
    ("percent", Percent),
    ("prozent", Percent),
    ("percentrh", Percent),
    ("percentrelativehumidity", Percent),
    ("hpa", Hectopascal),
    ("гпа", Hectopascal),
    ("mb", Hectopascal),
    ("mbar", Hectopascal),
    ("mbars", Hectopascal),
    ("millibar", Hectopascal),
    ("millibars", Hectopascal),
    ("kpa", Kilopascal),
    ("кпа", Kilopascal),
    ("pa", Pascal),
    ("па", Pascal),
    ("bar", Bar),
    ("inhg", InchOfMercury),
    ("in-hg", InchOfMercury),
    ("incheshg", InchOfMercury),
    ("\"hg", InchOfMercury),
    ("mmhg", MillimetreOfMercury),
    ("ммртст", MillimetreOfMercury),
    ("torr", MillimetreOfMercury),
    ("v", Volt),
    ("volt", Volt),
    ("volts", Volt),
    ("vdc", Volt),
    ("в", Volt),
    ("mv", Millivolt),
    ("мв", Millivolt),
    ("millivolt", Millivolt),
    ("millivolts", Millivolt),
    ("mvolt", Millivolt),
];

/// Units that are not converted, as [`bare`] leaves them; sorted.
const OTHERS: [&str; 122] = [
    "a",
    "atm",
    "bq/m3",
    "cd",
    "cfs",
    "cm",
    "counts",
    "cts",
    "db",
    "db(a)",
    "dba",
    "dbm",
    "dbuv",
    "deg",
    "fnu",
    "ft",
    "ft/min",
    "ft/s",
    "g",
    "g/l",
    "g/m3",
    "gal",
    "gpm",
    "h",
    "ha",
    "hz",
    "in",
    "in/h",
    "in/hr",
    "inch",
    "inches",
    "j",
    "j/cm2",
    "kg",
    "kg/m3",
    "khz",
    "kj",
    "kj/m2",
    "klux",
    "klx",
    "km",
    "km/h",
    "km2",
    "kmh",
    "kn",
    "knots",
    "kohm",
    "kt",
    "kva",
    "kw",
    "kw/m2",
    "kwh",
    "l",
    "l/h",
    "l/hr",
    "l/m",
    "l/min",
    "l/s",
    "lb",
    "lbs",
    "lm",
    "lux",
    "lx",
    "m",
    "m/min",
    "m/s",
    "m/s2",
    "m3",
    "m3/h",
    "m3/m3",
    "m3/s",
    "ma",
    "mg/l",
    "mg/m3",
    "mhz",
    "mi",
    "min",
    "mj",
    "mj/m2",
    "mm",
    "mm/h",
    "mm/hr",
    "mmol/l",
    "mol/m2/s",
    "mpa",
    "mph",
    "ms/cm",
    "mw",
    "mw/m2",
    "mwh",
    "nm",
    "nt",
    "ntu",
    "ohm",
    "pci/l",
    "ph",
    "ppb",
    "ppm",
    "ppt",
    "psi",
    "psu",
    "rpm",
    "s",
    "s/m",
    "ua",
    "uatm",
    "ug/l",
    "ug/m3",
    "umol/l",
    "umol/m2/s",
    "umol/m2s",
    "us/cm",
    "ut",
    "uv",
    "v/m",
    "va",
    "var",
    "w",
    "w/m2",
    "wh",
    "wh/m2",
    "°",
];

/// A unit in lower case, without blanks, points and powers' marks; all signs for a degree are one.
fn bare(text: &str) -> String {
    let mut bare = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '*' | 'º' | '˚' => bare.push('°'),
            '％' => bare.push('%'),
            '²' => bare.push('2'),
            '³' => bare.push('3'),
            'µ' | 'μ' => bare.push('u'),
            '.' | '_' | '^' => {}
            letter if letter.is_whitespace() => {}
            letter => bare.push(letter),
        }
    }
    for degree in ["degrees", "degree", "deg", "grados", "grad"] {
        if let Some(rest) = bare.strip_prefix(degree).filter(|rest| !rest.is_empty()) {
            return ["°", rest].concat();
        }
    }
    bare
}

/// The unit of that spelling.
pub fn unit_of(text: &str) -> Option<Unit> {
    let text = bare(text);
    SPELLINGS.iter().find(|(spelling, _)| *spelling == text).map(|(_, unit)| *unit)
}

/// Whether a text is a unit, be it one that is converted or not.
pub fn is_unit(text: &str) -> bool {
    unit_of(text).is_some() || OTHERS.binary_search(&bare(text).as_str()).is_ok()
}

/// Units of what columns are named by: depths, spans of time, powers, wavelengths.
const NAMING: [&str; 16] =
    ["cm", "m", "mm", "km", "ft", "in", "inch", "min", "h", "s", "w", "kw", "nm", "hz", "khz", "mhz"];

/// Whether a number of a unit may be a column's name.
pub fn names_a_column(unit: &str) -> bool {
    unit_of(unit).is_none() && NAMING.contains(&bare(unit).as_str())
}

/// Whether two texts are the same unit.
pub fn same_unit(a: &str, b: &str) -> bool {
    bare(a) == bare(b) || unit_of(a).is_some() && unit_of(a) == unit_of(b)
}

/// A name and the unit that stands in it without brackets: `Luftfeuchte in %`, `Humidity%RH`, `Import T1 kWh`.
pub fn unit_within(name: &str) -> Option<(&str, &str)> {
    let signs = ['%', '°', 'º', '℃', '℉', '％'];
    let parted = [name.rsplit_once(" in "), name.find(signs).map(|at| name.split_at(at))];
    // `tempf`.
    let ended = name.get(..4).zip(name.get(4..)).filter(|(name, _)| *name == "temp" || *name == "Temp");
    let parted =
        parted.into_iter().flatten().chain(ended.filter(|(_, unit)| unit.len() == 1 && unit_of(unit).is_some()));
    parted.into_iter().find(|(before, unit)| !before.trim().is_empty() && is_unit(unit)).or_else(|| {
        // A last word in capitals and small letters that no name has.
        let (before, unit) = name.rsplit_once(' ')?;
        ["kWh", "Wh", "MWh", "kW", "kVA", "hPa", "kPa", "ppm", "ppb", "km/h", "m/s", "mph", "dBm", "W/m2", "W/m²"]
            .contains(&unit)
            .then_some((before, unit))
    })
}

/// A name and the unit before it: `°F Temperature`, `W/m² Solar Radiation`.
pub fn unit_first(name: &str) -> Option<(&str, &str)> {
    let (unit, after) = name.trim().split_once(' ')?;
    let sign =
        unit.contains(|c: char| matches!(c, '%' | '/' | '²' | '³') || unit_of(unit).is_some() && !c.is_alphanumeric());
    (sign && is_unit(unit)).then_some((after, unit))
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
    use super::{OTHERS, SPELLINGS, Unit, bare, is_unit, unit_of};

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
    fn many_ways_to_write_a_unit_are_one() {
        for (text, unit) in [
            ("*C", Unit::Celsius),
            ("deg. C", Unit::Celsius),
            ("Degree C", Unit::Celsius),
            ("degrees F", Unit::Fahrenheit),
            ("Degrees Fahrenheit", Unit::Fahrenheit),
            ("% r.F.", Unit::Percent),
            ("%rF", Unit::Percent),
            ("％", Unit::Percent),
            ("in. Hg", Unit::InchOfMercury),
            ("гПа", Unit::Hectopascal),
            ("°С", Unit::Celsius),
        ] {
            assert_eq!(unit_of(text), Some(unit), "{text}");
        }
        assert!(is_unit("W/m^2") && is_unit("µg/m³") && is_unit("ug/m3") && !is_unit("tracker") && !is_unit("1)"));
    }

    #[test]
    fn every_spelling_is_bare_and_stands_once() {
        assert!(OTHERS.is_sorted() && OTHERS.iter().all(|spelling| bare(spelling) == *spelling));
        for (at, (spelling, unit)) in SPELLINGS.iter().enumerate() {
            assert_eq!(*spelling, bare(spelling));
            assert!(SPELLINGS[..at].iter().all(|(other, _)| other != spelling), "{spelling}");
            assert_eq!(unit_of(unit.symbol()), Some(*unit));
        }
    }
}
