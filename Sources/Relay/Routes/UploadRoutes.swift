import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Notes

/// `/v1/uploads`: how parcels come in. The checks stand in DESIGN's order; nothing is written before they have passed.
struct UploadRoutes: Sendable {
    let vault: ParcelVault
    let desk: UploadDesk
    let space: SpaceGuard
    let keys: KeyRing
    let directories: DirectoryKeeper
    let quota: RelayStore.Quota
    let review: NoteReview
    let entitlement: Entitlement

    func add(to group: RouterGroup<RelayContext>) {
        group.post("uploads") { request, context in try await create(request, context) }
        group.head("uploads/:id") { request, context in try await offset(request, context) }
        group.patch("uploads/:id") { request, context in try await append(request, context) }
        group.delete("uploads/:id") { request, context in try await terminate(request, context) }
    }

    /// What tus clients ask before they have a token to show.
    func addOpen(to group: RouterGroup<RelayContext>) {
        group.on("uploads", method: .options) { _, _ in Tus.abilities }
    }

    private func create(_ request: Request, _ context: RelayContext) async throws -> Response {
        let caller = try context.requireCaller()
        try caller.require(.sender)
        try caller.requireActive()
        try Tus.requireVersion(request)
        try Tus.requireLength(request)
        let note = try Tus.manifest(request)
        try directories.requireCurrent()
        try vault.watch.requireKnownWhole()
        let signed = try NoteProblem.translate { try Signed<Manifest>.verifyFirst(note, by: caller.pair) }
        if let answer = try await createAtOnce(signed, request, caller, context) { return answer }
        let begun = try await begin(signed, request, caller)
        var parcel = begun.parcel
        if begun.isKnown {
            parcel = try await latest(parcel.id, of: caller)
            try await requireReached(parcel)
        }
        let offset = try await desk.offset(of: parcel)
        if Tus.carriesBody(request), offset == 0 {
            return created(
                parcel, at: try await receive(request, into: parcel, at: 0, context), touched: vault.clock.now)
        }
        return created(parcel, at: offset, touched: try await lastTouched(parcel))
    }

    func created(_ parcel: StoredParcel, at offset: Int64, touched: UTCTime) -> Response {
        var response = Tus.response(.created, offset: offset, until: expiry(of: parcel, at: offset, touched: touched))
        response.headers[.location] = RelayPath.upload(parcel.id)
        return response
    }

    /// Checks a manifest whose first signature held and begins its upload, or finds the one that is there. All that is cheap
    /// comes before the second signature, which is not.
    func begin(
        _ signed: HalfSigned<Manifest>, _ request: Request, _ caller: Caller
    ) async throws -> (parcel: StoredParcel, isKnown: Bool) {
        let (vault, space, pair, quota) = (self.vault, space, caller.pair, quota(of: caller))
        let outlook = try await self.outlook(for: signed, request, quota, isWhole: false)
        if case .known(let known) = outlook, known.state != .uploading {
            _ = try NoteProblem.translate { try signed.whole() }
            return (known, true)
        }
        let manifest = signed.value
        let parcel = try row(of: signed, caller)
        let beginning = try await DiskPool.run {
            try space.claim(manifest.size)
            defer { space.release(manifest.size) }
            return try vault.store.begin(parcel, pair: pair, quota: quota)
        }
        if let refusal = beginning.refusal(quota) { throw refusal }
        if case .known(let known) = beginning { return (known, true) }
        await tellBegun(parcel, manifest)
        return (parcel, false)
    }

    /// A manifest of which a row was made: its time counts for the clock, and its numbers are compared.
    func tellBegun(_ parcel: StoredParcel, _ manifest: Manifest, repeatsNumber: Bool? = nil) async {
        vault.clock.witness(manifest.createdAt)
        await review.review(parcel, manifest, repeatsNumber: repeatsNumber)
    }

    /// All that is cheap to know before a parcel is begun or comes whole; throws why it may not.
    func outlook(
        for signed: HalfSigned<Manifest>, _ request: Request, _ quota: RelayStore.Quota, isWhole: Bool
    ) async throws -> RelayStore.Beginning {
        let manifest = signed.value
        guard let length = request.integer(Tus.length), length == manifest.size else {
            throw Problem(.malformed, detail: "Upload-Length must be there and be the manifest's size")
        }
        guard request.integer(.contentLength) ?? 0 <= manifest.size else {
            throw Problem(.bodyDiffers, detail: "more bytes are announced than the manifest's size")
        }
        let (vault, space, textHash) = (vault, space, signed.textHash)
        let time = vault.clock.now
        let outlook = try await DiskPool.run {
            try vault.store.outlook(for: manifest, textHash: textHash, quota: quota, isWhole: isWhole)
        }
        if outlook == .conflict { throw RelayStore.Beginning.conflictProblem }
        // What was accepted once stays so, whatever the directory says since.
        if case .known(let known) = outlook, known.state != .uploading { return outlook }
        try await check(manifest, at: time)
        if let refusal = outlook.refusal(quota) { throw refusal }
        try await DiskPool.run { try space.demand(manifest.size) }
        return outlook
    }

    /// The row that an upload begins with. Here the second signature is verified: everything else must stand.
    func row(of signed: HalfSigned<Manifest>, _ caller: Caller) throws -> StoredParcel {
        let signer = try NoteProblem.translate { try SHA256Hex(caller.pair.fingerprint) }
        return try NoteProblem.translate {
            try StoredParcel(beginning: signed.whole(), signer: signer, now: vault.clock.now)
        }
    }

    /// Whether the directory allows a parcel that is not accepted yet.
    private func check(_ manifest: Manifest, at time: UTCTime) async throws {
        let recipientKeys = try await keys.value(of: manifest.to)
        let directory = directories.current
        try NoteProblem.translate {
            try manifest.check(against: directory, recipientKeys: recipientKeys, now: time)
            // A relay that was begun anew has none until the recipient publishes them again; senders wait for that.
            guard recipientKeys != nil else { throw ExchangeFailure.parcel(.keysAhead) }
            try manifest.requireTypeThatNamesNobody()
        }
    }

    /// What the directory grants a sender goes before the share that the relay gives to each.
    func quota(of caller: Caller) -> RelayStore.Quota {
        guard let megabytes = caller.participant.quotaMegabytes else { return quota }
        var quota = quota
        quota.senderBytes = min(megabytes * 1_000_000, quota.totalBytes)
        return quota
    }

    private func offset(_ request: Request, _ context: RelayContext) async throws -> Response {
        let caller = try context.requireCaller()
        try caller.require(.sender)
        try Tus.requireVersion(request)
        let parcel = try await latest(context.parcel("id"), of: caller)
        try await requireReached(parcel)
        let offset = try await desk.offset(of: parcel)
        let touched = try await lastTouched(parcel)
        var response = Tus.response(.ok, offset: offset, until: expiry(of: parcel, at: offset, touched: touched))
        response.headers[Tus.length] = String(parcel.size)
        response.headers[Tus.metadata] = UploadFields.metadata(manifest: parcel.manifest)
        return response
    }

    private func append(_ request: Request, _ context: RelayContext) async throws -> Response {
        let caller = try context.requireCaller()
        try caller.require(.sender)
        try caller.requireActive()
        try Tus.requireVersion(request)
        guard Tus.carriesBody(request) else {
            throw Problem(.mediaType, detail: "send Content-Type: \(Tus.bodyType)")
        }
        guard let offset = request.integer(Tus.offset) else {
            throw Problem(.malformed, detail: "send Upload-Offset, a whole number")
        }
        try directories.requireCurrent()
        try vault.watch.requireKnownWhole()
        let parcel = try await latest(context.parcel("id"), of: caller)
        try Tus.requireLength(request, of: parcel)
        if parcel.state == .uploading {
            guard parcel.expiresAt > vault.clock.now else { throw Problem.deadlinePassed }
            try await judge(parcel)
        }
        try await requireReached(parcel)
        let reached = try await receive(request, into: parcel, at: offset, context)
        return Tus.response(
            .noContent, offset: reached, until: expiry(of: parcel, at: reached, touched: vault.clock.now))
    }

    /// Whether an upload may go on; what is kept of its header is looked at, too. One whose key is gone begins again.
    private func judge(_ parcel: StoredParcel) async throws {
        let (vault, entitlement) = (vault, entitlement)
        try await DiskPool.run {
            try entitlement.judge(parcel) { try vault.shape(of: parcel) ?? SealedShape() }
        }
    }

    /// An accepted parcel that is over without a receipt has reached nobody: its sender is not told once more that it is all here. With a
    /// receipt it stays accepted, for a sender that never saw the first answer.
    private func requireReached(_ parcel: StoredParcel) async throws {
        let vault = vault
        let isThere = parcel.state == .waiting && parcel.expiresAt > vault.clock.now
        guard parcel.state != .uploading, !isThere else { return }
        guard try await DiskPool.run({ try vault.store.receiptHash(of: parcel.id) }) != nil else {
            throw Problem.deadlinePassed
        }
    }

    /// Gives up an unfinished upload. What was accepted stays: its recipient's receipt or its deadline ends it.
    private func terminate(_ request: Request, _ context: RelayContext) async throws -> Response {
        let caller = try context.requireCaller()
        try caller.require(.sender)
        try Tus.requireVersion(request)
        try await desk.terminate(latest(context.parcel("id"), of: caller))
        return Response(status: .noContent, headers: [Tus.resumable: Tus.version])
    }

    /// An upload that is not finished is kept for a day from when it was last touched, and not past its deadline.
    private func expiry(of parcel: StoredParcel, at offset: Int64, touched: UTCTime) -> UTCTime? {
        guard offset < parcel.size else { return nil }
        return min(touched.adding(seconds: Retention.uploadSeconds), parcel.expiresAt)
    }

    private func lastTouched(_ parcel: StoredParcel) async throws -> UTCTime {
        let vault = vault
        return try await DiskPool.run { try vault.lastTouched(parcel) }
    }

    private func receive(
        _ request: Request, into parcel: StoredParcel, at offset: Int64, _ context: RelayContext
    ) async throws -> Int64 {
        let length = request.integer(.contentLength)
        let take = {
            try await desk.receive(
                parcel, at: offset, length: length, body: context.body(of: request), checksum: ChunkChecksum(request),
                requirePostQuantum: directories.current.requirePostQuantum,
                whenReady: { try await context.expectBody(of: request) })
        }
        // A small one is hashed and judged in one go, which is too long for an event loop.
        let isSmall = WholeParcel.fits(parcel.size, length: length)
        let reached = try await isSmall ? take() : context.onConnection(take)
        if parcel.state == .uploading, reached == parcel.size { tellAccepted(parcel, context) }
        return reached
    }

    func tellAccepted(_ parcel: StoredParcel, _ context: RelayContext) {
        context.logger.info(
            "parcel accepted",
            metadata: ["parcel": "\(parcel.id)", "from": "\(parcel.sender)", "to": "\(parcel.recipient)"])
    }

    func latest(_ id: ParcelID, of caller: Caller) async throws -> StoredParcel {
        guard let parcel = try await find(id), parcel.sender == caller.id else { throw Problem.nothingThere }
        return parcel
    }

    func find(_ id: ParcelID) async throws -> StoredParcel? {
        let vault = vault
        return try await DiskPool.run { try vault.store.parcel(id) }
    }
}
