import Exchange
import HTTPTypes
import Hummingbird
import Notes
import TransparencyLog

/// `/v1/log/`: the log as C2SP tlog-tiles, open to everyone.
struct LogRoutes: Sendable {
    /// Tiles never change: whoever has one need not ask again.
    private static let forGood = "public, max-age=31536000, immutable"

    let log: LogKeeper

    func add(to group: RouterGroup<RelayContext>) {
        group.get("log/checkpoint") { _, _ in
            var response = Response.bytes(log.checkpoint.bytes, type: Response.note)
            response.headers[.cacheControl] = "no-cache"
            return response
        }
        group.get("log/key") { _, _ in
            var response = Response.bytes(Array((log.verifierKey.line + "\n").utf8), type: Response.note)
            response.headers[.cacheControl] = "no-cache"
            return response
        }
        group.get("log/tile/**") { _, context in
            let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
            guard let address = TileAddress(path: path) else { throw Self.noTile }
            switch try await log.tile(address) {
            case .missing: throw Self.noTile
            case .pruned: throw Problem(.expired, detail: "these entries are no longer served")
            case .file(let bytes):
                var response = Response.bytes(bytes, type: "application/octet-stream")
                response.headers[.cacheControl] = Self.forGood
                return response
            }
        }
    }

    private static var noTile: Problem { Problem(.notFound, detail: "the log has no such tile") }
}
