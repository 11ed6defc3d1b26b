-- Discord's limits that are closed (a publishing limit of an hour, a global one, a pause of our own), so that neither a
-- restart nor another process sends a request to one of them before its time.

CREATE TABLE closed_bucket (
    -- Method and path without ids of messages and members, or '*' for every request.
    route  TEXT        NOT NULL
        CONSTRAINT closed_bucket_route_filled CHECK (route <> ''),
    -- The channel or server that Discord counts it for, e.g. 'channels/1100000000000000001'; '' where there is none.
    major  TEXT        NOT NULL,
    until  TIMESTAMPTZ NOT NULL,
    reason TEXT        NOT NULL
        CONSTRAINT closed_bucket_reason_known CHECK
            (reason IN ('bucket', 'shared', 'global', 'address', 'unauthorized', 'invalid-requests')),
    CONSTRAINT closed_bucket_pkey PRIMARY KEY (route, major)
);
