-- Questions that members ask for office hours (queued_question), and who would like them answered too
-- (queued_question_vote). A question belongs to a series and waits for whichever session of it comes next.

CREATE TABLE queued_question (
    -- Random: for an anonymous one, neither a value nor an order may lead to rows that know the time.
    id                UUID        NOT NULL CONSTRAINT queued_question_pkey PRIMARY KEY,
    -- The key of a configured series; one that left the configuration keeps its questions.
    series            TEXT        NOT NULL
        CONSTRAINT queued_question_series_shape CHECK (series ~ '^[a-z0-9-]{1,32}$'),
    -- Word for word as written.
    text              TEXT        NOT NULL
        CONSTRAINT queued_question_text_bounded CHECK (length(text) BETWEEN 1 AND 1000),
    -- In UTC. All that is known of the time of an anonymous one.
    asked_on          DATE        NOT NULL,

    -- Named ones.
    author_id         BIGINT
        CONSTRAINT queued_question_author_positive CHECK (author_id > 0),
    -- The interaction that opened the form. Whoever sends it says so himself, so it counts together with the author.
    opened_by         BIGINT
        CONSTRAINT queued_question_opened_by_positive CHECK (opened_by > 0),
    asked_at          TIMESTAMPTZ,

    -- Anonymous ones: SHA-256 of the receipt that the sender keeps.
    receipt_hash      BYTEA
        CONSTRAINT queued_question_receipt_shape CHECK (octet_length(receipt_hash) = 32)
        CONSTRAINT queued_question_receipt_unique UNIQUE,
    -- Not shown before the next round, or it would tell when the sender was there.
    awaits_round      BOOLEAN     NOT NULL DEFAULT FALSE,
    -- Withdrawn by whoever has the receipt, for the same reason shown until the next round: then the row goes.
    withdrawn         BOOLEAN     NOT NULL DEFAULT FALSE,

    state             TEXT        NOT NULL DEFAULT 'open'
        CONSTRAINT queued_question_state_known CHECK (state IN ('open', 'answered', 'hidden')),
    -- Raised by every change of the state: a button that was made for an earlier one changes nothing.
    version           INTEGER     NOT NULL DEFAULT 1
        CONSTRAINT queued_question_version_positive CHECK (version >= 1),
    settled_by        BIGINT
        CONSTRAINT queued_question_settled_by_positive CHECK (settled_by > 0),
    settled_at        TIMESTAMPTZ,
    -- The message that answers it.
    answer_channel_id BIGINT
        CONSTRAINT queued_question_answer_channel_positive CHECK (answer_channel_id > 0),
    answer_message_id BIGINT
        CONSTRAINT queued_question_answer_message_positive CHECK (answer_message_id > 0),
    -- What is sent to the asker by direct message, or told at the next command.
    announcement_id   BIGINT
        CONSTRAINT queued_question_announcement REFERENCES announcement (id) ON DELETE SET NULL
        CONSTRAINT queued_question_announcement_unique UNIQUE,
    -- When the asker read it otherwise than by direct message.
    told_at           TIMESTAMPTZ,
    -- The recap in which it stands.
    recap_id          BIGINT
        CONSTRAINT queued_question_recap REFERENCES draft (id) ON DELETE SET NULL,

    CONSTRAINT queued_question_once UNIQUE (author_id, opened_by),
    CONSTRAINT queued_question_named_or_anonymous CHECK
        (CASE WHEN receipt_hash IS NULL
              THEN author_id IS NOT NULL AND opened_by IS NOT NULL AND asked_at IS NOT NULL
                   AND NOT awaits_round AND NOT withdrawn
              ELSE author_id IS NULL AND opened_by IS NULL AND asked_at IS NULL
                   AND announcement_id IS NULL AND told_at IS NULL END),
    CONSTRAINT queued_question_settled_is_told CHECK
        ((settled_by IS NULL) = (settled_at IS NULL) AND (settled_at IS NULL) = (state = 'open')),
    CONSTRAINT queued_question_answer_is_whole CHECK
        ((answer_channel_id IS NULL) = (answer_message_id IS NULL)
         AND (answer_message_id IS NULL OR state = 'answered'))
);

CREATE INDEX queued_question_of_series ON queued_question (series, state);
CREATE INDEX queued_question_by_author ON queued_question (author_id, asked_at DESC) WHERE author_id IS NOT NULL;
CREATE INDEX queued_question_awaits_round ON queued_question (id) WHERE awaits_round OR withdrawn;
CREATE INDEX queued_question_day ON queued_question (asked_on);
CREATE INDEX queued_question_of_recap ON queued_question (recap_id) WHERE recap_id IS NOT NULL;

CREATE TABLE queued_question_vote (
    -- SHA-256 of a secret that is not in the database, the member and the question: see the table vote.
    voter       BYTEA NOT NULL CONSTRAINT queued_question_vote_pkey PRIMARY KEY
        CONSTRAINT queued_question_vote_voter_shape CHECK (octet_length(voter) = 32),
    question_id UUID  NOT NULL
        CONSTRAINT queued_question_vote_question REFERENCES queued_question (id) ON DELETE CASCADE
);

CREATE INDEX queued_question_vote_of_question ON queued_question_vote (question_id);
