-- What members write to the staff (submission), and when the cards of anonymous ones are due (card_round).

CREATE TABLE submission (
    -- Random: for an anonymous one, neither a value nor an order may lead to rows that know the time.
    id              UUID        NOT NULL CONSTRAINT submission_pkey PRIMARY KEY,
    kind            TEXT        NOT NULL
        CONSTRAINT submission_kind_known CHECK (kind IN ('feedback', 'question')),
    -- The key of a configured programme; one that left the configuration keeps its submissions.
    program         TEXT        NOT NULL
        CONSTRAINT submission_program_shape CHECK (program ~ '^[a-z0-9-]{1,32}$'),
    -- Word for word as written.
    went_well       TEXT,
    to_change       TEXT,
    question        TEXT,
    rating          SMALLINT
        CONSTRAINT submission_rating_range CHECK (rating BETWEEN 1 AND 5),
    -- In UTC. All that is known of the time of an anonymous one.
    submitted_on    DATE        NOT NULL,

    -- Named ones.
    author_id       BIGINT
        CONSTRAINT submission_author_positive CHECK (author_id > 0),
    -- The interaction that opened the form. Whoever sends it says so himself, so it counts together with the author.
    opened_by       BIGINT
        CONSTRAINT submission_opened_by_positive CHECK (opened_by > 0),
    submitted_at    TIMESTAMPTZ,
    may_contact     BOOLEAN,

    -- Anonymous ones: SHA-256 of the receipt that the sender keeps.
    receipt_hash    BYTEA
        CONSTRAINT submission_receipt_shape CHECK (octet_length(receipt_hash) = 32)
        CONSTRAINT submission_receipt_unique UNIQUE,
    -- The rating that its card shows; a later one shows at the next round, or it would tell when the sender was there.
    shown_rating    SMALLINT
        CONSTRAINT submission_shown_rating_range CHECK (shown_rating BETWEEN 1 AND 5),
    -- It changed and its card waits for the next round.
    awaits_round    BOOLEAN     NOT NULL DEFAULT FALSE,

    state           TEXT        NOT NULL DEFAULT 'new'
        CONSTRAINT submission_state_known CHECK (state IN ('new', 'acknowledged', 'resolved')),
    acknowledged_by BIGINT
        CONSTRAINT submission_acknowledged_by_positive CHECK (acknowledged_by > 0),
    acknowledged_at TIMESTAMPTZ,
    resolved_by     BIGINT
        CONSTRAINT submission_resolved_by_positive CHECK (resolved_by > 0),
    resolved_at     TIMESTAMPTZ,
    -- Its card in the staff channel.
    announcement_id BIGINT
        CONSTRAINT submission_announcement REFERENCES announcement (id) ON DELETE SET NULL
        CONSTRAINT submission_card_unique UNIQUE,

    CONSTRAINT submission_once UNIQUE (author_id, opened_by),
    CONSTRAINT submission_says_something CHECK
        (CASE kind WHEN 'feedback' THEN question IS NULL AND (went_well IS NOT NULL OR to_change IS NOT NULL)
                   ELSE question IS NOT NULL AND went_well IS NULL AND to_change IS NULL END),
    CONSTRAINT submission_named_or_anonymous CHECK
        (CASE WHEN receipt_hash IS NULL
              THEN author_id IS NOT NULL AND opened_by IS NOT NULL AND submitted_at IS NOT NULL
                   AND may_contact IS NOT NULL AND NOT awaits_round
              ELSE author_id IS NULL AND opened_by IS NULL AND submitted_at IS NULL AND may_contact IS NULL END),
    CONSTRAINT submission_state_is_told CHECK
        ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)
         AND (resolved_by IS NULL) = (resolved_at IS NULL)
         AND (resolved_at IS NOT NULL) = (state = 'resolved')
         AND (state <> 'acknowledged' OR acknowledged_at IS NOT NULL)
         AND (state <> 'new' OR acknowledged_at IS NULL))
);

CREATE INDEX submission_by_author ON submission (author_id, submitted_at DESC) WHERE author_id IS NOT NULL;
CREATE INDEX submission_awaits_round ON submission (id) WHERE awaits_round;

-- At most one row: there is a card to post or to revise, and when.
CREATE TABLE card_round (
    one    BOOLEAN     NOT NULL DEFAULT TRUE CONSTRAINT card_round_pkey PRIMARY KEY
        CONSTRAINT card_round_one CHECK (one),
    due_at TIMESTAMPTZ NOT NULL
);
