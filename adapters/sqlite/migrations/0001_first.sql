-- Times are seconds since 1970-01-01 (UTC). A handle is the 64 bits that addresses and tokens show
-- as 16 hexadecimal digits, read as a signed number: look one up with `WHERE handle = 0x1f2e...`.
-- The views request_overview, event_log and notice_queue show all of it in words.

-- What seldom changes of a request. The columns beside `body` repeat what it says, for the indexes.
CREATE TABLE requests (
    handle     INTEGER PRIMARY KEY,
    request    TEXT GENERATED ALWAYS AS (printf('%016x', handle)) VIRTUAL,
    -- Orders handles as the unsigned numbers that they are.
    upper_half INTEGER GENERATED ALWAYS AS (handle < 0) VIRTUAL,
    reference  TEXT NOT NULL UNIQUE,
    requester  TEXT NOT NULL,
    supplier   TEXT NOT NULL,
    patron     TEXT,
    status     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at     INTEGER,
    body       TEXT NOT NULL
) STRICT;

CREATE INDEX requests_by_time ON requests (created_at, upper_half);
CREATE INDEX requests_by_status ON requests (status, created_at, upper_half);
CREATE INDEX requests_by_requester ON requests (requester, created_at, upper_half);
CREATE INDEX requests_by_requester_and_status
    ON requests (requester, status, created_at, upper_half);
CREATE INDEX requests_by_supplier ON requests (supplier, created_at, upper_half);
CREATE INDEX requests_by_supplier_and_status
    ON requests (supplier, status, created_at, upper_half);
CREATE INDEX requests_by_patron ON requests (requester, patron, created_at, upper_half)
    WHERE patron IS NOT NULL;
CREATE INDEX requests_by_patron_and_status
    ON requests (requester, patron, status, created_at, upper_half) WHERE patron IS NOT NULL;
CREATE INDEX requests_by_due_time ON requests (due_at) WHERE due_at IS NOT NULL;

-- What every claim changes, and the revision that guards both parts.
CREATE TABLE tallies (
    handle   INTEGER PRIMARY KEY REFERENCES requests,
    revision INTEGER NOT NULL,
    tally    TEXT NOT NULL
) STRICT;

-- What happened, for good. The first event of a commit carries the commit's id.
CREATE TABLE events (
    handle    INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    what      TEXT NOT NULL,
    commit_id BLOB,
    PRIMARY KEY (handle, revision, place)
) STRICT, WITHOUT ROWID;

-- Notices that wait: `free_at` is their time, or the end of the lease that `fence` names.
CREATE TABLE outbox (
    handle  INTEGER NOT NULL REFERENCES requests,
    notice  INTEGER NOT NULL,
    free_at INTEGER NOT NULL,
    fence   INTEGER,
    PRIMARY KEY (handle, notice)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_by_time ON outbox (free_at);

-- Counters that span requests; their names are keyed hashes. One that holds zero is not kept.
CREATE TABLE counters (
    counter    BLOB PRIMARY KEY,
    used       INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX counters_by_expiry ON counters (expires_at) WHERE expires_at IS NOT NULL;

-- The registry: small versioned records.
CREATE TABLE records (
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    value   BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Numbers that only grow: fences of leases, versions of records.
CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO sequences VALUES ('fence', 0), ('record version', 0);

CREATE VIEW request_overview AS
SELECT
    r.request,
    r.handle,
    r.reference,
    r.status,
    r.requester,
    r.supplier,
    r.body ->> '$.facts.title' AS title,
    (
        SELECT count(*) FROM json_each(r.body, '$.attachments') AS a
        WHERE a.value ->> 'removed_at' IS NULL AND a.value ->> 'purged_at' IS NULL
    ) AS attachments,
    (SELECT coalesce(sum(b.value ->> 'u'), 0) FROM json_each(t.tally, '$.budgets') AS b)
        AS downloads,
    coalesce(json_array_length(r.body, '$.links'), 0) AS links,
    t.revision,
    datetime(r.created_at, 'unixepoch') AS created,
    datetime(r.due_at, 'unixepoch') AS due
FROM requests AS r JOIN tallies AS t USING (handle);

CREATE VIEW event_log AS
SELECT
    printf('%016x', handle) AS request,
    handle,
    revision,
    place,
    datetime(at, 'unixepoch') AS time,
    actor ->> 'by' AS by,
    what ->> 'event' AS event,
    json_remove(what, '$.event') AS details
FROM events;

CREATE VIEW notice_queue AS
SELECT
    r.request,
    o.handle,
    r.reference,
    o.notice,
    n.value ->> 'kind' AS kind,
    n.value ->> 'to' AS recipient,
    n.value ->> '$.state.tries' AS tries,
    iif(o.fence IS NULL, 'waiting', 'leased') AS state,
    datetime(o.free_at, 'unixepoch') AS free
FROM outbox AS o
JOIN requests AS r USING (handle)
LEFT JOIN json_each(r.body, '$.notices') AS n ON n.value ->> 'no' = o.notice;
