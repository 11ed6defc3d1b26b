-- Announcements as posts of forums and media channels.

-- The forum tags that a draft's post bears, each with its id, its name and its forum's channel.
ALTER TABLE draft ADD COLUMN tags JSONB NOT NULL DEFAULT '[]' 
    CONSTRAINT draft_tags_list CHECK (jsonb_typeof(tags) = 'array');

-- Whether the delivery's message stands in a post of its own, whose id is the message's.
ALTER TABLE delivery ADD COLUMN in_post BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE draft_deed DROP CONSTRAINT draft_deed_known;
ALTER TABLE draft_deed ADD CONSTRAINT draft_deed_known
    CHECK (deed IN ('written', 'copied', 'reworded', 'channels', 'ping', 'followers', 'thread', 'pin', 'tags', 'time', 'expiry', 'confirmed', 'sent', 'scheduled', 'asked', 'approved', 'returned', 'void', 'corrected', 'cancelled', 'retried', 'discarded', 'warned', 'dropped', 'missed'));

-- Which panel this one replaced, by its announcement, which may be gone; NULL for the first of its channel. The same wish
-- again, whose answer was lost, is known by it.
ALTER TABLE panel ADD COLUMN replaced BIGINT;
