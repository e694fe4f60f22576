-- The generation of the event feed: a random number in one row. The feed consists of the events in
-- the order of their ids.
CREATE TABLE feed (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL
) STRICT;

INSERT INTO feed VALUES (1, random());
