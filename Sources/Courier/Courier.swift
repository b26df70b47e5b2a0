// Courier: what both ends share between their own work and the relay.
//
// It seals lines into a body and opens a body into lines (`SealedBodyWriter`, `SealedBodyReader`), reads and writes key
// files (`KeyFile`), signs for a participant (`ParticipantKeys`), keeps what is known of the directory, of others'
// keys and of the relay's log (`Trust`), speaks to the relay (`RelayClient`), reads the part of the configuration that both agents share
// (`AgentConfiguration`), and makes their databases durable (`AgentDatabase`).
//
// It never writes clear text to disk but into the private file that `SealedBodyReader.open` is asked to fill; never
// logs; never keeps a parcel in memory; never follows a redirect; never asks for a time or a random number itself, but
// for those that age and TLS need. It knows no medicine: of a line it asks Exchange whether it names its parcel,
// nothing else.
//
// Invariants
// 1. A sealed body that has its final name is whole, durable, and of exactly a Padmé size class. Its clear form is gzip
//    members of at most 4 MiB each, the last ones empty, to fill the size up.
// 2. `SealedBodyReader.open` returns only when size, hash, every age chunk, every line's source and the count agreed.
//    Until then nothing of the clear file counts, and on any failure it is removed.
// 3. What `Trust` stores has been verified before. It never goes back: not to a lower version or number, and not to
//    another text of the same one; of the log to no smaller tree, and to none that did not grow from the last. Each way to be led astray is a `TrustAlarm` of its own.
// 4. A key file that others than its owner may read is refused.
// 5. Every request has a deadline, every answer a bound. A message about one names the step and the remedy, never an id
//    or an address with one in it.
// 6. All that is asked of the relay may be asked again: after a lost answer the same call gives the same result.
