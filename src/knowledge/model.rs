//! What was learnt from the articles' question lines and a file of questions; written by
//! `psfbot knowledge calibrate FILE --write`, not by hand. The order of the weights is that in [`super::rank`].

/// How much each way of fitting adds to an article's score.
pub(super) const RANKING: [f32; 9] =
    [1.3667048, 2.6294057, 4.0245366, -2.1026862, 3.896414, 0.6783943, 1.8831075, 4.1431527, 1.634531];

/// The weights of the chance that the best article is the right one.
pub(super) const RIGHT: [f32; 26] = [
    -4.173411,
    -0.08805044,
    0.18954542,
    -0.14212559,
    -0.0073553715,
    0.06521503,
    0.18494634,
    0.6281843,
    1.768246,
    -0.034840763,
    -1.6022602,
    -1.1283075,
    -0.4465648,
    1.6768396,
    -0.0013332638,
    5.2991867,
    -0.00081023754,
    0.60858,
    0.95246613,
    0.43400872,
    -0.3218359,
    0.05721078,
    -0.33146027,
    0.2975505,
    1.1511205,
    1.2606158,
];

/// The weights of the chance that the question is none for the knowledge base.
pub(super) const OUTSIDE: [f32; 26] = [
    -0.25564647,
    -0.9664208,
    0.046672292,
    0.041327775,
    -0.05912712,
    0.020147571,
    -0.012827586,
    -2.108105,
    -0.29493612,
    2.5747428,
    -0.62732947,
    -0.6351637,
    -0.5057074,
    -0.38015798,
    -0.9709313,
    4.868805,
    -0.3269415,
    0.43469018,
    2.4521008,
    4.5996428,
    0.46829453,
    -0.21284474,
    0.6574084,
    -0.61691546,
    0.93876487,
    0.23640703,
];
