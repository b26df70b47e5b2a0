import Courier
import Durable
import Exchange
import Logging
import ServiceLifecycle

extension OutboxAgent: Service {
    /// Watches the folder, makes and uploads parcels, collects receipts, until the service group shuts down.
    ///
    /// The six loops are independent: a relay that is away does not keep files from being taken. A failure that only a
    /// restart can mend ends them all and is thrown.
    package func run() async throws {
        // Before anything else runs: a folder that cannot be used is for a person to set right.
        let folder = try configuration.watchFolder.map { try WatchedFolder(path: $0, disk: disk) }
        if let folder { try tellMade(folder) }
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.keepTaking(from: folder) }
                    group.addTask { try await self.keepReplaying() }
                    group.addTask { try await self.keepSending() }
                    group.addTask { try await self.keepCollecting() }
                    group.addTask { try await self.keepTidy() }
                    group.addTask { try await self.keepTellingLate() }
                    try await group.next()
                    group.cancelAll()
                }
            }
        } catch is CancellationError {
            return
        } catch CourierFailure.cancelled {
            return
        }
    }

    /// A folder that had to be made where files were taken before is told: a disk that is not mounted looks like this.
    private nonisolated func tellMade(_ folder: WatchedFolder) throws {
        let wasUsed = watchNote.exists
        if folder.made.contains(.itself) {
            logger.log(
                level: wasUsed ? .warning : .notice,
                "the watched folder was missing and was made: if it lies on a disk of its own, is that mounted?",
                metadata: ["reason": "folder-made"])
        } else if wasUsed, folder.made.contains(.taken) {
            logger.warning(
                "the watched folder is not as this outbox left it, taken was missing in it: is its disk mounted, is it the right one?",
                metadata: ["reason": "folder-made"])
        }
    }

    private nonisolated func keepTaking(from folder: WatchedFolder?) async throws {
        guard let folder else {
            try await Task.sleep(for: .seconds(Int64.max / 4_000_000_000))
            return
        }
        try await repeating(everySeconds: 1) { try await self.takeReadyFiles(of: folder) }
    }

    private nonisolated func keepReplaying() async throws {
        try await repeating(everySeconds: 5) {
            try await self.replayHeld()
            try await self.finishDrops()
        }
    }

    private nonisolated func keepSending() async throws {
        try await repeating(everySeconds: 1) { try await self.sendRound() }
    }

    /// What is spooled goes first: it does not wait for keys that cannot be had. Nor does what is due wait for a relay that
    /// is away: it is sealed and spooled meanwhile. A recipient that is kept back makes no round fail: the others' pace is theirs.
    nonisolated func sendRound() async throws {
        let away = try await uploadUnlessAway()
        let made = try await makeParcels(flush: false)
        if let away { throw away }
        if made > 0 { try await uploadDue() }
    }

    /// Gives why the relay does not take what is spooled, if that may pass.
    private nonisolated func uploadUnlessAway() async throws -> (any Error)? {
        do {
            try await uploadDue()
            await noteUploads(nil)
            return nil
        } catch {
            await noteUploads(error)
            guard OutboxAgent.passingLabel(of: error) != nil else { throw error }
            return error
        }
    }

    private nonisolated func keepCollecting() async throws {
        try await repeating(everySeconds: 0) {
            if try await self.collectRound() == 0 { try await Task.sleep(for: .seconds(1)) }
        }
    }

    /// What came while nothing ran is there at once; only then is anything waited for, and what is overdue is so by all that came.
    func collectRound() async throws -> Int {
        let isFirst = !hasAskedForReceipts
        let settled = try await collectReceipts(waitSeconds: isFirst ? 0 : 30)
        if isFirst, hasAskedForReceipts { try await tellLate() }
        return settled
    }

    private nonisolated func keepTidy() async throws {
        var rounds = 0
        try await repeating(everySeconds: 60) {
            try await self.forgetFinished()
            if rounds % 60 == 0 { try await self.lookAgainAtReceipts() }
            if rounds % 15 == 0 {
                try await self.greetRelay()
                try await self.askAfterParcels()
                try await self.endDoubts()
            }
            rounds += 1
        }
    }

    private nonisolated func keepTellingLate() async throws {
        try await repeating(everySeconds: 60) { try await self.tellLateOnceAsked() }
    }

    /// How long a start waits for a relay that shows no receipts: then what is overdue is told all the same.
    private static let receiptsWithinSeconds: Int64 = 900

    /// After a pause much looks overdue that was acknowledged long ago: the relay is asked first, and the round that has asked
    /// tells it at once.
    func tellLateOnceAsked() async throws {
        guard hasAskedForReceipts || now().secondsSinceEpoch - startedAt >= OutboxAgent.receiptsWithinSeconds else {
            return
        }
        try await tellLate()
    }

    /// Repeats a piece of work; after failures that pass it waits longer and longer. What does not pass is told once, and
    /// tried again all the same: a person sets it right without restarting anything.
    private nonisolated func repeating(
        everySeconds seconds: Int, _ work: () async throws -> Void
    ) async throws {
        var failures = 0
        var trouble = Trouble<String>()
        while true {
            try Task.checkCancellation()
            let greetings = await greetings
            do {
                try folder.requireInPlace()
                await noteFolderInPlace()
                try await work()
                failures = 0
                trouble.turn(to: nil)
                if seconds > 0 { try await Task.sleep(for: .seconds(seconds)) }
            } catch let met {
                let error = ofFolder(met)
                guard let label = OutboxAgent.passingLabel(of: error) else { throw error }
                failures += 1
                let turn = trouble.turn(to: label)
                if case OutboxFailure.dataFolderAway = error {
                    await tellFolderAway()
                } else if let failure = error as? CourierFailure, failure.isAboutUs {
                    await tellStanding(failure, after: greetings)
                } else if turn != nil {
                    logger.log(
                        level: OutboxAgent.wantsPerson(error) ? .error : .warning,
                        "waiting, then trying again: \(error)", metadata: ["reason": "\(label)"])
                }
                let wait = RetrySchedule.standard.next(attempt: failures, random: Double.random(in: 0..<1))
                try await Task.sleep(for: .milliseconds(Int64(wait * 1_000)))
            }
        }
    }

    /// Whether no waiting mends it: nothing is taken until somebody looks.
    static func wantsPerson(_ error: any Error) -> Bool {
        switch error {
        case OutboxFailure.watchFolder, OutboxFailure.notEntitled, OutboxFailure.notActive: true
        case OutboxFailure.store(let code): StoreFault(code: code) == .rights
        case let failure as DurableFailure: failure.isFull || failure.isOfRights
        case CourierFailure.disk(let failure): failure.isFull || failure.isOfRights
        default: false
        }
    }

    /// What a failure is called that the agent lives with; nil for one that ends it.
    static func passingLabel(of error: any Error) -> String? {
        switch error {
        case let failure as CourierFailure: failure.mustStop || failure == .cancelled ? nil : failure.label
        case let failure as DurableFailure: failure.isFull || failure.isOfRights ? failure.label : nil
        case let failure as OutboxFailure: failure.mustStop ? nil : failure.label
        default: nil
        }
    }
}

extension OutboxAgent {
    /// Looks into the watched folder once and takes what is ready: taken files are set aside, those in which nothing can be
    /// read are put with a reason into `refused`. Gives how many files were dealt with.
    @discardableResult
    func takeReadyFiles(of folder: WatchedFolder) async throws -> Int {
        let (unreachableBefore, passedOverBefore) = (watch.unreachable, watch.passedOver)
        let ready = watch.look(try folder.entries(), now: now().secondsSinceEpoch)
        if watch.unreachable > unreachableBefore {
            Alarm.fileRefused.raise(
                "files of the watched folder cannot be reached because their names are not UTF-8: rename them",
                in: logger,
                ["files": "\(watch.unreachable)", "reason": "name-not-utf-8"])
        }
        if watch.passedOver > passedOverBefore {
            logger.warning(
                "folders, links or pipes in the watched folder are left alone: put the files themselves there",
                metadata: ["entries": "\(watch.passedOver)", "reason": "no-file"])
        }
        var done = 0
        for name in ready {
            try Task.checkCancellation()
            if try await takeWatched(name, of: folder) { done += 1 }
        }
        return done
    }

    /// What became of a file: the counts, and each rule that something taken broke, since only what is held is listed
    /// elsewhere.
    private func tell(_ summary: IntakeSummary) {
        var metadata: Logger.Metadata = [
            "file": "\(summary.fileHash.prefix(12))", "read": "\(summary.read)", "taken": "\(summary.taken)",
            "held": "\(summary.held)", "before": "\(summary.wasTakenBefore)",
        ]
        if !summary.warnings.isEmpty {
            let warnings = summary.warnings.sorted { $0.key < $1.key }
            metadata["warnings"] = "\(warnings.map { "\($0.key):\($0.value)" }.joined(separator: ","))"
        }
        logger.info("file taken", metadata: metadata)
        if summary.warnings["unterminated"] != nil {
            logger.warning(
                "a message of the file has no end: it may have been cut behind its last result; compare with the laboratory",
                metadata: ["file": "\(summary.fileHash.prefix(12))", "reason": "unterminated"])
        }
        if summary.warnings["csv-unterminated"] != nil {
            logger.warning(
                "the last row of the table has no line end: the file may have been cut in it; compare with the laboratory",
                metadata: ["file": "\(summary.fileHash.prefix(12))", "reason": "csv-unterminated"])
        }
    }

    private func takeWatched(_ name: String, of folder: WatchedFolder) async throws -> Bool {
        do {
            let summary = try await takeFile(folder.file(name))
            try watchNote.keep(at: now())
            try folder.setAside(name, hash: summary.fileHash)
            tell(summary)
            return true
        } catch let failure as OutboxFailure {
            switch failure {
            case .empty, .blank, .noReports, .compressed, .utf16:
                try watchNote.keep(at: now())
                let hash = try folder.refuse(name, for: failure)
                Alarm.fileRefused.raise(
                    "a file of the watched folder was put into refused: \(failure)", in: logger,
                    ["reason": failure.label, "file": "\(hash.prefix(12))", "read": "0", "taken": "0", "held": "0"])
                return true
            case .unreadable:
                watch.setStuck(name)
                Alarm.fileRefused.raise(
                    "a file of the watched folder cannot be read and stays there: \(failure)", in: logger,
                    ["reason": failure.label])
                return false
            case .changedWhileReading:
                // Its change makes it settle again.
                return false
            default:
                throw failure
            }
        }
    }
}
