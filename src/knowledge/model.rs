//! What was learnt from the articles' question lines and a file of questions; written by
//! `psfbot knowledge calibrate FILE --write`, not by hand. The order of the weights is that in [`super::rank`].

/// How much each way of fitting adds to an article's score.
pub(super) const RANKING: [f32; 9] =
    [1.3667043, 2.6294055, 4.024537, -2.1026864, 3.8964133, 0.67839426, 1.8831077, 4.143153, 1.6345308];

/// The weights of the chance that the best article is the right one.
pub(super) const RIGHT: [f32; 22] = [
    -8.146979,
    -0.44385278,
    0.26311755,
    -0.13991994,
    0.01360666,
    0.10176948,
    0.14140187,
    0.25462574,
    3.542246,
    0.3477247,
    0.0052931886,
    -1.5841233,
    -1.0603532,
    1.7871205,
    0.69156164,
    7.4404106,
    -0.0421834,
    1.3228129,
    1.689913,
    0.1930016,
    -0.10922534,
    0.025022013,
];

/// The weights of the chance that the question is none for the knowledge base.
pub(super) const OUTSIDE: [f32; 22] = [
    -0.6471517,
    -1.0857465,
    0.10077437,
    0.03855847,
    -0.033535343,
    0.04481458,
    -0.019747065,
    -2.0466895,
    -0.41734073,
    2.8500967,
    -0.48535976,
    -0.45107356,
    -0.7762905,
    -0.31214792,
    -0.91850656,
    5.1637073,
    -0.24716383,
    0.2195099,
    3.0804057,
    4.3852353,
    0.39546204,
    -0.19023485,
];
