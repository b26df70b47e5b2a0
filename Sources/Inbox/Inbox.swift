// Inbox: the authority's side, from a parcel that waits at the relay to files in a folder and a receipt.
//
// The way through:
//   ParcelSource     the relay: what waits, bodies, keys, directory, log; takes receipts
//   InboxAgent       for each parcel: verify its manifest and its proof, fetch, open, stage, hand over, acknowledge
//   FolderSink       files staged inside the sink, then renamed into it: durable point 3
//   InboxStore       what was seen, handed over and answered; one transaction a method
//   InboxStatus      what is shown
//
// It never does: hand over anything of a parcel before all of it was opened and checked, nor before the intent to hand it
// over is durable; keep clear text of its own past a parcel's end or a restart; put personal data into a log line, an
// error, the database or a file's name; answer a parcel whose manifest no known sender signed; let one parcel hold up others.
//
// Invariants
// 1. Order of a delivery: staged files fsynced -> "handing" committed -> each file renamed into the sink, folders fsynced
//    -> "delivered" and the signed receipt committed together -> temporaries removed -> receipt posted until it is taken.
// 2. Once "handing" is committed the parcel can only become delivered. A staged file that is still there has not been handed
//    over and is renamed; one that is gone has been. So each file appears in the sink exactly once, wherever a crash falls
//    and whatever the reader of the sink takes away meanwhile.
// 3. Before "handing" nothing of a parcel is visible in the sink, and everything staged is thrown away and made again.
// 4. A parcel (sender, id) is remembered until 60 days past its deadline, in the transaction that ends it; seen again, it
//    gets the receipt that was stored, never a second delivery. Past its deadline it is not opened at all.
// 5. Nothing is remembered of the relay's cursor: each start, each retry and each hour lists what waits from the beginning.
//    So nothing is missed when a relay is restored and counts anew, or shows late what it withheld; what was done already
//    is known from the store.
// 6. A failure that may pass keeps the parcel waiting at the relay, to be tried again later and later. A failure that
//    cannot pass ends in a signed refusal. A disk that does not confirm a write stops the process.
// 7. Nothing is fetched of a parcel before the relay's log proved its acceptance and has what its sender saw of the log.
//    Receipts quote what was last seen here.
// 8. SQLite runs with synchronous=FULL, asserted at start.
