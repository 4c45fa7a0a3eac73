//! Zip archives of logs: each entry that may be one, as a text.
//!
//! Owns the directory at an archive's end (PKWARE, APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16) and how much is unpacked. Assumes
//! an archive in one part. Refuses workbooks by name, passwords, methods other than stored and deflated, damaged entries, and
//! archives that grow beyond measure.

use std::io::Read;
use std::sync::Arc;

use flate2::read::DeflateDecoder;

use super::source::{Bytes, Source};
use super::unpacked::{FREE_BYTES, MOST_BYTES, MOST_PACKED, Text};
use crate::packed::Checksum;

/// An entry: its name, and its text or why it has none.
pub(super) type Entry = (String, Result<Text, String>);

/// Entries in one archive, at most.
const MOST_ENTRIES: usize = 5_000;

const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
}

/// The entries of a source that is a zip archive; none where it is no archive.
///
/// # Errors
/// A sentence: the archive is damaged, too large, or a workbook.
pub(super) fn entries<S: Source>(source: &mut S) -> Result<Option<Vec<Entry>>, String> {
    let mut head = [0; 4];
    if source.read_at(0, &mut head)? < 4 || !head.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let size = usize::try_from(source.bytes()).ok().filter(|size| *size <= MOST_BYTES);
    let Some(size) = size else {
        return Err("a zip archive of more than 512 MB is not read; unpack it and open the CSVs inside".into());
    };
    let mut bytes = vec![0; size];
    if source.read_at(0, &mut bytes)? < size {
        return Err("the file changed while it was being read; open it again".into());
    }
    read(&bytes).map(Some)
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let damaged = || String::from("the zip archive is damaged or cut off; pack or fetch it again");
    // The end record is followed by a comment of at most 65,535 bytes.
    let from = bytes.len().saturating_sub(22 + 65_535);
    let end =
        (from..bytes.len().saturating_sub(21)).rev().find(|at| bytes[*at..].starts_with(END)).ok_or_else(damaged)?;
    let count = u16_at(bytes, end + 10).ok_or_else(damaged)?;
    let mut at = u32_at(bytes, end + 16).ok_or_else(damaged)?;
    if count > MOST_ENTRIES || at == u32::MAX as usize {
        return Err("the zip archive holds too many files; unpack it and open the CSVs inside".into());
    }
    let mut found = Vec::new();
    let mut total = 0;
    for _ in 0..count {
        let record = bytes.get(at..).filter(|record| record.starts_with(ENTRY)).ok_or_else(damaged)?;
        let field = |offset: usize| u16_at(record, offset).ok_or_else(damaged);
        let (flags, method, name_bytes, extra, comment) = (field(8)?, field(10)?, field(28)?, field(30)?, field(32)?);
        let long = |offset: usize| u32_at(record, offset).ok_or_else(damaged);
        let (crc, packed, size, start) = (long(16)?, long(20)?, long(24)?, long(42)?);
        let name = record.get(46..46 + name_bytes).ok_or_else(damaged)?;
        let name = crate::dialect::encoding::text_of(name).into_owned();
        at += 46 + name_bytes + extra + comment;
        if name == "[Content_Types].xml" || name.starts_with("xl/") {
            return Err("expected a CSV file, but found an Excel workbook: save the sheet as CSV and open that".into());
        }
        let last = name.rsplit('/').next().unwrap_or_default();
        if last.is_empty() || last.starts_with('.') || name.starts_with("__MACOSX/") {
            continue;
        }
        total += size;
        if total > FREE_BYTES && (total as u64 / MOST_PACKED > bytes.len() as u64 || total > MOST_BYTES) {
            return Err(
                "the zip archive holds more than 512 MB, or more than 250 times its size; unpack what is meant".into(),
            );
        }
        let content = || -> Option<&[u8]> {
            let local = bytes.get(start..).filter(|local| local.starts_with(b"PK\x03\x04"))?;
            let from = 30 + u16_at(local, 26)? + u16_at(local, 28)?;
            local.get(from..from + packed)
        };
        let text = match (flags & 1, method, content()) {
            (1, ..) => Err("it is locked with a password; unpack the archive and open the CSV inside".to_string()),
            (_, 0, Some(content)) => Ok(content.to_vec()),
            (_, 8, Some(content)) => inflate(content, size),
            (_, 0 | 8, None) => Err(damaged()),
            _ => Err("it is packed in a way that is not read; unpack the archive and open the CSV inside".into()),
        };
        let text = text.and_then(|text| {
            let mut sum = Checksum::default();
            sum.update(&text);
            if sum.sum() as usize == crc { Ok(Bytes(Arc::from(text))) } else { Err(damaged()) }
        });
        found.push((name, text));
    }
    if found.is_empty() { Err("the zip archive holds no file".into()) } else { Ok(found) }
}

/// Unpacks an entry that says how large it is; one that is larger is damaged.
fn inflate(packed: &[u8], size: usize) -> Result<Vec<u8>, String> {
    let mut text = Vec::with_capacity(size.min(FREE_BYTES));
    let read = DeflateDecoder::new(packed).take(size as u64 + 1).read_to_end(&mut text);
    match read {
        Ok(_) if text.len() == size => Ok(text),
        Ok(_) => Err("it is not as large as the archive says; pack or fetch it again".into()),
        Err(error) => Err(format!("it is damaged ({error}); pack or fetch the archive again")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::read;
    use crate::contract::Contract;
    use crate::ingest::{Bytes, read_files};

    fn archive(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    const LOG: &str = "timestamp,device_id,temperature_celsius,humidity_percent,pressure_hpa,battery_level_percent\n1,a,20,50,1000,80\n";

    #[test]
    fn every_log_of_an_archive_is_read() {
        let other = LOG.replace(",a,", ",b,");
        let files: [(&str, &[u8]); 4] = [
            ("logs/a.csv", LOG.as_bytes()),
            ("__MACOSX/logs/._a.csv", b"x"),
            ("logs/.hidden", b"x"),
            ("logs/b.csv", other.as_bytes()),
        ];
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let opened = read_files(
                vec![("week.zip".into(), Bytes(archive(&files, method)))],
                &Contract::default(),
                &mut |_| {},
            )
            .unwrap();
            let names: Vec<&str> = opened.log.files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, ["week.zip/logs/a.csv", "week.zip/logs/b.csv"]);
            assert_eq!(opened.log.readings.devices.len(), 2);
            assert!(opened.log.files[0].read_as.starts_with("zip, comma"), "{}", opened.log.files[0].read_as);
        }
    }

    #[test]
    fn what_is_no_archive_of_logs_is_refused_by_name() {
        let refuse = |bytes: &[u8]| match read(bytes) {
            Err(why) => why,
            Ok(entries) => entries.into_iter().find_map(|(_, text)| text.err()).unwrap_or_default(),
        };
        let whole = archive(&[("a.csv", LOG.as_bytes())], CompressionMethod::Deflated);
        assert!(refuse(&whole[..whole.len() / 2]).contains("damaged or cut off"));
        let mut wrong = whole.clone();
        wrong[60] ^= 0x55;
        assert!(refuse(&wrong).contains("damaged") || refuse(&wrong).contains("not as large"), "{}", refuse(&wrong));
        let workbook =
            archive(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")], CompressionMethod::Stored);
        assert!(refuse(&workbook).contains("Excel workbook"));
        let zeros = vec![0; 80 << 20];
        assert!(refuse(&archive(&[("bomb.csv", &zeros)], CompressionMethod::Deflated)).contains("250 times"));
        assert!(refuse(&archive(&[], CompressionMethod::Stored)).contains("no file"));
        // Any single byte may be wrong.
        for at in 0..whole.len() {
            let mut wrong = whole.clone();
            wrong[at] ^= 0xFF;
            let _ = read(&wrong);
        }
    }
}
