//! Who the sample's devices are, what the weather does, and what goes wrong when.
//!
//! Owns the numbers of the story. Assumes minutes since 2024-06-03 00:00. All quantities are in hundredths of their unit.

/// One device of the site.
pub(super) struct Device {
    pub name: &'static str,
    pub seed: u64,
    /// Mean over a day of ordinary weather, °C / 100.
    pub temperature: i64,
    /// Half of the difference between 15:00 and 03:00, °C / 100.
    pub swing: i64,
    /// How much of the weather it feels.
    pub weather_percent: i64,
    /// Mean over a day of ordinary weather, % / 100.
    pub humidity: i64,
    /// How much its height takes off the pressure at ground level.
    pub height_hundredths_hpa: i64,
    /// What working people add to the CO2 around it.
    pub people_ppm: i64,
    /// Readings kept back without a connection come later in one go.
    pub sends_late: bool,
    power: Power,
}

/// What feeds a device. Levels in % / 100.
enum Power {
    /// Falls from a level by so much a day.
    Cell { full: i64, day: i64 },
    /// The same, and is changed for a fresh one at this minute.
    Changed { full: i64, day: i64, at: i64 },
    /// Follows the sun around a level.
    Sun { mean: i64, swing: i64 },
}

impl Device {
    /// The battery's level, given the daily curve in thousandths.
    pub(super) fn battery(&self, minute: i64, wave: i64) -> i64 {
        match self.power {
            Power::Cell { full, day } => full - day * minute / 1440,
            Power::Changed { full, day, at } if minute < at => full - day * minute / 1440,
            Power::Changed { day, at, .. } => 10_000 - day * (minute - at) / 1440,
            Power::Sun { mean, swing } => mean + swing * wave / 1000,
        }
    }
}

/// A day and an hour as minutes; the third of June is day 3.
const fn june(day: i64, hour: i64, minute: i64) -> i64 {
    (day - 3) * 1440 + hour * 60 + minute
}

pub(super) const DEVICES: [Device; 6] = [
    Device {
        name: "cellar-01",
        seed: 1,
        temperature: 1_560,
        swing: 60,
        weather_percent: 10,
        humidity: 7_400,
        height_hundredths_hpa: -40,
        people_ppm: 0,
        sends_late: false,
        power: Power::Cell { full: 9_100, day: 35 },
    },
    Device {
        name: "cold-store-02",
        seed: 2,
        temperature: 480,
        swing: 45,
        weather_percent: 8,
        humidity: 8_300,
        height_hundredths_hpa: 0,
        people_ppm: 40,
        sends_late: false,
        // The flat battery: below 15 % from the twelfth on.
        power: Power::Cell { full: 4_020, day: 270 },
    },
    Device {
        name: "gate-03",
        seed: 3,
        temperature: 1_720,
        swing: 520,
        weather_percent: 75,
        humidity: 6_100,
        height_hundredths_hpa: 10,
        people_ppm: 0,
        sends_late: true,
        power: Power::Sun { mean: 6_200, swing: 2_300 },
    },
    Device {
        name: "greenhouse-04",
        seed: 4,
        temperature: 2_260,
        swing: 560,
        weather_percent: 60,
        humidity: 6_600,
        height_hundredths_hpa: 5,
        people_ppm: 90,
        sends_late: false,
        // Low while the hot spell is on, then changed.
        power: Power::Changed { full: 5_900, day: 500, at: june(13, 9, 30) },
    },
    Device {
        name: "office-05",
        seed: 5,
        temperature: 2_270,
        swing: 190,
        weather_percent: 25,
        humidity: 4_600,
        height_hundredths_hpa: 110,
        people_ppm: 560,
        sends_late: false,
        power: Power::Cell { full: 8_400, day: 60 },
    },
    Device {
        name: "roof-06",
        seed: 6,
        temperature: 2_060,
        swing: 640,
        weather_percent: 100,
        humidity: 5_200,
        height_hundredths_hpa: 190,
        people_ppm: 0,
        sends_late: false,
        power: Power::Cell { full: 7_700, day: 90 },
    },
];

/// The weather at a moment: how much warmer than ordinary, and the pressure at ground level.
pub(super) struct Weather {
    pub warmth: i64,
    pub pressure: i64,
}

/// One value a noon, °C / 100; the hot spell is the twelfth and thirteenth of June.
const WARMTH: [i64; 15] = [-120, -60, 20, -180, -220, -90, 10, 90, 240, 620, 660, 130, -150, -60, 30];
/// One value a noon, hPa / 100.
const PRESSURE: [i64; 15] = [
    101_420, 101_610, 101_180, 100_420, 100_890, 101_530, 101_870, 102_040, 101_900, 101_540, 101_020, 100_230,
    100_780, 101_460, 101_600,
];

pub(super) fn weather(minute: i64) -> Weather {
    let since_noon = (minute - 720).max(0);
    let day = (since_noon / 1440) as usize;
    let within = since_noon % 1440;
    let between = |noons: &[i64; 15]| {
        let next = noons[(day + 1).min(14)];
        noons[day.min(14)] + (next - noons[day.min(14)]) * within / 1440
    };
    Weather { warmth: between(&WARMTH), pressure: between(&PRESSURE) }
}

/// What is unusual about a reading.
#[derive(Clone, Copy)]
pub(super) enum Oddity {
    /// No row at all.
    Silent,
    /// The row comes later in the file.
    Late,
    /// The cell of this column is empty.
    Gap(usize),
    /// The cell of this column holds this.
    Cell(usize, &'static str),
    /// The row ends after so many cells.
    CutAfter(usize),
}

const TIME: usize = 0;
const DEVICE: usize = 1;
const TEMPERATURE: usize = 2;
const HUMIDITY: usize = 3;
const PRESSURE_COLUMN: usize = 4;
const BATTERY: usize = 5;
const CO2: usize = 6;

use Oddity::{Cell, CutAfter, Gap, Late, Silent};

/// Device, first and last minute, what happens to each of its rows between them.
const ODDITIES: [(&str, i64, i64, Oddity); 26] = [
    // Gaps: a humidity cell that warms up, a probe pulled for an afternoon, and shorter ones.
    ("gate-03", june(3, 0, 0), june(3, 5, 20), Gap(HUMIDITY)),
    ("office-05", june(7, 12, 10), june(7, 15, 50), Gap(TEMPERATURE)),
    ("cellar-01", june(5, 22, 0), june(6, 4, 30), Gap(HUMIDITY)),
    ("cold-store-02", june(8, 9, 0), june(8, 10, 10), Gap(TEMPERATURE)),
    ("roof-06", june(9, 17, 20), june(9, 19, 40), Gap(PRESSURE_COLUMN)),
    ("greenhouse-04", june(6, 1, 0), june(6, 2, 20), Gap(TEMPERATURE)),
    ("greenhouse-04", june(15, 13, 0), june(15, 17, 0), Gap(CO2)),
    ("cellar-01", june(16, 21, 30), june(16, 23, 50), Gap(TEMPERATURE)),
    // Rows without a battery level leave the table.
    ("gate-03", june(10, 2, 40), june(10, 3, 10), Gap(BATTERY)),
    ("roof-06", june(14, 11, 20), june(14, 11, 20), Gap(BATTERY)),
    // Silent hours, and a morning's readings that come in one go.
    ("gate-03", june(5, 1, 30), june(5, 4, 40), Silent),
    ("gate-03", june(12, 2, 0), june(12, 4, 20), Silent),
    ("office-05", june(8, 20, 0), june(9, 5, 50), Silent),
    ("cold-store-02", june(15, 3, 10), june(15, 9, 0), Silent),
    ("gate-03", june(11, 7, 0), june(11, 9, 50), Late),
    // What breaks the contract: the logger's word for a failed reading, a probe that came off, dew on a humidity cell, a
    // battery meter that overshoots, a clock that was reset, and rows that were torn.
    ("office-05", june(4, 10, 20), june(4, 10, 40), Cell(TEMPERATURE, "ERR")),
    ("roof-06", june(6, 14, 30), june(6, 14, 40), Cell(TEMPERATURE, "-127.00")),
    ("cellar-01", june(10, 5, 0), june(10, 5, 20), Cell(HUMIDITY, "104.2")),
    ("greenhouse-04", june(13, 9, 30), june(13, 9, 30), Cell(BATTERY, "101.3")),
    ("cold-store-02", june(9, 16, 0), june(9, 16, 0), Cell(PRESSURE_COLUMN, "inf")),
    ("gate-03", june(13, 0, 0), june(13, 0, 0), Cell(TIME, "2024-06-12 24:00:00")),
    ("cellar-01", june(14, 6, 40), june(14, 6, 40), Cell(TIME, "")),
    ("office-05", june(12, 15, 10), june(12, 15, 10), Cell(DEVICE, "")),
    ("roof-06", june(15, 22, 0), june(15, 22, 0), CutAfter(3)),
    ("gate-03", june(16, 8, 10), june(16, 8, 10), CutAfter(5)),
    ("office-05", june(13, 14, 0), june(13, 14, 0), Cell(TEMPERATURE, "24.9 C")),
];

/// What is unusual about a device's reading at a moment, besides the single lost cells that every radio link has.
pub(super) fn oddity(device: &Device, minute: i64) -> Option<Oddity> {
    ODDITIES
        .iter()
        .find(|(name, first, last, _)| *name == device.name && (*first..=*last).contains(&minute))
        .map(|(.., oddity)| *oddity)
        .or_else(|| lost_cell(device, minute))
}

/// About one reading in two hundred lost its temperature or humidity.
fn lost_cell(device: &Device, minute: i64) -> Option<Oddity> {
    match super::noise(device, minute, 4, 200) {
        0 => Some(Gap(TEMPERATURE)),
        1 => Some(Gap(HUMIDITY)),
        _ => None,
    }
}
