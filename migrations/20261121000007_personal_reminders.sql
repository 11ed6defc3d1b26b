-- Members' own reminders of sessions. What is sent is an announcement of its own kind to the member's direct messages, so
-- that it is sent once like every other.

ALTER TABLE announcement
    DROP CONSTRAINT announcement_kind_known,
    ADD CONSTRAINT announcement_kind_known CHECK
        (kind IN ('blog', 'office-hours', 'key-date', 'staff', 'internal', 'personal'));

CREATE TABLE personal_reminder (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id         BIGINT      NOT NULL
        CONSTRAINT personal_reminder_user_positive CHECK (user_id > 0),
    series          TEXT        NOT NULL,
    starts_at       TIMESTAMPTZ NOT NULL,
    -- The row goes a day after this.
    ends_at         TIMESTAMPTZ NOT NULL
        CONSTRAINT personal_reminder_lasts CHECK (ends_at > starts_at),
    -- Goes with it: erasing the announcement leaves nothing.
    announcement_id BIGINT      NOT NULL
        CONSTRAINT personal_reminder_announcement_unique UNIQUE
        REFERENCES announcement (id) ON DELETE CASCADE,
    -- When the member was told at a command instead, because the direct message could not be sent.
    told_at         TIMESTAMPTZ,
    CONSTRAINT personal_reminder_once UNIQUE (user_id, series, starts_at)
);

CREATE INDEX personal_reminder_ends ON personal_reminder (ends_at);
