import Exchange
import Hummingbird
import Notes

extension UploadRoutes {
    /// Creation with all of a small body: one answer, and one transaction, for both. Nil where the request is another one, or
    /// must go the way of those whose bytes come in pieces. The checks are those of `begin`.
    func createWhole(
        _ signed: HalfSigned<Manifest>, _ request: Request, _ caller: Caller, _ context: RelayContext
    ) async throws -> Response? {
        let manifest = signed.value
        guard Tus.carriesBody(request), WholeParcel.fits(manifest.size, length: request.integer(.contentLength)) else {
            return nil
        }
        let quota = quota(of: caller)
        guard case .begun = try await outlook(for: signed, request, quota, isWhole: true) else { return nil }
        let parcel = try row(of: signed, caller)
        let arrival = try await desk.receiveWhole(
            parcel, newcomer: WholeParcel.Newcomer(pair: caller.pair, quota: quota), body: context.body(of: request),
            checksum: ChunkChecksum(request), requirePostQuantum: directories.current.requirePostQuantum,
            whenReady: { try await context.expectBody(of: request) })
        switch arrival {
        case nil, .refused(.known): return nil
        case .refused(let beginning): throw Self.refusal(beginning, quota) ?? Self.conflict
        case .cut(let cut): return try await keep(cut, of: signed, request, caller)
        case .accepted(let repeatsNumber):
            vault.clock.witness(manifest.createdAt)
            await review.review(parcel, manifest, repeatsNumber: repeatsNumber)
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
