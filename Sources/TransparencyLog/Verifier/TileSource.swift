/// Where a verifier reads a log: a folder, a relay's address, memory. Nothing it gives is believed.
package protocol TileSource: Sendable {
    /// The file at `path` below the log's prefix (`checkpoint`, `tile/0/000`), nil where there is none; one longer than
    /// `limit` bytes is an error.
    func file(at path: String, limit: Int) async throws -> [UInt8]?
}
