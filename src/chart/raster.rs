//! Dots as a picture: two hundred thousand of them are soon drawn pixel by pixel, and late as shapes.
//!
//! Owns the blending. Assumes dots small against the picture. Knows no canvas: it yields plain pixels.

use super::frame::Rect;
use super::painter::Cloud;

/// Pixels, four bytes each (red, green, blue, alpha, not premultiplied), row by row from the top.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// Square dots inside `plot`, on a clear ground. Their side and place are whole pixels, so that a dot is a few bytes to write.
pub fn scatter(clouds: &[Cloud], size_px: f64, plot: &Rect) -> Picture {
    let (width, height) = (plot.width.round().max(1.0) as usize, plot.height.round().max(1.0) as usize);
    let side = size_px.round().clamp(1.0, 64.0) as isize;
    let back = (side as f64 - 1.0) / 2.0;
    let mut rgba = vec![0; width * height * 4];
    for cloud in clouds {
        let color = [cloud.color.0, cloud.color.1, cloud.color.2];
        let alpha = cloud.alpha.clamp(0.0, 1.0) as f32;
        // What another dot makes of each alpha.
        let over: [u8; 256] = std::array::from_fn(|below| {
            let below = below as f32 / 255.0;
            ((alpha + below * (1.0 - alpha)) * 255.0).round() as u8
        });
        for &(x, y) in &cloud.points {
            // `as` saturates: what is far outside stays outside.
            let left = (x - plot.left - back).round() as isize;
            let top = (y - plot.top - back).round() as isize;
            let columns = clipped(left, side, width);
            for row in clipped(top, side, height) {
                let start = (row * width + columns.start) * 4;
                let end = start + columns.len() * 4;
                for pixel in rgba.get_mut(start..end).unwrap_or_default().chunks_exact_mut(4) {
                    blend(pixel, color, alpha, &over);
                }
            }
        }
    }
    Picture { width: width as u32, height: height as u32, rgba }
}

/// The pixels of a stretch that are there.
fn clipped(start: isize, length: isize, limit: usize) -> std::ops::Range<usize> {
    let within = |place: isize| usize::try_from(place).unwrap_or(0).min(limit);
    within(start)..within(start.saturating_add(length))
}

/// Lays a colour over a pixel.
fn blend(pixel: &mut [u8], color: [u8; 3], alpha: f32, over: &[u8; 256]) {
    let below = pixel[3];
    let sum = over[usize::from(below)];
    if below == 0 {
        pixel[..3].copy_from_slice(&color);
    } else if pixel[..3] != color && sum > 0 {
        let (below, sum) = (f32::from(below) / 255.0, f32::from(sum) / 255.0);
        for (under, over) in pixel.iter_mut().zip(color) {
            let mixed = f32::from(over) * alpha + f32::from(*under) * below * (1.0 - alpha);
            *under = (mixed / sum).round() as u8;
        }
    }
    pixel[3] = sum;
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
        // Two columns and two rows, from 1.5 and 1 on, rounded.
        assert_eq!(alphas, [0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255]);
        assert_eq!(picture.rgba[24..27], [200, 100, 0]);
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
