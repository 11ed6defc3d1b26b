-- What staff write before it is announced (draft), and the zones that they write times in (staff_zone).

CREATE TABLE draft (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id       BIGINT      NOT NULL
        CONSTRAINT draft_author_positive CHECK (author_id > 0),
    -- The interaction that opened the form: a form that is sent twice makes one draft.
    opened_by       BIGINT      NOT NULL
        CONSTRAINT draft_form_once UNIQUE
        CONSTRAINT draft_opened_by_positive CHECK (opened_by > 0),
    -- As typed, so that nothing is lost where it can't be used yet.
    title           TEXT        NOT NULL,
    body            TEXT        NOT NULL,
    link            TEXT        NOT NULL,
    image           TEXT        NOT NULL,
    image_alt       TEXT        NOT NULL,
    channels        BIGINT[]    NOT NULL DEFAULT '{}'
        CONSTRAINT draft_channels_few CHECK (cardinality(channels) <= 25)
        CONSTRAINT draft_channels_positive CHECK (0 < ALL (channels)),
    -- The role that is pinged; NULL for nobody.
    ping_role_id    BIGINT
        CONSTRAINT draft_ping_role_positive CHECK (ping_role_id > 0),
    -- Whether a message in an announcement channel is published to the servers that follow it.
    crosspost       BOOLEAN     NOT NULL DEFAULT TRUE,
    state           TEXT        NOT NULL DEFAULT 'draft'
        CONSTRAINT draft_state_known CHECK (state IN ('draft', 'scheduled', 'sent', 'discarded', 'cancelled')),
    -- Raised by every change: a button that was made for an earlier version changes nothing.
    version         INTEGER     NOT NULL DEFAULT 1
        CONSTRAINT draft_version_positive CHECK (version >= 1),
    -- The time that was chosen; it counts once the state is 'scheduled'.
    scheduled_for   TIMESTAMPTZ,
    announcement_id BIGINT
        CONSTRAINT draft_announcement_once UNIQUE
        CONSTRAINT draft_announcement_exists REFERENCES announcement (id) ON DELETE SET NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    CONSTRAINT draft_scheduled_has_time CHECK (state <> 'scheduled' OR scheduled_for IS NOT NULL),
    CONSTRAINT draft_unsent_is_not_announced CHECK (state NOT IN ('draft', 'discarded') OR announcement_id IS NULL)
);

CREATE INDEX draft_of_author ON draft (author_id, updated_at DESC) WHERE state = 'draft';

CREATE TABLE staff_zone (
    user_id    BIGINT PRIMARY KEY
        CONSTRAINT staff_zone_user_positive CHECK (user_id > 0),
    -- IANA's name, e.g. America/New_York.
    zone       TEXT        NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Set when staff cancel a delivery of which an attempt was begun: nobody knows whether its message stands, so it is
-- looked for, and never sent again.
ALTER TABLE delivery ADD COLUMN withdrawn BOOLEAN NOT NULL DEFAULT FALSE;
