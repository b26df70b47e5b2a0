import Courier
import Foundation

/// A copy of what an agent has verified, in a folder of its own: looking must not change what the agent goes by.
///
/// It holds signed notes only, which are public.
struct TrustCopy {
    /// Where the copy lies.
    let folder: String
    private let place: URL

    /// Copies what is known in the data folder of an agent; nothing where there is none. A file that the agent replaces meanwhile
    /// is tried again.
    init(of dataFolder: String) throws {
        place = FileManager.default.temporaryDirectory.appending(path: "pli-doctor-\(UUID().uuidString)")
        folder = place.appending(path: "trust").path
        try FileManager.default.createDirectory(
            at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let known = dataFolder + "/trust"
        guard FileManager.default.fileExists(atPath: known) else { return }
        for attempt in 1...Self.attempts {
            do {
                try FileManager.default.copyItem(atPath: known, toPath: folder)
                return
            } catch {
                try? FileManager.default.removeItem(atPath: folder)
                guard attempt < Self.attempts else {
                    remove()
                    throw error
                }
            }
        }
    }

    /// Takes the copy away.
    func remove() { try? FileManager.default.removeItem(at: place) }

    private static let attempts = 5
}
