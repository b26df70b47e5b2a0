import Courier
import Durable
package import Exchange
import LabReport

/// Raw files to one recipient: taken where a route lets this sender send files there, and in a parcel of their own at once.
extension OutboxAgent {
    /// Takes a file as it is, durably. The file itself is left where it is.
    package func takeRawFile(
        _ path: String, name: String, mediaType: String, to recipient: ParticipantID
    ) async throws -> RawFileSummary {
        let directory = try await relay.directory()
        let me = try directory.sender(keys.id)
        _ = try directory.recipient(recipient)
        guard let route = try routePlan(directory).table.fileRoute(from: me.id.text, to: recipient.text) else {
            throw OutboxFailure.fileNotRouted(recipient)
        }
        // Its name and type are looked at before it is taken, and not once it waits.
        try RawFileWords.require(name: name, mediaType: mediaType)
        let anyID = try ParcelID(time: now(), random: [UInt8](repeating: 0, count: 10))
        _ = try FileHead(
            source: BodySource(from: me.id, to: recipient, id: anyID), name: name, mediaType: mediaType)
        let file = try SourceFile(path: path, disk: disk)
        try file.requireNoReports(reading)
        try file.requireSendable()
        return try await intake.take(
            file, as: RawFile(to: recipient, name: name, mediaType: mediaType), along: route, reading,
            at: now().secondsSinceEpoch)
    }

    /// Makes the parcels of the files that wait; gives how many, and the first thing that kept one from being made.
    func makeFileParcels() async throws -> (made: Int, failure: (any Error)?) {
        let recipients = try store.recipientsOfFiles()
        guard !recipients.isEmpty else { return (0, nil) }
        let directory = try await relay.directory()
        var made = 0
        var failure: (any Error)?
        for (row, name) in recipients {
            do {
                let recipient = try await ready(name, row: row, reports: 1, directory)
                let (parcels, notMade) = try await makeFileParcels(for: recipient, directory)
                made += parcels
                failure = failure ?? notMade
            } catch {
                if isForAll(error) { throw error }
                failure = failure ?? error
                unserved.append(name)
                try tell(name, error)
            }
        }
        return (made, failure)
    }

    /// How many files to one recipient are put into parcels before others have their turn.
    private static let filesAtOnce = 100
    /// How long a file of which no parcel could be made is left alone.
    private static let asideSeconds: Int64 = 600

    /// One that cannot be sealed keeps back nothing but itself, and is tried again later.
    private func makeFileParcels(
        for recipient: BatchRecipient, _ directory: Directory
    ) async throws -> (made: Int, failure: (any Error)?) {
        var (made, tried) = (0, 0)
        var failure: (any Error)?
        var after: Int64 = 0
        while tried < OutboxAgent.filesAtOnce {
            let page = try store.waitingFiles(of: recipient.row, after: after, limit: OutboxAgent.filesAtOnce)
            guard let last = page.last else { break }
            after = last.report
            for file in page where tried < OutboxAgent.filesAtOnce && !isAside(file) {
                tried += 1
                do {
                    let parcel = try await maker.make(
                        file, for: recipient, routes: routePlan(directory), checkpoint: await relay.logPosition())
                    tell(parcel)
                    made += parcel.parcels
                    if parcel.parcels > 0 { asideUntil[file.report] = nil }
                } catch is NoLongerWaiting {
                    continue
                } catch {
                    if isForAll(error) { throw error }
                    failure = failure ?? error
                    setAside(file, for: error)
                }
            }
        }
        return (made, failure)
    }

    private func isAside(_ file: JournalledFile) -> Bool {
        guard let until = asideUntil[file.report] else { return false }
        let at = now().secondsSinceEpoch
        // A clock that was set back keeps nothing aside for longer.
        return at < until && until - at <= OutboxAgent.asideSeconds
    }

    private func setAside(_ file: JournalledFile, for error: any Error) {
        let until = now().secondsSinceEpoch + OutboxAgent.asideSeconds
        let isFirst = asideUntil.updateValue(until, forKey: file.report) == nil
        if isFirst { Alarm.reportUnreadable.raise("a taken report cannot be sent: \(error)", in: logger) }
    }

    /// A failure that no other file or recipient would escape.
    func isForAll(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError: true
        case let failure as CourierFailure: failure.mustStop || failure == .cancelled
        case let failure as DurableFailure: failure.mustStop
        case let failure as OutboxFailure: failure.mustStop || failure == .databaseInUse
        default: !(error is ExchangeFailure)
        }
    }
}
