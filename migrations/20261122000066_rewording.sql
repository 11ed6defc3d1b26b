-- What staff typed last as another wording for what is scheduled or posted, while it is not that wording yet: refused, or
-- waiting for approval, or sent back. The form opens with it while the draft is as it was (its version).
CREATE TABLE rewording (
    draft_id BIGINT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    user_id BIGINT NOT NULL,
    version INT NOT NULL,
    wording JSONB NOT NULL CONSTRAINT rewording_object CHECK (jsonb_typeof(wording) = 'object'),
    typed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (draft_id, user_id)
);

-- 0, which is no role's id, stands for everyone.
ALTER TABLE draft DROP CONSTRAINT draft_ping_role_positive;
ALTER TABLE draft ADD CONSTRAINT draft_ping_role_or_everyone CHECK (ping_role_id >= 0);
