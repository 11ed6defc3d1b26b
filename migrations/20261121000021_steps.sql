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

-- What staff were told of: a delivery that failed or is held, or a step of it that failed, as its card tells it. Where this
-- differs from how it stands, its card is edited. One card tells of all that fails in one channel for one reason within the
-- hour.
CREATE TABLE trouble (
    delivery_id     BIGINT      NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    -- 'message' for the message itself, else the step.
    part            TEXT        NOT NULL
        CONSTRAINT trouble_part_known CHECK (part IN ('message', 'edit', 'crosspost', 'thread', 'pin', 'delete')),
    -- In the words of deliveries; a step that is done counts as delivered.
    state           TEXT        NOT NULL
        CONSTRAINT trouble_state_known CHECK (state IN ('held', 'pending', 'delivered', 'failed', 'missed', 'cancelled')),
    problem         TEXT,
    -- The last attempt.
    tried_at        TIMESTAMPTZ NOT NULL,
    -- The card; NULL for what was told before cards were edited.
    announcement_id BIGINT REFERENCES announcement (id) ON DELETE SET NULL,
    told_at         TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (delivery_id, part)
);

CREATE INDEX trouble_card ON trouble (announcement_id);
CREATE INDEX trouble_open ON trouble (delivery_id) WHERE state IN ('held', 'pending', 'failed');
CREATE INDEX delivery_troubled ON delivery (id) WHERE state IN ('held', 'failed');
CREATE INDEX delivery_step_troubled ON delivery_step (delivery_id) WHERE state = 'failed';

-- The parts of a delivery that can fail by themselves, in the words of deliveries. What is being sent may still fail.
CREATE VIEW delivery_part AS
SELECT id AS delivery_id, 'message' AS part, CASE state WHEN 'sending' THEN 'pending' ELSE state END AS state, problem,
       next_attempt_at AS tried_at
FROM delivery
UNION ALL
SELECT delivery_id, step, CASE state WHEN 'done' THEN 'delivered' ELSE state END, problem, next_attempt_at
FROM delivery_step;

-- What staff have not been told as it now stands. Cards for staff make no cards of their own: they would meet the same
-- wall. A member's own reminder is nothing for staff. Without a problem a delivery is held for their approval.
CREATE VIEW untold_trouble AS
SELECT p.delivery_id, p.part
FROM (SELECT id AS delivery_id FROM delivery WHERE state IN ('held', 'failed')
      UNION SELECT delivery_id FROM delivery_step WHERE state = 'failed'
      UNION SELECT delivery_id FROM trouble WHERE state IN ('held', 'pending', 'failed')) AS candidate
JOIN delivery_part p ON p.delivery_id = candidate.delivery_id
JOIN delivery d ON d.id = p.delivery_id
JOIN announcement a ON a.id = d.announcement_id
LEFT JOIN trouble t ON t.delivery_id = p.delivery_id AND t.part = p.part
LEFT JOIN delivery card ON card.announcement_id = t.announcement_id
WHERE a.kind NOT IN ('internal', 'personal')
  AND CASE WHEN p.state IN ('held', 'failed')
           -- A card is found to be gone when it is to say something new.
           THEN p.problem IS NOT NULL AND (t.state IS DISTINCT FROM p.state OR t.problem IS DISTINCT FROM p.problem
                                           OR t.tried_at IS DISTINCT FROM p.tried_at OR card.removed_at IS NOT NULL)
           ELSE t.state IN ('held', 'pending', 'failed') AND t.state <> p.state END;

-- Of what failed until now staff have been told.
INSERT INTO trouble (delivery_id, part, state, problem, tried_at, told_at)
SELECT id, 'message', state, problem, next_attempt_at, next_attempt_at FROM delivery WHERE state IN ('held', 'failed') AND problem IS NOT NULL;
INSERT INTO trouble (delivery_id, part, state, problem, tried_at, told_at)
SELECT delivery_id, step, state, problem, next_attempt_at, next_attempt_at FROM delivery_step WHERE state = 'failed';
