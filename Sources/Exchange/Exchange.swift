// Exchange: what the two ends and the relay agree on.
//
// It holds values and their codecs, and the rules that more than one of them applies: manifest, receipt, keys note and
// directory; the shape of a sealed body; pages of the inbox and the outbox; problems; limits; what of a trouble is to be told.
// Relay, Courier, Outbox and Inbox judge a parcel by calling the same functions here, so that they cannot disagree about
// what is allowed.
//
// It never does I/O, reads no clock (the time is an argument), draws no random numbers and holds no private key. It knows
// no medicine: routes and profiles are opaque JSON here, and of a report's line it reads only `meta.source`.
//
// Invariants:
//  * A value that exists is well formed: every initialiser checks, whether the value comes from the wire or from our code.
//  * Every text is one line of canonical JSON and a newline, its members in one fixed order, absent and never null. What
//    decodes re-encodes to the same bytes or is refused: there is one text for one value, so a hash names it.
//  * Signatures are checked over the exact bytes before those bytes are decoded (`Signed`, `DirectoryVerifier`).
//  * Every length, count and span of time has its constant in `Limits`.
//  * A failure names the value, the member and the rule, never what was in it.
