import Courier
package import Durable
import Exchange
import LabReport

/// The table of the sender's own codes, as its file stood when the outbox started.
package struct SenderCodes: Sendable {
    let table: CodeTable
    let text: [UInt8]
    /// Of `text`: what segments name it by.
    let sha256: String

    /// Reads the file that the configuration names.
    package init(path: String, disk: Disk) throws {
        do {
            text = try disk.read(path, limit: CodeTable.limit.bytes)
        } catch {
            throw error.mustStop ? error : OutboxFailure.configuration(["outbox.codes: \(error.reason)"])
        }
        do {
            table = try CodeTable(text)
        } catch {
            throw OutboxFailure.configuration(["outbox.codes, \(error)"])
        }
        sha256 = SHA256Hex(of: text).text
    }
}
