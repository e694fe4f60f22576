CREATE TABLE library (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    library TEXT NOT NULL REFERENCES library,
    role TEXT NOT NULL CHECK (role IN ('staff', 'patron')),
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    email TEXT NOT NULL
);
CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    borrower TEXT NOT NULL REFERENCES library,
    lender TEXT NOT NULL REFERENCES library,
    patron INTEGER NOT NULL REFERENCES person,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    saved_at INTEGER NOT NULL
);
CREATE TABLE log (
    request INTEGER NOT NULL REFERENCES request,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX log_of_request ON log (request);

INSERT INTO library VALUES
    ('CA-BVAU', 'Vancouver University Library'),
    ('CA-OTU', 'Toronto University Library');
INSERT INTO person VALUES
    (1, 'CA-BVAU', 'staff', 'Ana Ruiz', 's-11', 'ana.ruiz@example.org'),
    (2, 'CA-BVAU', 'patron', 'Carla Santos', 'p-2041', 'carla.santos@example.org'),
    (3, 'CA-BVAU', 'patron', 'Noah Tremblay', 'p-2042', 'noah.tremblay@example.org'),
    (4, 'CA-OTU', 'staff', 'Lena Brandt', 's-21', 'lena.brandt@example.org'),
    (5, 'CA-OTU', 'patron', 'Omar Haddad', 'p-3107', 'omar.haddad@example.org');
