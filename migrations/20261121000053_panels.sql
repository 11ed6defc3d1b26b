-- The panel of a channel: a message whose buttons open what commands open, for channels in which members cannot write.

CREATE TABLE panel (
    channel_id      BIGINT      NOT NULL CONSTRAINT panel_pkey PRIMARY KEY
        CONSTRAINT panel_channel_positive CHECK (channel_id > 0),
    announcement_id BIGINT      NOT NULL
        CONSTRAINT panel_announcement_once UNIQUE
        CONSTRAINT panel_announcement REFERENCES announcement (id) ON DELETE CASCADE,
    -- Who of the staff put it there, and when.
    staff_id        BIGINT      NOT NULL
        CONSTRAINT panel_staff_positive CHECK (staff_id > 0),
    posted_at       TIMESTAMPTZ NOT NULL
);
