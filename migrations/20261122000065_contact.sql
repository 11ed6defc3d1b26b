-- Whom an announcement names for questions: name and address as they stood in the configuration when they were chosen.
ALTER TABLE draft ADD COLUMN contact JSONB CONSTRAINT draft_contact_named CHECK (contact ? 'name' AND contact ? 'address');
