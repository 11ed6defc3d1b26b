-- Reminders of sessions and key dates, and Discord's copies of our sessions (scheduled events).

-- A delivery that is worth nothing after its time: it is then looked for, but not sent any more.
ALTER TABLE delivery
    ADD COLUMN expires_at TIMESTAMPTZ,
    -- It was planned when it was due already, so an earlier life of this database may have sent it under another nonce.
    ADD COLUMN look_first BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE reminder (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject         TEXT        NOT NULL
        CONSTRAINT reminder_subject_known CHECK (subject IN ('session', 'key-date')),
    -- The short name of the series, or of the key date.
    key             TEXT        NOT NULL,
    starts_at       TIMESTAMPTZ NOT NULL,
    lead_seconds    BIGINT      NOT NULL
        CONSTRAINT reminder_lead_positive CHECK (lead_seconds > 0),
    announcement_id BIGINT      NOT NULL
        CONSTRAINT reminder_announcement_unique UNIQUE
        REFERENCES announcement (id) ON DELETE CASCADE,
    -- Set while the configuration does not have what it reminds of; its deliveries are then cancelled.
    withdrawn_at    TIMESTAMPTZ,
    CONSTRAINT reminder_once UNIQUE (subject, key, starts_at, lead_seconds)
);

CREATE INDEX reminder_starts ON reminder (starts_at);

CREATE TABLE scheduled_event (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series          TEXT        NOT NULL,
    starts_at       TIMESTAMPTZ NOT NULL,
    -- wanted: to be made; standing: it stands in Discord; failed: refused, tried again now and then; unwanted: to be
    -- deleted; gone: deleted, or left to staff who had moved it; missed: the session began before it could be made.
    state           TEXT        NOT NULL
        CONSTRAINT scheduled_event_state_known CHECK
            (state IN ('wanted', 'standing', 'failed', 'unwanted', 'gone', 'missed')),
    -- Stands at the end of the event's description: how it is found again, for creating an event knows no nonce.
    reference       TEXT        NOT NULL
        CONSTRAINT scheduled_event_reference_unique UNIQUE
        CONSTRAINT scheduled_event_reference_shape CHECK (reference ~ '^[0-9a-z]{8}$'),
    event_id        BIGINT
        CONSTRAINT scheduled_event_event_unique UNIQUE
        CONSTRAINT scheduled_event_event_positive CHECK (event_id > 0),
    -- Also the claim: whoever works on it moves this ahead first.
    next_attempt_at TIMESTAMPTZ NOT NULL,
    attempts        INTEGER     NOT NULL DEFAULT 0
        CONSTRAINT scheduled_event_attempts_counted CHECK (attempts >= 0),
    -- What went wrong last, in words for staff.
    problem         TEXT,
    CONSTRAINT scheduled_event_once_a_session UNIQUE (series, starts_at),
    CONSTRAINT scheduled_event_standing_is_known CHECK (state <> 'standing' OR event_id IS NOT NULL)
);

CREATE INDEX scheduled_event_due ON scheduled_event (next_attempt_at) WHERE state IN ('wanted', 'failed', 'unwanted');
