-- Pictures that go with an announcement, and themes that are renamed and merged.

-- Drawn once, in the transaction that stores the announcement: whoever delivers it, and however often it is tried, sends the
-- same bytes. Numbers, programmes and themes; nothing that a member wrote.
CREATE TABLE announcement_picture (
    announcement_id BIGINT   NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
    place           SMALLINT NOT NULL
        CONSTRAINT announcement_picture_place_range CHECK (place BETWEEN 0 AND 9),
    name            TEXT     NOT NULL
        CONSTRAINT announcement_picture_name_shape CHECK (name ~ '^[a-z0-9-]{1,60}\.png$'),
    -- What it shows, for those who can't see it.
    alt             TEXT     NOT NULL
        CONSTRAINT announcement_picture_alt_bounded CHECK (length(alt) BETWEEN 1 AND 1024),
    png             BYTEA    NOT NULL
        CONSTRAINT announcement_picture_bounded CHECK (octet_length(png) BETWEEN 1 AND 1048576),
    CONSTRAINT announcement_picture_pkey PRIMARY KEY (announcement_id, place)
);

ALTER TABLE theme
    -- Raised when it is renamed or another is merged into it: whoever saw it before is told.
    ADD COLUMN version    INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN changed_by BIGINT
        CONSTRAINT theme_changed_by_positive CHECK (changed_by > 0),
    ADD COLUMN changed_at TIMESTAMPTZ,
    ADD CONSTRAINT theme_change_is_told CHECK ((changed_by IS NULL) = (changed_at IS NULL));
