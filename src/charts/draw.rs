//! Draws a [`Chart`], and writes it as PNG.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    BitMapBackend, Cartesian2d, ChartBuilder, ChartContext, Circle, DrawingArea, DrawingAreaErrorKind, EmptyElement,
    IntoDrawingArea, PathElement, RGBColor, Rectangle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, ShapeStyle, TextStyle};

use super::font::{FAMILY, is_ready, legible};
use super::{Chart, MOST_ROWS, Marks, Point, Row, WIDTH};

// On the panel each of these has a contrast of 4.5 and more; the frame one of 3 and more with both of Discord's backgrounds.
const PANEL: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
const STRIPE: RGBColor = RGBColor(0xF1, 0xF4, 0xF8);
const FRAME: RGBColor = RGBColor(0x80, 0x84, 0x8E);
const INK: RGBColor = RGBColor(0x1F, 0x23, 0x28);
const SMALL: RGBColor = RGBColor(0x4E, 0x57, 0x61);
const MARK: RGBColor = RGBColor(0x2B, 0x5B, 0x84);
const GUIDE: RGBColor = RGBColor(0xC3, 0xCA, 0xD3);

/// Around everything, above the rows, below them, and left of them; in pixels.
const MARGIN: i32 = 28;
const HEAD: i32 = 112;
const FOOT: i32 = 52;
const NAMES: i32 = 340;

/// Height of all rows together, and what one has at least and at most.
const ROWS: i32 = 600;
const ROW: (i32, i32) = (64, 130);

/// Room for the number above a mark.
const LABEL: i32 = 27;

/// From one line of a name to the next.
const LINE: i32 = 29;

/// Width that what stands below a period needs.
const PERIOD: i32 = 84;

const TITLE_SIZE: i32 = 34;
const NAME_SIZE: i32 = 23;
const LABEL_SIZE: i32 = 21;
const SMALL_SIZE: i32 = 20;

type Backend<'a> = BitMapBackend<'a>;
type Area<'a> = DrawingArea<Backend<'a>, Shift>;
type Plot<'a, 'b> = ChartContext<'a, Backend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// A picture could not be made.
#[derive(Debug, thiserror::Error)]
#[error("a picture could not be drawn ({0})")]
pub struct Undrawable(String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for Undrawable {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

impl From<png::EncodingError> for Undrawable {
    fn from(error: png::EncodingError) -> Self {
        Self(error.to_string())
    }
}

/// Draws a picture and writes it as PNG, [`WIDTH`] wide and at most 800 pixels high. It takes tens of milliseconds: not for a
/// thread that others wait for.
///
/// # Errors
/// When the drawing library refuses.
pub fn draw(chart: &Chart) -> Result<Vec<u8>, Undrawable> {
    if !is_ready() {
        return Err(Undrawable("the font can't be read".to_owned()));
    }
    let rows = &chart.rows[..chart.rows.len().min(MOST_ROWS)];
    let each = (ROWS / size(rows.len().max(1))).clamp(ROW.0, ROW.1);
    let height = HEAD + each * size(rows.len().max(1)) + FOOT;
    let (width, height) = (WIDTH, height.unsigned_abs());
    let mut pixels = vec![0; width as usize * height as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        frame(&area, chart)?;
        for (at, row) in rows.iter().enumerate() {
            draw_row(&area, chart, row, (HEAD + each * size(at), each), if at % 2 == 0 { STRIPE } else { PANEL })?;
        }
        below(&area, chart, HEAD + each * size(rows.len()))?;
        area.present()?;
    }
    encoded(&pixels, width, height)
}

fn size(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The panel with its frame, title and note.
fn frame(area: &Area<'_>, chart: &Chart) -> Result<(), Undrawable> {
    let (width, height) = dimensions(area);
    area.fill(&FRAME)?;
    area.draw(&Rectangle::new([(3, 3), (width - 4, height - 4)], PANEL.filled()))?;
    let room = width - 2 * MARGIN;
    let title = style(TITLE_SIZE, INK, HPos::Left, VPos::Top);
    area.draw_text(&fit(area, &chart.title, &title, room), &title, (MARGIN, 22))?;
    let note = style(SMALL_SIZE, SMALL, HPos::Left, VPos::Top);
    Ok(area.draw_text(&fit(area, &chart.note, &note, room), &note, (MARGIN, 70))?)
}

fn dimensions(area: &Area<'_>) -> (i32, i32) {
    let (width, height) = area.dim_in_pixel();
    (width.cast_signed(), height.cast_signed())
}

/// One row: its name, and its points over the periods.
fn draw_row(
    area: &Area<'_>,
    chart: &Chart,
    row: &Row,
    (top, height): (i32, i32),
    paper: RGBColor,
) -> Result<(), Undrawable> {
    let (width, _) = dimensions(area);
    area.draw(&Rectangle::new([(4, top), (width - 5, top + height - 1)], paper.filled()))?;
    let name = style(NAME_SIZE, INK, HPos::Left, VPos::Center);
    let lines = two_lines(area, &row.name, &name, NAMES - MARGIN - 36);
    for (at, line) in lines.iter().enumerate() {
        let y = top + height / 2 + (2 * size(at) + 1 - size(lines.len())) * LINE / 2;
        area.draw_text(line, &name, (MARGIN, y))?;
    }
    let room = (unsigned(width - NAMES - MARGIN), unsigned(height));
    let area = area.clone().shrink((NAMES, top), room);
    match chart.marks {
        Marks::Bars => bars(&area, chart, row, height, paper),
        Marks::Means => means(&area, chart, row, height, paper),
    }
}

fn unsigned(pixels: i32) -> u32 {
    pixels.max(0).unsigned_abs()
}

fn plot<'a, 'b>(area: &'a Area<'b>, chart: &Chart, low: f64, high: f64) -> Result<Plot<'a, 'b>, Undrawable> {
    let periods = f64::from(size(chart.periods.len().max(1)));
    Ok(ChartBuilder::on(area).build_cartesian_2d(0.0..periods, low..high)?)
}

/// The middle of a period.
fn middle(at: usize) -> f64 {
    f64::from(size(at)) + 0.5
}

fn bars(area: &Area<'_>, chart: &Chart, row: &Row, height: i32, paper: RGBColor) -> Result<(), Undrawable> {
    // One scale for all rows but the first, which may be their sum, would leave little of a small one: each number is
    // written, and each row has the scale that shows its course.
    let most =
        row.points.iter().map(|point| if let Point::Is(value) = point { *value } else { 0.0 }).fold(1.0, f64::max);
    let scale = most / f64::from(height - LABEL - 10);
    let mut plot = plot(area, chart, -8.0 * scale, most + f64::from(LABEL) * scale)?;
    let right = f64::from(size(chart.periods.len()));
    plot.draw_series([PathElement::new(vec![(0.0, 0.0), (right, 0.0)], line(GUIDE, 2))])?;
    let label = style(LABEL_SIZE, INK, HPos::Center, VPos::Bottom);
    for (at, point) in row.points.iter().enumerate() {
        let Point::Is(value) = *point else { continue };
        if value > 0.0 {
            let corners = [(middle(at) - 0.34, 0.0), (middle(at) + 0.34, value)];
            plot.draw_series([Rectangle::new(corners, MARK.filled())])?;
            said(&mut plot, (middle(at), value), brief(value), -3, (&label, paper))?;
        }
    }
    Ok(())
}

fn means(area: &Area<'_>, chart: &Chart, row: &Row, height: i32, paper: RGBColor) -> Result<(), Undrawable> {
    let scale = 4.0 / f64::from(height - LABEL - 24);
    let mut plot = plot(area, chart, 1.0 - 12.0 * scale, 5.0 + f64::from(LABEL + 12) * scale)?;
    let right = f64::from(size(chart.periods.len()));
    let tick = style(16, SMALL, HPos::Right, VPos::Center);
    for rating in [1.0, 5.0] {
        plot.draw_series([PathElement::new(vec![(0.0, rating), (right, rating)], line(GUIDE, 1))])?;
    }
    // Left of the plot, where the names end.
    for (rating, word) in [(1.0, "1"), (5.0, "5")] {
        let at = plot.backend_coord(&(0.0, rating));
        area.draw_text(word, &tick, (at.0 - area.get_base_pixel().0 - 8, at.1 - area.get_base_pixel().1))?;
    }
    let known: Vec<(usize, f64)> = row
        .points
        .iter()
        .enumerate()
        .filter_map(|(at, point)| Some((at, if let Point::Is(v) = point { *v } else { None? })))
        .collect();
    for pair in known.windows(2).filter(|pair| pair[0].0 + 1 == pair[1].0) {
        let ends = pair.iter().map(|(at, value)| (middle(*at), *value)).collect::<Vec<_>>();
        plot.draw_series([PathElement::new(ends, line(MARK, 3))])?;
    }
    let label = style(LABEL_SIZE, INK, HPos::Center, VPos::Bottom);
    for (at, value) in known {
        plot.draw_series([Circle::new((middle(at), value), 6, MARK.filled())])?;
        said(&mut plot, (middle(at), value), format!("{value:.1}"), -8, (&label, paper))?;
    }
    let few = style(LABEL_SIZE, SMALL, HPos::Center, VPos::Center);
    for (at, _) in row.points.iter().enumerate().filter(|(_, point)| **point == Point::Few) {
        said(&mut plot, (middle(at), 3.0), "few".to_owned(), 0, (&few, paper))?;
    }
    Ok(())
}

/// A count in the room above a bar.
fn brief(count: f64) -> String {
    if count < 1000.0 {
        format!("{count:.0}")
    } else if count < 9950.0 {
        format!("{:.1}k", count / 1000.0)
    } else {
        format!("{:.0}k", count / 1000.0)
    }
}

/// Writes beside a point, so many pixels below it, and keeps lines away from the words.
fn said(
    plot: &mut Plot<'_, '_>,
    at: (f64, f64),
    words: String,
    below: i32,
    (style, paper): (&TextStyle<'static>, RGBColor),
) -> Result<(), Undrawable> {
    let around = style.color(&paper);
    for (right, down) in [(-2, 0), (2, 0), (0, -2), (0, 2)] {
        plot.draw_series([EmptyElement::at(at) + Text::new(words.clone(), (right, below + down), around.clone())])?;
    }
    plot.draw_series([EmptyElement::at(at) + Text::new(words, (0, below), style.clone())])?;
    Ok(())
}

/// What stands below the periods: as many as do not touch each other, the last among them.
fn below(area: &Area<'_>, chart: &Chart, top: i32) -> Result<(), Undrawable> {
    let count = chart.periods.len();
    let room = dimensions(area).0 - NAMES - MARGIN;
    let each = f64::from(room) / f64::from(size(count.max(1)));
    let step = usize::try_from((PERIOD * size(count) + room - 1) / room).unwrap_or(1).max(1);
    let style = style(SMALL_SIZE, SMALL, HPos::Center, VPos::Top);
    for (at, label) in chart.periods.iter().enumerate().filter(|(at, _)| (count - 1 - at) % step == 0) {
        #[expect(clippy::cast_possible_truncation, reason = "at most the picture's width")]
        let x = NAMES + (middle(at) * each).round() as i32;
        area.draw_text(label, &style, (x, top + 12))?;
    }
    Ok(())
}

fn style(size: i32, colour: RGBColor, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    (FAMILY, size).into_font().color(&colour).pos(Pos::new(horizontal, vertical))
}

fn line(colour: RGBColor, width: u32) -> ShapeStyle {
    colour.stroke_width(width)
}

/// A name on one line or two, the last of them cut to a width.
fn two_lines(area: &Area<'_>, text: &str, style: &TextStyle<'_>, room: i32) -> Vec<String> {
    let whole = legible(text);
    let fits = |text: &str| area.estimate_text_size(text, style).is_ok_and(|(width, _)| width.cast_signed() <= room);
    let spaces = whole.match_indices(' ').map(|(at, _)| at);
    match spaces.filter(|at| fits(&whole[..*at])).last() {
        Some(at) if !fits(&whole) => vec![whole[..at].to_owned(), fit(area, whole[at..].trim_start(), style, room)],
        _ => vec![fit(area, &whole, style, room)],
    }
}

/// A text in letters that can be written, cut to a width.
fn fit(area: &Area<'_>, text: &str, style: &TextStyle<'_>, room: i32) -> String {
    let whole = legible(text);
    let fits = |text: &str| area.estimate_text_size(text, style).is_ok_and(|(width, _)| width.cast_signed() <= room);
    if fits(&whole) {
        return whole;
    }
    let mut kept: Vec<char> = whole.chars().take(200).collect();
    while kept.pop().is_some() {
        let cut = format!("{}…", kept.iter().collect::<String>().trim_end());
        if fits(&cut) {
            return cut;
        }
    }
    String::new()
}

/// As PNG: eight bits each of red, green and blue, and nothing that changes from one time to another.
fn encoded(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, Undrawable> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, points: impl IntoIterator<Item = Point>) -> Row {
        Row { name: name.to_owned(), points: points.into_iter().collect() }
    }

    /// Twelve weeks of a few programmes.
    fn volume() -> Chart {
        let counts = |counts: [i32; 12]| counts.map(|count| Point::Is(f64::from(count)));
        Chart {
            title: "Feedback and questions a week".into(),
            note: "By programme. Each row has a scale of its own; Nothing else.".into(),
            marks: Marks::Bars,
            periods: (0..12).map(|week| format!("{} Nov", week + 1)).collect(),
            rows: vec![
                row("All", counts([3, 0, 5, 12, 7, 4, 9, 31, 14, 6, 2, 5])),
                row("Community Partner Program", counts([0, 0, 1, 2, 0, 1, 3, 20, 9, 2, 1, 3])),
                row("Grants Program", counts([3, 0, 4, 10, 7, 3, 6, 11, 5, 4, 1, 2])),
                row("A program whose name is much too long for its place 北京", counts([0; 12])),
            ],
        }
    }

    fn rating() -> Chart {
        let some = [4.3, 4.0, 0.0, 3.2, 3.6, 0.5, 5.0, 4.8, 1.0, 1.4, 2.2, 4.9];
        let points = some.map(|mean| {
            if mean == 0.0 {
                Point::Nothing
            } else if mean < 1.0 {
                Point::Few
            } else {
                Point::Is(mean)
            }
        });
        Chart {
            title: "Rating".into(),
            marks: Marks::Means,
            rows: vec![row("All", points), row("Grants Program", points)],
            ..volume()
        }
    }

    fn crowded() -> Chart {
        let points = vec![Point::Is(123_456.0); 18];
        Chart {
            periods: (0..18).map(|month| format!("Nov {month:02}")).collect(),
            rows: (0..20).map(|n| row(&format!("Programme {n}"), points.clone())).collect(),
            ..volume()
        }
    }

    /// The pixels of a PNG, read by its own library's decoder.
    fn pixels(bytes: &[u8]) -> (u32, u32, Vec<[u8; 3]>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut out = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut out).unwrap();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight), "opaque");
        (info.width, info.height, out.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect())
    }

    /// The contrast of two colours (<https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>).
    fn contrast(one: [u8; 3], two: [u8; 3]) -> f64 {
        let light = |colour: [u8; 3]| {
            let part = colour.map(|c| {
                let c = f64::from(c) / 255.0;
                if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2] + 0.05
        };
        let (one, two) = (light(one), light(two));
        one.max(two) / one.min(two)
    }

    #[test]
    fn the_same_numbers_give_the_same_bytes_of_a_bounded_size() {
        for chart in [volume(), rating(), crowded()] {
            let bytes = draw(&chart).unwrap();
            assert_eq!(bytes, draw(&chart).unwrap());
            let (width, height, _) = pixels(&bytes);
            assert!(width == WIDTH && (242..=800).contains(&height), "{height}");
            assert!(bytes.len() < 200_000, "{}", bytes.len());
            if let Some(dir) = std::env::var_os("PSFBOT_PICTURES") {
                let name = format!("{}-{}.png", chart.title.replace(' ', "-"), chart.periods.len());
                std::fs::write(std::path::Path::new(&dir).join(name), bytes).unwrap();
            }
        }
        assert_ne!(draw(&volume()).unwrap(), draw(&rating()).unwrap());
    }

    #[test]
    fn it_reads_on_dark_and_on_light() {
        let rgb = |colour: RGBColor| [colour.0, colour.1, colour.2];
        for paper in [PANEL, STRIPE].map(rgb) {
            for ink in [INK, SMALL, MARK].map(rgb) {
                assert!(contrast(ink, paper) >= 4.5, "{ink:?} on {paper:?}: {}", contrast(ink, paper));
            }
        }
        // Discord's backgrounds: light, dark, and darkest.
        for background in [[0xFF, 0xFF, 0xFF], [0x31, 0x33, 0x38], [0x1A, 0x1A, 0x1E]] {
            assert!(contrast(rgb(FRAME), background) >= 3.0, "{background:?}");
        }
        let (width, height, pixels) = pixels(&draw(&volume()).unwrap());
        let (width, height) = (width as usize, height as usize);
        let at = |x: usize, y: usize| pixels[y * width + x];
        let edge = (0..width)
            .flat_map(|x| [at(x, 0), at(x, height - 1)])
            .chain((0..height).flat_map(|y| [at(0, y), at(width - 1, y)]));
        assert!(edge.into_iter().all(|pixel| pixel == rgb(FRAME)), "the panel has its own edge on any background");
        // Text pixels where the title, a name, a number and a week stand.
        for (x, y, ink) in
            [(28..500, 22..60, INK), (28..340, 242..370, INK), (340..1172, 112..245, INK), (340..1172, 640..684, SMALL)]
        {
            let inked =
                y.clone().flat_map(|y| x.clone().map(move |x| (x, y))).filter(|&(x, y)| at(x, y) == rgb(ink)).count();
            assert!(inked > 30, "{inked} pixels of text in {x:?} × {y:?}");
        }
    }

    #[test]
    fn nothing_to_draw_and_strange_numbers_do_no_harm() {
        let none = Chart { rows: Vec::new(), periods: Vec::new(), ..volume() };
        assert!(draw(&none).is_ok());
        let short = Chart { rows: vec![row("x", [Point::Few, Point::Is(1e15)]), row("", [])], ..volume() };
        assert!(draw(&short).is_ok());
        assert!(draw(&Chart { title: "𝔗".repeat(3000), ..rating() }).is_ok());
    }
}
