// StrictJSON: bytes to values and back, with nothing left to interpretation.
//
// Two readers of the same bytes must never disagree: a signature is checked over bytes, and what is acted upon are
// values. So this reader takes RFC 8259 and nothing else: UTF-8 without a byte order mark, without overlong forms and
// without surrogates, no lone surrogate escapes, no name twice in an object, no data after the value, and caps on
// size, depth, the members of one object or array, and all values.
//
// Kept as they were read: the order of members and the text of numbers (a laboratory's 1.50 is not 1.5). Strings are
// compared by their bytes, never by Unicode equivalence.
//
// - `JSON` is a value; `JSON(parsing:)` reads, `encoded` writes the one canonical form.
// - `JSONView` is a value left where it stands: a long document is read without a tree of it. `JSON` is made of one.
// - `ObjectReader` takes an object apart: each expected member once, unknown ones refused, absent never null.
// - `JSONWriter` appends JSON to bytes where building values would cost too much.
//
// Never here: I/O, Foundation, a clock, randomness (no hashing either), floating point. A failure says what and where,
// never the value; a value describes its shape, never its content.
