//! Every number that ranking and deciding depend on, in one place. `psfbot knowledge calibrate` measures them by
//! leave-one-out over the articles' own questions and prints the [`MODEL`] that fits best.

/// How articles are ranked. Shares are of a score between 0 and 1.
pub(super) mod rank {
    /// BM25's saturation of repeated words; lines are short, so the usual value.
    pub(in crate::knowledge) const K1: f32 = 1.2;
    /// BM25's penalty for length: low, since a long way to ask is as good as a short one.
    pub(in crate::knowledge) const B: f32 = 0.3;
    /// Share of the best question line: how much of the question's weight it holds.
    pub(in crate::knowledge) const LINE: f32 = 0.10;
    /// Share of the same line the other way round: how much of the line's weight the question holds.
    pub(in crate::knowledge) const LINE_BACK: f32 = 0.15;
    /// Share of the whole article: how much of the question's weight its fields hold.
    pub(in crate::knowledge) const COVERAGE: f32 = 0.75;
    /// Added for a keyword of several words that the question contains as a phrase.
    pub(in crate::knowledge) const PHRASE: f32 = 0.10;
    /// What a word counts for in one title or question line; more of them count more, up to [`IN_LINES`] together.
    pub(in crate::knowledge) const IN_LINE: f32 = 0.925;
    /// What a word counts for that is in very many of an article's lines.
    pub(in crate::knowledge) const IN_LINES: f32 = 1.15;
    /// What a word counts for in a keyword.
    pub(in crate::knowledge) const IN_KEYWORDS: f32 = 1.0;
    /// What a word counts for in the text.
    pub(in crate::knowledge) const IN_BODY: f32 = 0.7;
    /// Weight of a word that is in no article, as a share of the rarest word's.
    pub(in crate::knowledge) const UNKNOWN: f32 = 0.7;
    /// What a word counts for when its spelling had to be guessed.
    pub(in crate::knowledge) const RESPELT: f32 = 0.85;
    /// Below this an article is not even related.
    pub(in crate::knowledge) const RELATED: f32 = 0.2;
    /// A nearest meaning scores at least this share of the best one's score.
    pub(in crate::knowledge) const NEAR: f32 = 0.6;
}

/// When an answer is given. Confidence is the estimated chance that the best article is the right one.
pub(super) mod decide {
    /// From here on the article answers.
    pub(in crate::knowledge) const ANSWER: f32 = 0.5;
    /// A question and a line of an article are the same when each holds this share of the other's weight; less than 1
    /// only because of rounding.
    pub(in crate::knowledge) const SAME: f32 = 0.999;
    /// The least confidence in an article that was asked for in its own words.
    pub(in crate::knowledge) const OWN_LINE: f32 = 0.95;
    /// From here on a redirect article says who can help; wrong is harmless here, so lower.
    pub(in crate::knowledge) const REDIRECT: f32 = 0.15;
    /// From here on it is asked which is meant; below, nothing fits.
    pub(in crate::knowledge) const UNSURE: f32 = 0.2;
    /// An article that holds less of the question than this never answers, however far behind the others are.
    pub(in crate::knowledge) const COVERAGE: f32 = 0.35;
    /// The best article gives way to a redirect article that holds this much more of the question's words which no
    /// answering article uses.
    pub(in crate::knowledge) const FOREIGN: f32 = 0.2;
    /// It is also asked which is meant where the best article holds at least this share of a question that tells little.
    pub(in crate::knowledge) const VAGUE_COVERAGE: f32 = 0.8;
    /// A question tells little when its words weigh less than this many words of one article each.
    pub(in crate::knowledge) const VAGUE_TOLD: f32 = 1.2;
}

/// The weights of the confidence, in the order of [`super::decide::features`].
pub(super) const MODEL: [f32; 8] = [-2.65, 0.76, 0.22, 2.36, 5.25, 1.56, -0.42, -3.93];

/// The sign that each weight must have, 0 for any: a better match never lowers the confidence, and words that no answering
/// article uses never raise it, whatever the samples happen to say.
pub(super) const SIGNS: [f32; MODEL.len()] = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0];
