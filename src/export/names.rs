//! Names of the files that can be taken away, made from the names of the files that were read.

pub use crate::wording::stem;

/// The name of a file: stem of the files read, then an ending such as `.readings.parquet`.
pub fn file_name<S: AsRef<str>>(files: &[S], ending: &str) -> String {
    format!("{}{ending}", stem(files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_come_from_the_first_file() {
        let cases: [(&[&str], &str); 8] = [
            (&["gateway-03.csv"], "gateway-03"),
            (&["gateway-03.2024.csv"], "gateway-03.2024"),
            (&["a.csv", "b.csv", "c.csv"], "a-and-2-more"),
            (&["logs/a.csv"], "a"),
            (&["no ending"], "no ending"),
            (&[".csv"], "sensor-log"),
            (&["a:b?.csv"], "a_b_"),
            (&[], "sensor-log"),
        ];
        for (files, expected) in cases {
            assert_eq!(stem(files), expected);
        }
        assert_eq!(file_name(&["a.csv"], ".readings.parquet"), "a.readings.parquet");
    }
}
