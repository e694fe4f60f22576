-- Projections: ordered rows that are derived from events, or that expire.
CREATE TABLE projections (
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    -- The first second in which the row counts as absent.
    expires_at INTEGER,
    value      BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX projections_by_expiry ON projections (expires_at) WHERE expires_at IS NOT NULL;

INSERT INTO sequences VALUES ('projection version', 0);
