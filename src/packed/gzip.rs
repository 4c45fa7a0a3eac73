//! The text of a gzip archive, member after member (RFC 1952).
//!
//! Owns headers and trailers; the deflated bytes between them are the library's. Assumes an archive from its start. Refuses what is
//! damaged: another method, a wrong checksum or length, bytes after the last member that are no member.

use std::io::{self, BufRead, Read};

use flate2::bufread::DeflateDecoder;

use super::checksum::Checksum;

/// The text of an archive.
pub struct Gzip<R> {
    /// None between members, and at the end.
    member: Option<DeflateDecoder<R>>,
    rest: Option<R>,
    sum: Checksum,
    bytes: u32,
}

impl<R: BufRead> Gzip<R> {
    /// An archive that stands at its start.
    pub fn new(archive: R) -> Self {
        Self { member: None, rest: Some(archive), sum: Checksum::default(), bytes: 0 }
    }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// Passes a member's header.
fn pass_header(archive: &mut impl BufRead) -> io::Result<()> {
    let mut head = [0; 10];
    archive.read_exact(&mut head)?;
    let [0x1F, 0x8B, method, flags, ..] = head else { return Err(invalid("no gzip header")) };
    if method != 8 {
        return Err(invalid("another method than deflate"));
    }
    let mut two = [0; 2];
    if flags & 4 != 0 {
        archive.read_exact(&mut two)?;
        let extra = u64::from(u16::from_le_bytes(two));
        io::copy(&mut archive.take(extra), &mut io::sink())?;
    }
    // A name, then a comment, each up to a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let mut text = Vec::new();
            archive.take(1 << 16).read_until(0, &mut text)?;
            if text.last() != Some(&0) {
                return Err(invalid("no end of its name"));
            }
        }
    }
    if flags & 2 != 0 {
        archive.read_exact(&mut two)?;
    }
    Ok(())
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(member) = &mut self.member {
                let read = member.read(buffer)?;
                self.sum.update(&buffer[..read]);
                // The trailer has the length's last 32 bits.
                self.bytes = self.bytes.wrapping_add(read as u32);
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
                let mut archive = self.member.take().map(DeflateDecoder::into_inner);
                if let Some(archive) = &mut archive {
                    let mut trailer = [0; 8];
                    archive.read_exact(&mut trailer)?;
                    let [a, b, c, d, length @ ..] = trailer;
                    if u32::from_le_bytes([a, b, c, d]) != self.sum.sum() || u32::from_le_bytes(length) != self.bytes {
                        return Err(invalid("its checksum is another"));
                    }
                }
                self.rest = archive;
            }
            let Some(mut archive) = self.rest.take() else { return Ok(0) };
            if archive.fill_buf()?.is_empty() {
                return Ok(0);
            }
            pass_header(&mut archive)?;
            (self.sum, self.bytes) = (Checksum::default(), 0);
            self.member = Some(DeflateDecoder::new(archive));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Write};

    use flate2::{Compression, GzBuilder};

    use super::Gzip;

    fn text(archive: &[u8]) -> Result<Vec<u8>, String> {
        let mut text = Vec::new();
        let read = Gzip::new(Cursor::new(archive)).read_to_end(&mut text).map_err(|error| error.to_string());
        read.map(|_| text)
    }

    #[test]
    fn members_with_every_kind_of_header_are_read_and_damage_is_not() {
        let long: Vec<u8> = (0..70_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let mut archive = Vec::new();
        for (content, header) in [
            (&b"one,"[..], GzBuilder::new()),
            (&long, GzBuilder::new().filename("log.csv").comment("of the cellar").extra(vec![7; 300])),
            (b"", GzBuilder::new().mtime(5)),
        ] {
            let mut member = header.write(Vec::new(), Compression::fast());
            member.write_all(content).unwrap();
            archive.extend(member.finish().unwrap());
        }
        assert_eq!(text(&archive), Ok([b"one,", long.as_slice()].concat()));
        assert_eq!(text(b""), Ok(Vec::new()));
        for cut in (1..archive.len()).step_by(997) {
            // Cut between two members it is whole.
            assert!(text(&archive[..cut]).is_err(), "{cut}");
        }
        for (at, with) in [(2, 9), (archive.len() - 6, 0xFF), (archive.len() - 1, 0xFF)] {
            let mut damaged = archive.clone();
            damaged[at] = with;
            assert!(text(&damaged).is_err(), "{at}");
        }
        assert!(text(&[archive.as_slice(), b"and more"].concat()).is_err());
    }
}
