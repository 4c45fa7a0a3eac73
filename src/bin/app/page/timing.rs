//! When things began that end with a paint: a file chosen, a limit moved.
//!
//! Owns the open spans. Assumes times of the page's clock, in milliseconds. Refuses to time what is not on `measures.md`'s list.

use std::cell::RefCell;

use sensorium::browser::measure::measure;

/// What a span that ends with a paint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    FileToCharts,
    LimitToPaint,
}

#[derive(Default)]
struct Open {
    file_started_ms: Option<f64>,
    limit_started_ms: Option<f64>,
    /// The answer to the file or limit has come; the next paint ends the span.
    answered: Vec<(Span, f64)>,
    rows: u64,
    bytes: u64,
}

thread_local! {
    static OPEN: RefCell<Open> = RefCell::default();
}

/// A span begins at an input event. An earlier limit that still waits keeps its start: what the person saw is the older one.
pub fn begin(span: Span, at_ms: f64) {
    OPEN.with_borrow_mut(|open| match span {
        Span::FileToCharts => *open = Open { file_started_ms: Some(at_ms), ..Open::default() },
        Span::LimitToPaint => {
            open.limit_started_ms.get_or_insert(at_ms);
        }
    });
}

/// The start of the span, for the request that is sent now: the answer to it closes the span.
pub fn take_limit() -> Option<f64> {
    OPEN.with_borrow_mut(|open| open.limit_started_ms.take())
}

/// The start of reading, when its answer has come.
pub fn take_file() -> Option<f64> {
    OPEN.with_borrow_mut(|open| open.file_started_ms.take())
}

/// The answer has come and its signals are about to be written; the next paint ends the span.
pub fn answered(span: Span, started_ms: f64, rows: u64, bytes: u64) {
    OPEN.with_borrow_mut(|open| {
        open.answered.push((span, started_ms));
        open.rows = rows;
        open.bytes = bytes;
    });
}

/// A chart was painted; the chart panel calls this after every paint of a chart that the worker sent, with the times at which
/// the animation frame was asked for, the paint began and the paint ended.
///
/// A limit's span leaves out the wait for the animation frame, as `measures.md` has it.
pub fn painted(frame_asked_ms: f64, paint_started_ms: f64, paint_ended_ms: f64) {
    OPEN.with_borrow_mut(|open| {
        let waited_ms = (paint_started_ms - frame_asked_ms).max(0.0);
        for (span, started_ms) in open.answered.drain(..) {
            let (name, ended_ms) = match span {
                Span::FileToCharts => ("file-to-charts", paint_ended_ms),
                Span::LimitToPaint => ("limit-to-paint", paint_ended_ms - waited_ms),
            };
            measure(name, started_ms, ended_ms, open.rows, open.bytes);
        }
    });
}
