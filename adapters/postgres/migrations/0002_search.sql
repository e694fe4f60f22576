-- Two more kinds of lexemes in the documents. Beginnings of four letters or digits (_p), the length of a
-- year, with which most numbers of requests begin: looked for as a beginning, a year would be gathered from
-- every request that has it, for the sake of one number. And for waiting together with either agency (_wr,
-- _ws), so that what waits for one of them is found without looking through all that it has.
UPDATE searchable SET document = document || array_to_tsvector(ARRAY(
    SELECT '_p' || left(lexeme, 4) FROM unnest(document)
    WHERE left(lexeme, 1) <> '_' AND char_length(lexeme) >= 4
    UNION
    SELECT '_w' || substr(lexeme, 2) FROM unnest(document)
    WHERE left(lexeme, 2) IN ('_r', '_s') AND '_w' = ANY (tsvector_to_array(document))
));
