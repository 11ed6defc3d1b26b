-- Which erasures of the ledger, which lies outside the database, were carried out in this one: what a restored backup lacks
-- here is carried out again. A random number each; it names nobody.
CREATE TABLE erasure (
    id UUID NOT NULL CONSTRAINT erasure_pkey PRIMARY KEY
);

-- What members were sent is erased with what it was about.
CREATE INDEX announcement_personal ON announcement (id) WHERE kind = 'personal';
