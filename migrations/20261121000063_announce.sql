-- Staff announcements: a second member of staff's word (approval), who did what (draft_deed), what its author confirmed, and
-- from when on an announcement or a draft is worth nothing any more.

ALTER TABLE draft
    -- Who changed it last; NULL while nobody but its author did.
    ADD COLUMN changed_by BIGINT
        CONSTRAINT draft_changed_by_positive CHECK (changed_by > 0),
    -- The warnings that were confirmed, each with what it warned of: another wording is warned of anew.
    ADD COLUMN confirmed  TEXT[] NOT NULL DEFAULT '{}',
    -- After this it is not sent any more.
    ADD COLUMN expires_at TIMESTAMPTZ,
    -- When its author was told that it will be dropped.
    ADD COLUMN warned_at  TIMESTAMPTZ,
    -- Dropped, because nobody touched it for long.
    DROP CONSTRAINT draft_state_known,
    ADD CONSTRAINT draft_state_known CHECK
        (state IN ('draft', 'scheduled', 'sent', 'discarded', 'cancelled', 'dropped')),
    DROP CONSTRAINT draft_unsent_is_not_announced,
    ADD CONSTRAINT draft_unsent_is_not_announced CHECK
        (state NOT IN ('draft', 'discarded', 'dropped') OR announcement_id IS NULL);

CREATE INDEX draft_untouched ON draft (updated_at) WHERE state = 'draft';

-- Asked of a second member of staff, where a channel wants that. What is held until then are the deliveries, without a problem.
CREATE TABLE approval (
    id         BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT approval_pkey PRIMARY KEY,
    draft_id   BIGINT      NOT NULL
        CONSTRAINT approval_draft REFERENCES draft (id) ON DELETE CASCADE,
    -- SHA-256 of what is approved: text, picture, ping, thread and pin, channels, followers, time.
    digest     BYTEA       NOT NULL
        CONSTRAINT approval_digest_shape CHECK (octet_length(digest) = 32),
    -- Another wording for what is posted already, as JSON; NULL where all of it waits.
    correction JSONB,
    -- void: something was changed, or it was taken back.
    state      TEXT        NOT NULL DEFAULT 'waiting'
        CONSTRAINT approval_state_known CHECK (state IN ('waiting', 'approved', 'returned', 'void')),
    asked_by   BIGINT      NOT NULL
        CONSTRAINT approval_asked_by_positive CHECK (asked_by > 0),
    asked_at   TIMESTAMPTZ NOT NULL,
    settled_by BIGINT
        CONSTRAINT approval_settled_by_positive CHECK (settled_by > 0),
    settled_at TIMESTAMPTZ,
    -- Why it was sent back.
    reason     TEXT,
    card_id    BIGINT
        CONSTRAINT approval_card REFERENCES announcement (id) ON DELETE SET NULL,
    -- When the card began to say that the time went by.
    late_at    TIMESTAMPTZ,
    CONSTRAINT approval_settled_is_told CHECK ((settled_at IS NULL) = (state = 'waiting')),
    CONSTRAINT approval_settled_by_somebody CHECK (state NOT IN ('approved', 'returned') OR settled_by IS NOT NULL)
);

CREATE UNIQUE INDEX approval_waits_once ON approval (draft_id) WHERE state = 'waiting';
CREATE INDEX approval_of_draft ON approval (draft_id);
CREATE INDEX approval_card_of ON approval (card_id) WHERE card_id IS NOT NULL;

-- What was done with a draft and with what became of it, stored together with the deed itself. What became of each delivery
-- stands in the delivery.
CREATE TABLE draft_deed (
    id       BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT draft_deed_pkey PRIMARY KEY,
    draft_id BIGINT      NOT NULL
        CONSTRAINT draft_deed_draft REFERENCES draft (id) ON DELETE CASCADE,
    deed     TEXT        NOT NULL
        CONSTRAINT draft_deed_known CHECK (deed IN
            ('written', 'copied', 'reworded', 'channels', 'ping', 'followers', 'thread', 'pin', 'time', 'expiry', 'confirmed',
             'sent', 'scheduled', 'asked', 'approved', 'returned', 'void', 'corrected', 'cancelled', 'retried', 'discarded',
             'warned', 'dropped', 'missed')),
    -- Who of the staff; NULL where it happened by itself.
    by_id    BIGINT
        CONSTRAINT draft_deed_by_positive CHECK (by_id > 0),
    at       TIMESTAMPTZ NOT NULL,
    -- What it was and what it is then, as JSON.
    before   JSONB,
    after    JSONB
);

CREATE INDEX draft_deed_of_draft ON draft_deed (draft_id, id);

-- Who wrote other words for the post: where a channel wants a second member of staff's word, that is not his.
ALTER TABLE feed_question
    ADD COLUMN rewritten_by BIGINT
        CONSTRAINT feed_question_rewritten_by_positive CHECK (rewritten_by > 0);
