//! Dots as a picture: two hundred thousand of them are soon drawn pixel by pixel, and late as shapes.
//!
//! Owns the blending. Assumes dots small against the picture. Knows no canvas: it yields plain pixels.

use super::frame::Rect;
use super::painter::Cloud;
use super::theme::Rgb;

/// Pixels, four bytes each (red, green, blue, alpha, not premultiplied), row by row from the top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// Square dots inside `plot`, on a clear ground. Their side and place are whole pixels, so that a dot is a few words to write.
pub fn scatter(clouds: &[Cloud], size_px: f64, plot: &Rect) -> Picture {
    let (width, height) = (plot.width.round().max(1.0) as usize, plot.height.round().max(1.0) as usize);
    let side = size_px.round().clamp(1.0, 64.0) as isize;
    let back = side as f64 / 2.0;
    // Half a pixel more, and the whole part is the nearest pixel.
    let (left_px, top_px) = (plot.left + back - 0.5, plot.top + back - 0.5);
    let mut pixels = vec![0_u32; width * height];
    let mut ink = None::<(f64, Ink)>;
    for cloud in clouds {
        // Grey clouds are many and have one ink.
        let known = ink.take().filter(|(alpha, ink)| *alpha == cloud.alpha && ink.color == packed(cloud.color));
        let (_, ink) = ink.insert(known.unwrap_or_else(|| (cloud.alpha, Ink::new(cloud))));
        for &(x, y) in &cloud.points {
            // `as` saturates: what is far outside stays outside.
            let columns = clipped((x - left_px).floor() as isize, side, width);
            for row in clipped((y - top_px).floor() as isize, side, height) {
                let start = row * width;
                let stretch = pixels.get_mut(start + columns.start..start + columns.end);
                for pixel in stretch.unwrap_or_default() {
                    *pixel = ink.over(*pixel);
                }
            }
        }
    }
    let mut rgba = vec![0; pixels.len() * 4];
    for (bytes, pixel) in rgba.chunks_exact_mut(4).zip(&pixels) {
        bytes.copy_from_slice(&pixel.to_le_bytes());
    }
    Picture { width: width as u32, height: height as u32, rgba }
}

/// What a cloud's dots make of a pixel. Pixels are red, green, blue and alpha from the lowest byte up.
struct Ink {
    color: u32,
    alpha: f32,
    /// The alpha that each alpha below becomes, in its place.
    sums: [u32; 256],
}

fn packed(color: Rgb) -> u32 {
    u32::from_le_bytes([color.0, color.1, color.2, 0])
}

const COLOR: u32 = 0x00ff_ffff;

impl Ink {
    fn new(cloud: &Cloud) -> Self {
        let alpha = cloud.alpha.clamp(0.0, 1.0) as f32;
        let sum = |below: usize| {
            let below = below as f32 / 255.0;
            (((alpha + below * (1.0 - alpha)) * 255.0).round() as u32) << 24
        };
        Self { color: packed(cloud.color), alpha, sums: std::array::from_fn(sum) }
    }

    fn over(&self, pixel: u32) -> u32 {
        let sum = self.sums[(pixel >> 24) as usize];
        if pixel == 0 || pixel & COLOR == self.color { sum | self.color } else { self.mixed(pixel, sum) }
    }

    /// Over another colour.
    fn mixed(&self, pixel: u32, sum: u32) -> u32 {
        let whole = (sum >> 24) as f32 / 255.0;
        if whole <= 0.0 {
            return pixel;
        }
        let below = (pixel >> 24) as f32 / 255.0 * (1.0 - self.alpha);
        let mix = |shift: u32| {
            let channel = |color: u32| ((color >> shift) & 0xff) as f32;
            let mixed = (channel(self.color) * self.alpha + channel(pixel) * below) / whole;
            (mixed.round().min(255.0) as u32) << shift
        };
        sum | mix(0) | mix(8) | mix(16)
    }
}

/// The pixels of a stretch that are there.
fn clipped(start: isize, length: isize, limit: usize) -> std::ops::Range<usize> {
    let within = |place: isize| usize::try_from(place).unwrap_or(0).min(limit);
    within(start)..within(start.saturating_add(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Rgb;

    fn cloud(points: &[(f64, f64)], alpha: f64) -> Cloud {
        Cloud { color: Rgb(200, 100, 0), alpha, points: points.to_vec() }
    }

    const PLOT: Rect = Rect { left: 10.0, top: 20.0, width: 4.0, height: 3.0 };

    #[test]
    fn a_dot_covers_its_pixels_and_no_others() {
        let picture = scatter(&[cloud(&[(12.0, 21.5)], 1.0)], 2.0, &PLOT);
        assert_eq!((picture.width, picture.height), (4, 3));
        let alphas: Vec<u8> = picture.rgba.chunks(4).map(|pixel| pixel[3]).collect();
        // Two columns around 2 and two rows around 1.5.
        assert_eq!(alphas, [0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0]);
        assert_eq!(picture.rgba[20..23], [200, 100, 0]);
    }

    #[test]
    fn dots_add_up_and_those_outside_are_cut() {
        let twice = scatter(&[cloud(&[(12.0, 21.0), (12.0, 21.0)], 0.5)], 1.0, &PLOT);
        assert_eq!(twice.rgba[(4 + 2) * 4 + 3], 192);
        let far = [(0.0, 0.0), (1e9, 1e9), (-1e9, 22.0), (f64::NAN, f64::INFINITY)];
        let outside = scatter(&[cloud(&far[..3], 0.5)], 1.0, &PLOT);
        assert!(outside.rgba.iter().all(|&byte| byte == 0));
        // What is no place at all must not stop the rest.
        assert_eq!(scatter(&[cloud(&far, 0.5)], 1.0, &PLOT).rgba.len(), 48);
        let edge = scatter(&[cloud(&[(10.0, 20.0)], 1.0)], 3.0, &PLOT);
        assert_eq!(edge.rgba.chunks(4).filter(|pixel| pixel[3] > 0).count(), 4);
    }

    #[test]
    fn colours_mix_where_dots_of_two_clouds_meet() {
        let other = Cloud { color: Rgb(0, 0, 200), alpha: 0.5, points: vec![(12.0, 21.0)] };
        let picture = scatter(&[cloud(&[(12.0, 21.0)], 0.5), other], 1.0, &PLOT);
        let pixel = &picture.rgba[24..28];
        // The upper one counts twice as much as the one that it half covers.
        assert!((65..=68).contains(&pixel[0]) && (132..=135).contains(&pixel[2]), "{pixel:?}");
    }
}
