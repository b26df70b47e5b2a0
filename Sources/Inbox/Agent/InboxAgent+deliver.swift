import Courier
import Durable
import Exchange
import LabReport
import Logging

extension InboxAgent {
    /// Brings a verified parcel into the sink, unless another that has its place was brought there.
    func deliver(_ manifest: Signed<Manifest>) async throws -> Reception {
        let value = manifest.value
        let key = ParcelKey(value)
        let directory = try await requireEntitlement(of: manifest)
        if let other = try store.handedOver(inPlaceOf: value) {
            return try await answer(manifest, handedOverAs: other, directory: directory.version)
        }
        let judge = try LineJudge(of: value.from, to: keys.id, in: directory)
        if value.kind == .file { try judge.requireFile() }
        try await fetch(value, key)
        try await requireShape(of: value, under: directory)
        // A crash in here leaves a sealed body to go on with, and clear text that the next start removes.
        try withClearText(of: key) {
            if let head = try open(value, key) {
                try stage(head, key)
            } else {
                try stage(key, judge)
            }
        }
        try store.beginHandOver(key, directory: directory.version)
        // A crash from here on is finished by `finishHandOvers`.
        guard let row = try store.parcel(key) else { throw InboxFailure.inconsistent("parcel row") }
        try handOver(row)
        return .delivered
    }

    /// Finishes the hand-overs that were decided: after a crash, or after a failure of the sink. One that fails again does
    /// not hold up the others. Gives how many were finished.
    func finishHandOvers() throws -> Int {
        var finished = 0
        for row in try store.handing() where parcelsLater.isDue(row.key, at: now()) {
            do {
                try handOver(row)
                parcelsLater.forget(row.key)
                finished += 1
            } catch {
                let failure = InboxFailure(error)
                if failure.mustStop { throw failure }
                if parcelsLater.putOff(row.key, for: failure.label, at: now(), random: random()) {
                    logger.warning("a hand-over is not finished: \(failure)", metadata: metadata(of: row.key, failure))
                }
            }
        }
        return finished
    }

    /// Renames into the sink, then says so and signs for it in one transaction, then tidies up.
    private func handOver(_ row: ParcelRow) throws {
        guard let directory = row.directory else { throw InboxFailure.inconsistent("hand-over without directory") }
        try sink.handOver(row.key)
        let receipt = try sign(row.manifest, row.manifestHash, outcome: .delivered, directory: directory)
        try store.deliver(row, into: sink.folder, receipt: receipt)
        badCopies[row.key] = nil
        try folder.removeBody(row.key)
        logger.info(
            "delivered", metadata: metadata(of: row.key).merging(["reports": "\(row.manifest.reports)"]) { $1 })
        try noteDelivered()
    }

    /// Answers a parcel that can never be delivered. Nothing of it was handed over.
    func refuse(
        _ manifest: Signed<Manifest>, reason: Receipt.Reason, because failure: InboxFailure
    ) async throws {
        let key = ParcelKey(manifest.value)
        let version = try await source.directory().version
        let receipt = try sign(
            manifest.value, manifest.textHash, outcome: .refused, reason: reason, directory: version)
        try store.refuse(key, receipt: receipt)
        badCopies[key] = nil
        try folder.removeBody(key)
        logger.error(
            "refused: \(failure)",
            metadata: metadata(of: key, failure).merging(["reason": "\(reason.rawValue)"]) { $1 })
    }

    func sign(
        _ manifest: Manifest, _ hash: SHA256Hex, outcome: Receipt.Outcome, reason: Receipt.Reason? = nil,
        directory: Int64
    ) throws -> Signed<Receipt> {
        try keys.sign(
            Receipt(
                parcel: manifest.id, from: manifest.from, manifest: hash, sha256: manifest.sha256, by: keys.id,
                at: now(), outcome: outcome, reason: reason, directory: directory,
                checkpoint: logPosition))
    }

    private func requireEntitlement(of manifest: Signed<Manifest>) async throws -> Directory {
        let directory = try await source.judge(manifest, for: keys.id, ownKeys: ownKeys, now: now)
        logPosition = await source.logPosition()
        return directory
    }

    /// What the relay asks of each body, asked again. Post-quantum keys only where the directory that its sender went by asks for them,
    /// too: what was sealed before is not refused for what was decided since.
    private func requireShape(of manifest: Manifest, under directory: Directory) async throws {
        var postQuantum = directory.requirePostQuantum
        if postQuantum, let past = try await source.pastDirectory(version: manifest.directory) {
            postQuantum = past.requirePostQuantum
        }
        try SealedBodyShape.require(
            of: folder.sealed(ParcelKey(manifest)), manifest: manifest, postQuantum: postQuantum, disk: disk)
    }

    private func fetch(_ manifest: Manifest, _ key: ParcelKey) async throws {
        try requireRoom(for: manifest)
        try await source.fetch(manifest, to: folder.sealed(key))
    }

    /// What is opened is larger than what is sealed: where not even that fits, fetching it is of no use.
    private func requireRoom(for manifest: Manifest) throws {
        guard try freeBytes(folder.path) >= manifest.size else {
            throw InboxFailure.data(.full(.freeSpace, path: "data"))
        }
        let free = try onSink { () throws(DurableFailure) in try freeBytes(sink.folder) }
        guard free >= manifest.size else { throw InboxFailure.sink(.full(.freeSpace, path: "sink")) }
    }

    /// What was opened and could not be brought on does not lie there in clear while its parcel waits.
    private func withClearText(of key: ParcelKey, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch {
            do {
                try folder.removeClear(key)
            } catch  where error.mustStop {
                throw error
            } catch {
                logger.error("an opened body could not be removed", metadata: metadata(of: key, InboxFailure(error)))
            }
            throw error
        }
    }

    private func open(_ manifest: Manifest, _ key: ParcelKey) throws -> FileHead? {
        do {
            return try SealedBodyReader.open(
                path: folder.sealed(key), keys: keys, manifest: manifest, into: folder.clear(key), disk: disk)
        } catch {
            if case .cannotOpen = error, try lacksKey(of: manifest) {
                throw InboxFailure.keyMissing(number: manifest.keys)
            }
            guard case .damagedBody(let rule) = error else { throw error }
            try folder.removeBody(key)
            let copies = (badCopies[key] ?? 0) + 1
            badCopies[key] = copies
            // The way here may have spoilt it; a body that stays so is the sender's to send again.
            guard copies < InboxAgent.copiesMax else { throw CourierFailure.cannotOpen(rule) }
            throw error
        }
    }

    /// Whether it is our own fault that a body does not open: the key that its sender had of us is not at hand. Refusing
    /// it would destroy what a key file put back would open.
    private func lacksKey(of manifest: Manifest) throws -> Bool {
        let published = try store.publishedKeys(number: manifest.keys)
        // A data folder that was begun anew does not know what was published before.
        guard !published.isEmpty else { return manifest.keys != ownKeys?.number }
        return !published.contains { keys.holds(sealingKey: $0) }
    }

    /// Writes the sink's files from the opened reports, where nobody looks yet.
    private func stage(_ key: ParcelKey, _ judge: LineJudge) throws {
        let clear = folder.clear(key)
        let disk = disk
        try sink.stage(key) { files in
            files.append(header: CSVReportWriter.header)
            var judge = judge
            try SealedBodyReader.lines(of: clear, disk: disk) { line in
                let bundle = try judge.bundle(line)
                try files.append(line: line)
                try files.append(rowsOf: bundle)
            }
        }
    }

    /// The same of an opened raw file.
    private func stage(_ head: FileHead, _ key: ParcelKey) throws {
        let clear = folder.clear(key)
        let disk = disk
        try sink.stage(key, head: head.line) { append in
            try SealedBodyReader.pieces(of: clear, disk: disk, append)
        }
    }
}
