-- Times are in seconds since 1970-01-01 (UTC). Handles appear in addresses and tokens as 16
-- hexadecimal digits: look one up with WHERE handle = '\x5a1f00c0ffee0417'. The views
-- request_overview, event_log and notice_queue show the tables in readable form.

-- The part of a delivery that rarely changes. The columns before `record` copy values from it for
-- the indexes.
CREATE TABLE requests (
    handle     bytea PRIMARY KEY,
    reference  text COLLATE "C" NOT NULL UNIQUE,
    requester  text COLLATE "C" NOT NULL,
    supplier   text COLLATE "C" NOT NULL,
    patron     text COLLATE "C",
    status     text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    due_at     bigint,
    record     json NOT NULL
)
-- Keeps records of a few kilobytes uncompressed in their row: compressing them costs more than it
-- saves.
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

-- The part that changes with every claim, and the revision that guards both parts. Half of each
-- page is kept free, so that a claim does not touch an index.
CREATE TABLE request_usage (
    handle   bytea PRIMARY KEY REFERENCES requests,
    revision bigint NOT NULL,
    usage    json NOT NULL
)
WITH (fillfactor = 50);

-- The event history, never deleted. The first event of each commit carries the commit id.
CREATE TABLE events (
    handle    bytea NOT NULL,
    revision  bigint NOT NULL,
    place     integer NOT NULL,
    at        bigint NOT NULL,
    actor     json NOT NULL,
    detail      json NOT NULL,
    commit_id bytea,
    PRIMARY KEY (handle, revision, place)
);

-- Notices to send. `free_at` is when a notice is due or, while `fence` is set, when its lease ends.
CREATE TABLE outbox (
    handle  bytea NOT NULL REFERENCES requests,
    notice  bigint NOT NULL,
    free_at bigint NOT NULL,
    fence   bigint,
    PRIMARY KEY (handle, notice)
);

CREATE INDEX outbox_by_time ON outbox (free_at);

-- Counters that span requests, named by keyed hashes. A counter at zero has no row.
CREATE TABLE counters (
    counter    bytea PRIMARY KEY,
    used       bigint NOT NULL,
    expires_at bigint
)
WITH (fillfactor = 50);

CREATE INDEX counters_by_expiry ON counters (expires_at) WHERE expires_at IS NOT NULL;

-- The search index for lists. A document holds the folded words of a request and lexemes that
-- cannot be words: the requester (_r), supplier (_s) and status (_t) in hexadecimal, and `_w` if
-- the request is waiting for its supplier. `_wr` and `_ws` combine `_w` with the requester and the
-- supplier, so that a search for the waiting requests of one library does not read its other
-- requests. `_p` marks the first four characters of each word: most request numbers begin with a
-- year, and a prefix search for a year would otherwise collect every request of that year.
-- Documents contain nothing about patrons.
CREATE TABLE searchable (
    handle     bytea PRIMARY KEY REFERENCES requests,
    created_at bigint NOT NULL,
    document   tsvector NOT NULL
);

-- Limits the entries that are not yet merged into the index, so that no commit waits long for the
-- merge.
CREATE INDEX searchable_by_document ON searchable USING gin (document)
    WITH (gin_pending_list_limit = 256);

-- The registry: small versioned entries.
CREATE TABLE registry (
    kind    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    value   bytea NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Increasing sequences.
CREATE SEQUENCE fences;
CREATE SEQUENCE registry_versions;

-- JSON with the character U+0000, which PostgreSQL cannot represent as text, is shown as NULL.
CREATE VIEW request_overview AS
SELECT
    encode(r.handle, 'hex') AS request,
    r.handle,
    r.reference,
    r.status,
    r.requester,
    r.supplier,
    b.record #>> '{facts,title}' AS title,
    (
        SELECT count(*) FROM json_array_elements(b.record -> 'attachments') AS a
        WHERE a ->> 'removed_at' IS NULL AND a ->> 'purged_at' IS NULL
    ) AS attachments,
    (
        SELECT coalesce(sum((u ->> 'u')::bigint), 0)
        FROM json_array_elements(t.usage -> 'budgets') AS u
    ) AS downloads,
    coalesce(json_array_length(b.record -> 'links'), 0) AS links,
    t.revision,
    to_timestamp(r.created_at) AT TIME ZONE 'UTC' AS created,
    to_timestamp(r.due_at) AT TIME ZONE 'UTC' AS due
FROM requests AS r
JOIN request_usage AS t USING (handle)
CROSS JOIN LATERAL (
    SELECT CASE WHEN position('\u0000' IN r.record::text) = 0 THEN r.record END AS record
) AS b;

CREATE VIEW event_log AS
SELECT
    encode(handle, 'hex') AS request,
    handle,
    revision,
    place,
    to_timestamp(at) AT TIME ZONE 'UTC' AS time,
    CASE WHEN position('\u0000' IN actor::text) = 0 THEN actor END ->> 'by' AS by,
    CASE WHEN position('\u0000' IN detail::text) = 0 THEN detail END ->> 'event' AS event,
    detail AS details
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
        CASE WHEN position('\u0000' IN r.record::text) = 0 THEN r.record END -> 'notices'
    ) AS entry
    WHERE (entry ->> 'no')::bigint = o.notice
) AS n ON true;
