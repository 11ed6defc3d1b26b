-- What becomes of answers: questions without a good one (gap), whether they helped (vote), the week's digest (digest); and
-- what staff write back to members (reply).

-- Nothing here leads to who asked: no id, and of the time only the day.
CREATE TABLE gap (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Normalised, so that equal questions count up.
    question       TEXT        NOT NULL
        CONSTRAINT gap_question_once UNIQUE
        CONSTRAINT gap_question_bounded CHECK (length(question) BETWEEN 1 AND 200),
    -- How often.
    asked          INTEGER     NOT NULL DEFAULT 1
        CONSTRAINT gap_asked_counted CHECK (asked >= 1),
    -- What came of it when it was last asked.
    reason         TEXT        NOT NULL
        CONSTRAINT gap_reason_known CHECK (reason IN ('nothing', 'elsewhere', 'none-chosen', 'not-helpful')),
    -- The article that was nearest then; it may be gone by now.
    nearest        TEXT
        CONSTRAINT gap_nearest_bounded CHECK (length(nearest) BETWEEN 1 AND 200),
    first_asked_on DATE        NOT NULL,
    last_asked_on  DATE        NOT NULL,
    -- By whom of the staff it was put aside, and when. It still counts up, so that it stays put aside.
    closed_by      BIGINT
        CONSTRAINT gap_closed_by_positive CHECK (closed_by > 0),
    closed_at      TIMESTAMPTZ,
    CONSTRAINT gap_asked_in_order CHECK (last_asked_on >= first_asked_on),
    CONSTRAINT gap_closed_is_told CHECK ((closed_by IS NULL) = (closed_at IS NULL))
);

CREATE INDEX gap_open ON gap (asked DESC, last_asked_on DESC, id) WHERE closed_at IS NULL;
CREATE INDEX gap_last_asked ON gap (last_asked_on);

CREATE TABLE vote (
    -- SHA-256 of a secret that is not in the database, the member and the article: one vote a member and article, which
    -- its member finds again (to erase it) and nobody else, and which leads to no other vote of his.
    voter    BYTEA   NOT NULL CONSTRAINT vote_pkey PRIMARY KEY
        CONSTRAINT vote_voter_shape CHECK (octet_length(voter) = 32),
    article  TEXT    NOT NULL
        CONSTRAINT vote_article_bounded CHECK (length(article) BETWEEN 1 AND 200),
    helpful  BOOLEAN NOT NULL,
    -- Whether its question was counted as a gap: changing one's mind to and fro counts it once.
    counted  BOOLEAN NOT NULL DEFAULT FALSE,
    voted_on DATE    NOT NULL
);

CREATE INDEX vote_day ON vote (voted_on);

-- One row a week of which the digest was made, also where there was nothing to say: then without an announcement.
CREATE TABLE digest (
    -- ISO 8601, e.g. 2026-W48.
    week            TEXT        NOT NULL CONSTRAINT digest_pkey PRIMARY KEY
        CONSTRAINT digest_week_shape CHECK (week ~ '^[0-9]{4}-W[0-9]{2}$'),
    announcement_id BIGINT      REFERENCES announcement (id) ON DELETE SET NULL,
    made_at         TIMESTAMPTZ NOT NULL
);

CREATE TABLE reply (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id   UUID        NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
    -- Who of the staff wrote it.
    author_id       BIGINT      NOT NULL
        CONSTRAINT reply_author_positive CHECK (author_id > 0),
    -- The click that opened the form: a form that is sent twice is kept once.
    opened_by       BIGINT      NOT NULL
        CONSTRAINT reply_opened_by_positive CHECK (opened_by > 0),
    text            TEXT        NOT NULL
        CONSTRAINT reply_text_bounded CHECK (length(text) BETWEEN 1 AND 1500),
    written_at      TIMESTAMPTZ NOT NULL,
    -- What is sent by direct message, or told at the next command; NULL where the member reads it under /me alone.
    announcement_id BIGINT
        CONSTRAINT reply_announcement_unique UNIQUE
        REFERENCES announcement (id) ON DELETE SET NULL,
    -- When the member read it otherwise than by direct message.
    told_at         TIMESTAMPTZ,
    CONSTRAINT reply_once UNIQUE (author_id, opened_by)
);

CREATE INDEX reply_of_submission ON reply (submission_id, id);
CREATE INDEX submission_open_questions ON submission (submitted_at) WHERE kind = 'question' AND state <> 'resolved';
