//! Promise 1: one delivery is one message, and one step one effect, whatever goes wrong and whenever.
//!
//! `matrix` lets each fault strike each effect at each moment; `killed` ends the real program while Discord holds its
//! request; `random` mixes everything in any order.

mod effect;
mod fault;
mod matrix;
mod random;
mod said;
