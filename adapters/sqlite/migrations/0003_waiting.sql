-- One more kind of tokens in the documents: for waiting together with either agency, its requester (_wr) or
-- its supplier (_ws), so that what waits for one of them is found without looking through all that it has.
-- A document begins with the tokens of its requester, its supplier and its status.
UPDATE searchable SET document = rtrim(replace(
    document || ' ',
    ' _w ',
    ' _w _wr' || substr(document, 3, instr(document, ' ') - 3)
        || ' _ws' || substr(
            document,
            instr(document, ' _s') + 3,
            instr(document, ' _t') - instr(document, ' _s') - 3
        ) || ' '
))
WHERE instr(document || ' ', ' _w ') > 0 AND instr(document, ' _wr') = 0;

UPDATE search_index SET document = (SELECT document FROM searchable WHERE place = search_index.rowid)
WHERE rowid IN (SELECT place FROM searchable WHERE instr(document, ' _wr') > 0);
