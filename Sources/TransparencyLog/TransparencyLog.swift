// TransparencyLog: the relay's append-only log, and how anybody checks it from outside.
//
// The log is a C2SP tlog-tiles log (RFC 6962 tree, SHA-256, tiles of 256 hashes) of small leaves: one line of JSON each
// that says what happened to which note, by the note's hash. The relay signs a checkpoint (size and root) after every
// batch; whoever keeps a checkpoint can have the relay prove that the present log only grew from it.
//
// - `Format/` is what writer and verifier must agree on, as values and strict codecs: hashes, paths of tiles,
//   checkpoint, leaf, `.tlog-proof` file, limits.
// - `Writer/` appends. `Frontier` is the tree's right edge as a value: a batch of leaves in, the files that change and
//   the new root out. `LogWriter` puts those files on an injected storage in the one order that survives a crash:
//   tiles and bundles, then the checkpoint, then its copy apart, then the removal of what no checkpoint needs.
// - `Verifier/` believes nothing: every tile is checked against its parent, up to a signed root, before a hash of it is
//   used; proofs are then made from, or checked against, what is left. It shares no code with the writer: it has its
//   own hashing, its own arithmetic of tiles and its own reader of bundles, so that one mistake cannot hide another
//   (`SeparationTests` holds this).
//
// Invariants: what decodes encodes to the same bytes. A tile's bytes depend on the leaves alone, so that a batch which
// was half written is written again by the same code. Writing never goes on from a log that does not match its signed
// checkpoint, nor signs a size below one that was signed.
//
// Never here: a clock, randomness, a disk, a network (all injected), the meaning of a note, personal data: a leaf tells
// nothing to whoever lacks the note that it names.
