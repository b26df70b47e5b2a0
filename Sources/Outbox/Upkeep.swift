import Durable
import Exchange
import Logging

/// Finishes what is half way and removes what is over: the same code at start and after every receipt.
struct Upkeep: Sendable {
    let store: OutboxStore
    let folder: DataFolder
    let logger: Logger
    /// Where sources of taken files lie until they are over, and those that were refused, where a folder is watched.
    let watchFolder: String?

    /// How long a source file may lie after it was taken or refused, whatever became of it.
    static let sourceSeconds: Int64 = 7 * 86_400

    /// At start, before anything else: a crash may have left any of this.
    ///
    /// - records behind the last commit: cut off, and their segment is never written to again;
    /// - segment files and sealed bodies that no row names: removed;
    /// - segments, bodies and sources whose rows say that they are over: removed.
    ///
    /// Throws, with all as it was, where the database is older than its files.
    func recover() throws {
        let (check, last) = (FolderCheck(dataFolder: folder.path, disk: folder.disk), try store.lastSegmentNumber())
        try check.requireNewest(last: last)
        var live: [SegmentKind: Set<Int64>] = [:]
        var hasOpen = false
        for segment in try store.segments() {
            live[segment.kind, default: []].insert(segment.number)
            hasOpen = hasOpen || segment.isOpen
            try check.requireWhole(segment, pending: try store.pending(inSegment: segment.number) ?? 0)
        }
        try noteLast(last)
        for segment in try store.segments() where segment.isOpen { try cutOff(segment) }
        if hasOpen { try store.closeAllSegments() }
        for kind in SegmentKind.allCases { try removeSegments(of: kind, except: live[kind] ?? []) }
        try sweepSpool()
        try retireSegments()
        try overwriteGone()
    }

    private func noteLast(_ last: Int64) throws {
        let note = SegmentNote(folder: folder.path, disk: folder.disk)
        if last > 0, try note.read() != last { try note.write(last) }
    }

    /// What a drop left to do in the quarantine, and nothing else: for whoever holds the folder where no outbox runs.
    func finishDrops() throws {
        let last = try store.lastSegmentNumber()
        try FolderCheck(dataFolder: folder.path, disk: folder.disk).requireNewest(last: last)
        try remove(
            try store.retireSegments(noneIsWritten: true)
                .map { SegmentWriter.path(folder.folder(of: $0.kind), $0.number) })
        try removeSegments(of: .quarantine, except: try Upkeep.live(.quarantine, in: store), through: last)
        try overwriteGone()
    }

    /// Numbers of the segments of a kind that have to be there.
    static func live(_ kind: SegmentKind, in store: OutboxStore) throws -> Set<Int64> {
        Set(try store.segments().filter { $0.kind == kind }.map(\.number))
    }

    /// Numbers of the segments of a kind whose files are there.
    static func present(_ kind: SegmentKind, in dataFolder: String, _ disk: Disk) throws -> Set<Int64> {
        Set(try disk.names(in: dataFolder + "/" + kind.folder).compactMap { SegmentWriter.number(ofFile: $0) })
    }

    /// Those that no row names as living; with `through` such as had a row once.
    private func removeSegments(of kind: SegmentKind, except live: Set<Int64>, through last: Int64 = .max) throws {
        let orphans = try Upkeep.present(kind, in: folder.path, folder.disk).subtracting(live).filter { $0 <= last }
        try remove(orphans.sorted().map { SegmentWriter.path(folder.folder(of: kind), $0) })
    }

    /// Removes bodies, segments and source files that are over. Safe beside everything else: it goes by rows alone.
    func removeFinished(now: UTCTime) throws {
        try sweepSettledBodies()
        try retireSegments()
        try overwriteGone()
        try removeSources(now: now)
        try removeRefused(now: now)
    }

    /// Tells, once a parcel, that its receipt is overdue.
    func alarmOverdue(now: UTCTime, contact: (String) -> String?) throws {
        for parcel in try store.overdueParcels(at: now.secondsSinceEpoch) {
            var metadata = ["parcel": parcel.id.text, "recipient": parcel.recipient, "state": parcel.state.rawValue]
            if parcel.state == .spooled {
                // Its recipient has never heard of it.
                Alarm.receiptOverdue.raise(
                    "a parcel has not left here though its receipt is due: pli doctor and the lines before say what keeps it from the "
                        + "relay; nothing is lost", in: logger, metadata)
            } else {
                if let contact = contact(parcel.recipient) { metadata["contact"] = contact }
                Alarm.receiptOverdue.raise("no receipt yet though it is due: call the recipient", in: logger, metadata)
            }
            try store.markAlarmed(parcel: parcel.number, at: now.secondsSinceEpoch)
        }
    }

    /// Tells, once a parcel, that its deadline passed without a receipt: the relay has deleted it by now.
    func alarmExpired(now: UTCTime) throws {
        for parcel in try store.expiredParcels(at: now.secondsSinceEpoch) {
            Alarm.parcelExpired.raise(
                "a parcel's deadline passed without a receipt: call the recipient, then pli outbox resend or abandon",
                in: logger, ["parcel": parcel.id.text, "recipient": parcel.recipient])
            try store.markExpiryTold(parcel: parcel.number, at: now.secondsSinceEpoch)
        }
    }

    /// Records behind the last commit.
    private func cutOff(_ segment: SegmentRow) throws {
        let path = SegmentWriter.path(folder.folder(of: segment.kind), segment.number)
        if let size = try folder.disk.size(of: path), size > segment.bytes {
            try AppendFile.open(path, keeping: segment.bytes, disk: folder.disk).close()
        }
    }

    /// Only at start: while parcels are made their bodies have no row yet.
    private func sweepSpool() throws {
        let needed = try store.neededBodies()
        try remove(try bodies().filter { !needed.contains($0) }.map { folder.body(ofParcel: $0) })
    }

    private func sweepSettledBodies() throws {
        var over: [String] = []
        for name in try bodies() {
            guard let id = try? ParcelID(name), let parcel = try store.parcel(id) else { continue }
            switch parcel.state {
            case .delivered, .refused, .superseded, .abandoned: over.append(name)
            case .spooled, .accepted, .rejected: continue
            }
        }
        try remove(over.map { folder.body(ofParcel: $0) })
    }

    private func bodies() throws -> [String] {
        try folder.disk.names(in: folder.spool).filter { $0.hasSuffix(DataFolder.bodySuffix) && !$0.hasPrefix(".") }
            .map { String($0.dropLast(DataFolder.bodySuffix.count)) }
    }

    /// The row says first that the segment is gone: a crash before the unlink leaves a file that no row names.
    private func retireSegments() throws {
        try remove(
            try store.retireSegments().map { SegmentWriter.path(folder.folder(of: $0.kind), $0.number) })
    }

    /// Overwrites records of which nothing is held any more, where they lie among others. The rows that held them are gone: a crash
    /// before the last transaction has them overwritten again.
    private func overwriteGone() throws {
        while true {
            let gone = try store.goneRecords()
            guard !gone.isEmpty else { return }
            for (segment, places) in Dictionary(grouping: gone, by: \.segment).sorted(by: { $0.key < $1.key }) {
                let path = SegmentWriter.path(folder.folder(of: .quarantine), segment)
                guard try folder.disk.exists(path) else { continue }
                try folder.disk.overwrite(Upkeep.ranges(places), of: path)
            }
            try store.forgetGone(gone)
        }
    }

    /// Records side by side are one range.
    private static func ranges(_ places: [RecordPlace]) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        for place in places.sorted(by: { $0.offset < $1.offset }) where place.offset >= 0 && place.length > 0 {
            let end = place.offset + place.length
            if let last = ranges.last, last.upperBound == place.offset {
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges.append(place.offset..<end)
            }
        }
        return ranges
    }

    private func removeSources(now: UTCTime) throws {
        guard let takenFolder = watchFolder.map({ WatchedFolder.taken(in: $0) }),
            try folder.disk.exists(takenFolder)
        else { return }
        let latest = now.adding(seconds: -Upkeep.sourceSeconds)
        var over: [String] = []
        let names = try WatchedFolder.using(.taken) { () throws(DurableFailure) in
            try folder.disk.names(in: takenFolder)
        }
        for name in names {
            guard let hash = FolderWatch.hash(ofTaken: name) else { continue }
            if try putBack(name, hash: hash, from: takenFolder) { continue }
            let isOver = try store.isSourceOver(ofFile: hash, finishedBefore: latest.secondsSinceEpoch)
            if isOver == true { over.append(takenFolder + "/" + name) }
        }
        try remove(over)
    }

    /// A writer that paused longer than a file has to rest goes on writing into it where it lies now: what came behind is in
    /// no journal. The file is put back, and taken again as it is then; what was taken of it is recognised.
    private func putBack(_ name: String, hash: String, from takenFolder: String) throws -> Bool {
        guard let watchFolder, let known = try store.size(ofTakenFile: hash) else { return false }
        let path = takenFolder + "/" + name
        guard let size = try folder.disk.size(of: path), size > known else { return false }
        try WatchedFolder.using(.itself) { () throws(DurableFailure) in
            try folder.disk.rename(path, to: watchFolder + "/" + name)
        }
        logger.error(
            "a file grew after it was taken: it is taken again; its writer has to use a name in .tmp and rename it",
            metadata: ["file": "\(hash.prefix(12))", "reason": "grown"])
        return true
    }

    /// Clear text of which nothing was taken lies no longer than any other; the reason goes with it.
    private func removeRefused(now: UTCTime) throws {
        guard let refused = watchFolder.map({ WatchedFolder.refused(in: $0) }), try folder.disk.exists(refused)
        else { return }
        let latest = now.adding(seconds: -Upkeep.sourceSeconds).secondsSinceEpoch
        let names = try WatchedFolder.using(.refused) { () throws(DurableFailure) in
            try folder.disk.names(in: refused)
        }
        let hashes = Set(names.compactMap { WatchedFolder.hash(ofRefused: $0) })
        var over: [String] = []
        for hash in hashes.sorted() {
            let (file, reason) = (refused + "/" + hash, refused + "/" + hash + WatchedFolder.reasonSuffix)
            // The reason was written when it was refused.
            let refusedAt = try folder.disk.modifiedAt(reason) ?? folder.disk.modifiedAt(file)
            if let refusedAt, refusedAt <= latest { over += [file, reason] }
        }
        try remove(over)
    }

    private func remove(_ paths: [String]) throws {
        if !paths.isEmpty { try folder.disk.remove(paths) }
    }
}
