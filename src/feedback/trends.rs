//! How what came in, and how good it was, changed over time: day by day, for whoever draws it.

use chrono::NaiveDate;

use super::Count;

/// Ratings that a mean is told of. Of fewer, a mean would say what one member thought, where a picture is seen by more people
/// than the card that shows the rating.
pub const FEWEST: i64 = 3;

/// What came in on one day on one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The day, in UTC.
    pub on: NaiveDate,
    /// The programme's key.
    pub program: String,
    /// How many.
    pub count: Count,
}

/// How often a theme was given to what came in on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeCount {
    /// The day, in UTC.
    pub on: NaiveDate,
    /// What staff call it.
    pub theme: String,
    /// How many.
    pub all: i64,
}

/// What came in from one day to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trends {
    /// By day and programme.
    pub programs: Vec<DayCount>,
    /// By day and theme.
    pub themes: Vec<ThemeCount>,
}

/// A mean rating, as far as it may be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Mean {
    /// Nobody gave one.
    Nothing,
    /// Fewer than [`FEWEST`] did, or it would tell what fewer did.
    Few,
    /// From 1 to 5.
    Is(f64),
}

/// The mean of one subject.
#[must_use]
pub fn mean(count: Count) -> Mean {
    match count.rated {
        ..=0 => Mean::Nothing,
        rated if rated < FEWEST => Mean::Few,
        #[expect(clippy::cast_precision_loss, reason = "counts of submissions are far below 2^52")]
        rated => Mean::Is(count.rating_sum as f64 / rated as f64),
    }
}

/// The mean of all subjects that stand beside each other, where it does not tell the ratings that [`mean`] keeps back: with
/// the means of all others it would, if those are of fewer than [`FEWEST`] together.
#[must_use]
pub fn mean_of_all(parts: &[Count]) -> Mean {
    let kept_back: i64 = parts.iter().filter(|part| mean(**part) == Mean::Few).map(|part| part.rated).sum();
    match mean(parts.iter().fold(Count::default(), |sum, part| sum.plus(*part))) {
        Mean::Is(_) if (1..FEWEST).contains(&kept_back) => Mean::Few,
        told => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rated(rated: i64, rating_sum: i64) -> Count {
        Count { all: rated, rated, rating_sum, ..Count::default() }
    }

    #[test]
    fn what_one_or_two_thought_is_not_told() {
        assert_eq!(
            [rated(0, 0), rated(1, 5), rated(2, 6), rated(3, 12)].map(mean),
            [Mean::Nothing, Mean::Few, Mean::Few, Mean::Is(4.0)]
        );
    }

    #[test]
    fn nor_can_it_be_worked_out_from_the_sum() {
        assert_eq!(mean_of_all(&[rated(3, 12), rated(1, 1)]), Mean::Few);
        assert_eq!(mean_of_all(&[rated(9, 36), rated(1, 1), rated(1, 1)]), Mean::Few);
        assert_eq!(mean_of_all(&[rated(3, 12), rated(2, 2), rated(1, 4)]), Mean::Is(3.0));
        assert_eq!(mean_of_all(&[rated(1, 1), rated(1, 1)]), Mean::Few);
        assert_eq!(mean_of_all(&[rated(3, 12), rated(0, 0)]), Mean::Is(4.0));
        assert_eq!(mean_of_all(&[]), Mean::Nothing);
    }
}
