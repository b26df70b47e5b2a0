import Durable
import Outbox

/// A file that somebody named to be sent.
enum FileToSend {
    /// What is wrong with the file itself is said first: without the relay or a directory nothing of it would be told.
    static func requireReadable(_ path: String) throws {
        let file: ReadableFile
        do throws(DurableFailure) {
            file = try ReadableFile(path: path)
        } catch {
            throw error.mustStop ? error : OutboxFailure.unreadable(error)
        }
        guard file.size > 0 else { throw OutboxFailure.empty }
    }
}
