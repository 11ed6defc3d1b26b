-- Steps after a delivery: threads, pins and deletions; messages that are gone; cards that follow what became of a trouble.

ALTER TABLE delivery_step
    DROP CONSTRAINT delivery_step_known,
    ADD CONSTRAINT delivery_step_known CHECK (step IN ('edit', 'crosspost', 'thread', 'pin', 'delete'));

-- When the message was found to be gone, or deleted here: nothing further is done about it, and it is never sent again.
ALTER TABLE delivery ADD COLUMN removed_at TIMESTAMPTZ;

-- From now on a delivered message that is withdrawn is one that is to be deleted. Until now it stayed.
UPDATE delivery SET withdrawn = FALSE WHERE state = 'delivered';

-- Whether a thread is opened below a draft's message, and whether it is pinned.
ALTER TABLE draft
    ADD COLUMN thread BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN pin    BOOLEAN NOT NULL DEFAULT FALSE;

-- Which card told staff of what: a delivery whose message did not come to stand, or a step of it. One card tells of all
-- that fails in one channel for one reason within the hour, and is edited as that changes.
CREATE TABLE delivery_card (
    delivery_id     BIGINT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    -- 'message' for the message itself, else the step.
    part            TEXT   NOT NULL
        CONSTRAINT delivery_card_part_known CHECK (part IN ('message', 'edit', 'crosspost', 'thread', 'pin', 'delete')),
    announcement_id BIGINT NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
    PRIMARY KEY (delivery_id, part)
);

CREATE INDEX delivery_card_announcement ON delivery_card (announcement_id);
