// Notes: C2SP signed notes, and the pair of keys that signs everything said in Pli.
//
// A note is a text that ends in a newline, an empty line, and signature lines:
//
//     {"type":"receipt/1",…}
//
//     — lab-rive-gauche base64(key id ‖ Ed25519 signature)
//     — lab-rive-gauche base64(key id ‖ ML-DSA-65 signature)
//
// One holder signs with a pair: Ed25519 (type 0x01) and pure ML-DSA-65 with an empty context (type 0xff, then
// `pli/ml-dsa-65`, then the key). A pair holds only where both lines of that one pair are there and verify; Ed25519 is
// tried first, being the cheaper. Single Ed25519 keys (`VerifierKey`) serve checkpoints of logs.
//
// Invariants: what parses encodes to the same bytes; signatures are over the text's exact bytes; lines of unknown keys
// are ignored; a known key whose signature fails rejects the note; one line counts for one holder; no key signs twice.
//
// Never here: the meaning of a text (Exchange), files, a clock. Nothing describes a seed, and a failure holds nothing
// that was read.
