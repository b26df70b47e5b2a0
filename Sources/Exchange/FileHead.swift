import StrictJSON

/// The first line of an opened `file`, in clear nowhere but at its two ends: it binds the raw bytes behind it to the parcel that
/// they came in, as `meta.source` binds a report, and says what they are.
package struct FileHead: Equatable, Sendable {
    /// The parcel.
    package let source: BodySource
    /// What the sender called the file. It may name a person: it is never the name of anything on a disk of ours.
    package let name: String
    /// Media type of the bytes behind the line: the manifest's.
    package let mediaType: String

    private static let what = "first line of the file"

    /// A well formed head, or the rule it breaks.
    package init(source: BodySource, name: String, mediaType: String) throws(ExchangeFailure) {
        func require(_ holds: Bool, _ member: String, _ rule: String) throws(ExchangeFailure) {
            guard holds else { throw .malformed(what: FileHead.what, member: member, rule: rule) }
        }
        try require(
            FileHead.isName(name), "name",
            "1 to \(Limits.fileNameBytes) bytes without slash and control characters are expected")
        try require(MediaType.isWellFormed(mediaType), "mediaType", "the media type of that kind is expected")
        self.source = source
        self.name = name
        self.mediaType = mediaType
    }

    /// A name, and no path: no slash, nothing that steers a terminal, not the folder itself or the one above.
    private static func isName(_ name: String) -> Bool {
        (1...Limits.fileNameBytes).contains(name.utf8.count) && name != "." && name != ".."
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "/" && scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
            }
    }

    /// The line with its newline.
    package var line: [UInt8] {
        CanonicalLine.encode(
            .object([
                .init("id", .string(source.id.text)), .init("from", .string(source.from.text)),
                .init("to", .string(source.to.text)), .init("name", .string(name)),
                .init("mediaType", .string(mediaType)),
            ]))
    }

    /// Reads the line, its newline with it.
    package init(line: [UInt8]) throws(ExchangeFailure) {
        let json = try CanonicalLine.decode(line, of: FileHead.what, limit: Limits.fileHeadBytes)
        var reader = try MemberReader(json, of: FileHead.what)
        let id = try reader.parcel("id")
        let from = try reader.participant("from")
        let to = try reader.participant("to")
        let name = try reader.string("name")
        let mediaType = try reader.string("mediaType")
        try reader.end()
        try self.init(source: BodySource(from: from, to: to, id: id), name: name, mediaType: mediaType)
        try CanonicalLine.requireSame(self.line, as: line, of: FileHead.what)
    }

    /// Whether a line that breaks a rule names that very parcel, sender, recipient and type all the same: then it is nobody else's line.
    package static func names(_ manifest: Manifest, inLine line: [UInt8]) -> Bool {
        guard let json = try? CanonicalLine.decode(line, of: what, limit: Limits.fileHeadBytes) else { return false }
        return json["id"]?.string == manifest.id.text && json["from"]?.string == manifest.from.text
            && json["to"]?.string == manifest.to.text && json["mediaType"]?.string == manifest.mediaType
    }

    /// Whether the bytes behind it may have come in the parcel of `manifest`.
    package func belongs(to manifest: Manifest) -> Bool {
        source == manifest.source && mediaType == manifest.mediaType
    }
}
