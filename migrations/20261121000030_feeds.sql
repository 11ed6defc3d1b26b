-- Feeds that staff add at run time (staff_feed), what staff are asked about posts (feed_question), and what is remembered
-- of a feed beyond its posts.

ALTER TABLE feed
    -- What it calls itself, as last read.
    ADD COLUMN title     TEXT        NOT NULL DEFAULT '',
    -- Where its address has moved for good, by its server's word; read there from then on.
    ADD COLUMN moved_to  TEXT,
    -- Set while staff have stopped it; nothing is read meanwhile.
    ADD COLUMN paused_at TIMESTAMPTZ,
    ADD COLUMN paused_by BIGINT
        CONSTRAINT feed_paused_by_positive CHECK (paused_by > 0),
    ADD CONSTRAINT feed_paused_by_somebody CHECK ((paused_at IS NULL) = (paused_by IS NULL));

-- A feed as staff want it. The configuration wins for the keys that it names.
CREATE TABLE staff_feed (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- 'proposed' until the one who added it has looked at the preview and kept it.
    state           TEXT        NOT NULL
        CONSTRAINT staff_feed_state_known CHECK (state IN ('proposed', 'kept', 'removed')),
    key             TEXT        NOT NULL
        CONSTRAINT staff_feed_key_shape CHECK (key ~ '^[a-z0-9-]{1,32}$'),
    url             TEXT        NOT NULL,
    channels        BIGINT[]    NOT NULL
        CONSTRAINT staff_feed_channels_some CHECK (cardinality(channels) BETWEEN 1 AND 25)
        CONSTRAINT staff_feed_channels_positive CHECK (0 < ALL (channels)),
    poll_seconds    BIGINT      NOT NULL
        CONSTRAINT staff_feed_poll_positive CHECK (poll_seconds > 0),
    max_new         INTEGER     NOT NULL
        CONSTRAINT staff_feed_max_new_fits CHECK (max_new BETWEEN 1 AND 25),
    edit_seconds    BIGINT      NOT NULL
        CONSTRAINT staff_feed_edit_counted CHECK (edit_seconds >= 0),
    announce_latest BOOLEAN     NOT NULL,
    categories      TEXT[]      NOT NULL,
    approve         BOOLEAN     NOT NULL,
    ping_role_id    BIGINT
        CONSTRAINT staff_feed_ping_positive CHECK (ping_role_id > 0),
    crosspost       BOOLEAN     NOT NULL,
    thread          BOOLEAN     NOT NULL,
    colour          INTEGER
        CONSTRAINT staff_feed_colour_fits CHECK (colour BETWEEN 0 AND 16777215),
    added_by        BIGINT      NOT NULL
        CONSTRAINT staff_feed_added_by_positive CHECK (added_by > 0),
    added_at        TIMESTAMPTZ NOT NULL,
    -- When it was kept or removed, and by whom.
    changed_by      BIGINT
        CONSTRAINT staff_feed_changed_by_positive CHECK (changed_by > 0),
    changed_at      TIMESTAMPTZ
);

CREATE UNIQUE INDEX staff_feed_kept_once ON staff_feed (key) WHERE state = 'kept';

-- Posts that are not announced before staff say so: one that waits for approval, or many that came at once.
CREATE TABLE feed_question (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id    BIGINT      NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    kind       TEXT        NOT NULL
        CONSTRAINT feed_question_kind_known CHECK (kind IN ('approval', 'flood', 'moved')),
    -- How many entries were recognised under new ids or addresses; 0 unless the kind is 'moved'.
    recognised INTEGER     NOT NULL DEFAULT 0
        CONSTRAINT feed_question_recognised_counted CHECK (recognised >= 0),
    -- NULL while it is open.
    choice     TEXT
        CONSTRAINT feed_question_choice_known CHECK (choice IN ('known', 'newest', 'all')),
    -- Raised by every change: a button that was made for an earlier version changes nothing.
    version    INTEGER     NOT NULL DEFAULT 1
        CONSTRAINT feed_question_version_positive CHECK (version >= 1),
    card_id    BIGINT REFERENCES announcement (id) ON DELETE SET NULL,
    asked_at   TIMESTAMPTZ NOT NULL,
    settled_by BIGINT
        CONSTRAINT feed_question_settled_by_positive CHECK (settled_by > 0),
    settled_at TIMESTAMPTZ,
    CONSTRAINT feed_question_settled_by_somebody CHECK
        ((choice IS NULL) = (settled_at IS NULL) AND (choice IS NULL) = (settled_by IS NULL))
);

CREATE INDEX feed_question_open ON feed_question (feed_id) WHERE choice IS NULL;

CREATE TABLE feed_question_post (
    question_id    BIGINT  NOT NULL REFERENCES feed_question (id) ON DELETE CASCADE,
    -- Oldest first.
    position       INTEGER NOT NULL,
    entry_key      TEXT    NOT NULL,
    -- The entry as the feed last had it, as JSON.
    entry          JSONB   NOT NULL,
    -- Whether the feed has it no longer.
    is_gone        BOOLEAN NOT NULL DEFAULT FALSE,
    -- What staff wrote in place of the feed's own.
    edited_title   TEXT,
    edited_summary TEXT,
    PRIMARY KEY (question_id, position),
    CONSTRAINT feed_question_post_once UNIQUE (question_id, entry_key)
);
