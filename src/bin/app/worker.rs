//! The worker role: a toy that answers with the sum of a file's bytes and sends the bytes back.
//!
//! Owns nothing yet. Assumes nothing. To be replaced by the session.

use sensorium::browser::scope;

/// Starts serving.
pub fn start() {
    let served = scope::serve(|request| {
        let mut bulk = Vec::new();
        let mut sum = 0_u64;
        for file in &request.files {
            let mut bytes = vec![0; file.size_bytes() as usize];
            if file.read_at(0, &mut bytes).is_ok() {
                sum = bytes.iter().map(|byte| u64::from(*byte)).sum();
                bulk.push(bytes);
            }
        }
        if request.bytes == b"panic" {
            panic!("asked to");
        }
        let _ = scope::post(format!("sum {sum}").as_bytes(), bulk);
    });
    if let Err(reason) = served {
        panic!("{reason}");
    }
}
