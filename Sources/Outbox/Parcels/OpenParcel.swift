import Courier
import Durable
import Exchange
import LabReport

/// A parcel while it is filled: its sealed body under a temporary name, and what its manifest will need.
///
/// A class because the body's writer cannot be copied and lies in a dictionary; only the parcel maker ever holds one.
final class OpenParcel {
    let id: ParcelID
    let recipient: BatchRecipient
    let source: BodySource
    private(set) var reports: [Int64] = []
    /// Bytes of the messages inside.
    private(set) var messageBytes: Int64 = 0
    private var terms: RouteTerms?
    private var writer: SealedBodyWriter

    init(
        id: ParcelID, from: ParticipantID, recipient: BatchRecipient, gzip: GzipCompressor, memory: LineMemory,
        folder: DataFolder
    ) throws {
        self.id = id
        self.recipient = recipient
        source = BodySource(from: from, to: recipient.id, id: id)
        writer = try SealedBodyWriter(
            path: folder.body(ofParcel: id.text), sealingKey: recipient.sealingKey, gzip: gzip, memory: memory,
            disk: folder.disk)
    }

    /// Lines of the lower `order` come before others that wait with them.
    func append(_ line: FHIRLine, order: UInt64) throws {
        try writer.append(line: line.bytes, order: order, numberAt: line.numberPlaces)
    }

    /// All lines of a delivery are in it.
    func count(_ delivery: WaitingDelivery) {
        reports.append(delivery.report)
        messageBytes += delivery.place.length
        terms = terms?.strictest(with: delivery.terms) ?? delivery.terms
    }

    /// Bytes of memory that lines take which wait to be compressed.
    var heldBytes: Int { writer.heldBytes }

    /// Compresses and seals what waits.
    func compressWaiting() throws { try writer.compressWaiting() }

    /// Makes the body durable under its name.
    func finish() throws -> (body: SealedBody, terms: RouteTerms) {
        (try writer.finish(), terms ?? .standard)
    }

    /// After a failure: what cannot be removed now is swept at start.
    func abandon() {
        try? writer.abandon()
    }
}
