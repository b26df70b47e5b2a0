/// The paths under which the relay answers, as both sides write them.
package enum RelayPath {
    /// Creation of uploads.
    package static let uploads = "/v1/uploads"
    /// Waiting parcels.
    package static let inbox = "/v1/inbox"
    /// Receipts.
    package static let outbox = "/v1/outbox"
    /// The newest directory.
    package static let directory = "/v1/directory"
    /// Live and ready.
    package static let health = "/health"

    /// One upload.
    package static func upload(_ id: ParcelID) -> String { "/v1/uploads/\(id.text)" }
    /// A parcel's sealed body.
    package static func parcel(_ from: ParticipantID, _ id: ParcelID) -> String {
        "/v1/parcels/\(from.text)/\(id.text)"
    }
    /// A parcel's manifest.
    package static func manifest(_ from: ParticipantID, _ id: ParcelID) -> String { parcel(from, id) + "/manifest" }
    /// A parcel's receipt.
    package static func receipt(_ from: ParticipantID, _ id: ParcelID) -> String { parcel(from, id) + "/receipt" }
    /// The proof that the log has a parcel's acceptance.
    package static func proof(_ from: ParticipantID, _ id: ParcelID) -> String { parcel(from, id) + "/proof" }
    /// The log's verifier key.
    package static let logKey = "/v1/log/key"
    /// A file of the log: `checkpoint`, or the path of a tile.
    package static func log(_ path: String) -> String { "/v1/log/" + path }
    /// One version of the directory.
    package static func directory(_ version: Int64) -> String { "/v1/directory/\(version)" }
    /// A participant's keys note.
    package static func keys(_ id: ParticipantID) -> String { "/v1/participants/\(id.text)/keys" }
}
