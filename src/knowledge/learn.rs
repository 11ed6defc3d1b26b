//! Learning weights from examples: which of several articles is right, and how likely something is. Two convex
//! problems with a few dozen weights and some thousand examples, so plain gradient descent with Adam's steps is enough.

use super::rank::{Measures, Signs};

/// Steps of descent, and their size on standardised numbers.
const STEPS: i32 = 400;
const STEP: f32 = 0.05;
/// The pull of the weights to zero: of the ranking, and of a chance.
const RANKING_PULL: f32 = 1e-3;
const CHANCE_PULL: f32 = 4e-3;

/// Articles found for a question, and which of them are right; at least one is.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) options: Vec<(Measures, bool)>,
    pub(super) weight: f32,
}

/// Signs, and whether that is so which they are signs of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Example {
    pub(super) signs: Signs,
    pub(super) yes: bool,
    pub(super) weight: f32,
}

/// The weights with which a right article most likely comes first: a softmax over each question's articles.
pub(super) fn ranking(choices: &[Choice]) -> Measures {
    let scale = Scale::of(choices.iter().flat_map(|choice| choice.options.iter().map(|(measures, _)| *measures)));
    let scaled: Vec<Choice> = choices
        .iter()
        .map(|choice| Choice {
            options: choice.options.iter().map(|(measures, right)| (scale.to(measures), *right)).collect(),
            weight: choice.weight,
        })
        .collect();
    let total: f32 = scaled.iter().map(|choice| choice.weight).sum();
    let weights = descend(|weights, gradient| {
        for choice in &scaled {
            let scores: Vec<f32> = choice.options.iter().map(|(measures, _)| dot(measures, weights)).collect();
            let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let odds: Vec<f32> = scores.iter().map(|score| (score - best).exp()).collect();
            let all: f32 = odds.iter().sum();
            let right: f32 =
                choice.options.iter().zip(&odds).filter(|((_, right), _)| *right).map(|(_, odds)| odds).sum();
            for ((measures, is_right), odds) in choice.options.iter().zip(&odds) {
                let wanted = if *is_right { odds / right.max(f32::MIN_POSITIVE) } else { 0.0 };
                let pull = choice.weight * (odds / all - wanted) / total;
                gradient.iter_mut().zip(measures).for_each(|(slope, measure)| *slope += pull * measure);
            }
        }
        gradient.iter_mut().zip(weights).for_each(|(slope, weight)| *slope += 2.0 * RANKING_PULL * weight);
    });
    // Only differences between articles matter, so the mean may be left out.
    scale.back(&weights)
}

/// The weights with which signs tell how likely it is: logistic regression. The first sign must be the constant 1.
pub(super) fn chance(examples: &[Example]) -> Signs {
    let scale = Scale::of(examples.iter().map(|example| example.signs));
    let total: f32 = examples.iter().map(|example| example.weight).sum();
    let scale_one = |example: &Example| {
        let yes = if example.yes { 1.0 } else { 0.0 };
        (scale.to_centre(&example.signs), yes, example.weight / total)
    };
    let scaled: Vec<(Signs, f32, f32)> = examples.iter().map(scale_one).collect();
    let weights = descend(|weights, gradient| {
        for (signs, yes, weight) in &scaled {
            let error = 1.0 / (1.0 + (-dot(signs, weights)).exp()) - yes;
            let error = error * weight;
            gradient.iter_mut().zip(signs).for_each(|(slope, sign)| *slope += error * sign);
        }
        gradient.iter_mut().zip(weights).skip(1).for_each(|(slope, weight)| *slope += 2.0 * CHANCE_PULL * weight);
    });
    let mut back = scale.back(&weights);
    back[0] = weights[0] - back.iter().zip(&scale.mean).skip(1).map(|(weight, mean)| weight * mean).sum::<f32>();
    back
}

/// Mean and deviation of each number, so that one step size suits them all.
struct Scale<const N: usize> {
    mean: [f32; N],
    deviation: [f32; N],
}

impl<const N: usize> Scale<N> {
    fn of(all: impl Iterator<Item = [f32; N]> + Clone) -> Self {
        let number = count(all.clone().count()).max(1.0);
        let mut mean = [0.0; N];
        all.clone().for_each(|numbers| mean.iter_mut().zip(numbers).for_each(|(sum, x)| *sum += x / number));
        let mut deviation = [0.0; N];
        for numbers in all {
            for ((sum, x), mean) in deviation.iter_mut().zip(numbers).zip(mean) {
                *sum += (x - mean) * (x - mean) / number;
            }
        }
        Self { mean, deviation: deviation.map(|square: f32| square.sqrt().max(1e-6)) }
    }

    fn to(&self, numbers: &[f32; N]) -> [f32; N] {
        std::array::from_fn(|at| numbers[at] / self.deviation[at])
    }

    /// The first number is the constant 1 and stays.
    fn to_centre(&self, numbers: &[f32; N]) -> [f32; N] {
        std::array::from_fn(|at| if at == 0 { 1.0 } else { (numbers[at] - self.mean[at]) / self.deviation[at] })
    }

    /// Weights for numbers as they were.
    fn back(&self, weights: &[f32; N]) -> [f32; N] {
        std::array::from_fn(|at| weights[at] / self.deviation[at])
    }
}

/// Descends along the gradient, which is added up in the second argument.
fn descend<const N: usize>(slope_at: impl Fn(&[f32; N], &mut [f32; N])) -> [f32; N] {
    let (mut weights, mut mean, mut square) = ([0.0_f32; N], [0.0_f32; N], [0.0_f32; N]);
    for step in 1..=STEPS {
        let mut gradient = [0.0; N];
        slope_at(&weights, &mut gradient);
        let (fast, slow) = (1.0 - 0.9_f32.powi(step), 1.0 - 0.999_f32.powi(step));
        for at in 0..N {
            mean[at] = 0.9 * mean[at] + 0.1 * gradient[at];
            square[at] = 0.999 * square[at] + 0.001 * gradient[at] * gradient[at];
            weights[at] -= STEP * (mean[at] / fast) / ((square[at] / slow).sqrt() + 1e-8);
        }
    }
    weights
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^24")]
fn count(n: usize) -> f32 {
    n as f32
}
