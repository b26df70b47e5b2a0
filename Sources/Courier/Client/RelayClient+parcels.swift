package import Exchange
import NIOHTTP1

/// What its two ends ask about a parcel that the relay accepted.
extension RelayClient {
    /// The receipt on a parcel as the relay serves it, unverified; nil where it has none.
    package func receipt(on manifest: Manifest) async throws(CourierFailure) -> [UInt8]? {
        try await note(at: RelayPath.receipt(manifest.from, manifest.id))
    }

    /// Whether the relay has accepted this parcel, by its own word. Another manifest under its id is against the protocol.
    package func holds(_ manifest: Signed<Manifest>) async throws(CourierFailure) -> Bool {
        guard let held = try await note(at: RelayPath.manifest(manifest.value.from, manifest.value.id)) else {
            return false
        }
        guard let value = try? Signed<Manifest>.unverified(held), SHA256Hex(of: value.text) == manifest.textHash else {
            throw .unexpectedAnswer("it holds another manifest under the id of a parcel of ours")
        }
        return true
    }

    private func note(at path: String) async throws(CourierFailure) -> [UInt8]? {
        do {
            let request = RelayRequest(
                method: .GET, path: path, answerBytes: max(Limits.noteBytes, Limits.problemBytes))
            return try await asked(request).body
        } catch {
            guard case .refused(let problem) = error, problem.type == .notFound else { throw error }
            return nil
        }
    }
}
