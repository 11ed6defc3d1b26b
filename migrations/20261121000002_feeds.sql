-- Blogs (feed) and the posts that are known of them (entry). Identity is this set of keys, never a cursor or a date.

CREATE TABLE feed (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key           TEXT        NOT NULL CONSTRAINT feed_key_unique UNIQUE,
    url           TEXT        NOT NULL,
    -- A feed that left the configuration is kept with its entries, so that nothing is posted again when it returns.
    active        BOOLEAN     NOT NULL DEFAULT TRUE,
    -- Set by the first good poll, also of an empty feed.
    seeded_at     TIMESTAMPTZ,
    etag          TEXT,
    last_modified TEXT,
    next_poll_at  TIMESTAMPTZ NOT NULL,
    failures      INTEGER     NOT NULL DEFAULT 0
        CONSTRAINT feed_failures_counted CHECK (failures >= 0),
    problem       TEXT,
    polled_at     TIMESTAMPTZ
);

CREATE INDEX feed_due ON feed (next_poll_at) WHERE active;

CREATE TABLE entry (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id         BIGINT      NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    key             TEXT        NOT NULL,
    url             TEXT,
    title           TEXT        NOT NULL,
    published_at    TIMESTAMPTZ,
    -- Of what an announcement shows; another one means that the entry was edited.
    fingerprint     TEXT        NOT NULL,
    first_seen_at   TIMESTAMPTZ NOT NULL,
    -- When it was announced, or would have been had it not been told apart from what was known.
    announced_at    TIMESTAMPTZ,
    -- The key that this entry had before the feed's identities changed.
    alias_of        TEXT,
    announcement_id BIGINT REFERENCES announcement (id) ON DELETE SET NULL,
    CONSTRAINT entry_key_once_a_feed UNIQUE (feed_id, key)
);

CREATE INDEX entry_announcement ON entry (announcement_id) WHERE announcement_id IS NOT NULL;
