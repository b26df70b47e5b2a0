// Age: the age v1 file format (https://c2sp.org/age), on swift-crypto, with no arrow to the rest of the project.
//
// What it does: seals to post-quantum (`mlkem768x25519`), classical (`X25519`) and passphrase (`scrypt`) recipients, and
// opens what any of them opens, binary or in armor. Pushed in pieces (`AgeSealer`, `AgeOpener`), over threads, files and
// async sequences (`AgeStream`), or by range (`AgeReader`), always in memory that does not grow. Reads and writes keys and
// key files (`AgeRecipient`, `AgeIdentity`, `IdentityFile`, `RecipientFile`) as `age` and `age-keygen` do.
//
// What it never does: release a byte that is not authenticated, authenticate a sender (age has none: manifests are
// signed), or show a secret in a description or an error. Tagged, plugin and SSH recipients are not read.
//
// Invariants
// 1. Strict and not malleable: a header that parses encodes to the same bytes. Base64 is canonical, Bech32 has one case
//    and one form, a header has at most 64 KiB and 40 stanzas. Armor has one form but for line ends and up to 1 KiB of
//    white space on either side.
// 2. A file is a header, 16 bytes of nonce, and chunks of 64 KiB; only the last is shorter, and only an empty text has an
//    empty chunk. Truncation shows at the end: until then nothing released is known to be whole.
// 3. An X25519 share that gives the all-zero secret is refused here: swift-crypto does not.
// 4. Stanzas of kinds unknown here are skipped, so that files to several kinds of recipient open; a file with none of
//    ours is `noIdentityMatched`. A malformed stanza of a known kind is a header failure whoever the file is for.
// 5. A passphrase stands alone, and costs nothing before its stanza was found well-formed and its work within the limit.
//    Post-quantum and classical recipients are not sealed to together.
// 6. Secrets are overwritten when the last holder lets go: seeds, passphrases and the text of key files here, X25519 and
//    file keys by the library. Not so the `String` that `text` gives of a key (nothing here asks for it), nor the key that
//    a post-quantum seed expands to while a header is tried.
// 7. Work is side by side on threads of our own or in tasks that end with the call; tasks' threads are never blocked.
//
// Way in: `README.md` beside this file. Keys/ (kinds of key and their files), Header/ (grammar, MAC), Stanzas/ (one file a
// kind of recipient), Armor/, Stream/ (chunks, and everything that moves them).
