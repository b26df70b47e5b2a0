import Exchange
import NIOCore

extension UploadDesk {
    /// What came of a body that was to come whole.
    enum WholeArrival: Sendable {
        /// It is accepted, and in the log.
        case accepted(repeatsNumber: Bool)
        /// The store did not take it; nothing of it is kept.
        case refused(RelayStore.Beginning)
        /// The request ended before its body did.
        case cut(CutBody)
    }

    /// Takes a whole parcel that has no row yet; nil where another request is sending it, or too many gather theirs. The caller has judged its manifest.
    func receiveWhole<Body: AsyncSequence>(
        _ parcel: StoredParcel, newcomer: Newcomer, body: Body, checksum: ChunkChecksum?,
        requirePostQuantum: Bool, whenReady: () async throws -> Void
    ) async throws -> WholeArrival? where Body.Element == ByteBuffer {
        guard locks.take(parcel.id) else { return nil }
        defer { locks.release(parcel.id) }
        return try await takeWhole(
            parcel, newcomer: newcomer, body: body, checksum: checksum, requirePostQuantum: requirePostQuantum,
            whenReady: whenReady)
    }

    /// Gathers a small body, judges it, and accepts the parcel beside others; nil, and nothing of the body taken, where there is
    /// no room to gather it. The caller holds the parcel's lock.
    func takeWhole<Body: AsyncSequence>(
        _ parcel: StoredParcel, newcomer: Newcomer?, body: Body, checksum: ChunkChecksum?,
        requirePostQuantum: Bool, whenReady: () async throws -> Void
    ) async throws -> WholeArrival? where Body.Element == ByteBuffer {
        let (space, size) = (space, parcel.size)
        guard pieces.takeWhole(size) else { return nil }
        defer { pieces.giveBackWhole(size) }
        try await DiskPool.run { try space.claim(size) }
        defer { space.release(size) }
        try await whenReady()
        var whole = WholeBody(size: size, requirePostQuantum: requirePostQuantum)
        do {
            for try await bytes in body { try whole.push(bytes) }
        } catch let problem as Problem {
            throw problem
        } catch {
            return .cut(CutBody(bytes: whole.bytes, failure: error))
        }
        guard whole.isWhole else { return .cut(CutBody(bytes: whole.bytes, failure: nil)) }
        if var checksum {
            checksum.update(whole.bytes)
            guard checksum.isMet else { throw ChunkChecksum.differs }
        }
        let parts = try whole.parts(of: parcel)
        // The body may have come slowly, and the directory have changed meanwhile.
        try judge(parcel) { whole.shape }
        let admission = try await wholes.accept(
            WholeParcel(parcel: parcel, newcomer: newcomer, header: parts.header, payload: parts.payload))
        guard case .accepted(_, let repeatsNumber) = admission else {
            guard case .refused(let beginning) = admission else { throw RowMoved() }
            return .refused(beginning)
        }
        // Many small parcels share this: it is the last step before the answer.
        try await vault.log.publish()
        arrivals.wake(.inbox(parcel.recipient))
        return .accepted(repeatsNumber: repeatsNumber)
    }
}
