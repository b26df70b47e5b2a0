import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What is remembered of a parcel.
struct ParcelRow: Sendable {
    /// How far it is.
    enum State: String, Sendable {
        /// Its manifest is verified; nothing of it is visible in the sink.
        case waiting
        /// It is being handed over, and can only become delivered.
        case handing
        case delivered
        case refused
        /// Its deadline passed before it could be delivered.
        case expired
    }

    let key: ParcelKey
    let state: State
    /// It was verified before its note got here.
    let manifest: Manifest
    let directory: Int64?

    /// Hash of the manifest's text, which has one form.
    var manifestHash: SHA256Hex { SHA256Hex(of: manifest.text) }

    static let columns = "sender, id, state, manifest, directory"

    init(_ row: Row) throws {
        let word: String = row["state"]
        guard let state = State(rawValue: word) else { throw InboxFailure.inconsistent("parcel state") }
        do {
            key = ParcelKey(from: try ParticipantID(row["sender"]), id: try ParcelID(row["id"]))
            let note: Data = row["manifest"]
            manifest = try Signed<Manifest>.unverified([UInt8](note))
        } catch {
            throw InboxFailure.inconsistent("parcel row")
        }
        guard ParcelKey(manifest) == key else { throw InboxFailure.inconsistent("parcel key") }
        self.state = state
        directory = row["directory"]
    }
}
