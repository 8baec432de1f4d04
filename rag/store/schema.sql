-- The library: what every index is made from. Chunk ids are never used twice.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE states (
    change INTEGER PRIMARY KEY,        -- how many changes led to it
    id     TEXT NOT NULL               -- random: a copy that was put back and changed otherwise has another
) STRICT;

CREATE TABLE documents (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    name     TEXT NOT NULL UNIQUE,
    title    TEXT NOT NULL,
    text     TEXT NOT NULL,
    characters INTEGER NOT NULL,       -- in the text: code points, which SQLite's length() stops at a NUL
    outline  TEXT NOT NULL,            -- JSON: title, sections, blocks, junk
    encoding TEXT NOT NULL,
    confidence REAL NOT NULL DEFAULT 1,  -- in the encoding, 0 to 1
    markup   TEXT NOT NULL DEFAULT '[]', -- JSON: what the file says of stretches of the text
    sha256   TEXT NOT NULL,            -- of the file's bytes
    digest   BLOB NOT NULL DEFAULT x'',  -- of the row
    source   TEXT NOT NULL
) STRICT;

CREATE TABLE chunks (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,         -- position in its document
    path     TEXT NOT NULL,            -- JSON: the headings above it
    pieces   TEXT NOT NULL,            -- JSON: its raw spans
    text     TEXT NOT NULL,            -- cleaned
    vector   BLOB NOT NULL,            -- float32, little-endian, unit length
    digest   BLOB NOT NULL DEFAULT x'',  -- of the row
    change   INTEGER NOT NULL          -- that brought it
) STRICT;

CREATE INDEX chunks_by_document ON chunks (document, ordinal);
CREATE INDEX chunks_by_change ON chunks (change);

CREATE TABLE removed (
    chunk  INTEGER PRIMARY KEY,
    change INTEGER NOT NULL
) STRICT;

CREATE INDEX removed_by_change ON removed (change);
