//! A zip archive of files that are stored as they are.
//!
//! Owns the few records of the format (APPNOTE.TXT 6.3.9, sections 4.3.7, 4.3.12, 4.3.16) that such an archive needs. Assumes files
//! that are compressed already, or that are made twice alike. Refuses what those records cannot count. Written here because the kept library brings tables that
//! weigh as much as a twentieth of the page; tests read the result with that library.

use std::io::{self, Write};

use crate::packed::Checksum;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version of the format that is needed, and the system (Unix) that the permissions are of.
const VERSION: u16 = 20;
const MADE_BY: u16 = 3 << 8 | VERSION;
/// 1980-01-01, the first day that the format knows: the same outcome gives the same bytes.
const DATE: u16 = 0x21;
/// A plain file, `rw-r--r--`.
const PERMISSIONS: u32 = 0o100_644 << 16;

/// An archive in the making.
pub(crate) struct Archive<W> {
    out: W,
    directory: Vec<u8>,
    files: u16,
    offset: u32,
}

impl<W: Write> Archive<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, directory: Vec::new(), files: 0, offset: 0 }
    }

    /// Adds a file.
    ///
    /// # Errors
    /// When `out` refuses bytes, or with more than 65,535 files or 4 GB in all.
    pub(crate) fn add(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        self.add_made(path, &mut |out| out.write_all(content))
    }

    /// Adds a file that is written by `make`, twice alike: once to be measured, for its size stands before it. It is never held whole.
    ///
    /// # Errors
    /// As [`Archive::add`]; when it is not the same the second time.
    pub(crate) fn add_made(
        &mut self,
        path: &str,
        make: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut measured = Measure::default();
        make(&mut measured)?;
        let size = u32::try_from(measured.bytes).map_err(|_| too_large())?;
        let length = u16::try_from(path.len()).map_err(|_| too_large())?;
        // What both records say of a file.
        let mut about = Vec::with_capacity(26);
        push(&mut about, &[VERSION, 0, 0, 0, DATE]);
        for number in [measured.sum.sum(), size, size] {
            about.extend_from_slice(&number.to_le_bytes());
        }
        push(&mut about, &[length, 0]);

        let mut local = LOCAL.to_le_bytes().to_vec();
        local.extend_from_slice(&about);
        local.extend_from_slice(path.as_bytes());
        self.out.write_all(&local)?;
        let mut counted = Counted { out: &mut self.out, bytes: 0 };
        make(&mut counted)?;
        if counted.bytes != measured.bytes {
            return Err(io::Error::other("a file in the archive was made anew and was another"));
        }

        self.directory.extend_from_slice(&CENTRAL.to_le_bytes());
        push(&mut self.directory, &[MADE_BY]);
        self.directory.extend_from_slice(&about);
        push(&mut self.directory, &[0, 0, 0]);
        for number in [PERMISSIONS, self.offset] {
            self.directory.extend_from_slice(&number.to_le_bytes());
        }
        self.directory.extend_from_slice(path.as_bytes());

        let header = u32::try_from(local.len()).map_err(|_| too_large())?;
        let end = self.offset.checked_add(header).and_then(|end| end.checked_add(size));
        self.offset = end.ok_or_else(too_large)?;
        self.files = self.files.checked_add(1).ok_or_else(too_large)?;
        Ok(())
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// When `out` refuses bytes.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let size = u32::try_from(self.directory.len()).map_err(|_| too_large())?;
        let mut end = END.to_le_bytes().to_vec();
        push(&mut end, &[0, 0, self.files, self.files]);
        for number in [size, self.offset] {
            end.extend_from_slice(&number.to_le_bytes());
        }
        push(&mut end, &[0]);
        self.out.write_all(&self.directory)?;
        self.out.write_all(&end)
    }
}

fn push(record: &mut Vec<u8>, numbers: &[u16]) {
    record.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn too_large() -> io::Error {
    io::Error::other("a zip archive holds at most 65,535 files and 4 GB; export one file, or narrow the dates")
}

/// Size and checksum of what is written.
#[derive(Default)]
struct Measure {
    bytes: u64,
    sum: Checksum,
}

impl Write for Measure {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.sum.update(content);
        self.bytes += content.len() as u64;
        Ok(content.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts what is written.
struct Counted<'a, W> {
    out: &'a mut W,
    bytes: u64,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        let written = self.out.write(content)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Archive;
    use std::io::{Cursor, Read};

    #[test]
    fn what_is_stored_reads_back_equal() {
        let files = [("a.txt", &b"one"[..]), ("date=2024-03-01/part-0.parquet", &[7; 70_000]), ("empty", b"")];
        let mut bytes = Vec::new();
        let mut archive = Archive::new(&mut bytes);
        for (path, content) in files {
            archive.add(path, content).unwrap();
        }
        archive.finish().unwrap();
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(read.len(), files.len());
        for (index, (path, content)) in files.into_iter().enumerate() {
            let mut file = read.by_index(index).unwrap();
            assert_eq!((&*file.name().unwrap(), file.unix_mode()), (path, Some(0o100_644)));
            let mut back = Vec::new();
            file.read_to_end(&mut back).unwrap();
            assert_eq!(back, content, "the library checks the sum as well");
        }
        let mut times = 0;
        let made = Archive::new(Vec::new()).add_made("a", &mut |out| {
            times += 1;
            out.write_all(&[b'x'; 3][..times])
        });
        assert!(made.is_err(), "what differs the second time would be a damaged archive");
    }
}
