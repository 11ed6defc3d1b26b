-- Who is connected to Discord's gateway (gateway_holder), and when sessions were begun (gateway_identify).

-- One row: the process that took the gateway last. The lock itself is an advisory one, held by a session.
CREATE TABLE gateway_holder (
    one     BOOLEAN PRIMARY KEY DEFAULT TRUE CONSTRAINT gateway_holder_one CHECK (one),
    process TEXT        NOT NULL,
    since   TIMESTAMPTZ NOT NULL
);

-- Discord allows 1,000 in a day and resets the token after that; rows older than a day are removed.
CREATE TABLE gateway_identify (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL
);

CREATE INDEX gateway_identify_at ON gateway_identify (at);
