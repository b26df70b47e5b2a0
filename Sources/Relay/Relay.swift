// Relay: the server in the middle. It takes sealed parcels from senders, keeps them until the recipient's signed receipt
// or the deadline, whichever is first, and then destroys them.
//
// What it does: checks who asks (`Access`), checks what is sent before a byte of it is written (`Routes`, `Blobs`), keeps
// rows (`Store`), streams bodies to disk and back (`Blobs`), deletes (`Retention`), keeps the log of all of it (`Log`), and
// doubts the machine's clock (`Clock`). `Check` compares all of it, `Backup` is what may leave it. `Server` is what stands
// around the routes: listeners, TLS, limits of connections.
//
// What it never does: open a parcel, hold a key that could, write a parcel's age header in clear, believe a participant
// without a signature, follow a path or name that a client chose, log an address or anything personal. It links nothing
// that opens age files or reads medicine.
//
// Order on disk, which every crash and every failed step must find in one of its states:
//
//   create   transaction: row `uploading`
//   header   shred key into a slot, fdatasync -> transaction: encrypted header, slot and file name into the row, which is made
//            here when a large body comes with its creation
//   payload  streamed to incoming/<random>, hashed while written
//   accept   size and hash hold -> fdatasync -> rename to payload/<random>, both folders synced -> transaction: `waiting`
//            and leaf (DURABLE POINT 2) -> publish -> answer
//   whole    a small body is gathered and judged in memory; then, for all that came meanwhile: shred keys, one fdatasync ->
//            payloads written, each synced -> renamed, both folders synced -> one transaction: rows `waiting` with header,
//            slot, file and leaf (DURABLE POINT 2) -> publish -> answers
//   fetch    transaction: `fetched` and leaf, for the first byte ever -> publish -> bytes
//   refuse   all of a body is here, and what speaks against it ends the parcel: as delete, with the row left to begin again;
//            then the answer
//   receipt  transaction: receipt, `ending` and leaf -> publish -> delete -> answer
//   expire   transaction: `ending` and leaf -> publish -> delete
//   delete   slot overwritten, fdatasync -> transaction: no header, `ended` and leaf -> slot free again -> unlink, folder
//            synced -> publish
//   keys, directory   transaction: note and leaf -> publish -> answer, or gone by
//   publish  tiles and bundles, then checkpoint, then its copy apart, each durable; for all leaves sequenced so far
//
// Invariants
// 1. `Upload-Offset` equals the size only once the parcel is accepted. A file that is whole but not accepted is accepted
//    by the next request or start that meets it (`ParcelVault.settle`).
// 2. A row is written before the file it names, or the file's name is told to the sweep before it is made
//    (`ParcelVault.arriving`): so any other file without a row is refuse of a crash and is swept.
// 3. One request or task at a time works on a parcel's bytes (`ParcelLocks`).
// 4. A failed fsync, a damaged database or a store that cannot say what it kept stops the process (`FaultSwitch`).
// 5. A parcel whose `accepted` leaf is under no published checkpoint is not there for anybody but its sender, who is told
//    to wait. A crash between transaction and checkpoint leaves leaves that the next start publishes as they are.
// 6. A log that shrank, forked, or lost its key or its copy is never continued: the relay does not start.
// 7. With the clock in doubt nothing is accepted, nothing expires, and no participant is answered: only deletions that had
//    begun go on.
// 8. Fsyncs are shared: transactions that come while a commit is made share the next (`SharedCommits`), keys staged while
//    the slots' file is synced share the next sync, leaves the next checkpoint. Each still stands or falls by itself.
// 9. All that blocks runs on `DiskPool`, in synchronous code that no cancellation can cut in two; what must be answered with a
//    disk that does not answer looks from a thread of its own, for so long (`BoundedLook`).
// 10. Files that are open and folders are those that the start found under their names, looked at behind whatever gets its name
//    by path and before it is acknowledged or published (`FolderWatch`).
