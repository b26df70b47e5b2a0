// Age: the age v1 file format (https://c2sp.org/age), with X25519 recipients, on swift-crypto.
//
// What it does: seals bytes to public keys (`AgeSealer`) and opens them (`AgeOpener`), pushed in pieces of any size with
// memory that does not grow; reads and writes keys (`X25519Recipient`, `X25519Identity`, `IdentityFile`) as `age` and
// `age-keygen` do. What it makes `age` opens, and the reverse.
//
// What it never does: release a byte that is not authenticated, authenticate a sender (age has none: manifests are
// signed), touch a file, or show a secret in a description.
//
// Invariants
// 1. Strict and not malleable: a header that parses encodes to the same bytes. Base64 is canonical and unpadded, Bech32
//    has one case and one form, a header has at most 64 KiB and 40 stanzas.
// 2. A file is a header, 16 bytes of nonce, and chunks of 64 KiB; only the last is shorter, and only an empty text has an
//    empty chunk. `AgeOpener.finish` is where truncation shows: without it nothing released so far is known to be whole.
// 3. An X25519 share that gives the all-zero secret is refused here: swift-crypto does not.
// 4. Stanzas of kinds unknown here are skipped, so that files to several kinds of recipient open; a file with none of
//    ours is `noIdentityMatched`. A malformed stanza of a known kind is a header failure.
//
// Way in: `AgeSealer`, `AgeOpener`. Under them `HeaderParser` and `AgeHeader` (grammar), `X25519Stanza` (keys),
// `ChunkCipher` (chunks). A further kind of recipient is a stanza type beside `X25519Stanza`; armor wraps the pushed bytes.
