//! Files that must be turned into text before they can be read: gzip archives, UTF-16 and Parquet.
//!
//! Owns how much of that is held in memory, for an archive cannot be read from any place but its start; Parquet can, and is not held
//! ([`super::made`]). Assumes that its first
//! bytes say what it is. Refuses an archive that grows beyond measure, as soon as it does.

use std::io::{self, Read};
use std::sync::Arc;

use super::Source;
use super::made::Table;
use super::source::{Bytes, Stored};
use crate::dialect::encoding::{from_utf16, utf16_big_endian};
use crate::packed::Gzip;

/// Text that is held whole; more of it is not.
pub(super) const MOST_BYTES: usize = 512 << 20;
/// No log is packed more tightly than so many bytes in one; beyond [`FREE_BYTES`], what is claims too much.
pub(super) const MOST_PACKED: u64 = 250;
pub(super) const FREE_BYTES: usize = 16 << 20;

/// What text is turned from.
pub(super) const UTF_16: &str = "UTF-16";

pub(super) type Text = Bytes<Arc<[u8]>>;

/// Turns a file that is UTF-16 (where that is asked for), Parquet or a gzip archive into text, and says which of them it was; none
/// where it is none.
///
/// # Errors
/// A sentence: the file cannot be read, is damaged, or is too large when unpacked.
pub(super) fn turn<S: Source>(source: &mut Stored<S>, utf16: bool) -> Result<Option<&'static str>, String> {
    let mut head = [0; 256];
    let read = source.read_at(0, &mut head)?;
    let (bytes, word) = if head.starts_with(b"\x1F\x8B") {
        (gunzip(source)?, "gzip")
    } else if (head.starts_with(b"PAR1") || head.starts_with(b"PARE")) && !matches!(source, Stored::Table(_)) {
        let table = Table::open(std::mem::replace(source, Stored::nothing()))?;
        *source = Stored::Table(Box::new(table));
        return Ok(Some("Parquet"));
    } else if let Some(big_endian) = utf16_big_endian(&head[..read]).filter(|_| utf16) {
        let bytes =
            whole(source, "UTF-16 of more than 512 MB is not read; save the file as \"CSV UTF-8\" and open that")?;
        (from_utf16(&bytes, big_endian).into_bytes(), UTF_16)
    } else {
        return Ok(None);
    };
    *source = Stored::Text(Bytes(Arc::from(bytes)));
    Ok(Some(word))
}

/// All bytes of a source, or why there are too many.
fn whole<S: Source>(source: &mut S, too_many: &str) -> Result<Vec<u8>, String> {
    let size = usize::try_from(source.bytes()).ok().filter(|size| *size <= MOST_BYTES).ok_or(too_many)?;
    let mut bytes = vec![0; size];
    if source.read_at(0, &mut bytes)? < size {
        return Err("the file changed while it was being read; open it again".into());
    }
    Ok(bytes)
}

fn gunzip<S: Source>(source: &mut S) -> Result<Vec<u8>, String> {
    let packed = source.bytes();
    let mut archive = Gzip::new(io::BufReader::with_capacity(BLOCK_BYTES, Stream { source, offset: 0 }));
    let (mut text, mut block) = (Vec::new(), vec![0; BLOCK_BYTES]);
    loop {
        match archive.read(&mut block) {
            Ok(0) => return Ok(text),
            Ok(read) => text.extend_from_slice(&block[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(format!("the gzip archive is damaged or cut off ({error}); pack or fetch it again"));
            }
        }
        if text.len() > FREE_BYTES && text.len() as u64 / MOST_PACKED > packed {
            return Err(format!("the gzip archive holds more than {MOST_PACKED} times its size; that is no log"));
        }
        if text.len() > MOST_BYTES {
            return Err("the gzip archive holds more than 512 MB; unpack it and open the CSV inside".into());
        }
    }
}

const BLOCK_BYTES: usize = 256 << 10;

/// A source from its start to its end.
struct Stream<'a, S> {
    source: &'a mut S,
    offset: u64,
}

impl<S: Source> Read for Stream<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read_at(self.offset, buffer).map_err(io::Error::other)?;
        self.offset += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::turn;
    use crate::contract::Contract;
    use crate::ingest::{Bytes, Stored, read_files};

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut archive = GzEncoder::new(Vec::new(), Compression::best());
        archive.write_all(text).unwrap();
        archive.finish().unwrap()
    }

    fn read(bytes: Vec<u8>) -> Result<crate::table::Log, String> {
        let files = vec![("log.csv.gz".to_string(), Bytes(bytes))];
        let opened = read_files(files, &Contract::default(), &mut |_| {}).map_err(|error| error.to_string())?;
        Ok(opened.log)
    }

    #[test]
    fn an_archive_is_read_as_what_it_holds() {
        let mut text =
            "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n".to_string();
        for row in 0..20_000 {
            text += &format!("{},d{},20.{},50,1000,80\n", row / 7, row % 7, row % 10);
        }
        let plain = read(text.clone().into_bytes()).unwrap();
        let (first, second) = text.as_bytes().split_at(70_000);
        let several = [packed(first), packed(second)].concat();
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for archive in [packed(text.as_bytes()), several, packed(&utf16)] {
            let log = read(archive).unwrap();
            assert_eq!(log.rows_read(), 20_000);
            assert!(log.readings.same_bits(&plain.readings));
            assert!(log.files[0].read_as.starts_with("gzip, "), "{}", log.files[0].read_as);
        }
    }

    #[test]
    fn a_damaged_archive_and_a_bomb_are_refused_with_a_sentence() {
        let whole = packed("timestamp\n".repeat(1000).as_bytes());
        let cut = read(whole[..whole.len() - 12].to_vec()).unwrap_err();
        assert!(cut.starts_with("log.csv.gz: the gzip archive is damaged or cut off ("), "{cut}");
        let bomb = packed(&vec![b'0'; 64 << 20]);
        assert!(bomb.len() < 100_000);
        assert_eq!(
            read(bomb).unwrap_err(),
            "log.csv.gz: the gzip archive holds more than 250 times its size; that is no log"
        );
        assert_eq!(turn(&mut Stored::File(Bytes(b"timestamp,a\n".to_vec())), true), Ok(None));
    }
}
