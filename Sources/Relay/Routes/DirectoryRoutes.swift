import Exchange
import Hummingbird
import NIOSSL

/// `/v1/directory` and `/v1/participants/{id}/keys`: the notes that everyone goes by.
struct DirectoryRoutes: Sendable {
    let vault: ParcelVault
    let directories: DirectoryKeeper
    let keys: KeyRing
    let gate: TokenGate
    let clients: ClientGate
    let answers: LongAnswers
    private let newest = SharedNote()

    init(
        vault: ParcelVault, directories: DirectoryKeeper, keys: KeyRing, gate: TokenGate, clients: ClientGate,
        answers: LongAnswers
    ) {
        (self.vault, self.directories, self.keys) = (vault, directories, keys)
        (self.gate, self.clients, self.answers) = (gate, clients, answers)
    }

    /// What wants a token that holds.
    func add(to group: RouterGroup<RelayContext>) {
        group.get("directory") { _, context in
            answers.answer(shared: newest.buffer(of: directories.note), type: Response.note, context)
        }
        group.get("directory/:version") { _, context in
            // A version that is kept and not gone by yet would make the one gone by look like a step back.
            guard let version = context.parameters.get("version").flatMap({ WholeNumber.read($0) }),
                version <= directories.current.version
            else { throw Problem.nothingThere }
            let vault = vault
            guard let note = try await DiskPool.run({ try vault.store.directory(version: version) }) else {
                throw Problem.nothingThere
            }
            return try answers.answer(note, type: Response.note, to: context.requireCaller().id, context)
        }
        group.get("participants/:id/keys") { _, context in
            guard let note = try await keys.note(of: context.participant("id")) else { throw Problem.nothingThere }
            return Response.bytes(note.noteBytes, type: Response.note)
        }
    }

    /// The posting of a keys note: the token may be signed by a key that only the note itself makes known.
    func addPosting(to group: RouterGroup<RelayContext>) {
        group.post("participants/:id/keys") { request, context in try await post(request, context) }
    }

    private func post(_ request: Request, _ context: RelayContext) async throws -> Response {
        let field = request.headers[.authorization]
        let id = try context.participant("id")
        let peer = try await clients.peer(of: context)
        let judged = try await gate.caller(field: field, posting: id)
        if let judged { try clients.demand(peer, speaksFor: judged.id) }
        let bytes = try await request.note(limit: KeysNote.noteLimit, context: context)
        let caller = try judged ?? newcomer(bytes, field, peer)
        let known = try await keys.note(of: id)
        let time = vault.clock.now
        let signed = try NoteProblem.translate {
            try KeysNote.verified(note: bytes, participant: caller.participant, after: known, now: time)
        }
        guard signed.textHash != known?.textHash else { return Response(status: .ok) }
        try NoteProblem.translate { try signed.value.requireSealingKeys() }
        try await keys.put(signed, after: known)
        vault.clock.witness(signed.value.issuedAt)
        return Response(status: .created)
    }

    /// Who posts its first keys note, or the first of keys that the directory names now.
    ///
    /// What names no pair says nothing of who sent it: that is answered as any token that does not hold. Other rules are looked at
    /// once the token holds: who may know it is told which one the note breaks.
    private func newcomer(_ note: [UInt8], _ field: String?, _ peer: NIOSSLCertificate?) throws -> Caller {
        guard let claimed = try? KeysNote.claimedPair(of: note) else { throw TokenGate.unauthorized }
        let caller = try gate.caller(field: field, presenting: claimed)
        try clients.demand(peer, speaksFor: caller.id)
        return caller
    }
}
