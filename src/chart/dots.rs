//! Many dots in few bytes: a cloud of a hundred thousand squares is an eighth as long as paths.
//!
//! Owns rewriting runs of like squares of an SVG. Assumes the backend's form, an element a line; leaves any other line as it is.
//! Changes no pixel: squares that overlap stand in different paths, because within one their shades would not add up, and in
//! which order like shades are laid down is not seen.

/// Runs shorter than this stay as they are.
const FEW: usize = 1_000;

/// The side of a tile in which taken pixels are noted: 64 bits.
const TILE: usize = 8;

/// A square as the backend writes it.
#[derive(Clone, Copy, PartialEq)]
struct Square<'a> {
    x: i32,
    y: i32,
    side: i32,
    /// The rest of its attributes.
    look: &'a str,
}

impl<'a> Square<'a> {
    /// The square of a line, if it is one.
    fn of(line: &'a str) -> Option<Self> {
        let rest = line.strip_prefix("<rect x=\"")?.strip_suffix("/>")?;
        let (x, rest) = rest.split_once("\" y=\"")?;
        let (y, rest) = rest.split_once("\" width=\"")?;
        let (width, rest) = rest.split_once("\" height=\"")?;
        let (height, look) = rest.split_once('"')?;
        let (x, y, side) = (x.parse().ok()?, y.parse().ok()?, width.parse().ok()?);
        (width == height && x >= 0 && y >= 0 && (1..=16).contains(&side)).then_some(Self { x, y, side, look })
    }

    /// Whether it is painted like another, place aside.
    fn is_like(&self, other: &Self) -> bool {
        (self.side, self.look) == (other.side, other.look)
    }
}

/// An SVG of `width_px` with long runs of squares as paths.
pub(super) fn joined(svg: String, width_px: u32) -> String {
    if svg.lines().filter(|line| line.starts_with("<rect")).count() < FEW {
        return svg;
    }
    let mut out = String::with_capacity(svg.len() / 4);
    let mut run: Vec<(&str, Square<'_>)> = Vec::new();
    let end = |run: &mut Vec<(&str, Square<'_>)>, out: &mut String| {
        if run.len() < FEW {
            run.iter().for_each(|(line, _)| push_line(out, line));
        } else {
            paths(run, width_px as usize, out);
        }
        run.clear();
    };
    for line in svg.lines() {
        let square = Square::of(line);
        let goes_on = square.zip(run.last()).is_some_and(|(square, (_, last))| square.is_like(last));
        if !goes_on {
            end(&mut run, &mut out);
        }
        match square {
            Some(square) => run.push((line, square)),
            None => push_line(&mut out, line),
        }
    }
    end(&mut run, &mut out);
    out
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// Lays like squares into as few paths as they need that none holds two that overlap: each goes to the first with room.
fn paths(run: &[(&str, Square<'_>)], width_px: usize, out: &mut String) {
    let Some((_, first)) = run.first() else { return };
    let columns = width_px / TILE + 3;
    let mut layers: Vec<Layer> = Vec::new();
    for (_, square) in run {
        let taken = layers.iter_mut().any(|layer| layer.take(square, columns));
        if !taken {
            let mut layer = Layer::default();
            layer.take(square, columns);
            layers.push(layer);
        }
    }
    for layer in layers {
        out.push_str("<path d=\"");
        out.push_str(&layer.path);
        out.push('"');
        out.push_str(first.look);
        out.push_str("/>\n");
    }
}

/// One path, and the pixels that it covers.
#[derive(Default)]
struct Layer {
    path: String,
    at: (i32, i32),
    tiles: Vec<u64>,
}

impl Layer {
    /// Adds a square if all its pixels are free.
    fn take(&mut self, square: &Square<'_>, columns: usize) -> bool {
        let bit = |dx: i32, dy: i32| {
            let (x, y) = ((square.x + dx) as usize, (square.y + dy) as usize);
            (y / TILE * columns + x.min(columns * TILE - 1) / TILE, 1_u64 << (y % TILE * TILE + x % TILE))
        };
        let pixels = || (0..square.side).flat_map(move |dy| (0..square.side).map(move |dx| bit(dx, dy)));
        if pixels().any(|(tile, bit)| self.tiles.get(tile).is_some_and(|taken| taken & bit != 0)) {
            return false;
        }
        for (tile, bit) in pixels() {
            if self.tiles.len() <= tile {
                self.tiles.resize(tile + 1, 0);
            }
            if let Some(taken) = self.tiles.get_mut(tile) {
                *taken |= bit;
            }
        }
        // A closed part ends where it began: the next is told from there.
        self.path.push('m');
        push(&mut self.path, square.x - self.at.0);
        if square.y >= self.at.1 {
            self.path.push(' ');
        }
        push(&mut self.path, square.y - self.at.1);
        self.path.push('h');
        push(&mut self.path, square.side);
        self.path.push('v');
        push(&mut self.path, square.side);
        self.path.push('h');
        push(&mut self.path, -square.side);
        self.path.push('z');
        self.at = (square.x, square.y);
        true
    }
}

fn push(path: &mut String, number: i32) {
    path.push_str(&number.to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: i32, y: i32, side: i32, fill: &str) -> String {
        format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" opacity=\"0.2\" fill=\"{fill}\" stroke=\"none\"/>\n"
        )
    }

    /// How often each pixel is painted in which look, squares and paths alike.
    fn painted(svg: &str) -> std::collections::BTreeMap<(i32, i32, String), u32> {
        let mut pixels = std::collections::BTreeMap::new();
        let mut paint = |x: i32, y: i32, side: i32, look: &str| {
            for (dx, dy) in (0..side * side).map(|i| (i % side, i / side)) {
                *pixels.entry((x + dx, y + dy, look.to_string())).or_insert(0) += 1;
            }
        };
        for line in svg.lines() {
            if let Some(one) = Square::of(line) {
                paint(one.x, one.y, one.side, one.look);
            } else if let Some((path, look)) = line.strip_prefix("<path d=\"").and_then(|rest| rest.split_once('"')) {
                let look = look.trim_end_matches("/>");
                let mut at = (0, 0);
                let mut own = std::collections::BTreeSet::new();
                for part in path.split('m').skip(1) {
                    let (to, rest) = part.split_once('h').unwrap();
                    let cut = to[1..].find([' ', '-']).unwrap() + 1;
                    at.0 += to[..cut].parse::<i32>().unwrap();
                    at.1 += to[cut..].trim_start().parse::<i32>().unwrap();
                    let side: i32 = rest.split('v').next().unwrap().parse().unwrap();
                    assert_eq!(rest, format!("{side}v{side}h-{side}z"));
                    for (dx, dy) in (0..side * side).map(|i| (i % side, i / side)) {
                        assert!(own.insert((at.0 + dx, at.1 + dy)), "a path paints a pixel twice");
                    }
                    paint(at.0, at.1, side, look);
                }
            }
        }
        pixels
    }

    #[test]
    fn paths_paint_what_the_squares_did() {
        let mut svg = String::from("<svg>\n<rect x=\"0\" y=\"0\" width=\"960\" height=\"380\" fill=\"#FFFFFF\"/>\n");
        let mut seed = 7_u64;
        for (count, side, fill) in [(5_000, 2, "#556270"), (3_000, 3, "#0072B2"), (10, 2, "#0072B2")] {
            for _ in 0..count {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (x, y) = ((seed >> 33) % 90, (seed >> 50) % 40);
                svg += &square(x as i32, y as i32, side, fill);
            }
            svg += "<text>x</text>\n";
        }
        let joined = joined(svg.clone(), 96);
        assert!(joined.len() < svg.len() / 3, "{} of {}", joined.len(), svg.len());
        assert_eq!(painted(&joined), painted(&svg));
        assert_eq!(joined.matches("<rect").count(), 1 + 10, "short runs stay");
        assert_eq!(joined.matches("<text>").count(), 3);
    }

    #[test]
    fn a_few_squares_stay_as_they_are() {
        let svg = format!("<svg>\n{}</svg>\n", square(1, 2, 3, "#556270").repeat(900));
        assert_eq!(joined(svg.clone(), 960), svg);
    }
}
