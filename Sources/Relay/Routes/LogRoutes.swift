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
    let before: LogBefore

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
        group.get("log/minimum-index") { _, _ in
            var response = Response.bytes(MinimumIndex.encode(log.minimumIndex), type: Response.note)
            response.headers[.cacheControl] = "no-cache"
            return response
        }
        addBefore(to: group)
        group.get("log/tile/**") { _, context in
            let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
            guard let address = TileAddress(path: path) else { throw Self.noTile }
            switch try await log.tile(address) {
            case .missing: throw Self.noTile
            case .pruned: throw Self.pruned
            case .file(let bytes):
                var response = Response.bytes(bytes, type: "application/octet-stream")
                response.headers[.cacheControl] = Self.forGood
                return response
            }
        }
    }

    /// The log before this one, for those who are to be shown that theirs is part of it.
    private func addBefore(to group: RouterGroup<RelayContext>) {
        group.get("log/before/checkpoint") { _, _ in
            Response.bytes(
                try await file("checkpoint", limit: LogLimits.checkpointBytes, else: Self.noCheckpointBefore),
                type: Response.note)
        }
        group.get("log/before/key") { _, _ in
            Response.bytes(
                try await file("key", limit: LogLimits.originBytes + 256, else: Self.noKeyBefore), type: Response.note)
        }
        group.get("log/before/minimum-index") { _, _ in
            Response.bytes(
                try await file(MinimumIndex.path, limit: MinimumIndex.bytesMax, else: Self.noMinimumBefore),
                type: Response.note)
        }
        group.get("log/before/tile/**") { _, context in
            let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
            guard let address = TileAddress(path: path) else { throw Self.noTile }
            var response = Response.bytes(
                try await file(address.path, limit: address.maxBytes, else: Self.noTile),
                type: "application/octet-stream")
            response.headers[.cacheControl] = Self.forGood
            return response
        }
    }

    private func file(_ path: String, limit: Int, else absence: Problem) async throws -> [UInt8] {
        guard let bytes = try await before.file(at: path, limit: limit) else { throw absence }
        return bytes
    }

    private static var pruned: Problem {
        Problem(.pruned, detail: "entries are served for twelve months: those from /v1/log/minimum-index on are there")
    }

    private static var noCheckpointBefore: Problem {
        Problem(.notFound, detail: "no log was before this one: there is no checkpoint of it")
    }

    private static var noKeyBefore: Problem {
        Problem(.notFound, detail: "no log was before this one: there is no key of it")
    }

    private static var noMinimumBefore: Problem {
        Problem(.notFound, detail: "no log was before this one, or it has no minimum-index")
    }

    private static var noTile: Problem { Problem(.notFound, detail: "the log has no such tile") }
}
