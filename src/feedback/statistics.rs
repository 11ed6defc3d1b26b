//! How much came in and how good it was: counts by programme and by week, for tables and for whoever draws them.

use chrono::NaiveDate;

/// How many submissions there are of a programme or a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them, without those on conduct.
    pub all: i64,
    /// Those without a name.
    pub anonymous: i64,
    /// Those that are not resolved.
    pub open: i64,
    /// Those with a rating.
    pub rated: i64,
    /// The sum of the ratings, 1 to 5 each.
    pub rating_sum: i64,
}

impl Count {
    /// The mean rating with one decimal, rounded; `-` where nobody gave one.
    #[must_use]
    pub fn mean(&self) -> String {
        if self.rated <= 0 {
            return "-".to_owned();
        }
        let tenths = (self.rating_sum * 20 + self.rated) / (2 * self.rated);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// The sum of two.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            anonymous: self.anonymous + other.anonymous,
            open: self.open + other.open,
            rated: self.rated + other.rated,
            rating_sum: self.rating_sum + other.rating_sum,
        }
    }
}

/// What came in since a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// By the programme's key, most first.
    pub by_program: Vec<(String, Count)>,
    /// By the week's Monday, in order; weeks without any are not there.
    pub by_week: Vec<(NaiveDate, Count)>,
    /// Those on conduct, which are not counted elsewhere.
    pub conduct: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_rounded_to_one_decimal() {
        let mean = |rated, rating_sum| Count { rated, rating_sum, ..Count::default() }.mean();
        assert_eq!([mean(0, 0), mean(3, 13), mean(4, 17), mean(2, 10)], ["-", "4.3", "4.3", "5.0"]);
    }
}
