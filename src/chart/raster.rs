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

/// Square dots of `size_px` inside `plot`, on a clear ground.
pub fn scatter(clouds: &[Cloud], size_px: f64, plot: &Rect) -> Picture {
    let (width, height) = (plot.width.round().max(1.0) as usize, plot.height.round().max(1.0) as usize);
    let mut rgba = vec![0; width * height * 4];
    for cloud in clouds {
        let color = [cloud.color.0, cloud.color.1, cloud.color.2];
        for &(x, y) in &cloud.points {
            let (left, top) = (x - plot.left - size_px / 2.0, y - plot.top - size_px / 2.0);
            let (columns, rows) = (covered(left, size_px, width), covered(top, size_px, height));
            for row in rows {
                let part = overlap(row, top, size_px) * cloud.alpha;
                for column in columns.clone() {
                    let alpha = overlap(column, left, size_px) * part;
                    let at = (row * width + column) * 4;
                    if let Some(pixel) = rgba.get_mut(at..at + 4) {
                        blend(pixel, color, alpha as f32);
                    }
                }
            }
        }
    }
    Picture { width: width as u32, height: height as u32, rgba }
}

/// Pixels that a stretch touches.
fn covered(start: f64, length: f64, limit: usize) -> std::ops::Range<usize> {
    let from = start.floor().max(0.0) as usize;
    let to = (start + length).ceil().max(0.0) as usize;
    from.min(limit)..to.min(limit)
}

/// How much of a pixel a stretch covers, 0 to 1.
fn overlap(pixel: usize, start: f64, length: f64) -> f64 {
    let pixel = pixel as f64;
    ((start + length).min(pixel + 1.0) - start.max(pixel)).max(0.0)
}

/// Lays a colour over a pixel.
fn blend(pixel: &mut [u8], color: [u8; 3], alpha: f32) {
    let below = f32::from(pixel[3]) / 255.0;
    let sum = alpha + below * (1.0 - alpha);
    if sum <= 0.0 {
        return;
    }
    if pixel[..3] != color {
        for (under, over) in pixel.iter_mut().zip(color) {
            let mixed = f32::from(over) * alpha + f32::from(*under) * below * (1.0 - alpha);
            *under = (mixed / sum).round() as u8;
        }
    }
    pixel[3] = (sum * 255.0).round() as u8;
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
        // Two columns wide, from half of the first row to half of the third.
        assert_eq!(alphas, [0, 128, 128, 0, 0, 255, 255, 0, 0, 128, 128, 0]);
        assert_eq!(picture.rgba[4..7], [200, 100, 0]);
    }

    #[test]
    fn dots_add_up_and_those_outside_are_cut() {
        let twice = scatter(&[cloud(&[(12.5, 21.5), (12.5, 21.5)], 0.5)], 1.0, &PLOT);
        assert_eq!(twice.rgba[(4 + 2) * 4 + 3], 192);
        let outside = scatter(&[cloud(&[(0.0, 0.0), (1e9, 1e9), (-1e9, 22.0)], 0.5)], 1.0, &PLOT);
        assert!(outside.rgba.iter().all(|&byte| byte == 0));
    }
}
