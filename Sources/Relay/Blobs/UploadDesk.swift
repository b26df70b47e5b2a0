import Durable
import Exchange
import NIOCore

/// Takes sealed bodies: offsets, receiving, acceptance.
final class UploadDesk: Sendable {
    let vault: ParcelVault
    let locks: ParcelLocks
    let space: SpaceGuard
    let arrivals: Arrivals
    /// Throws where a parcel that is whole may not be accepted now; asks for its header's shape where it needs that.
    let judge: @Sendable (StoredParcel, () throws -> SealedShape) throws -> Void
    let pieces = PieceSize()
    let wholes: WholeParcels
    let resting: RestingUploads

    init(
        vault: ParcelVault, locks: ParcelLocks, space: SpaceGuard, arrivals: Arrivals,
        resting: RestingUploads = RestingUploads(),
        judge: @escaping @Sendable (StoredParcel, () throws -> SealedShape) throws -> Void
    ) {
        self.vault = vault
        self.locks = locks
        self.space = space
        self.arrivals = arrivals
        self.resting = resting
        self.judge = judge
        wholes = WholeParcels(vault: vault)
    }

    /// Where an upload is to go on; its size only once it is accepted and in the log.
    func offset(of parcel: StoredParcel) async throws -> Int64 {
        guard parcel.state == .uploading else {
            try await vault.log.publish(through: parcel.position)
            return parcel.size
        }
        let (vault, locks, judge) = (vault, locks, judge)
        // Only what a stop left half way is worked on here: a sender that arrives meanwhile must not find it locked.
        guard try await DiskPool.run({ try vault.needsSettling(parcel) }), locks.take(parcel.id) else {
            return try await DiskPool.run { try vault.offset(of: parcel) } + headerBytes(of: parcel)
        }
        defer { locks.release(parcel.id) }
        let settled = try await DiskPool.run { try vault.settle(parcel, judge: judge) }
        try await announce(settled)
        return try await DiskPool.run { try vault.offset(of: settled) } + headerBytes(of: settled)
    }

    /// How much of a header came that is not whole.
    private func headerBytes(of parcel: StoredParcel) -> Int64 { Int64(restingHeader(of: parcel)?.header.count ?? 0) }

    private func restingHeader(of parcel: StoredParcel) -> SealedShape? {
        guard parcel.state == .uploading, parcel.kept == nil,
            case .header(let shape) = resting.state(of: parcel.id)
        else { return nil }
        return shape
    }

    /// Takes a request's bytes at `offset` and accepts the parcel if they are the last. Gives where it goes on.
    ///
    /// However the request ends, what arrived is kept, and the upload is free for the next one. `whenReady` is called
    /// once nothing but the body itself can be refused any more.
    func receive<Body: AsyncSequence>(
        _ found: StoredParcel, at offset: Int64, length: Int64?, body: Body, checksum: ChunkChecksum? = nil,
        requirePostQuantum: Bool, whenReady: () async throws -> Void = {}
    ) async throws -> Int64 where Body.Element == ByteBuffer {
        guard locks.take(found.id) else {
            throw Problem(.offsetDiffers, detail: "another request is sending this parcel: ask for its offset later")
        }
        defer { locks.release(found.id) }
        let (vault, judge) = (vault, judge)
        let parcel = try await DiskPool.run { try vault.settle(found, judge: judge) }
        guard parcel.state == .uploading else {
            try await announce(parcel)
            guard offset == parcel.size else { throw Self.offsetDiffers }
            return offset
        }
        if offset == 0, parcel.kept == nil, headerBytes(of: parcel) == 0, WholeParcel.fits(parcel.size, length: length)
        {
            let arrival = try await takeWhole(
                parcel, newcomer: nil, body: body, checksum: checksum, requirePostQuantum: requirePostQuantum,
                whenReady: whenReady)
            switch arrival {
            case .accepted: return parcel.size
            case .refused: throw RowMoved()
            case nil: break
            case .cut(let cut):
                return try await receive(
                    parcel, at: 0, length: nil, pieces: cut, checksum: checksum, requirePostQuantum: requirePostQuantum)
            }
        }
        return try await receive(
            parcel, at: offset, length: length, pieces: body, checksum: checksum,
            requirePostQuantum: requirePostQuantum, whenReady: whenReady)
    }

    /// Takes all of a body that has no row yet, and gives where it goes on; nil where another request is sending it. The caller
    /// has judged its manifest.
    ///
    /// One that ends before its header does leaves nothing, not even a row.
    func receiveNew<Body: AsyncSequence>(
        _ parcel: StoredParcel, newcomer: Newcomer, body: Body, checksum: ChunkChecksum?, requirePostQuantum: Bool,
        whenReady: () async throws -> Void
    ) async throws -> Int64? where Body.Element == ByteBuffer {
        guard locks.take(parcel.id) else { return nil }
        defer { locks.release(parcel.id) }
        let incoming = IncomingBody(
            beginning: parcel, newcomer: newcomer, vault: vault, requirePostQuantum: requirePostQuantum)
        return try await finish(incoming, body: body, checksum: checksum, whenReady: whenReady)
    }

    /// Writes a body as it comes. The caller holds the parcel's lock, and has settled it.
    private func receive<Body: AsyncSequence>(
        _ parcel: StoredParcel, at offset: Int64, length: Int64?, pieces body: Body, checksum: ChunkChecksum?,
        requirePostQuantum: Bool, whenReady: () async throws -> Void = {}
    ) async throws -> Int64 where Body.Element == ByteBuffer {
        let incoming = try await open(parcel, requirePostQuantum: requirePostQuantum)
        guard incoming.offset == offset else {
            rest(incoming)
            throw Self.offsetDiffers
        }
        guard length.map({ $0 <= parcel.size - offset }) ?? true else {
            rest(incoming)
            throw Problem(.bodyDiffers, detail: "more bytes are announced than the manifest's size")
        }
        return try await finish(incoming, body: body, checksum: checksum, whenReady: whenReady)
    }

    /// Takes a request's bytes, and accepts the parcel if they are the last. Gives where it goes on.
    private func finish<Body: AsyncSequence>(
        _ begun: IncomingBody, body: Body, checksum: ChunkChecksum?, whenReady: () async throws -> Void
    ) async throws -> Int64 where Body.Element == ByteBuffer {
        var incoming = begun
        let parcel = incoming.parcel
        if let checksum {
            try await fill(&incoming, from: body, checked: checksum, whenReady: whenReady)
        } else {
            try await fill(&incoming, from: body, whenReady: whenReady)
        }
        guard incoming.isWhole else {
            rest(incoming)
            return incoming.offset
        }
        let position: Int64?
        do {
            // The directory may have changed since its first byte.
            position = try await incoming.accept(judge: judge)
        } catch let problem as Problem {
            if problem.type.endsParcel { try await destroy(incoming) } else { rest(incoming) }
            throw problem
        }
        guard position != nil else { throw try await refuse(incoming) }
        resting.forget(parcel.id)
        // Many small parcels share this: it is the last step before the answer.
        try await vault.log.publish()
        arrivals.wake(.inbox(parcel.recipient))
        return parcel.size
    }

    /// Tells the recipient of a parcel that came to be accepted, once it is in the log.
    private func announce(_ parcel: StoredParcel) async throws {
        guard parcel.state != .uploading else { return }
        try await vault.log.publish(through: parcel.position)
        if parcel.state == .waiting { arrivals.wake(.inbox(parcel.recipient)) }
    }

    static var offsetDiffers: Problem {
        Problem(.offsetDiffers, detail: "ask for the offset and go on there")
    }

    private func open(_ parcel: StoredParcel, requirePostQuantum: Bool) async throws -> IncomingBody {
        guard let kept = parcel.kept else {
            let shape = restingHeader(of: parcel) ?? SealedShape()
            resting.forget(parcel.id)
            return IncomingBody(
                beginning: parcel, shape: shape, vault: vault, requirePostQuantum: requirePostQuantum)
        }
        let vault = vault
        let known = resting.state(of: parcel.id)
        return try await DiskPool.run {
            let file = try vault.openIncoming(kept)
            // A hash of this process is as good as the file is long; after a restart it is computed again.
            if case .body(let hasher, let offset, let isInherited) = known, offset == kept.headerLength + file.length {
                return IncomingBody(
                    resuming: parcel, file: file, hasher: hasher, isInherited: isInherited, vault: vault)
            }
            return IncomingBody(
                resuming: parcel, file: file, hasher: try vault.hash(of: parcel, file: file), isInherited: true,
                vault: vault)
        }
    }

    /// Streams the body to disk. What arrived before a failure of the connection is written as well.
    private func fill<Body: AsyncSequence>(
        _ incoming: inout IncomingBody, from body: Body, whenReady: () async throws -> Void
    ) async throws where Body.Element == ByteBuffer {
        do {
            try await stream(body, into: &incoming, whenReady: whenReady)
        } catch {
            defer { rest(incoming) }
            if Gravity(of: error) == nil { try await incoming.flush() }
            throw error
        }
    }

    /// Streams a chunk that came with its checksum: it is kept whole and right, or nothing of it is.
    private func fill<Body: AsyncSequence>(
        _ incoming: inout IncomingBody, from body: Body, checked: ChunkChecksum, whenReady: () async throws -> Void
    ) async throws where Body.Element == ByteBuffer {
        let before = incoming
        var checksum = checked
        do {
            try await stream(body, into: &incoming, whenReady: whenReady, seen: { checksum.update($0) })
            guard checksum.isMet else {
                throw ChunkChecksum.differs
            }
        } catch {
            throw await failure(after: error, of: &incoming, to: before)
        }
    }

    /// Takes a chunk back that `error` ended, and gives what its sender is told: that, or what went wrong while it was taken back.
    private func failure(
        after error: any Error, of incoming: inout IncomingBody, to before: IncomingBody
    ) async -> any Error {
        guard Gravity(of: error) != .stop else {
            rest(incoming)
            return error
        }
        var told = error
        // What is on its way is over before the file is cut, however it ends.
        do { try await incoming.settle() } catch { if Gravity(of: told) == nil { told = error } }
        do {
            try await takeBack(incoming, to: before)
        } catch {
            // Nothing is known of the file any more: the next request looks at it anew.
            incoming.close()
            resting.forget(incoming.parcel.id)
            if Gravity(of: told) == nil { told = error }
        }
        return told
    }

    private func stream<Body: AsyncSequence>(
        _ body: Body, into incoming: inout IncomingBody, whenReady: () async throws -> Void,
        seen: (ByteBuffer) -> Void = { _ in }
    ) async throws where Body.Element == ByteBuffer {
        let remaining = incoming.parcel.size - incoming.offset
        let space = space
        try await DiskPool.run { try space.claim(remaining) }
        var promised = remaining
        defer { space.release(promised) }
        try await whenReady()
        for try await bytes in body {
            seen(bytes)
            try await incoming.push(bytes, pieceBytes: pieces.bytes, ahead: pieces.ahead)
            // What is written is no longer free, and needs no promise.
            let left = incoming.parcel.size - incoming.offset
            space.release(promised - left)
            promised = left
        }
        try await incoming.flush()
    }

    /// Brings an upload back to where a request began.
    private func takeBack(_ incoming: IncomingBody, to before: IncomingBody) async throws {
        let (vault, parcel) = (vault, incoming.parcel)
        guard before.parcel.kept != nil else {
            incoming.close()
            resting.forget(parcel.id)
            _ = try await DiskPool.run { try vault.restart(parcel) }
            return rest(before)
        }
        try await DiskPool.run { try before.cutBack() }
        rest(before)
    }

    /// Gives up an upload that is not finished; its bytes and its key are destroyed.
    func terminate(_ found: StoredParcel) async throws {
        guard locks.take(found.id) else {
            throw Problem(.offsetDiffers, detail: "another request is sending this parcel: end that first")
        }
        defer { locks.release(found.id) }
        let (vault, judge) = (vault, judge)
        // One whose bytes are all here came to be accepted, although nobody was told yet.
        let parcel = try await DiskPool.run {
            do {
                return try vault.settle(found, judge: judge)
            } catch is Problem {
                // Whole, and may not be accepted: ended all the same.
                guard let parcel = try vault.store.parcel(found.id) else { throw RowMoved() }
                return parcel
            }
        }
        guard parcel.state == .uploading else {
            try await announce(parcel)
            throw Problem(
                .conflict, detail: "an accepted parcel is not taken back: its receipt or its deadline ends it")
        }
        resting.forget(parcel.id)
        try await DiskPool.run { try vault.abandon(parcel) }
    }

    /// All bytes are here and are not those of the manifest.
    private func refuse(_ incoming: IncomingBody) async throws -> Problem {
        try await destroy(incoming)
        // What a former life of this process left may be torn by a power cut: that is nobody's fault but ours.
        return incoming.isInherited
            ? Problem(.offsetDiffers, detail: "what was kept of this parcel is damaged: send it from its first byte")
            : Problem(.bodyDiffers, detail: "the body's SHA-256 is not the manifest's")
    }

    /// Destroys what came of a body. Before its sender is told why, so that nothing accepts it later.
    private func destroy(_ incoming: IncomingBody) async throws {
        let (vault, parcel) = (vault, incoming.parcel)
        incoming.close()
        resting.forget(parcel.id)
        _ = try await DiskPool.run { try vault.restart(parcel) }
    }

    private func rest(_ incoming: IncomingBody) {
        incoming.close()
        let id = incoming.parcel.id
        if incoming.parcel.kept != nil {
            resting.keep(
                .body(incoming.hasher, offset: incoming.offset, isInherited: incoming.isInherited), of: id)
        } else if incoming.hasRow, !incoming.shape.header.isEmpty {
            resting.keep(.header(incoming.shape), of: id)
        }
    }
}
