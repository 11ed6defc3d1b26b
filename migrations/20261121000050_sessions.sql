-- What staff change in the schedule of office hours (session_change), a number by which every process notices that there is
-- something new (session_revision), what stays with a session when it moves, and the session itself while it is held
-- (session_run).

CREATE TABLE session_change (
    id         BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT session_change_pkey PRIMARY KEY,
    -- The short name of the series.
    series     TEXT        NOT NULL,
    -- When the session was to begin at first: with the series it says which session is meant, however often it moves.
    slot       TIMESTAMPTZ NOT NULL,
    -- From 1 on for each session; 0 stands for what the configuration says.
    number     INTEGER     NOT NULL
        CONSTRAINT session_change_number_positive CHECK (number >= 1),
    state      TEXT        NOT NULL
        CONSTRAINT session_change_state_known CHECK (state IN ('scheduled', 'moved', 'cancelled')),
    -- When it begins now; of one that is cancelled, when it would have begun.
    starts_at  TIMESTAMPTZ NOT NULL,
    -- Who of the staff, and when.
    staff_id   BIGINT      NOT NULL
        CONSTRAINT session_change_staff_positive CHECK (staff_id > 0),
    made_at    TIMESTAMPTZ NOT NULL,
    CONSTRAINT session_change_once UNIQUE (series, slot, number)
);

-- One row. Every change raises the number in its own transaction, so changes are made one after the other, and whoever reads
-- a number reads all changes up to it.
CREATE TABLE session_revision (
    one    BOOLEAN NOT NULL DEFAULT TRUE CONSTRAINT session_revision_pkey PRIMARY KEY
        CONSTRAINT session_revision_one CHECK (one),
    number BIGINT  NOT NULL DEFAULT 0
        CONSTRAINT session_revision_number_positive CHECK (number >= 0)
);

INSERT INTO session_revision DEFAULT VALUES;

-- Set while the session does not begin at the reminder's time any more: what was posted says so, the rest is cancelled.
ALTER TABLE reminder ADD COLUMN overtaken_at TIMESTAMPTZ;

-- As of reminders: what the member is sent says that the session moved or is cancelled.
ALTER TABLE personal_reminder ADD COLUMN overtaken_at TIMESTAMPTZ;

ALTER TABLE scheduled_event
    -- The start that Discord's event shows, where it is to be brought to another.
    ADD COLUMN moved_from TIMESTAMPTZ,
    DROP CONSTRAINT scheduled_event_state_known,
    -- moved: it stands in Discord, at the time before the session was moved.
    ADD CONSTRAINT scheduled_event_state_known CHECK
        (state IN ('wanted', 'standing', 'failed', 'moved', 'unwanted', 'gone', 'missed')),
    ADD CONSTRAINT scheduled_event_moved_from_somewhere CHECK (state <> 'moved' OR moved_from IS NOT NULL);

DROP INDEX scheduled_event_due;
CREATE INDEX scheduled_event_due ON scheduled_event (next_attempt_at) WHERE state IN ('wanted', 'failed', 'moved', 'unwanted');

CREATE TABLE session_run (
    id              BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT session_run_pkey PRIMARY KEY,
    series          TEXT        NOT NULL,
    slot            TIMESTAMPTZ NOT NULL,
    starts_at       TIMESTAMPTZ NOT NULL,
    -- With what hosts extended it by.
    ends_at         TIMESTAMPTZ NOT NULL
        CONSTRAINT session_run_lasts CHECK (ends_at > starts_at),
    channel_id      BIGINT      NOT NULL
        CONSTRAINT session_run_channel_positive CHECK (channel_id > 0),
    -- Whose permission to write changes in that channel.
    role_id         BIGINT      NOT NULL
        CONSTRAINT session_run_role_positive CHECK (role_id > 0),
    -- Whether it opens by itself at its start.
    automatic       BOOLEAN     NOT NULL,
    -- waiting: not opened yet; opening, closing: to be done, perhaps half done; open; closed; skipped: never opened.
    state           TEXT        NOT NULL DEFAULT 'waiting'
        CONSTRAINT session_run_state_known CHECK (state IN ('waiting', 'opening', 'open', 'closing', 'closed', 'skipped')),
    -- The role's overwrite before it was touched, stored before it is: all of its bits, as Discord writes them. NULL while
    -- nothing was touched; empty where there was no overwrite.
    before_allow    TEXT
        CONSTRAINT session_run_before_allow_bits CHECK (before_allow ~ '^[0-9]{0,20}$'),
    before_deny     TEXT
        CONSTRAINT session_run_before_deny_bits CHECK (before_deny ~ '^[0-9]{0,20}$'),
    opened_at       TIMESTAMPTZ,
    -- Who of the hosts; NULL when it opened by itself.
    opened_by       BIGINT
        CONSTRAINT session_run_opened_by_positive CHECK (opened_by > 0),
    warned_at       TIMESTAMPTZ,
    closed_at       TIMESTAMPTZ,
    -- The card that asks hosts to open it, and the warning before it closes; both go on saying how it stands.
    card_id         BIGINT
        CONSTRAINT session_run_card_exists REFERENCES announcement (id) ON DELETE SET NULL,
    warning_id      BIGINT
        CONSTRAINT session_run_warning_exists REFERENCES announcement (id) ON DELETE SET NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    -- Until when a process works on it.
    claimed_until   TIMESTAMPTZ,
    attempts        INTEGER     NOT NULL DEFAULT 0
        CONSTRAINT session_run_attempts_counted CHECK (attempts >= 0),
    -- What went wrong last, in words for staff, who were told of it.
    problem         TEXT,
    CONSTRAINT session_run_once_a_session UNIQUE (series, slot),
    CONSTRAINT session_run_before_is_whole CHECK ((before_allow IS NULL) = (before_deny IS NULL)),
    CONSTRAINT session_run_open_is_known_from CHECK (state NOT IN ('open', 'closing') OR before_allow IS NOT NULL)
);

CREATE INDEX session_run_due ON session_run (next_attempt_at) WHERE state NOT IN ('closed', 'skipped');
