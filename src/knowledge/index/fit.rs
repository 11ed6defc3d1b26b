//! What a search finds: in which ways an article fits a question, and what the question is like.

/// What a search leaves out; only measuring needs it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::knowledge) enum Hidden {
    /// Nothing.
    #[default]
    Nothing,
    /// One question line of one article, both counted from 0.
    Question(usize, usize),
}

/// In which ways an article fits a question; every number is at least 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::knowledge) struct Fit {
    /// BM25 of the best line.
    pub(in crate::knowledge) line: f32,
    /// Likeness, 0 to 1, of the best line as a set of words.
    pub(in crate::knowledge) alike: f32,
    /// Likeness, 0 to 1, of the best line as pairs of neighbouring words.
    pub(in crate::knowledge) pairs: f32,
    /// Likeness, 0 to 1, of the title as a set of words.
    pub(in crate::knowledge) title: f32,
    /// Share of the question's weight that the article holds, a little more where many lines hold a word.
    pub(in crate::knowledge) coverage: f32,
    /// Share of the question's weight that its lines hold.
    pub(in crate::knowledge) in_lines: f32,
    /// Share of the question's weight that its keywords hold.
    pub(in crate::knowledge) in_keywords: f32,
    /// Share of the question's weight that its text holds.
    pub(in crate::knowledge) in_body: f32,
    /// Share of the question's weight in words that only redirect articles use, and that this article lacks.
    pub(in crate::knowledge) foreign: f32,
    /// How much likelier the article's words make the question than all articles' words do: logarithm, a word's mean.
    pub(in crate::knowledge) likely: f32,
    /// The same, divided by the root of the number of words: long questions say more.
    pub(in crate::knowledge) evidence: f32,
    /// The weight that the article holds, not as a share.
    pub(in crate::knowledge) held: f32,
    /// Whether a line or the title is the question, word for word.
    pub(in crate::knowledge) same: bool,
}

/// An article that shares words with a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::knowledge) struct Match {
    /// The article's place in the knowledge base.
    pub(in crate::knowledge) article: usize,
    /// How it fits.
    pub(in crate::knowledge) fit: Fit,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub(in crate::knowledge) struct Found {
    /// In no order; each article once.
    pub(in crate::knowledge) matches: Vec<Match>,
    /// What the question is like.
    pub(in crate::knowledge) asked: Asked,
}

/// What a question is like, whatever it is about.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::knowledge) struct Asked {
    /// Number of its words.
    pub(in crate::knowledge) words: f32,
    /// Share of them that no article uses.
    pub(in crate::knowledge) unknown: f32,
    /// Share of them whose spelling had to be guessed.
    pub(in crate::knowledge) guessed: f32,
    /// Weight of the known ones together; a word of one article weighs 1.
    pub(in crate::knowledge) told: f32,
    /// Weight of the heaviest known one.
    pub(in crate::knowledge) rarest: f32,
    /// 1 where something is to be done, and nothing asked; else 0.
    pub(in crate::knowledge) order: f32,
}
