import Durable
import Foundation
import TransparencyLog

/// Where `pli log` reads a log: a folder, or a relay's address. It believes neither.
struct LogPlace: TileSource {
    private enum Kind: Sendable {
        case folder(String)
        case relay(RelayLog)
    }

    private let kind: Kind

    /// Opens `place` for `body` and closes it whatever happens.
    static func reading<Value>(
        _ place: String, caPath: String?, _ body: (LogPlace) async throws -> Value
    ) async throws -> Value {
        guard place.contains("://") else {
            guard try Disk.real.isFolder(place) else {
                throw CommandFailure.usage(
                    "ni un dossier, ni une adresse qui commence par https://",
                    "neither a folder nor an address that begins with https://")
            }
            return try await body(LogPlace(kind: .folder(place)))
        }
        let relay = try RelayLog(address: place, caPath: caPath)
        do {
            let value = try await body(LogPlace(kind: .relay(relay)))
            await relay.close()
            return value
        } catch {
            await relay.close()
            throw error
        }
    }

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        switch kind {
        case .relay(let relay): return try await relay.file(at: path, limit: limit)
        case .folder(let folder):
            do {
                return try Disk.real.readIfThere("\(folder)/\(path)", limit: limit)
            } catch DurableFailure.tooLarge(let limit, _) {
                throw LogFailure.badFile(path: path, rule: "larger than its limit of \(limit) bytes")
            }
        }
    }
}
