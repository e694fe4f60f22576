-- Times are in seconds since 1970-01-01 (UTC). Handles appear in addresses and tokens as 16
-- hexadecimal digits and are stored as signed 64-bit integers: look one up with `WHERE handle =
-- 0x1f2e...`. The views ddlv_request_overview, ddlv_event_log and
-- ddlv_notice_queue show the tables in readable form.

-- The part of a delivery that rarely changes. The columns before `record` copy values from it for
-- the indexes.
CREATE TABLE ddlv_requests (
    handle     INTEGER PRIMARY KEY,
    request    TEXT GENERATED ALWAYS AS (printf('%016x', handle)) VIRTUAL,
    -- Sorts handles as unsigned numbers.
    upper_half INTEGER GENERATED ALWAYS AS (handle < 0) VIRTUAL,
    reference  TEXT NOT NULL UNIQUE,
    requester  TEXT NOT NULL,
    supplier   TEXT NOT NULL,
    patron     TEXT,
    status     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at     INTEGER,
    record     TEXT NOT NULL
) STRICT;

CREATE INDEX ddlv_requests_by_time ON ddlv_requests (created_at, upper_half);
CREATE INDEX ddlv_requests_by_status ON ddlv_requests (status, created_at, upper_half);
CREATE INDEX ddlv_requests_by_requester ON ddlv_requests (requester, created_at, upper_half);
CREATE INDEX ddlv_requests_by_requester_and_status
    ON ddlv_requests (requester, status, created_at, upper_half);
CREATE INDEX ddlv_requests_by_supplier ON ddlv_requests (supplier, created_at, upper_half);
CREATE INDEX ddlv_requests_by_supplier_and_status
    ON ddlv_requests (supplier, status, created_at, upper_half);
CREATE INDEX ddlv_requests_by_patron ON ddlv_requests (requester, patron, created_at, upper_half)
    WHERE patron IS NOT NULL;
CREATE INDEX ddlv_requests_by_patron_and_status
    ON ddlv_requests (requester, patron, status, created_at, upper_half) WHERE patron IS NOT NULL;
CREATE INDEX ddlv_requests_by_due_time ON ddlv_requests (due_at) WHERE due_at IS NOT NULL;

-- The part that changes with every claim, the revision that guards both parts, and the id of the
-- request's last event.
CREATE TABLE ddlv_request_usage (
    handle     INTEGER PRIMARY KEY REFERENCES ddlv_requests,
    revision   INTEGER NOT NULL,
    last_event INTEGER NOT NULL,
    usage      TEXT NOT NULL
) STRICT;

-- The event history, never deleted, in the order of the commits, so that commits append to it. The
-- history of one request is read backwards, from its last event through `previous`. The first event
-- of each commit carries the commit id.
CREATE TABLE ddlv_events (
    id        INTEGER PRIMARY KEY,
    handle    INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    previous  INTEGER,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    detail    TEXT NOT NULL,
    commit_id BLOB
) STRICT;

-- Notices to send. `free_at` is when a notice is due or, while `fence` is set, when its lease ends.
CREATE TABLE ddlv_outbox (
    handle  INTEGER NOT NULL REFERENCES ddlv_requests,
    notice  INTEGER NOT NULL,
    free_at INTEGER NOT NULL,
    fence   INTEGER,
    PRIMARY KEY (handle, notice)
) STRICT, WITHOUT ROWID;

CREATE INDEX ddlv_outbox_by_time ON ddlv_outbox (free_at);

-- Counters that span requests, named by keyed hashes. A counter at zero has no row.
CREATE TABLE ddlv_counters (
    counter    BLOB PRIMARY KEY,
    used       INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX ddlv_counters_by_expiry ON ddlv_counters (expires_at) WHERE expires_at IS NOT NULL;

-- The registry: small versioned entries.
CREATE TABLE ddlv_registry (
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    value   BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Increasing sequences: lease fences, and versions of registry entries and projections.
CREATE TABLE ddlv_sequences (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO ddlv_sequences VALUES ('fence', 0), ('registry version', 0), ('projection version', 0);

CREATE VIEW ddlv_request_overview AS
SELECT
    r.request,
    r.handle,
    r.reference,
    r.status,
    r.requester,
    r.supplier,
    r.record ->> '$.facts.title' AS title,
    (
        SELECT count(*) FROM json_each(r.record, '$.attachments') AS a
        WHERE a.value ->> 'removed_at' IS NULL AND a.value ->> 'purged_at' IS NULL
    ) AS attachments,
    (SELECT coalesce(sum(b.value ->> 'u'), 0) FROM json_each(t.usage, '$.budgets') AS b)
        AS downloads,
    coalesce(json_array_length(r.record, '$.links'), 0) AS links,
    t.revision,
    datetime(r.created_at, 'unixepoch') AS created,
    datetime(r.due_at, 'unixepoch') AS due
FROM ddlv_requests AS r JOIN ddlv_request_usage AS t USING (handle);

CREATE VIEW ddlv_event_log AS
SELECT
    id,
    printf('%016x', handle) AS request,
    handle,
    revision,
    place,
    datetime(at, 'unixepoch') AS time,
    actor ->> 'by' AS by,
    detail ->> 'event' AS event,
    json_remove(detail, '$.event') AS details,
    previous
FROM ddlv_events;

CREATE VIEW ddlv_notice_queue AS
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
FROM ddlv_outbox AS o
JOIN ddlv_requests AS r USING (handle)
LEFT JOIN json_each(r.record, '$.notices') AS n ON n.value ->> 'no' = o.notice;

-- The search index for lists. A document holds the folded words of a request and tokens that cannot
-- be words: the requester (_r), supplier (_s) and status (_t) in hexadecimal, and `_w` if the
-- request is waiting for its supplier. `_wr` and `_ws` combine `_w` with the requester and the
-- supplier, so that a search for the waiting requests of one library does not read its other
-- requests. Documents contain nothing about patrons.
CREATE TABLE ddlv_searchable (
    handle     INTEGER PRIMARY KEY REFERENCES ddlv_requests,
    created_at INTEGER NOT NULL,
    -- The position in lists. Increases with the creation time, then with the handle as an unsigned
    -- number.
    place      INTEGER NOT NULL UNIQUE,
    document   TEXT NOT NULL
) STRICT;

-- The full-text index, keyed by place, so that matches come in list order.
CREATE VIRTUAL TABLE ddlv_search_index USING fts5(
    document,
    content = '',
    contentless_delete = 1,
    detail = none,
    -- Four characters, because most request numbers begin with a year.
    prefix = '4',
    tokenize = "ascii tokenchars '_'"
);

-- Projections: ordered rows that are derived from events, or that expire.
CREATE TABLE ddlv_projections (
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    -- The first second in which the row counts as absent.
    expires_at INTEGER,
    value      BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX ddlv_projections_by_expiry ON ddlv_projections (expires_at)
    WHERE expires_at IS NOT NULL;

-- The generation of the event feed: a random number in one row. The feed consists of the events in
-- the order of their ids.
CREATE TABLE ddlv_feed (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL
) STRICT;

INSERT INTO ddlv_feed VALUES (1, random());

-- The version of this schema, in one row.
CREATE TABLE ddlv_schema (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;

INSERT INTO ddlv_schema VALUES (1, 0);
