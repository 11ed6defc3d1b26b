//! What was learnt from the articles' question lines and a file of questions; written by
//! `psfbot knowledge calibrate FILE --write`, not by hand. The order of the weights is that in [`super::rank`].

/// How much each way of fitting adds to an article's score.
pub(super) const RANKING: [f32; 9] =
    [1.3675565, 2.626776, 3.9968, -2.0926528, 3.9260356, 0.6668444, 1.8703153, 4.158105, 1.6005511];

/// The weights of the chance that the best article is the right one.
pub(super) const RIGHT: [f32; 27] = [
    -3.9625533,
    -0.09816614,
    0.2177022,
    -0.15500118,
    -0.007661793,
    0.072688095,
    0.18618886,
    0.41998693,
    1.7414647,
    -0.09724275,
    -1.654112,
    -0.88832897,
    -0.490673,
    1.6514962,
    0.01886293,
    3.764656,
    1.3550795,
    0.0046624374,
    0.57923096,
    0.8614155,
    0.38156068,
    -0.3490687,
    0.047961473,
    -0.38947833,
    0.15260255,
    1.1286225,
    1.3306633,
];

/// The weights of the chance that the question is none for the knowledge base.
pub(super) const OUTSIDE: [f32; 27] = [
    -0.027237177,
    -1.0002016,
    0.14437945,
    0.039733347,
    -0.064591676,
    0.023225185,
    -0.016684545,
    -2.1824877,
    -0.35191074,
    2.7947912,
    -0.46704704,
    -0.63533056,
    -0.34728432,
    -0.7349414,
    -1.05349,
    5.4541926,
    -3.9101427,
    -0.31467557,
    0.40719667,
    2.774867,
    4.730554,
    0.3415611,
    -0.20676304,
    0.6263265,
    -0.81000406,
    0.9018604,
    0.40251672,
];
