-- Times are seconds since 1970-01-01 (UTC). A handle is shown in addresses and tokens by the same 16
-- hexadecimal digits: look one up with WHERE handle = '\x5a1f00c0ffee0417'.
-- The views request_overview, event_log and notice_queue show all of it in words.

-- What seldom changes of a request. The columns before `body` repeat what it says, for the indexes.
CREATE TABLE requests (
    handle     bytea PRIMARY KEY,
    reference  text COLLATE "C" NOT NULL UNIQUE,
    requester  text COLLATE "C" NOT NULL,
    supplier   text COLLATE "C" NOT NULL,
    patron     text COLLATE "C",
    status     text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    due_at     bigint,
    body       json NOT NULL
)
-- Bodies of some kilobytes stand in their row as they are: to compress and to take apart costs more
-- than it saves.
WITH (toast_tuple_target = 8160, fillfactor = 80);

CREATE INDEX requests_by_time ON requests (created_at, handle);
CREATE INDEX requests_by_status ON requests (status, created_at, handle);
CREATE INDEX requests_by_requester ON requests (requester, created_at, handle);
CREATE INDEX requests_by_requester_and_status
    ON requests (requester, status, created_at, handle);
CREATE INDEX requests_by_supplier ON requests (supplier, created_at, handle);
CREATE INDEX requests_by_supplier_and_status
    ON requests (supplier, status, created_at, handle);
CREATE INDEX requests_by_patron ON requests (requester, patron, created_at, handle)
    WHERE patron IS NOT NULL;
CREATE INDEX requests_by_patron_and_status
    ON requests (requester, patron, status, created_at, handle) WHERE patron IS NOT NULL;
CREATE INDEX requests_by_due_time ON requests (due_at) WHERE due_at IS NOT NULL;

-- What every claim changes, and the revision that guards both parts. Half of each page is kept free,
-- so that a claim touches no index.
CREATE TABLE tallies (
    handle   bytea PRIMARY KEY REFERENCES requests,
    revision bigint NOT NULL,
    tally    json NOT NULL
)
WITH (fillfactor = 50);

-- What happened, for good. The first event of a commit carries the commit's id.
CREATE TABLE events (
    handle    bytea NOT NULL,
    revision  bigint NOT NULL,
    place     integer NOT NULL,
    at        bigint NOT NULL,
    actor     json NOT NULL,
    what      json NOT NULL,
    commit_id bytea,
    PRIMARY KEY (handle, revision, place)
);

-- Notices that wait: `free_at` is their time, or the end of the lease that `fence` names.
CREATE TABLE outbox (
    handle  bytea NOT NULL REFERENCES requests,
    notice  bigint NOT NULL,
    free_at bigint NOT NULL,
    fence   bigint,
    PRIMARY KEY (handle, notice)
);

CREATE INDEX outbox_by_time ON outbox (free_at);

-- Counters that span requests; their names are keyed hashes. One that holds zero is not kept.
CREATE TABLE counters (
    counter    bytea PRIMARY KEY,
    used       bigint NOT NULL,
    expires_at bigint
)
WITH (fillfactor = 50);

CREATE INDEX counters_by_expiry ON counters (expires_at) WHERE expires_at IS NOT NULL;

-- What lists are searched by: the words of each request as the core folds them, and lexemes that no
-- word can be, for its requester (_r), its supplier (_s), its status (_t), each in hexadecimal, and
-- for waiting for its supplier (_w). Nothing about its patron.
CREATE TABLE searchable (
    handle     bytea PRIMARY KEY REFERENCES requests,
    created_at bigint NOT NULL,
    document   tsvector NOT NULL
);

-- What waits to be put into the index is bounded, so that no commit waits long for it.
CREATE INDEX searchable_by_document ON searchable USING gin (document)
    WITH (gin_pending_list_limit = 256);

-- The registry: small versioned records.
CREATE TABLE records (
    kind    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    value   bytea NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Numbers that only grow.
CREATE SEQUENCE fences;
CREATE SEQUENCE record_versions;

-- JSON that has the character U+0000, which PostgreSQL's texts cannot hold, shows nothing.
CREATE VIEW request_overview AS
SELECT
    encode(r.handle, 'hex') AS request,
    r.handle,
    r.reference,
    r.status,
    r.requester,
    r.supplier,
    b.body #>> '{facts,title}' AS title,
    (
        SELECT count(*) FROM json_array_elements(b.body -> 'attachments') AS a
        WHERE a ->> 'removed_at' IS NULL AND a ->> 'purged_at' IS NULL
    ) AS attachments,
    (
        SELECT coalesce(sum((u ->> 'u')::bigint), 0)
        FROM json_array_elements(t.tally -> 'budgets') AS u
    ) AS downloads,
    coalesce(json_array_length(b.body -> 'links'), 0) AS links,
    t.revision,
    to_timestamp(r.created_at) AT TIME ZONE 'UTC' AS created,
    to_timestamp(r.due_at) AT TIME ZONE 'UTC' AS due
FROM requests AS r
JOIN tallies AS t USING (handle)
CROSS JOIN LATERAL (
    SELECT CASE WHEN position('\u0000' IN r.body::text) = 0 THEN r.body END AS body
) AS b;

CREATE VIEW event_log AS
SELECT
    encode(handle, 'hex') AS request,
    handle,
    revision,
    place,
    to_timestamp(at) AT TIME ZONE 'UTC' AS time,
    CASE WHEN position('\u0000' IN actor::text) = 0 THEN actor END ->> 'by' AS by,
    CASE WHEN position('\u0000' IN what::text) = 0 THEN what END ->> 'event' AS event,
    what AS details
FROM events;

CREATE VIEW notice_queue AS
SELECT
    encode(o.handle, 'hex') AS request,
    o.handle,
    r.reference,
    o.notice,
    n.entry ->> 'kind' AS kind,
    n.entry -> 'to' AS recipient,
    n.entry #>> '{state,tries}' AS tries,
    CASE WHEN o.fence IS NULL THEN 'waiting' ELSE 'leased' END AS state,
    to_timestamp(o.free_at) AT TIME ZONE 'UTC' AS free
FROM outbox AS o
JOIN requests AS r USING (handle)
LEFT JOIN LATERAL (
    SELECT entry FROM json_array_elements(
        CASE WHEN position('\u0000' IN r.body::text) = 0 THEN r.body END -> 'notices'
    ) AS entry
    WHERE (entry ->> 'no')::bigint = o.notice
) AS n ON true;
