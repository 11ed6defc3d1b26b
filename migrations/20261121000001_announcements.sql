-- What is said (announcement), in which channel (delivery), and what follows once the message stands (delivery_step).

CREATE TABLE announcement (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       TEXT        NOT NULL
        CONSTRAINT announcement_kind_known CHECK (kind IN ('blog', 'office-hours', 'key-date', 'staff', 'internal')),
    -- The neutral message as JSON. Each edit replaces it and raises the revision.
    message    JSONB       NOT NULL,
    revision   INTEGER     NOT NULL DEFAULT 1
        CONSTRAINT announcement_revision_positive CHECK (revision >= 1),
    -- Whether a message in an announcement channel is published to the servers that follow it.
    crosspost  BOOLEAN     NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE delivery (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    announcement_id BIGINT      NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
    channel_id      BIGINT      NOT NULL
        CONSTRAINT delivery_channel_positive CHECK (channel_id > 0),
    state           TEXT        NOT NULL
        CONSTRAINT delivery_state_known CHECK
            (state IN ('held', 'pending', 'sending', 'delivered', 'failed', 'missed', 'cancelled')),
    -- Sent with enforce_nonce, so that Discord itself turns a repeated request away. Never changes.
    nonce           TEXT        NOT NULL
        CONSTRAINT delivery_nonce_unique UNIQUE
        CONSTRAINT delivery_nonce_fits CHECK (length(nonce) BETWEEN 1 AND 25),
    -- Stands in the embed's footer: how the message is found again when the nonce is too old. Never changes.
    reference       TEXT        NOT NULL
        CONSTRAINT delivery_reference_unique UNIQUE
        CONSTRAINT delivery_reference_shape CHECK (reference ~ '^[0-9a-z]{8}$'),
    -- When it was first due. Decides between sending on the nonce alone and looking in the channel first.
    due_at          TIMESTAMPTZ NOT NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    attempts        INTEGER     NOT NULL DEFAULT 0
        CONSTRAINT delivery_attempts_counted CHECK (attempts >= 0),
    -- Who holds it while it is being sent; another may take it over afterwards.
    claimed_until   TIMESTAMPTZ,
    message_id      BIGINT
        CONSTRAINT delivery_message_unique UNIQUE
        CONSTRAINT delivery_message_positive CHECK (message_id > 0),
    -- The revision of the announcement that the message shows.
    revision        INTEGER,
    delivered_at    TIMESTAMPTZ,
    -- How far the channel was read in search of it, so that a busy channel is not read from the start again.
    looked_until    BIGINT
        CONSTRAINT delivery_looked_positive CHECK (looked_until > 0),
    -- What went wrong last, in words for staff.
    problem         TEXT,
    CONSTRAINT delivery_once_a_channel UNIQUE (announcement_id, channel_id),
    CONSTRAINT delivery_sending_is_claimed CHECK ((state = 'sending') = (claimed_until IS NOT NULL)),
    CONSTRAINT delivery_delivered_stands CHECK
        (state <> 'delivered' OR (message_id IS NOT NULL AND revision IS NOT NULL AND delivered_at IS NOT NULL))
);

CREATE INDEX delivery_due ON delivery (next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_claimed ON delivery (claimed_until) WHERE state = 'sending';

CREATE TABLE delivery_step (
    delivery_id     BIGINT      NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    step            TEXT        NOT NULL
        CONSTRAINT delivery_step_known CHECK (step IN ('edit', 'crosspost', 'thread', 'pin')),
    state           TEXT        NOT NULL DEFAULT 'pending'
        CONSTRAINT delivery_step_state_known CHECK (state IN ('pending', 'done', 'failed')),
    next_attempt_at TIMESTAMPTZ NOT NULL,
    attempts        INTEGER     NOT NULL DEFAULT 0
        CONSTRAINT delivery_step_attempts_counted CHECK (attempts >= 0),
    problem         TEXT,
    PRIMARY KEY (delivery_id, step)
);

CREATE INDEX delivery_step_due ON delivery_step (next_attempt_at) WHERE state = 'pending';
