//! Names of the files that can be taken away, made from the names of the files that were read.

/// The name of a file: stem of the files read, then an ending such as `.readings.parquet`.
pub fn file_name<S: AsRef<str>>(files: &[S], ending: &str) -> String {
    format!("{}{ending}", stem(files))
}

/// `gateway-03` for one file, `gateway-03-and-2-more` for three. Without a usable name: `sensor-log`.
pub fn stem<S: AsRef<str>>(files: &[S]) -> String {
    let first = files.first().map_or("", |name| name.as_ref());
    let base = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let stem = match base.rsplit_once('.') {
        Some((stem, _)) => stem,
        None => base,
    };
    // Characters that some file system refuses in a name.
    let forbidden = |c: char| c.is_control() || "<>:\"|?*".contains(c);
    let mut stem = stem.trim().replace(forbidden, "_");
    if stem.is_empty() {
        stem = "sensor-log".into();
    }
    match files.len() {
        0 | 1 => stem,
        count => format!("{stem}-and-{}-more", count - 1),
    }
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
