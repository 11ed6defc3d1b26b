//! What was learnt from the articles' question lines and a file of questions; written by
//! `psfbot knowledge calibrate FILE --write`, not by hand. The order of the weights is that in [`super::rank`].

/// How much each way of fitting adds to an article's score.
pub(super) const RANKING: [f32; 10] =
    [1.358023, 2.9587867, 3.9910588, -1.9785453, 3.6585379, 0.77291656, 1.7912855, 4.186814, -8.526087, 1.2633672];

/// The weights of the chance that the best article is the right one.
pub(super) const RIGHT: [f32; 28] = [
    -4.2779927,
    0.38419256,
    0.32534057,
    -0.16505034,
    0.0074786423,
    0.09180342,
    0.16238095,
    0.10749094,
    1.986769,
    -0.26474118,
    -1.6514372,
    -0.6231911,
    -0.25785312,
    0.219326,
    1.6192895,
    0.16518112,
    4.035557,
    4.492596,
    -0.028779106,
    0.4896829,
    1.0499942,
    0.657203,
    -0.6058819,
    0.16137512,
    -0.7143462,
    -0.269994,
    1.186536,
    1.2971694,
];

/// The weights of the chance that the question is none for the knowledge base.
pub(super) const OUTSIDE: [f32; 28] = [
    1.2757301,
    -0.7676764,
    0.57870287,
    0.080309935,
    -0.00024809266,
    0.081464045,
    -0.06878859,
    -1.9035811,
    -0.078505136,
    2.0185866,
    -0.3811515,
    -0.8706889,
    -0.8579674,
    5.055283,
    -0.8484503,
    -0.79519194,
    5.534748,
    -4.846067,
    -0.31777227,
    0.39106083,
    0.97953874,
    4.446283,
    0.55315024,
    -0.055143107,
    0.56579185,
    -0.68012923,
    0.48070374,
    0.30963218,
];
