-- The transaction that stored an event; NULL for events stored before the column existed. A default
-- sets it, so that servers of earlier versions set it too.
ALTER TABLE events ADD COLUMN tx xid8;
ALTER TABLE events ALTER COLUMN tx SET DEFAULT pg_current_xact_id();
CREATE INDEX events_by_tx ON events (tx) WHERE tx IS NOT NULL;

-- The feed of all events. Events are numbered from 1 after their transactions have committed, when
-- the feed is read or a worker looks for due work. A row has up to 64 events, numbered from `first`.
-- One numbering may append several rows; the last one stores the snapshot that contained their
-- events. The next numbering takes the events that this snapshot did not contain. Rows are only
-- appended, except that a reset of the feed deletes all of them.
CREATE TABLE feed (
    first     bigint PRIMARY KEY,
    handles   bytea[] NOT NULL,
    revisions bigint[] NOT NULL,
    places    integer[] NOT NULL,
    seen      pg_snapshot
)
WITH (toast_tuple_target = 8160);

-- The generation of the feed, a random number, and the database to which the transaction ids in
-- `events.tx` and `feed.seen` belong. One row.
CREATE TABLE feed_generation (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation bigint NOT NULL,
    cluster    text NOT NULL
);

INSERT INTO feed_generation (generation, cluster)
SELECT ('x' || left(md5(gen_random_uuid()::text), 16))::bit(64)::bigint,
    system_identifier || '/' || oid
FROM pg_control_system(), pg_catalog.pg_database WHERE datname = current_database();
