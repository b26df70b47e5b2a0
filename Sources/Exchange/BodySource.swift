import StrictJSON

/// What every line inside a parcel names as its source, so that nobody can strip a signature and sign again, or forward
/// what was sealed for another: `urn:pli:<from>:<to>:<id>`.
package struct BodySource: Hashable, Sendable, CustomStringConvertible {
    /// The sender.
    package let from: ParticipantID
    /// The recipient.
    package let to: ParticipantID
    /// The parcel.
    package let id: ParcelID

    /// The source of lines in parcel `id`.
    package init(from: ParticipantID, to: ParticipantID, id: ParcelID) {
        self.from = from
        self.to = to
        self.id = id
    }

    /// `urn:pli:<from>:<to>:<id>`.
    package var text: String { "urn:pli:\(from.text):\(to.text):\(id.text)" }

    package var description: String { text }

    /// Checks that `line` is one JSON object whose `meta.source` is exactly `source`.
    ///
    /// The whole line is parsed strictly: a second `meta` or `source`, which another reader might prefer, is refused.
    package static func check(bundleLine line: ArraySlice<UInt8>, is source: BodySource) throws(ExchangeFailure) {
        guard line.count <= Limits.bundleBytes else {
            throw .pastLimit(what: "report", limit: Int64(Limits.bundleBytes))
        }
        let json: JSON
        do {
            json = try JSON(parsing: line)
        } catch {
            throw .binding
        }
        guard json["meta"]?["source"]?.string == source.text else { throw .binding }
    }
}
