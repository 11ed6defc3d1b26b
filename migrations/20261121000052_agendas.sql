-- Which questions a posted agenda holds, so that one which is withdrawn or hidden leaves it; how often a session was
-- opened, so that opening it again says so again; and when it really ends, so that Discord's event ends with it.

CREATE TABLE agenda (
    -- What is posted.
    announcement_id BIGINT NOT NULL CONSTRAINT agenda_pkey PRIMARY KEY
        CONSTRAINT agenda_announcement REFERENCES announcement (id) ON DELETE CASCADE,
    -- The title of its series, as it was then.
    title           TEXT   NOT NULL,
    -- Open questions for which there was no room.
    more            BIGINT NOT NULL
        CONSTRAINT agenda_more_counted CHECK (more >= 0)
);

CREATE TABLE agenda_question (
    announcement_id BIGINT   NOT NULL
        CONSTRAINT agenda_question_agenda REFERENCES agenda (announcement_id) ON DELETE CASCADE,
    -- From 1 on, as it was posted.
    place           SMALLINT NOT NULL
        CONSTRAINT agenda_question_place_positive CHECK (place >= 1),
    question_id     UUID     NOT NULL
        CONSTRAINT agenda_question_question REFERENCES queued_question (id) ON DELETE CASCADE,
    CONSTRAINT agenda_question_pkey PRIMARY KEY (announcement_id, place)
);

CREATE INDEX agenda_question_of_question ON agenda_question (question_id);

ALTER TABLE session_run
    ADD COLUMN openings INTEGER NOT NULL DEFAULT 0
        CONSTRAINT session_run_openings_counted CHECK (openings >= 0);
UPDATE session_run SET openings = 1 WHERE opened_at IS NOT NULL;

-- When the session ends, where hosts extended it or closed it early; the event is then brought there as one that moved is.
ALTER TABLE scheduled_event ADD COLUMN ends_at TIMESTAMPTZ;
