import Exchange
import NIOHTTP1
import TransparencyLog

/// What a relay serves of its log, nothing of it verified.
protocol LogService: TileSource {
    /// The log's verifier key line.
    func key() async throws(CourierFailure) -> [UInt8]
    /// The proof that the log has a parcel's acceptance; nil where the relay has none.
    func proof(of id: ParcelID, from sender: ParticipantID) async throws(CourierFailure) -> [UInt8]?
}

/// The log of the relay that a client is for.
struct RelayLogService: LogService {
    let client: RelayClient

    func key() async throws(CourierFailure) -> [UInt8] {
        try await client.asked(RelayRequest(method: .GET, path: RelayPath.logKey)).body
    }

    func proof(of id: ParcelID, from sender: ParticipantID) async throws(CourierFailure) -> [UInt8]? {
        try await found(RelayPath.proof(sender, id), limit: LogLimits.proofBytes)
    }

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        try await found(RelayPath.log(path), limit: limit)
    }

    private func found(_ path: String, limit: Int) async throws(CourierFailure) -> [UInt8]? {
        do {
            let request = RelayRequest(method: .GET, path: path, answerBytes: max(limit, Limits.problemBytes))
            return try await client.asked(request).body
        } catch {
            guard case .refused(let problem) = error, [.notFound, .expired].contains(problem.type) else { throw error }
            return nil
        }
    }
}
