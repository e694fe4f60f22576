-- What lists are searched by: the words of each request as the core folds them, and tokens that no
-- word can be, for its requester (_r), its supplier (_s), its status (_t), each in hexadecimal, and
-- for waiting for its supplier (_w). Nothing about its patron.
CREATE TABLE searchable (
    handle     INTEGER PRIMARY KEY REFERENCES requests,
    created_at INTEGER NOT NULL,
    -- In the order of lists: grows with the time, then with the handle as an unsigned number.
    place      INTEGER NOT NULL UNIQUE,
    document   TEXT NOT NULL
) STRICT;

-- The index of the documents, under their places: what is found comes in the order of lists.
CREATE VIRTUAL TABLE search_index USING fts5(
    document,
    content = '',
    contentless_delete = 1,
    detail = none,
    tokenize = "ascii tokenchars '_'"
);
