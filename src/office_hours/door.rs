//! Opening a channel for a session and closing it again: which bits of a role's exception in the channel change, and what is
//! put back. Bits are raw, so that those that psfbot does not know stay as they are.

/// `SEND_MESSAGES` and `SEND_MESSAGES_IN_THREADS`
/// (<https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags>): the bits that change, and
/// no others.
pub const WRITING: [u64; 2] = [1 << 11, 1 << 38];

/// What a role's exception in a channel grants and takes away, as raw bits; both zero says the same as no exception.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bits {
    /// What it grants.
    pub allow: u64,
    /// What it takes away.
    pub deny: u64,
}

/// What is to become of a role's exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// It is right as it is.
    Leave,
    /// It is to be this.
    Put(Bits),
    /// There is to be none.
    Delete,
}

/// What closing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// What is to become of the exception.
    pub target: Target,
    /// Bits that somebody changed by hand while the channel was open; they are left as they are.
    pub by_hand: u64,
}

impl Bits {
    /// How one bit stands: granted, taken away, or neither.
    const fn of(self, bit: u64) -> (bool, bool) {
        (self.allow & bit != 0, self.deny & bit != 0)
    }

    fn with(self, bit: u64, (allow, deny): (bool, bool)) -> Self {
        let set = |bits: u64, on: bool| if on { bits | bit } else { bits & !bit };
        Self { allow: set(self.allow, allow), deny: set(self.deny, deny) }
    }
}

/// Whoever has the role may write; `now` is its exception as it stands.
#[must_use]
pub fn opened(now: Option<Bits>) -> Target {
    let bits = WRITING.iter().fold(now.unwrap_or_default(), |bits, &bit| bits.with(bit, (true, false)));
    if now == Some(bits) { Target::Leave } else { Target::Put(bits) }
}

/// It is as it was `before`, as far as it is still what opening made of it. What others changed meanwhile stays: other bits
/// silently, and one of ours that somebody set by hand is reported.
#[must_use]
pub fn closed(before: Option<Bits>, now: Option<Bits>) -> Closing {
    let (was, is) = (before.unwrap_or_default(), now.unwrap_or_default());
    let mut bits = is;
    let mut by_hand = 0;
    for bit in WRITING {
        if is.of(bit) == (true, false) {
            bits = bits.with(bit, was.of(bit));
        } else if is.of(bit) != was.of(bit) {
            by_hand |= bit;
        }
    }
    let target = if before.is_none() && bits == Bits::default() && now.is_some() {
        Target::Delete
    } else if bits == is {
        Target::Leave
    } else {
        Target::Put(bits)
    };
    Closing { target, by_hand }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEND: u64 = WRITING[0];
    const THREADS: u64 = WRITING[1];
    /// One that Discord may invent tomorrow.
    const UNKNOWN: u64 = 1 << 61;

    fn bits(allow: u64, deny: u64) -> Option<Bits> {
        Some(Bits { allow, deny })
    }

    /// The exception after a target was carried out.
    fn done(now: Option<Bits>, target: Target) -> Option<Bits> {
        match target {
            Target::Leave => now,
            Target::Put(bits) => Some(bits),
            Target::Delete => None,
        }
    }

    #[test]
    fn opening_grants_two_bits_and_touches_no_other() {
        assert_eq!(opened(bits(UNKNOWN, SEND | 1)), Target::Put(Bits { allow: UNKNOWN | SEND | THREADS, deny: 1 }));
        assert_eq!(opened(bits(SEND | THREADS, 1)), Target::Leave);
    }

    #[test]
    fn where_there_was_no_exception_there_is_none_afterwards() {
        let open = done(None, opened(None));
        assert_eq!(closed(None, open), Closing { target: Target::Delete, by_hand: 0 });
        assert_eq!(closed(None, None), Closing { target: Target::Leave, by_hand: 0 }, "closed already");
        let more = open.map(|open| Bits { allow: open.allow | 1, ..open });
        assert_eq!(closed(None, more).target, Target::Put(Bits { allow: 1, deny: 0 }), "somebody granted more");
    }

    #[test]
    fn an_exception_that_says_nothing_stays() {
        let open = done(bits(0, 0), opened(bits(0, 0)));
        assert_eq!(closed(bits(0, 0), open).target, Target::Put(Bits::default()));
    }

    #[test]
    fn a_bit_that_was_set_by_hand_is_left_and_reported() {
        // Somebody closed it by hand: with the bit that was denied before, all is well; else it is told.
        assert_eq!(closed(bits(0, SEND), bits(THREADS, SEND)).by_hand, 0);
        let closing = closed(bits(0, 0), bits(THREADS, SEND));
        assert_eq!(closing, Closing { target: Target::Put(Bits { allow: 0, deny: SEND }), by_hand: SEND });
    }

    proptest! {
        /// Whatever stood before, and whatever others change meanwhile on other bits: afterwards our two are as before.
        #[test]
        fn what_was_before_is_put_back(allow: u64, deny: u64, there: bool, changed: u64, granted: bool) {
            let before = there.then_some(Bits { allow, deny: deny & !allow });
            let changed = changed & !SEND & !THREADS;
            let mut open = done(before, opened(before)).unwrap();
            prop_assert_eq!((open.allow & (SEND | THREADS), open.deny & (SEND | THREADS)), (SEND | THREADS, 0));
            if granted { open.allow |= changed } else { open.deny |= changed }
            let closing = closed(before, Some(open));
            prop_assert_eq!(closing.by_hand, 0);
            let after = done(Some(open), closing.target).unwrap_or_default();
            let was = before.unwrap_or_default();
            for bit in WRITING {
                prop_assert_eq!(after.of(bit), was.of(bit));
            }
            prop_assert_eq!(after.allow & !SEND & !THREADS, open.allow & !SEND & !THREADS);
            // A crash after it was done does no harm.
            prop_assert_eq!(closed(before, done(Some(open), closing.target)).target, Target::Leave);
        }
    }
}
