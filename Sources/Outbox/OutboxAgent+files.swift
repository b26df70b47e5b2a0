import Courier
package import Exchange
import LabReport

/// Raw files to one recipient: taken where a route lets this sender send files there, and in a parcel of their own at once.
extension OutboxAgent {
    /// Takes a file as it is, durably. The file itself is left where it is.
    package func takeRawFile(
        _ path: String, name: String, mediaType: String, to recipient: ParticipantID
    ) async throws -> RawFileSummary {
        let directory = try await relay.directory()
        guard let me = directory[keys.id], me.role == .sender, me.status == .active else {
            throw OutboxFailure.notEntitled
        }
        guard let other = directory[recipient], other.role == .authority, other.status == .active else {
            throw CourierFailure.trust(.unknownParticipant(recipient))
        }
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
        return try await intake.take(
            file, as: RawFile(to: recipient, name: name, mediaType: mediaType), along: route, reading,
            at: now().secondsSinceEpoch)
    }

    /// Makes the parcels of the files that wait; gives how many, and the first thing that kept one from being made.
    func makeFileParcels() async throws -> (made: Int, failure: (any Error)?) {
        let waiting = try store.waitingFiles()
        guard !waiting.isEmpty else { return (0, nil) }
        let directory = try await relay.directory()
        var made = 0
        var failure: (any Error)?
        for one in waiting {
            let recipient: BatchRecipient
            do {
                recipient = try await ready(one.name, row: one.recipient, reports: 1, directory)
            } catch {
                failure = failure ?? error
                try tell(one.name, error)
                continue
            }
            let parcel = try await maker.make(
                one.file, for: recipient, routes: routePlan(directory), checkpoint: await relay.logPosition())
            tell(parcel)
            made += parcel.parcels
        }
        return (made, failure)
    }
}
