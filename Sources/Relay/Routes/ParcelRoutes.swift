import Exchange
import HTTPTypes
import Hummingbird
import NIOCore

/// `/v1/parcels/{from}/{id}`: bodies, manifests, proofs and receipts.
struct ParcelRoutes: Sendable {
    let vault: ParcelVault
    let receipts: ReceiptDesk
    let fetches: FetchWatch
    let pieces: FetchPieces
    let slots: FetchSlots

    /// Routes over which one participant fetches at most so many bodies at once.
    init(_ vault: ParcelVault, _ receipts: ReceiptDesk, _ fetches: FetchWatch, atOnce: Int) {
        self.vault = vault
        self.receipts = receipts
        self.fetches = fetches
        pieces = FetchPieces()
        slots = FetchSlots(most: atOnce)
    }

    func add(to group: RouterGroup<RelayContext>) {
        group.get("parcels/:from/:id") { request, context in try await body(request, context) }
        group.get("parcels/:from/:id/manifest") { _, context in
            let parcel = try await find(context, for: [.sender, .recipient])
            return Response.bytes(parcel.manifest, type: Response.note)
        }
        group.get("parcels/:from/:id/proof") { _, context in
            let parcel = try await find(context, for: [.sender, .recipient])
            // Below 0 it is of a log that was succeeded: that one proved it.
            guard let index = parcel.position, index >= 0 else { throw Problem.nothingThere }
            return Response.bytes(try await vault.log.proof(of: index), type: Response.note)
        }
        group.get("parcels/:from/:id/receipt") { _, context in
            let parcel = try await find(context, for: [.sender, .recipient])
            let vault = vault
            guard let note = try await DiskPool.run({ try vault.store.receipt(of: parcel.id) }) else {
                throw Problem.nothingThere
            }
            return Response.bytes(note, type: Response.note)
        }
        group.post("parcels/:from/:id/receipt") { request, context in try await take(request, context) }
    }

    private enum Side { case sender, recipient }

    /// An accepted parcel, if the caller is on one of these sides of it. Everybody else's is not there.
    private func find(_ context: RelayContext, for sides: Set<Side>) async throws -> StoredParcel {
        let caller = try context.requireCaller()
        let (from, id) = try (context.participant("from"), context.parcel("id"))
        let vault = vault
        let found = try await DiskPool.run { try vault.store.parcel(id) }
        guard let parcel = found, parcel.sender == from, parcel.state != .uploading,
            sides.contains(.sender) && parcel.sender == caller.id
                || sides.contains(.recipient) && parcel.recipient == caller.id
        else { throw Problem.nothingThere }
        try await vault.log.publish(through: parcel.position)
        return parcel
    }

    private func take(_ request: Request, _ context: RelayContext) async throws -> Response {
        let caller = try context.requireCaller()
        let (from, id) = try (context.participant("from"), context.parcel("id"))
        let note = try await request.note(limit: Receipt.noteLimit, context: context)
        let answer = try await receipts.take(note, from: from, id: id, by: caller)
        return Response(status: answer == .taken ? .created : .ok)
    }

    private func body(_ request: Request, _ context: RelayContext) async throws -> Response {
        let parcel = try await find(context, for: [.recipient])
        guard parcel.state == .waiting, parcel.expiresAt > self.vault.clock.now else {
            throw Problem(.expired, detail: "the parcel was acknowledged, or its deadline has passed: it is deleted")
        }
        let vault = vault
        guard let body = try await DiskPool.run({ try vault.body(of: parcel) }) else { throw Problem.nothingThere }
        let tag = "\"\(parcel.sha256)\""
        var headers: HTTPFields = [.contentType: "application/octet-stream", .acceptRanges: "bytes", .eTag: tag]
        let asked: String?
        switch BodyConditions(request.headers, tag: tag) {
        case .known: return Response(status: .notModified, headers: [.eTag: tag])
        case .failed:
            throw Problem(.preconditionFailed, detail: "the parcel has another body: its manifest has the hash")
        case .met(let range): asked = range
        }
        // A head gives no byte away, so that nothing is fetched, and knows no ranges (RFC 9110, 14.2).
        let isHead = request.method == .head
        let range = isHead ? .whole : ByteRange.read(asked, size: parcel.size)
        var slot: FetchSlot?
        if !isHead, range != .outside {
            slot = try slots.take(for: parcel.recipient)
            try await vault.fetch(parcel.id)
            fetches.fetched(parcel.id, by: parcel.recipient)
        }
        switch range {
        case .whole:
            return Response(
                status: .ok, headers: headers,
                body: stream(body, ByteRange(offset: 0, count: parcel.size), to: parcel.recipient, slot, context))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.offset)-\(range.offset + range.count - 1)/\(parcel.size)"
            return Response(
                status: .partialContent, headers: headers,
                body: stream(body, range, to: parcel.recipient, slot, context))
        case .outside:
            throw BeyondBody(size: parcel.size)
        }
    }

    /// No byte of the range is there.
    struct BeyondBody: Error {
        let size: Int64

        var problem: Problem {
            Problem(.rangeMissed, detail: "the body has no byte of this range: ask for one inside of it")
        }
        var contentRange: String { "bytes */\(size)" }
    }

    /// While there is memory for the largest pieces, beside the connection's own thread, which enciphers meanwhile. Then on it: whether
    /// it takes more is known there at once; another thread hands over a dozen pieces before it is told.
    private func stream(
        _ body: StoredBody, _ range: ByteRange, to recipient: ParticipantID, _ slot: FetchSlot?,
        _ context: RelayContext
    ) -> ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { writer in
            // Held for as long as there is somebody to write to, and by an answer that nobody ever asks for.
            defer { withExtendedLifetime(slot) {} }
            let fetch = BodyFetch(body: body, range: range, pieces: pieces, recipient: recipient)
            let sent = try await fetch.send(from: range.offset, whileAmple: true) { try await writer.write($0) }
            if sent < range.offset + range.count {
                try await context.onConnection {
                    _ = try await fetch.send(from: sent, whileAmple: false) { try await writer.write($0) }
                }
            }
            try await writer.finish(nil)
        }
    }
}
