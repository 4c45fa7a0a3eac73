//! What columns are called, in several languages, and the units that stand in their names.
//!
//! Owns the words. Assumes one header cell. Refuses to see more than is said: a name with a word that is not known here means
//! nothing, for `dew point temperature` is no temperature of the air.

mod tongues;

use super::units::{Unit, unit_first, unit_of, unit_within};

/// What a column measures, or tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Time,
    Device,
    Temperature,
    Humidity,
    Pressure,
    Battery,
}

use Quantity::{Battery, Device, Humidity, Pressure, Temperature, Time};

/// What a header cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub quantity: Quantity,
    /// None where the name states none.
    pub unit: Option<Unit>,
}

/// Names without their units and without words that add nothing, in lower case.
const NAMES: [(Quantity, &[&str]); 6] = [
    (
        Time,
        &[
            "time",
            "timestamp",
            "date time",
            "datetime",
            "date",
            "time stamp",
            "measured at",
            "recorded at",
            "created at",
            "logged at",
            "zeit",
            "zeitstempel",
            "zeitpunkt",
            "datum",
            "datum zeit",
            "fecha",
            "fecha hora",
            "fecha y hora",
            "fechayhora",
            "horodatage",
            "date heure",
            "data ora",
            "data hora",
            "tijd",
            "tijdstip",
            "čas",
            "date time utc",
            "time utc",
            "timestamp utc",
            "tid",
            "tidspunkt",
            "dato",
            "aika",
            "aikaleima",
            "czas",
            "godzina",
            "idő",
            "tarih",
            "дата",
            "время",
            "дата время",
            "日時",
            "日付",
            "測定日時",
            "时间",
            "時間",
            "日期",
            "日期时间",
            "记录时间",
            "일시",
            "시간",
            "날짜",
        ],
    ),
    (
        Device,
        &[
            "device",
            "device id",
            "deviceid",
            "device name",
            "sensor",
            "sensor id",
            "sensorid",
            "sensor name",
            "node",
            "node id",
            "logger",
            "logger id",
            "station",
            "station id",
            "gerät",
            "geräte id",
            "dispositivo",
            "capteur",
            "sonde",
            "apparaat",
            "serial",
            "serial number",
            "anturi",
            "laite",
            "czujnik",
            "urządzenie",
            "датчик",
            "устройство",
            "機器",
            "传感器",
            "设备",
            "센서",
        ],
    ),
    (
        Temperature,
        &[
            "temperature",
            "temp",
            "t",
            "temperatur",
            "température",
            "temperatura",
            "temperatuur",
            "teplota",
            "lämpötila",
            "hőmérséklet",
            "sıcaklık",
            "θερμοκρασία",
            "температура",
            "温度",
            "気温",
            "溫度",
            "气温",
            "온도",
            "기온",
            "airtc",
            "celsius",
            "fahrenheit",
            "air tc",
        ],
    ),
    (
        Humidity,
        &[
            "humidity",
            "hum",
            "rh",
            "humedad",
            "humedadr",
            "humidité",
            "feuchte",
            "feuchtigkeit",
            "luftfeuchte",
            "luftfeuchtigkeit",
            "umidità",
            "umidade",
            "vochtigheid",
            "vlhkost",
            "kosteus",
            "suhteellinen kosteus",
            "wilgotność",
            "wilgotność względna",
            "fuktighet",
            "luftfuktighet",
            "fugtighed",
            "luftfugtighed",
            "páratartalom",
            "nem",
            "υγρασία",
            "влажность",
            "относительная влажность",
            "湿度",
            "相対湿度",
            "相对湿度",
            "濕度",
            "습도",
            "상대습도",
        ],
    ),
    (
        Pressure,
        &[
            "pressure",
            "press",
            "bp",
            "baro",
            "barometer",
            "druck",
            "luftdruck",
            "presión",
            "presion",
            "pression",
            "pressione",
            "pressão",
            "luchtdruk",
            "tlak",
            "ilmanpaine",
            "ciśnienie",
            "lufttryck",
            "lufttryk",
            "légnyomás",
            "basınç",
            "πίεση",
            "давление",
            "атмосферное давление",
            "気圧",
            "气压",
            "大气压",
            "氣壓",
            "기압",
        ],
    ),
    (
        Battery,
        &[
            "battery",
            "batt",
            "bat",
            "batterie",
            "batería",
            "bateria",
            "batteria",
            "akku",
            "batterij",
            "baterie",
            "battery level",
            "batterie niveau",
            "batteriestand",
            "soc",
            "batteri",
            "батарея",
            "заряд батареи",
            "電池",
            "电池",
            "电量",
            "배터리",
        ],
    ),
];

/// Words that leave a name's meaning as it is.
const FILLERS: [&str; 17] = [
    "air",
    "rel",
    "ambient",
    "relative",
    "relativa",
    "relativ",
    "relatieve",
    "barometric",
    "atmospheric",
    "sensor",
    "value",
    "avg",
    "mean",
    "smp",
    "current",
    "raw",
    "level",
];

/// What a header cell says, if every word of it is known.
pub fn meaning(header: &str) -> Option<Meaning> {
    if let Some(alone) = unit_alone(header.trim()) {
        return Some(alone);
    }
    let (name, unit) = stated_unit(header.trim())?;
    let mut words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let of = |words: &[&str], unit: Option<Unit>| {
        // HR is a humidity in French and Spanish where it is in percent, else a rate of hearts.
        let humid = unit == Some(Unit::Percent) && words.len() == 1 && words[0].eq_ignore_ascii_case("hr");
        let quantity = if humid { Humidity } else { quantity_of(words)? };
        unit.is_none_or(|unit| suits(quantity, unit)).then_some(Meaning { quantity, unit })
    };
    of(&words, unit).or_else(|| {
        // `temperature_c`, `Pressure_hPa_Avg`: the unit is the last word that says something.
        while words.last().is_some_and(|word| FILLERS.contains(&word.to_lowercase().as_str())) {
            words.pop();
        }
        (1..=2).find_map(|count| {
            let (rest, last) = words.split_at_checked(words.len().checked_sub(count)?)?;
            let unit = unit_of(&last.join(" ")).filter(|_| unit.is_none())?;
            of(rest, Some(unit))
        })
    })
}

/// The name without its unit: what stands in brackets at the end, after a comma, or beside it. None where what stands there is no
/// unit.
fn stated_unit(name: &str) -> Option<(&str, Option<Unit>)> {
    for (open, close) in [('(', ')'), ('[', ']'), ('（', '）')] {
        if let Some((before, rest)) = name.split_once(open) {
            let (inside, after) = rest.split_once(close)?;
            if !after.trim().is_empty() {
                return None;
            }
            return Some((before, Some(unit_of(inside)?)));
        }
    }
    match name.split_once(',') {
        Some((before, after)) => Some((before, Some(unit_of(after)?))),
        None => match unit_within(name).or_else(|| unit_first(name)) {
            Some((before, unit)) => Some((before, Some(unit_of(unit)?))),
            None => Some((name, None)),
        },
    }
}

/// What a header that is a unit alone measures: `°C`, `%rF`, `hPa`. A percent alone is of anything.
fn unit_alone(header: &str) -> Option<Meaning> {
    let unit = unit_of(header).filter(|_| header.len() > 1)?;
    let signed = !header.starts_with(char::is_alphanumeric);
    let quantity = match unit {
        Unit::Celsius | Unit::Fahrenheit if signed => Temperature,
        Unit::Percent if header.contains('%') => Humidity,
        _ if header.len() > 2 && suits(Pressure, unit) => Pressure,
        _ => return None,
    };
    Some(Meaning { quantity, unit: Some(unit) })
}

fn quantity_of(words: &[&str]) -> Option<Quantity> {
    let words: Vec<String> = words.iter().flat_map(|word| parts(word)).collect();
    let known = |words: &[&str]| {
        let name = words.join(" ");
        let mut lists = NAMES.iter().chain(&tongues::NAMES);
        lists.find(|(_, names)| names.contains(&name.as_str())).map(|(quantity, _)| *quantity)
    };
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    known(&all).or_else(|| {
        let kept: Vec<&str> = all.iter().copied().filter(|word| !FILLERS.contains(word)).collect();
        if kept.is_empty() { None } else { known(&kept) }
    })
}

/// `AirTemp` is two words; in lower case.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = None;
    for letter in word.chars() {
        if before.is_some_and(char::is_lowercase) && letter.is_uppercase() {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.extend(letter.to_lowercase());
        }
        before = Some(letter);
    }
    parts
}

/// Whether a quantity is measured in a unit. A battery in volts is no battery level.
fn suits(quantity: Quantity, unit: Unit) -> bool {
    match quantity {
        Time | Device => false,
        Temperature => matches!(unit, Unit::Celsius | Unit::Fahrenheit | Unit::Kelvin),
        Humidity | Battery => unit == Unit::Percent,
        Pressure => unit == Unit::Hectopascal || unit.to(Unit::Hectopascal).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Quantity, meaning};
    use crate::dialect::units::Unit;

    #[test]
    fn names_of_many_loggers_are_understood() {
        use Quantity::{Battery, Device, Humidity, Pressure, Temperature, Time};
        use Unit::{Celsius, Fahrenheit, Hectopascal, Kilopascal, MillimetreOfMercury, Percent};
        for (header, quantity, unit) in [
            ("Temperature", Temperature, None),
            ("temperature_celsius", Temperature, Some(Celsius)),
            ("Temp (°F)", Temperature, Some(Fahrenheit)),
            ("Temp, °C", Temperature, Some(Celsius)),
            ("Temperatur [oC]", Temperature, Some(Celsius)),
            ("Temperature_Fahrenheit", Temperature, Some(Fahrenheit)),
            ("Température (°C)", Temperature, Some(Celsius)),
            ("Temperature(°C)", Temperature, Some(Celsius)),
            ("AirTemp_C", Temperature, Some(Celsius)),
            ("Relative Humidity (%)", Humidity, Some(Percent)),
            ("RH, %", Humidity, Some(Percent)),
            ("RH_pct_Avg", Humidity, Some(Percent)),
            ("Relative_Humidity", Humidity, None),
            ("Luftfeuchtigkeit", Humidity, None),
            ("humedadr", Humidity, None),
            ("Humidity %", Humidity, Some(Percent)),
            ("Barometric Pressure (mb)", Pressure, Some(Hectopascal)),
            ("Pressure_kPa", Pressure, Some(Kilopascal)),
            ("Press_mm_hg", Pressure, Some(MillimetreOfMercury)),
            ("Luftdruck [hPa]", Pressure, Some(Hectopascal)),
            ("battery_level", Battery, None),
            ("Battery (%)", Battery, Some(Percent)),
            ("fechayhora", Time, None),
            ("FECHA Y HORA", Time, None),
            ("Date Time", Time, None),
            ("created_at", Time, None),
            ("device_id", Device, None),
            ("Sensor ID", Device, None),
            ("温度（℃）", Temperature, Some(Celsius)),
            ("Wilgotność względna [%]", Humidity, Some(Percent)),
            ("Атмосферное давление, hPa", Pressure, Some(Hectopascal)),
            ("Давление (гПа)", Pressure, Some(Hectopascal)),
            ("Pression atmosphérique (hPa)", Pressure, Some(Hectopascal)),
            ("Lufttemperatur (°C)", Temperature, Some(Celsius)),
            ("Temperatur in °C", Temperature, Some(Celsius)),
            ("°F Temperature", Temperature, Some(Fahrenheit)),
            ("Temperature (degrees F)", Temperature, Some(Fahrenheit)),
            ("tempf", Temperature, Some(Fahrenheit)),
            ("°C", Temperature, Some(Celsius)),
            ("℃", Temperature, Some(Celsius)),
            ("temp_c", Temperature, Some(Celsius)),
            ("Luchtvochtigheid (%)", Humidity, Some(Percent)),
            ("Umidità relativa [%]", Humidity, Some(Percent)),
            ("Bağıl nem (%)", Humidity, Some(Percent)),
            ("Humidity%RH", Humidity, Some(Percent)),
            ("Feuchte [% r.F.]", Humidity, Some(Percent)),
            ("HR (%)", Humidity, Some(Percent)),
            ("rH (%)", Humidity, Some(Percent)),
            ("%rF", Humidity, Some(Percent)),
            ("Akkustand (%)", Battery, Some(Percent)),
            ("Nível da bateria (%)", Battery, Some(Percent)),
        ] {
            let found = meaning(header).unwrap_or_else(|| panic!("{header} is not understood"));
            assert_eq!((found.quantity, found.unit), (quantity, unit), "{header}");
        }
    }

    #[test]
    fn a_word_too_many_means_nothing() {
        for header in [
            "",
            "dew point temperature",
            "DewPt, °F",
            "water_temp_raw",
            "Temperature (calibrated)",
            "Battery_V_Avg",
            "Battery (V)",
            "Humidity (g/m³)",
            "RAM usage (%)",
            "Wind (°C)",
            "value",
            "%",
            "F",
            "HR",
            "Temp in",
            "sensor_status",
            "Temperature (°C) LGR S/N: 1",
            "pressure (",
        ] {
            assert_eq!(meaning(header), None, "{header}");
        }
    }
}
