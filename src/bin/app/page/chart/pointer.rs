//! Wheel, drag, pinch and double click.
//!
//! Owns the pointers that are down. Assumes events of the chart's canvas, which browsers hold back until a frame begins: a zoom
//! is timed from when they are let go. Decides no window by itself: the arithmetic is the library's.

use std::cell::RefCell;

use leptos::prelude::*;
use sensorium::browser::clock::now_ms;
use sensorium::chart::{Frame, window};
use wasm_bindgen::JsCast;
use web_sys::{MouseEvent, PointerEvent, WheelEvent};

use super::panel::Panel;

/// A press that moved no farther than this is a tap, CSS pixels.
const TAP_PX: f64 = 4.0;
/// How much of a doubling a wheel's pixel is.
const WHEEL_PX: f64 = 0.002;
/// Pixels of a wheel's line.
const LINE_PX: f64 = 18.0;

/// A pointer that is down.
#[derive(Clone, Copy)]
struct Held {
    id: i32,
    start_px: f64,
    x_px: f64,
    moved: bool,
}

#[derive(Default)]
struct Gesture {
    held: Vec<Held>,
    /// The window when the drag or pinch began.
    window_us: (i64, i64),
    chooses: bool,
}

thread_local! {
    static GESTURE: RefCell<Gesture> = RefCell::default();
}

/// Zooms around the pointer, or pans along with a sideways wheel.
pub fn wheel(panel: Panel, event: &WheelEvent) {
    let (Some((window_us, full_us)), Some(frame)) = (panel.windows(), panel.frame.get_untracked()) else {
        return;
    };
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_PIXEL => 1.0,
        WheelEvent::DOM_DELTA_LINE => LINE_PX,
        _ => 400.0,
    };
    let (across, along) = (event.delta_x() * unit, event.delta_y() * unit);
    // With everything in sight there is nothing to pan and no way out: the page scrolls as usual.
    if window_us == full_us && (across.abs() > along.abs() || along >= 0.0) && !event.ctrl_key() {
        return;
    }
    event.prevent_default();
    let wanted = if across.abs() > along.abs() {
        window::panned(window_us, across * us_per_css_px(&frame), full_us)
    } else {
        // Browsers give a pinch on a touch pad as a wheel with Control, in small steps.
        let fineness = if event.ctrl_key() { 6.0 } else { 1.0 };
        let factor = (along.clamp(-600.0, 600.0) * WHEEL_PX * fineness).exp2();
        window::zoomed(window_us, moment(&frame, f64::from(event.offset_x())), factor, full_us)
    };
    panel.zoom_to(wanted, now_ms());
}

pub fn down(panel: Panel, event: &PointerEvent) {
    if event.button() != 0 {
        return;
    }
    let Some((window_us, _)) = panel.windows() else { return };
    if let Some(canvas) = panel.canvas.get_untracked() {
        // Without capture a drag ends at the edge of the canvas; that is a small loss.
        let _ = canvas.set_pointer_capture(event.pointer_id());
    }
    let x_px = f64::from(event.offset_x());
    GESTURE.with_borrow_mut(|gesture| {
        gesture.held.retain(|held| held.id != event.pointer_id());
        gesture.held.push(Held { id: event.pointer_id(), start_px: x_px, x_px, moved: false });
        gesture.window_us = window_us;
        gesture.chooses = event.shift_key() && gesture.held.len() == 1;
        // A second finger begins anew from where the first one is.
        for held in &mut gesture.held {
            held.start_px = held.x_px;
        }
    });
}

pub fn moved(panel: Panel, event: &PointerEvent) {
    let x_px = f64::from(event.offset_x());
    let at_ms = now_ms();
    let action = GESTURE.with_borrow_mut(|gesture| {
        let held = gesture.held.iter_mut().find(|held| held.id == event.pointer_id())?;
        held.x_px = x_px;
        held.moved |= (x_px - held.start_px).abs() > TAP_PX;
        Some((gesture.held.clone(), gesture.window_us, gesture.chooses))
    });
    let Some((held, start_us, chooses)) = action else {
        // Nothing is down: the pointer hovers.
        hover(panel, event);
        return;
    };
    let (Some((_, full_us)), Some(frame)) = (panel.windows(), panel.frame.get_untracked()) else {
        return;
    };
    match held.as_slice() {
        [one] if one.moved && chooses => {
            panel.inside.set(false);
            panel.chosen_px.set(Some((one.start_px, one.x_px)));
        }
        [one] if one.moved => {
            panel.inside.set(false);
            let length = (start_us.1 as f64) - (start_us.0 as f64);
            let by_us = (one.start_px - one.x_px) * length / css_width(&frame);
            panel.zoom_to(window::panned(start_us, by_us, full_us), at_ms);
        }
        [first, second] => {
            panel.inside.set(false);
            panel.zoom_to(pinched(&frame, start_us, full_us, first, second), at_ms);
        }
        _ => {}
    }
}

/// The window in which the two moments that were under the fingers still are.
fn pinched(
    frame: &Frame,
    start_us: (i64, i64),
    full_us: (i64, i64),
    first: &Held,
    second: &Held,
) -> Option<(i64, i64)> {
    let (from, length) = (start_us.0 as f64, start_us.1 as f64 - start_us.0 as f64);
    let left_px = frame.plot.left / frame.size.scale;
    let apart = |a: f64, b: f64| (a - b).abs().max(8.0);
    let factor = apart(first.start_px, second.start_px) / apart(first.x_px, second.x_px);
    let middle = |a: f64, b: f64| ((a + b) / 2.0 - left_px) / css_width(frame);
    let at_us = from + middle(first.start_px, second.start_px) * length;
    let zoomed = window::zoomed(start_us, at_us, factor, full_us)?;
    let moved = middle(first.start_px, second.start_px) - middle(first.x_px, second.x_px);
    window::panned(zoomed, moved * (zoomed.1 as f64 - zoomed.0 as f64), full_us)
}

pub fn up(panel: Panel, event: &PointerEvent) {
    let ended = GESTURE.with_borrow_mut(|gesture| {
        let at = gesture.held.iter().position(|held| held.id == event.pointer_id())?;
        let held = gesture.held.remove(at);
        let chooses = std::mem::take(&mut gesture.chooses);
        for other in &mut gesture.held {
            other.start_px = other.x_px;
        }
        if let Some((window_us, _)) = panel.windows() {
            gesture.window_us = window_us;
        }
        Some((held, chooses))
    });
    let Some((held, chooses)) = ended else { return };
    if panel.chosen_px.get_untracked().is_some() {
        panel.chosen_px.set(None);
    }
    if !held.moved {
        hover(panel, event);
    } else if chooses && let (Some((_, full_us)), Some(frame)) = (panel.windows(), panel.frame.get_untracked()) {
        let wanted = window::between(moment(&frame, held.start_px), moment(&frame, held.x_px), full_us);
        panel.zoom_to(wanted, event.time_stamp());
    }
}

pub fn cancelled(panel: Panel) {
    GESTURE.with_borrow_mut(|gesture| *gesture = Gesture::default());
    panel.chosen_px.set(None);
}

pub fn left(panel: Panel, event: &PointerEvent) {
    // A finger that is lifted leaves, too; what it tapped on stays shown.
    if event.pointer_type() != "touch" {
        panel.leave();
    }
}

/// Shows everything.
pub fn reset(panel: Panel, event: &MouseEvent) {
    panel.zoom_to(None, event.time_stamp());
}

fn hover(panel: Panel, event: &PointerEvent) {
    let Some(frame) = panel.frame.get_untracked() else { return };
    let (x, y) = (f64::from(event.offset_x()) * frame.size.scale, f64::from(event.offset_y()) * frame.size.scale);
    panel.cursor.set(None);
    if frame.plot.holds(x, y) {
        panel.ask_nearest(x, y);
    } else {
        panel.inside.set(false);
    }
}

/// The time at CSS pixels from the canvas's left edge, within the window.
fn moment(frame: &Frame, css_px: f64) -> f64 {
    frame.px_to_x(css_px * frame.size.scale).clamp(frame.x.0, frame.x.1)
}

fn us_per_css_px(frame: &Frame) -> f64 {
    (frame.x.1 - frame.x.0) / css_width(frame)
}

fn css_width(frame: &Frame) -> f64 {
    frame.plot.width / frame.size.scale
}

/// The horizontal place of a pointer within an element, CSS pixels.
pub fn within(event: &PointerEvent, element: &web_sys::Element) -> f64 {
    let mouse: &MouseEvent = event.unchecked_ref();
    f64::from(mouse.client_x()) - element.get_bounding_client_rect().left()
}
