// Outbox: the sender's side, from a laboratory's file to a receipt that its recipient signed.
//
// The way through:
//   FolderWatch, takeFile   a file that nobody writes to any more
//   Intake                  its messages, one by one: taken (journalled, with their destinations) or held (quarantine)
//   Journal                 sealed segments: durable point 1
//   ParcelMaker             per recipient: project by profile, seal, sign, spool, sequence number in the same transaction
//   Uploader                spooled parcels to the relay, and the proof that its log has them
//   ReceiptCollector        verified receipts; only they delete
//   ParcelDesk              what a person decides about a parcel that did not get there: sent again, or given up
//   QuarantineDesk          what a person asks of what is held: to be judged again, since a table or a setting changed
//   LooseParcels            what `pli parcel seal` made beside all this, so that its receipts are known
//   Upkeep                  finishes whatever a crash left half way, removes what is over, raises alarms
//   OutboxAgent             the actor that programs use; OutboxStatus what they show
//
// It never does: keep clear text of a message on disk, put personal data (a file's name counts as such) into a log line,
// an error, the database or the name of a file of its own; trust the relay's word on what became of a parcel; delete a
// journalled report before all its deliveries are over.
//
// Invariants
// 1. read = taken + held, for every file and always: the database refuses anything else.
// 2. A report is taken when its journal record is fsynced and the transaction that names it is committed, with the file's
//    progress in that transaction: after a crash a file goes on where the last commit left it.
// 3. A record counts only if the database names it. No process appends to a segment of an earlier process, so one key
//    never meets one nonce twice with two texts.
// 4. A delivery belongs to one parcel at a time, and it gets there in the transaction that draws the parcel's sequence
//    number: numbers have neither gaps nor repeats. It leaves one only together with all others in it, for a parcel that
//    supersedes it; of these its recipient takes one, so no report reaches one recipient twice.
// 5. The spooled body is durable before its row; a body without a row is swept at start.
// 6. A row moves to delivered or refused only on a verified receipt; bodies, segments and source files are removed after
//    that transaction, by the same code that runs at start.
// 7. A parcel counts as accepted only once the relay's log proved it; manifests quote what was last seen of the log.
// 8. SQLite runs with synchronous=FULL, asserted at start.
