-- What staff do with submissions beyond reading them: themes, what is a matter of conduct, who did what when, and search.

-- What several submissions say. Named by staff.
CREATE TABLE theme (
    id       BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT theme_pkey PRIMARY KEY,
    name     TEXT        NOT NULL
        CONSTRAINT theme_name_bounded CHECK (length(name) BETWEEN 1 AND 50),
    made_by  BIGINT      NOT NULL
        CONSTRAINT theme_made_by_positive CHECK (made_by > 0),
    made_at  TIMESTAMPTZ NOT NULL
);

-- Two spellings that differ in capitals alone are one theme.
CREATE UNIQUE INDEX theme_name_unique ON theme (lower(name));

CREATE TABLE submission_theme (
    submission_id UUID   NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
    theme_id      BIGINT NOT NULL REFERENCES theme (id),
    CONSTRAINT submission_theme_pkey PRIMARY KEY (submission_id, theme_id)
);

CREATE INDEX submission_theme_by_theme ON submission_theme (theme_id);

-- Who of the staff did what, when. Nothing of what the sender does is noted: of an anonymous one it would tell the time.
CREATE TABLE submission_deed (
    id            BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT submission_deed_pkey PRIMARY KEY,
    submission_id UUID        NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
    done_by       BIGINT      NOT NULL
        CONSTRAINT submission_deed_done_by_positive CHECK (done_by > 0),
    done_at       TIMESTAMPTZ NOT NULL,
    what          TEXT        NOT NULL
        CONSTRAINT submission_deed_what_known CHECK (what IN ('acknowledge', 'resolve', 'reply', 'tag', 'untag', 'conduct')),
    theme_id      BIGINT REFERENCES theme (id),
    CONSTRAINT submission_deed_names_its_theme CHECK ((theme_id IS NOT NULL) = (what IN ('tag', 'untag')))
);

CREATE INDEX submission_deed_of_submission ON submission_deed (submission_id, id);

-- What is known of the time before this table.
INSERT INTO submission_deed (submission_id, done_by, done_at, what)
SELECT id, done_by, done_at, what FROM (
    SELECT id, acknowledged_by AS done_by, acknowledged_at AS done_at, 'acknowledge' AS what FROM submission
    UNION ALL SELECT submission_id, author_id, written_at, 'reply' FROM reply
    UNION ALL SELECT id, resolved_by, resolved_at, 'resolve' FROM submission
) AS known
WHERE done_by IS NOT NULL
ORDER BY done_at, what;

ALTER TABLE submission
    -- Raised with each change of its themes: whoever chose among others is told.
    ADD COLUMN themes_version INTEGER NOT NULL DEFAULT 0,
    -- A matter of conduct: its text is for its sender alone from then on, and nothing of staff's shows or finds it.
    ADD COLUMN conduct_by     BIGINT
        CONSTRAINT submission_conduct_by_positive CHECK (conduct_by > 0),
    ADD COLUMN conduct_at     TIMESTAMPTZ,
    ADD CONSTRAINT submission_conduct_is_told CHECK ((conduct_by IS NULL) = (conduct_at IS NULL)),
    ADD CONSTRAINT submission_conduct_is_settled CHECK (conduct_at IS NULL OR state = 'resolved');

-- One text to everybody who said the same: written, looked at, then sent once.
CREATE TABLE theme_reply (
    id         BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT theme_reply_pkey PRIMARY KEY,
    theme_id   BIGINT      NOT NULL REFERENCES theme (id),
    author_id  BIGINT      NOT NULL
        CONSTRAINT theme_reply_author_positive CHECK (author_id > 0),
    -- The click that opened the form: a form that is sent twice is kept once.
    opened_by  BIGINT      NOT NULL
        CONSTRAINT theme_reply_opened_by_positive CHECK (opened_by > 0),
    text       TEXT        NOT NULL
        CONSTRAINT theme_reply_text_bounded CHECK (length(text) BETWEEN 1 AND 1500),
    written_at TIMESTAMPTZ NOT NULL,
    sent_by    BIGINT
        CONSTRAINT theme_reply_sent_by_positive CHECK (sent_by > 0),
    sent_at    TIMESTAMPTZ,
    CONSTRAINT theme_reply_once UNIQUE (author_id, opened_by),
    CONSTRAINT theme_reply_sending_is_told CHECK ((sent_by IS NULL) = (sent_at IS NULL))
);

CREATE INDEX theme_reply_by_theme ON theme_reply (theme_id);

ALTER TABLE reply
    ADD COLUMN theme_reply_id BIGINT REFERENCES theme_reply (id),
    -- One click may answer several submissions, and each once.
    DROP CONSTRAINT reply_once,
    ADD CONSTRAINT reply_once UNIQUE (author_id, opened_by, submission_id),
    ADD CONSTRAINT reply_once_a_theme_reply UNIQUE (theme_reply_id, submission_id);

-- Answers to the questions of a programme's own form, each with the question as it was worded then: [{question, answer}].
ALTER TABLE submission
    ADD COLUMN form JSONB
        CONSTRAINT submission_form_shape CHECK (jsonb_typeof(form) = 'array' AND jsonb_array_length(form) BETWEEN 1 AND 5),
    DROP CONSTRAINT submission_says_something,
    ADD CONSTRAINT submission_says_something CHECK
        (CASE WHEN kind = 'question' THEN question IS NOT NULL AND went_well IS NULL AND to_change IS NULL AND form IS NULL
              WHEN form IS NOT NULL THEN question IS NULL AND went_well IS NULL AND to_change IS NULL
              ELSE question IS NULL AND (went_well IS NOT NULL OR to_change IS NOT NULL) END);

-- English words by their stems, and every word as it is: names, short words, other languages.
ALTER TABLE submission
    ADD COLUMN words TSVECTOR NOT NULL GENERATED ALWAYS AS (
        CASE WHEN conduct_at IS NULL THEN
            to_tsvector('english', coalesce(question, '') || ' ' || coalesce(went_well, '') || ' ' || coalesce(to_change, ''))
            || to_tsvector('simple', coalesce(question, '') || ' ' || coalesce(went_well, '') || ' ' || coalesce(to_change, ''))
            || coalesce(jsonb_to_tsvector('english', jsonb_path_query_array(form, '$[*].answer'), '["string"]'), '')
            || coalesce(jsonb_to_tsvector('simple', jsonb_path_query_array(form, '$[*].answer'), '["string"]'), '')
        ELSE ''::TSVECTOR END
    ) STORED;

CREATE INDEX submission_words ON submission USING GIN (words);
CREATE INDEX submission_by_day ON submission (submitted_on DESC);
