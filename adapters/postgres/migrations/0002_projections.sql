-- Projections: ordered rows that are derived from events, or that expire.
CREATE TABLE projections (
    kind       text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    -- The first second in which the row counts as absent.
    expires_at bigint,
    value      bytea NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE INDEX projections_by_expiry ON projections (expires_at) WHERE expires_at IS NOT NULL;

CREATE SEQUENCE projection_versions;
