CREATE TABLE library (
    id    TEXT PRIMARY KEY,
    name  TEXT NOT NULL,
    email TEXT NOT NULL
) STRICT;

CREATE TABLE account (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    email    TEXT NOT NULL,
    library  TEXT NOT NULL REFERENCES library,
    is_staff INTEGER NOT NULL,
    password BLOB NOT NULL
) STRICT;

CREATE TABLE request (
    id         INTEGER PRIMARY KEY,
    patron     TEXT NOT NULL REFERENCES account,
    borrower   TEXT NOT NULL REFERENCES library,
    lender     TEXT NOT NULL REFERENCES library,
    title      TEXT NOT NULL,
    source     TEXT NOT NULL,
    status     TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

INSERT INTO library VALUES
    ('CA-BVAU', 'Vancouver University Library', 'ill@vancouver.example.org'),
    ('CA-OTU', 'Toronto University Library', 'ill@toronto.example.org');
