//! What the command line asks of a bench.
//!
//! Owns the options and their defaults. Assumes nothing. Refuses what it does not know.

/// The options of `cargo xtask bench`.
const USAGE: &str = "\
cargo xtask bench [--rows N,N...] [--rounds N] [--peers]
cargo xtask bench --generate ROWS OUT.csv";
/// From this size on a round takes minutes.
const LARGE_ROWS: usize = 5_000_000;

/// What the command line asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Sizes of the logs, ascending.
    pub rows: Vec<usize>,
    rounds: Option<usize>,
    pub peers: bool,
    /// Write a log of so many rows there and do nothing else.
    pub generate: Option<(usize, String)>,
}

impl Options {
    /// Reads the words after `bench`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options =
            Self { rows: vec![100_000, 1_000_000, 10_000_000], rounds: None, peers: false, generate: None };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            match word {
                "--rows" => {
                    options.rows = words.next().unwrap_or_default().split(',').map(number).collect::<Result<_, _>>()?
                }
                "--rounds" => options.rounds = Some(number(words.next().unwrap_or_default())?),
                "--peers" => options.peers = true,
                "--generate" => {
                    let rows = number(words.next().unwrap_or_default())?;
                    options.generate = Some((rows, words.next().ok_or(USAGE)?.to_owned()));
                }
                other => return Err(format!("unknown option {other} of bench\n{USAGE}")),
            }
        }
        options.rows.sort_unstable();
        options.rows.dedup();
        Ok(options)
    }

    /// How many rounds a log of so many rows gets: five, or three where each takes minutes.
    pub fn rounds(&self, rows: usize) -> usize {
        self.rounds.unwrap_or(if rows < LARGE_ROWS { 5 } else { 3 })
    }
}

fn number(word: &str) -> Result<usize, String> {
    let number = word.replace('_', "").parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("expected a number above 0, but found {word:?}\n{USAGE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let usual = Options::parse(&[]).unwrap();
        assert_eq!(
            (usual.rows.len(), usual.rounds(1_000_000), usual.rounds(10_000_000), usual.peers),
            (3, 5, 3, false)
        );
        let asked = Options::parse(&["--rows", "1_000_000,100000", "--peers", "--rounds", "2"]).unwrap();
        assert_eq!(
            (asked.rows.as_slice(), asked.rounds(10_000_000), asked.peers),
            (&[100_000, 1_000_000][..], 2, true)
        );
        let made = Options::parse(&["--generate", "10", "a.csv"]).unwrap();
        assert_eq!(made.generate, Some((10, String::from("a.csv"))));
        for wrong in [&["--rows", "0"][..], &["--rows"], &["--rounds", "x"], &["--generate", "10"], &["--pears"]] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
