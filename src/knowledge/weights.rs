//! [`Weights`]: all numbers that are learnt, and how they are written as source. Learning them is `calibrate`'s work.

use super::rank::{Measures, Signs};

/// What ranking and deciding are done by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights {
    /// How much each way of fitting adds to an article's score.
    pub(super) ranking: Measures,
    /// Weights of the chance that the best article is the right one.
    pub(super) right: Signs,
    /// Weights of the chance that one of the best two is.
    pub(super) either: Signs,
    /// Weights of the chance that the question is none for the knowledge base.
    pub(super) outside: Signs,
    /// What is done from which chance on.
    pub(super) thresholds: Thresholds,
}

/// From which chances on something is done, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Thresholds {
    /// That the best article is right: it answers.
    pub(super) answer: f32,
    /// That one of the best two is right: both answer.
    pub(super) both: f32,
    /// That the question is none for the knowledge base: it is sent elsewhere.
    pub(super) away: f32,
}

impl Weights {
    /// The source file `model.rs`.
    pub(super) fn as_code(&self) -> String {
        let list = |numbers: &[f32]| numbers.iter().map(|x| format!("        {x:?},\n")).collect::<String>();
        let Thresholds { answer, both, away } = self.thresholds;
        format!(
            "//! What was learnt from the articles' question lines and a file of questions; written by\n\
             //! `psfbot knowledge calibrate FILE --write`, not by hand. The order of the weights is that in [`super::rank`].\n\n\
             use super::weights::{{Thresholds, Weights}};\n\n\
             /// What was learnt.\n\
             pub(super) const LEARNT: Weights = Weights {{\n    \
             ranking: [\n{}    ],\n    right: [\n{}    ],\n    either: [\n{}    ],\n    outside: [\n{}    ],\n    \
             thresholds: Thresholds {{ answer: {answer:?}, both: {both:?}, away: {away:?} }},\n}};\n",
            list(&self.ranking),
            list(&self.right),
            list(&self.either),
            list(&self.outside),
        )
    }
}
