//! From a header as written to a metric's name and unit.
//!
//! Owns what loggers put around a name: numbers, serial numbers, channel labels, words of aggregation. Assumes one header cell and
//! perhaps a unit from a row of units. Refuses to convert a unit that is not stated.

use super::quantities::NAMES;
use super::words::{TimeWord, aside, time_word, words};
use crate::dialect::names::{Quantity, meaning};
use crate::dialect::units::{Conversion, Unit, is_unit, unit_first, unit_of, unit_within};

/// What a column's header makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub name: String,
    /// The unit after conversion, as written after a number; empty where unknown.
    pub unit: String,
    /// The unit as written in the file; empty where none is stated.
    pub stated: String,
    pub conversion: Option<Conversion>,
    /// What tells the column from others of the same name; empty where nothing does.
    pub label: String,
}

/// The contract's names and units of what it knows.
fn contract_name(quantity: Quantity) -> Option<(&'static str, Unit)> {
    match quantity {
        Quantity::Temperature => Some(("temperature_celsius", Unit::Celsius)),
        Quantity::Humidity => Some(("humidity_percent", Unit::Percent)),
        Quantity::Pressure => Some(("pressure_hpa", Unit::Hectopascal)),
        Quantity::Battery => Some(("battery_level_percent", Unit::Percent)),
        Quantity::Time | Quantity::Device => None,
    }
}

/// Numbers outside of these are no such quantity in the contract's unit.
pub fn plausible(quantity: Quantity) -> (f64, f64) {
    match quantity {
        Quantity::Temperature => (-90.0, 65.0),
        Quantity::Humidity | Quantity::Battery => (-5.0, 110.0),
        Quantity::Pressure => (300.0, 1100.0),
        Quantity::Time | Quantity::Device => (f64::NEG_INFINITY, f64::INFINITY),
    }
}

impl Named {
    /// The unit of the numbers as they stand in the file, by its symbol where it is known.
    pub fn unit_of_cells(&self) -> &str {
        match self.conversion {
            Some(_) => unit_of(&self.stated).map_or(self.stated.as_str(), |known| known.symbol()),
            None => &self.unit,
        }
    }
}

/// Why a column of numbers is no metric, beyond what its name alone says: marks, codes, parts of a time.
pub fn no_metric(header: &str, numbers: &[f64]) -> Option<&'static str> {
    let words = words(header);
    let all = |range: std::ops::RangeInclusive<f64>| {
        numbers.iter().all(|number| number.is_nan() || number.fract() == 0.0 && range.contains(number))
    };
    let (first, last) = (words.first()?.as_str(), words.last()?.as_str());
    let part = matches!(first, "ms" | "msec" | "millisecond" | "milliseconds") && words.len() == 1 && all(0.0..=999.0);
    if part
        || words.iter().any(|word| word == "fract" || word == "fractional") && words.iter().any(|word| word == "sec")
    {
        return Some("it is a part of the time");
    }
    if first == "qn" || header.trim().len() == 1 && meaning(header).is_none() && numbers.len() > 3 && all(0.0..=1.0) {
        return Some("it holds marks of quality");
    }
    let numbered = matches!(last, "num" | "number" | "nr")
        && words.iter().any(|word| matches!(word.as_str(), "station" | "site" | "serial" | "sensor" | "logger"));
    let code = words.len() > 1 && (numbered || matches!(last, "code" | "id"));
    (code && all(0.0..=f64::INFINITY)).then_some("it holds codes")
}

/// The header without what loggers add to a name.
fn bare(header: &str) -> (String, String) {
    let mut text = header.trim().to_string();
    let mut label = String::new();
    // `(LGR S/N: 1, SEN S/N: 2, LBL: 5)`, also without brackets and at the end.
    for mark in ["LGR S/N", "SEN S/N", "S/N:", "LBL:"] {
        if let Some(at) = text.find(mark) {
            if let Some(found) = text.find("LBL:") {
                label = text[found + 4..].trim_matches(|c: char| !c.is_alphanumeric()).to_string();
            }
            text.truncate(at);
            text = text.trim_end_matches(['(', ' ', ',', '#']).to_string();
        }
    }
    // ` c:1 2`: channels of HOBO.
    if let Some(at) = text.find(" c:") {
        text.truncate(at);
    }
    if let Some(at) = text.find("(calibrated") {
        text.truncate(at);
    }
    // `1. name`.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && text[digits..].starts_with(". ") {
        text.drain(..digits + 2);
    }
    (text.trim().to_string(), label)
}

/// Words in brackets that are no units.
const REMARKS: [&str; 12] =
    ["avg", "smp", "mean", "min", "max", "std", "raw", "tracker", "average", "indoor", "outdoor", "sample"];

/// The unit in brackets, after a comma, or beside the name, as written, and the name without it.
fn stated(text: &str) -> (String, String) {
    let without = |before: &str, after: &str| {
        let before = before.trim().trim_end_matches([',', ' ']);
        [before, after.trim()].join(" ").trim().to_string()
    };
    // Units that are known come first, then the last brackets: a remark may stand beside them.
    for known in [true, false] {
        for (open, close) in [('(', ')'), ('[', ']'), ('（', '）')] {
            for (at, _) in text.rmatch_indices(open) {
                let inside = &text[at + open.len_utf8()..];
                let Some((inside, after)) = inside.split_once(close) else { continue };
                let inside = inside.trim();
                // What is long or a name is a remark: `CO(GT)`, `PT08.S1(CO)`; so are places in an array, `TerosC(1,2)`.
                let number = inside.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.' | b' '));
                let aside = number || REMARKS.contains(&inside.to_lowercase().as_str());
                let lenient = !known && !aside && (open != '(' || text[..at].ends_with(' '));
                if at > 0 && (lenient || is_unit(inside)) && (after.is_empty() || after.starts_with(' ')) {
                    // A serial number behind the unit is no part of the name.
                    let serial = after.trim().trim_matches(['(', ')', '#']);
                    let serial = serial.len() > 3 && serial.bytes().all(|byte| byte.is_ascii_digit());
                    return (without(&text[..at], if serial { "" } else { after }), inside.to_string());
                }
            }
        }
    }
    if let Some((name, unit)) = unit_within(text).or_else(|| unit_first(text)) {
        return (name.trim().into(), unit.trim().into());
    }
    match text.rsplit_once(',') {
        Some((name, unit))
            if !name.trim().is_empty() && unit.trim().len() <= 8 && !unit.contains(')') && !unit.contains(']') =>
        {
            (name.trim().into(), unit.trim().into())
        }
        _ => (text.to_string(), String::new()),
    }
}

/// What a unit adds to a name.
fn suffix_of(unit: &str) -> Option<&'static str> {
    Some(match unit.to_lowercase().as_str() {
        "ppm" => "ppm",
        "ppb" => "ppb",
        "µg/m³" | "ug/m3" | "μg/m³" | "µg/m3" => "ug_m3",
        "mg/m3" | "mg/m³" => "mg_m3",
        "v" | "volt" | "volts" => "v",
        "m/s" => "ms",
        "km/h" => "kmh",
        "lux" | "lx" => "lux",
        "mm" => "mm",
        "deg" | "°" => "deg",
        _ => return None,
    })
}

/// The last words that say how a value was made, not what it is.
const AGGREGATES: [&str; 6] = ["avg", "smp", "mean", "wvc", "tot", "sample"];

fn snake(text: &str) -> String {
    let mut name = String::new();
    for letter in text.trim().chars() {
        if letter.is_alphanumeric() {
            name.extend(letter.to_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.trim_end_matches('_').to_string()
}

/// What a column's name says, with the unit of a row of units where the name has none.
///
/// `plain`: the values lie where the quantity would in the contract's unit; else a name without a unit is taken as it stands.
pub fn named(header: &str, units_row: &str, plain: impl Fn(Quantity) -> bool) -> Named {
    let (text, label) = bare(header);
    let (name, mut unit) = stated(&text);
    if unit.is_empty() && !matches!(units_row.trim(), "TS" | "RN" | "unitless" | "none") {
        unit = units_row.trim().to_string();
    }
    let label = snake(&label);
    // A remark in brackets beside a unit is a word of the name: `Luftfeuchtigkeit (relativ) [%]`.
    let remark = || meaning(&name.replace(['(', ')'], " ")).filter(|_| !unit.is_empty());
    let understood = meaning(&text).or_else(|| meaning(&name)).or_else(remark).and_then(|mut means| {
        let stated = unit_of(&unit);
        if means.unit.is_none() && !unit.is_empty() {
            // A unit of another quantity: the name means something else.
            let target = contract_name(means.quantity)?.1;
            means.unit = Some(stated.filter(|unit| *unit == target || unit.to(target).is_some())?);
        }
        Some(means)
    });
    if let Some(means) = understood
        && let Some((name, target)) = contract_name(means.quantity)
        && (means.unit.is_some() || plain(means.quantity))
    {
        let conversion = means.unit.and_then(|unit| unit.to(target));
        return Named {
            name: name.to_string(),
            unit: target.symbol().into(),
            stated: if unit.is_empty() { means.unit.map_or("", Unit::symbol).into() } else { unit },
            conversion,
            label,
        };
    }
    // A unit at the end of the name: `Max_TemperatureC`, `DewPt_F`.
    let mut parts = words(&name);
    let mut known = unit_of(&unit);
    if unit.is_empty() {
        while parts.len() > 1 && parts.last().is_some_and(|word| AGGREGATES.contains(&word.as_str())) {
            parts.pop();
        }
        // `Battery_V`: the unit of a voltage is its last word.
        if parts.last().is_some_and(|word| word == "v")
            && parts.iter().any(|word| word.starts_with("batt") || word == "voltage")
        {
            (known, unit) = (Some(Unit::Volt), "V".into());
        }
        let warm = parts.iter().any(|word| word.starts_with("temp") || word.starts_with("dew"));
        let last = parts
            .last()
            .and_then(|word| unit_of(word))
            .filter(|unit| warm && matches!(unit, Unit::Celsius | Unit::Fahrenheit | Unit::Kelvin));
        if let Some(last) = last.filter(|_| parts.len() > 1) {
            parts.pop();
            (known, unit) = (Some(last), last.symbol().to_string());
        }
    }
    let joined = parts.join(" ");
    // Pressures of any name, and millivolts of a battery, in the units of the others.
    let pressure = parts.iter().any(|word| word.starts_with("press") || word.starts_with("baro"));
    let hectopascal =
        known.filter(|known| pressure && (*known == Unit::Hectopascal || known.to(Unit::Hectopascal).is_some()));
    let volts = known.filter(|known| *known == Unit::Millivolt && parts.iter().any(|word| word.starts_with("batt")));
    let conversion = known.and_then(|known| known.to(Unit::Celsius));
    let celsius = conversion.is_some() || known == Some(Unit::Celsius);
    let common = NAMES.iter().find(|(_, spellings)| spellings.contains(&joined.as_str())).map(|(name, _)| *name);
    let stem = match common {
        Some(name) => match suffix_of(&unit) {
            Some(suffix) if !celsius => format!("{name}_{suffix}"),
            _ => name.to_string(),
        },
        None if celsius && !joined.is_empty() => {
            parts.iter().map(|part| if part == "temp" { "temperature" } else { part }).collect::<Vec<&str>>().join("_")
        }
        None => snake(&name),
    };
    let stem = if celsius && !stem.ends_with("celsius") { format!("{stem}_celsius") } else { stem };
    let (stem, unit_after, conversion) = match (hectopascal, volts) {
        (Some(from), _) => {
            let stem = if stem.ends_with("hpa") { stem } else { format!("{stem}_hpa") };
            (stem, Unit::Hectopascal.symbol().to_string(), from.to(Unit::Hectopascal))
        }
        (None, Some(from)) => {
            let stem = if stem.ends_with("_v") { stem } else { format!("{stem}_v") };
            (stem, Unit::Volt.symbol().to_string(), from.to(Unit::Volt))
        }
        _ if celsius => (stem, Unit::Celsius.symbol().to_string(), conversion),
        _ => (stem, unit.clone(), conversion),
    };
    Named {
        name: if stem.is_empty() { header.trim().to_string() } else { stem },
        unit: unit_after,
        stated: unit,
        conversion,
        label,
    }
}

/// The serial number that a header tells, as HOBO loggers write it.
pub fn serial(headers: &[String]) -> Option<String> {
    headers.iter().find_map(|header| {
        let after = header.split_once("LGR S/N")?.1.trim_start_matches([':', ' ']);
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    })
}

/// What a file's name says of its device: the name without its ending, and without dates at its end.
pub fn device_of_file(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let mut stem = name;
    for ending in [".gz", ".zip", ".csv", ".txt", ".dat", ".tsv", ".log", ".data", ".tab"] {
        if let Some(cut) = stem.len().checked_sub(ending.len())
            && cut > 0
            && stem.is_char_boundary(cut)
            && stem[cut..].eq_ignore_ascii_case(ending)
        {
            stem = &stem[..cut];
        }
    }
    let dateless = without_dates(stem);
    if dateless.is_empty() { stem.to_string() } else { dateless.to_string() }
}

/// `MET_2015_11_11` is MET: numbers at the end that begin with a year are a date, perhaps two.
fn without_dates(stem: &str) -> &str {
    let tail = stem
        .rfind(|c: char| !c.is_ascii_digit() && !matches!(c, '_' | '-' | '.' | ' ' | 'T' | ':'))
        .map_or(0, |at| at + stem[at..].chars().next().map_or(1, char::len_utf8));
    let year = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (digits == 4 || digits == 8 || digits >= 12)
            && text.get(..4).and_then(|year| year.parse::<u32>().ok()).is_some_and(|year| (1950..2100).contains(&year))
            && (digits > 4 || text.len() > 7)
    };
    let mut at = tail;
    let bytes = stem.as_bytes();
    while at < stem.len() {
        let starts = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit());
        if starts && at > 0 && year(&stem[at..]) {
            return stem[..at].trim_end_matches(['_', '-', '.', ' ']);
        }
        at += 1;
    }
    stem
}

/// Whether a column of numbers of that name is a metric of that very name, in no unit that is converted.
pub fn keeps_name(header: &str) -> bool {
    let called = named(header, "", |_| true);
    called.name == header
        && called.conversion.is_none()
        && aside(header).is_none()
        && super::device::rank(header).is_none()
        && time_word(header) == TimeWord::None
        && meaning(header).is_none()
}

#[cfg(test)]
mod tests {
    use super::{device_of_file, named, no_metric, serial};

    #[test]
    fn names_and_units_are_the_fields() {
        for (header, units, name, stated) in [
            ("Temp, °C (LGR S/N: 20042964, SEN S/N: 20042964)", "", "temperature_celsius", "°C"),
            ("Temp, °F (LGR S/N: 20750528, SEN S/N: 20750528, LBL: 5)", "", "temperature_celsius", "°F"),
            ("Temp (°C) LGR S/N: 20024354,  #20024354", "", "temperature_celsius", "°C"),
            ("RH (%) c:1 2", "", "humidity_percent", "%"),
            ("Temperature (°C) (calibrated +0.0°C)", "", "temperature_celsius", "°C"),
            ("2. Temperature [oC]", "", "temperature_celsius", "oC"),
            ("1. SWP [-bar] GB Delm.", "", "swp_gb_delm", "-bar"),
            ("DewPt, °F", "", "dew_point_celsius", "°F"),
            ("Max_TemperatureC", "", "max_temperature_celsius", "°C"),
            ("press", "kPa", "pressure_hpa", "kPa"),
            ("temperature", "F", "temperature_celsius", "F"),
            ("Ts", "C", "ts_celsius", "C"),
            ("CO2", "mg/m3", "co2_mg_m3", "mg/m3"),
            ("Carbon dioxide(ppm)", "", "co2_ppm", "ppm"),
            ("CO(GT)", "", "co_gt", ""),
            ("pm_2.5", "", "pm2_5", ""),
            ("Volume Flow RateRMS", "", "volume_flow_raterms", ""),
            ("Global_Wm2_Avg", "", "global_wm2_avg", ""),
            ("WS_ms_Mean", "", "ws_ms_mean", ""),
            ("Battery_V_Avg", "", "battery_voltage_v", "V"),
            ("Batteriespannung [mV]", "", "battery_voltage_v", "mV"),
            ("Station Pressure [kPa]", "", "station_pressure_hpa", "kPa"),
            // The wrong brackets, or none.
            ("TerosC(1,2)", "Deg C", "teros_c_1_2_celsius", "Deg C"),
            ("Global Horiz (tracker) [W/m^2]", "", "global_horiz_tracker", "W/m^2"),
            ("Core Temps (avg) [°C]", "", "core_temps_avg_celsius", "°C"),
            ("Depth (ft) (345678)", "", "depth", "ft"),
            ("Temperature (C) (345678)", "", "temperature_celsius", "C"),
            ("Luftfeuchtigkeit (relativ) [%]", "", "humidity_percent", "%"),
            ("Temp, (*C)", "", "temperature_celsius", "*C"),
            ("Maximum temperature (Degree C)", "", "maximum_temperature_celsius", "Degree C"),
            ("Luftfeuchte in %", "", "humidity_percent", "%"),
            ("°F Temperature", "", "temperature_celsius", "°F"),
            ("temp_c", "", "temperature_celsius", "°C"),
            ("tempf", "", "temperature_celsius", "f"),
            ("W/m² Solar Radiation", "", "solar_radiation", "W/m²"),
            ("% Battery Percent", "", "battery_level_percent", "%"),
            ("Import T1 kWh", "", "import_t1", "kWh"),
            ("Kohlendioxid [ppm]", "", "co2_ppm", "ppm"),
            ("Ponto de orvalho (°C)", "", "dew_point_celsius", "°C"),
            ("Rüzgar hızı (m/s)", "", "wind_speed_ms", "m/s"),
        ] {
            let found = named(header, units, |_| true);
            assert_eq!((found.name.as_str(), found.stated.as_str()), (name, stated), "{header}");
        }
        let fahrenheit = named("temperature", "F", |_| true).conversion.map(|conversion| conversion.apply(50.0));
        assert_eq!(fahrenheit, Some(10.0));
        // Values that are no pressure of the air are not called one.
        assert_eq!(named("Pressure", "", |_| false).name, "pressure");
        assert_eq!(serial(&["Temp, °C (LGR S/N: 20042964, SEN S/N: 1)".into()]), Some("20042964".into()));
    }

    #[test]
    fn marks_and_codes_are_no_metrics() {
        for (header, numbers, reason) in [
            ("ms", [0.0, 500.0, 0.0, 500.0], Some("it is a part of the time")),
            ("ms", [0.5, 3.0, 0.0, 1.0], None),
            ("Time (Fract. Sec)", [0.1, 0.2, 0.3, 0.4], Some("it is a part of the time")),
            ("QN_9", [3.0; 4], Some("it holds marks of quality")),
            ("F", [0.0, 1.0, 0.0, 0.0], Some("it holds marks of quality")),
            ("T", [0.0, 1.0, 0.0, 0.0], None),
            ("Fault Code", [0.0, 12.0, 0.0, 0.0], Some("it holds codes")),
            ("feed_id", [7.0; 4], Some("it holds codes")),
            ("Site Num", [1103.0; 4], Some("it holds codes")),
            ("particle number", [1103.0; 4], None),
        ] {
            assert_eq!(no_metric(header, &numbers), reason, "{header}");
        }
    }

    #[test]
    fn files_are_called_by_their_devices() {
        for (file, device) in [
            ("a/machine_temperature_system_failure.csv", "machine_temperature_system_failure"),
            ("00_2025_11_05.csv", "00"),
            ("PRSA_data_2010.1.1-2014.12.31.csv", "PRSA_data"),
            ("MET_2015_11_11.dat", "MET"),
            ("2016-weather-data-seattle.csv", "2016-weather-data-seattle"),
            ("gateway-03.csv.gz", "gateway-03"),
            ("cellar_20240301.csv", "cellar"),
            ("20240301.csv", "20240301"),
            ("valve1_0.csv", "valve1_0"),
            ("ETTh1.csv", "ETTh1"),
            ("sensor_2024.csv", "sensor_2024"),
        ] {
            assert_eq!(device_of_file(file), device, "{file}");
        }
    }
}
