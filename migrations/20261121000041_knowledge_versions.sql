-- What staff change in the knowledge base: versions over the files (knowledge_version), what is typed before it counts
-- (knowledge_draft), and a number by which every process notices that there is something new (knowledge_revision).

CREATE TABLE knowledge_version (
    id         BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT knowledge_version_pkey PRIMARY KEY,
    subject    TEXT        NOT NULL
        CONSTRAINT knowledge_version_subject_known CHECK (subject IN ('article', 'program')),
    -- The article's id, or the key of a programme's status.
    key        TEXT        NOT NULL
        CONSTRAINT knowledge_version_key_shape CHECK (key ~ '^[a-z0-9-]{1,80}$'),
    -- From 1 on for each subject; 0 stands for the file.
    number     INTEGER     NOT NULL
        CONSTRAINT knowledge_version_number_positive CHECK (number >= 1),
    -- The version that it was written over; always the one before it, so that nothing is overwritten unseen.
    based_on   INTEGER     NOT NULL
        CONSTRAINT knowledge_version_follows CHECK (based_on = number - 1),
    kind       TEXT        NOT NULL
        CONSTRAINT knowledge_version_kind_known CHECK (kind IN ('add', 'edit', 'retire', 'review', 'file')),
    -- All of it: front matter and text. NULL where the file counts again.
    content    JSONB
        CONSTRAINT knowledge_version_content_object CHECK (jsonb_typeof(content) = 'object'),
    -- A digest of the file that lay beneath when this was written; NULL where there was none.
    file_hash  TEXT
        CONSTRAINT knowledge_version_file_hash_shape CHECK (file_hash ~ '^[0-9a-f]{12}$'),
    -- Who of the staff, and when.
    staff_id   BIGINT      NOT NULL
        CONSTRAINT knowledge_version_staff_positive CHECK (staff_id > 0),
    made_at    TIMESTAMPTZ NOT NULL,
    CONSTRAINT knowledge_version_once UNIQUE (subject, key, number),
    CONSTRAINT knowledge_version_has_content CHECK ((content IS NULL) = (kind = 'file'))
);

CREATE TABLE knowledge_draft (
    id         BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT knowledge_draft_pkey PRIMARY KEY,
    author_id  BIGINT      NOT NULL
        CONSTRAINT knowledge_draft_author_positive CHECK (author_id > 0),
    -- The interaction that opened the form: a form that is sent twice makes one draft.
    opened_by  BIGINT      NOT NULL
        CONSTRAINT knowledge_draft_form_once UNIQUE
        CONSTRAINT knowledge_draft_opened_by_positive CHECK (opened_by > 0),
    subject    TEXT        NOT NULL
        CONSTRAINT knowledge_draft_subject_known CHECK (subject IN ('article', 'program')),
    -- Empty for an article that is new: its id follows from what is typed.
    key        TEXT        NOT NULL
        CONSTRAINT knowledge_draft_key_shape CHECK (key ~ '^[a-z0-9-]{0,80}$'),
    kind       TEXT        NOT NULL
        CONSTRAINT knowledge_draft_kind_known CHECK (kind IN ('add', 'edit', 'retire')),
    -- As typed, so that nothing is lost where it can't be used yet.
    typed      JSONB       NOT NULL
        CONSTRAINT knowledge_draft_typed_object CHECK (jsonb_typeof(typed) = 'object'),
    -- What the author saw when he began: the version, a digest of its content, and the content where it is known.
    base       INTEGER     NOT NULL
        CONSTRAINT knowledge_draft_base_positive CHECK (base >= 0),
    base_hash  TEXT        NOT NULL,
    base_content JSONB,
    state      TEXT        NOT NULL DEFAULT 'draft'
        CONSTRAINT knowledge_draft_state_known CHECK (state IN ('draft', 'saved', 'discarded')),
    -- Raised by every change: a button that was made for an earlier version changes nothing.
    version    INTEGER     NOT NULL DEFAULT 1
        CONSTRAINT knowledge_draft_version_positive CHECK (version >= 1),
    -- The version that it became.
    saved_as   BIGINT
        CONSTRAINT knowledge_draft_saved_as_exists REFERENCES knowledge_version (id),
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT knowledge_draft_saved_is_a_version CHECK ((state = 'saved') = (saved_as IS NOT NULL))
);

CREATE INDEX knowledge_draft_of_author ON knowledge_draft (author_id, updated_at DESC) WHERE state = 'draft';

-- One row. Every new version raises the number in its own transaction, so versions are written one after the other, and
-- whoever reads a number reads all versions up to it.
CREATE TABLE knowledge_revision (
    one    BOOLEAN NOT NULL DEFAULT TRUE CONSTRAINT knowledge_revision_pkey PRIMARY KEY
        CONSTRAINT knowledge_revision_one CHECK (one),
    number BIGINT  NOT NULL DEFAULT 0
        CONSTRAINT knowledge_revision_number_positive CHECK (number >= 0)
);

INSERT INTO knowledge_revision DEFAULT VALUES;
