import Exchange
import Hummingbird
import Notes

extension UploadRoutes {
    /// Creation with all of a body in one request: its row is made with its header or, of a small one, when it is accepted, so
    /// that both share a commit. Nil where the request is another one, or another request is sending the same parcel. The
    /// checks are those of `begin`.
    func createAtOnce(
        _ signed: HalfSigned<Manifest>, _ request: Request, _ caller: Caller, _ context: RelayContext
    ) async throws -> Response? {
        let length = request.integer(.contentLength)
        guard Tus.carriesBody(request), length == signed.value.size else { return nil }
        let (quota, isSmall) = (quota(of: caller), WholeParcel.fits(signed.value.size, length: length))
        guard case .begun = try await outlook(for: signed, request, quota, isWhole: isSmall) else { return nil }
        let parcel = try row(of: signed, caller)
        let newcomer = Newcomer(pair: caller.pair, quota: quota)
        if isSmall { return try await createWhole(signed, parcel, newcomer, request, caller, context) }
        return try await createStreamed(signed, parcel, newcomer, request, context)
    }

    /// A body that is written as it comes. Nil where nothing of it is kept.
    private func createStreamed(
        _ signed: HalfSigned<Manifest>, _ parcel: StoredParcel, _ newcomer: Newcomer, _ request: Request,
        _ context: RelayContext
    ) async throws -> Response? {
        do {
            let reached = try await context.onConnection {
                try await desk.receiveNew(
                    parcel, newcomer: newcomer, body: context.body(of: request), checksum: ChunkChecksum(request),
                    requirePostQuantum: directories.current.requirePostQuantum,
                    whenReady: { try await context.expectBody(of: request) })
            }
            guard let reached, reached > 0 else { return nil }
            await tellBegun(parcel, signed.value)
            if reached == parcel.size { tellAccepted(parcel, context) }
            return created(parcel, at: reached, touched: vault.clock.now)
        } catch {
            // One that was cut or refused behind its header has begun all the same.
            let row = try? await find(parcel.id)
            if let row, row.textHash == parcel.textHash { await tellBegun(parcel, signed.value) }
            throw error
        }
    }

    /// Creation with all of a small body: one answer, and one transaction, for both.
    private func createWhole(
        _ signed: HalfSigned<Manifest>, _ parcel: StoredParcel, _ newcomer: Newcomer, _ request: Request,
        _ caller: Caller, _ context: RelayContext
    ) async throws -> Response? {
        let arrival = try await desk.receiveWhole(
            parcel, newcomer: newcomer, body: context.body(of: request), checksum: ChunkChecksum(request),
            requirePostQuantum: directories.current.requirePostQuantum,
            whenReady: { try await context.expectBody(of: request) })
        switch arrival {
        case nil, .refused(.known): return nil
        case .refused(let beginning): throw beginning.refusal(newcomer.quota) ?? RelayStore.Beginning.conflictProblem
        case .cut(let cut): return try await keep(cut, of: signed, request, caller)
        case .accepted(let repeatsNumber):
            await tellBegun(parcel, signed.value, repeatsNumber: repeatsNumber)
            tellAccepted(parcel, context)
            return created(parcel, at: parcel.size, touched: vault.clock.now)
        }
    }

    /// What came of a body that was cut is kept as of any other: its upload begins, and can go on.
    private func keep(
        _ cut: CutBody, of signed: HalfSigned<Manifest>, _ request: Request, _ caller: Caller
    ) async throws -> Response {
        let begun = try await begin(signed, request, caller)
        let offset = try await desk.receive(
            begun.parcel, at: 0, length: nil, body: cut, checksum: ChunkChecksum(request),
            requirePostQuantum: directories.current.requirePostQuantum)
        return created(begun.parcel, at: offset, touched: vault.clock.now)
    }
}
