import StrictJSON

/// What a sender says about a parcel: for whom it is, what its sealed body is, and until when it matters.
///
/// It holds no personal data, ever: the relay and the log see it.
package struct Manifest: NoteValue {
    /// What a parcel carries.
    package enum Kind: String, Equatable, Sendable, CaseIterable {
        /// Gzip of NDJSON, one FHIR R4 Bundle a line.
        case reports
        /// A raw file, where a route allows it.
        case file
        /// What the recipient of reports found wrong with them.
        case feedback
    }

    /// The kinds that relay and recipients take.
    package static let carriedKinds: Set<Kind> = [.reports, .file]

    /// The media type of a parcel of reports, once opened and unzipped.
    package static let reportsMediaType = "application/fhir+ndjson"

    /// The parcel's id; unique together with `from`.
    package let id: ParcelID
    /// The sender, who signs.
    package let from: ParticipantID
    /// The recipient, for whom the body is sealed.
    package let to: ParticipantID
    /// What the parcel carries.
    package let kind: Kind
    /// Media type of what it carries.
    package let mediaType: String
    /// When the parcel was made, by the sender's clock.
    package let createdAt: UTCTime
    /// Its deadline: the relay deletes it then.
    package let expiresAt: UTCTime
    /// Bytes of the sealed body.
    package let size: Int64
    /// SHA-256 of the sealed body.
    package let sha256: SHA256Hex
    /// How many reports (lines) are inside; 1 for a file.
    package let reports: Int
    /// Counts the parcels from this sender to this recipient, from 1: a gap is a lost parcel.
    package let seq: Int64
    /// Number of the recipient's keys note the body was sealed by.
    package let keys: Int64
    /// Version of the directory the sender went by.
    package let directory: Int64
    /// The log as the sender last saw it.
    package let checkpoint: LogPosition?
    /// The first parcel that held the same reports, whose place this one takes: of all that name it, and of itself, one is
    /// delivered.
    package let supersedes: ParcelID?
    /// The parcel that feedback is about.
    package let inReplyTo: ParcelID?

    package static let what = "manifest"
    package static let noteLimit = Limits.noteBytes
    package var signer: ParticipantID { from }

    /// A well formed manifest, or the rule it breaks.
    package init(
        id: ParcelID, from: ParticipantID, to: ParticipantID, kind: Kind = .reports,
        mediaType: String = Manifest.reportsMediaType, createdAt: UTCTime, expiresAt: UTCTime, size: Int64,
        sha256: SHA256Hex, reports: Int, seq: Int64, keys: Int64, directory: Int64, checkpoint: LogPosition? = nil,
        supersedes: ParcelID? = nil, inReplyTo: ParcelID? = nil
    ) throws(ExchangeFailure) {
        self.id = id
        self.from = from
        self.to = to
        self.kind = kind
        self.mediaType = mediaType
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.size = size
        self.sha256 = sha256
        self.reports = reports
        self.seq = seq
        self.keys = keys
        self.directory = directory
        self.checkpoint = checkpoint
        self.supersedes = supersedes
        self.inReplyTo = inReplyTo
        try checkForm()
    }

    /// What every manifest must hold whoever reads it and whenever.
    private func checkForm() throws(ExchangeFailure) {
        func require(_ holds: Bool, _ member: String, _ rule: String) throws(ExchangeFailure) {
            guard holds else { throw .malformed(what: Manifest.what, member: member, rule: rule) }
        }
        try require(from != to, "to", "another participant than the sender is expected")
        try require(
            kind == .reports ? mediaType == Manifest.reportsMediaType : MediaType.isWellFormed(mediaType),
            "mediaType", "the media type of that kind is expected")
        try require(expiresAt > createdAt, "expiresAt", "after createdAt is expected")
        try require(
            expiresAt <= createdAt.adding(seconds: Limits.deadlineSeconds), "expiresAt",
            "at most \(Limits.deadlineSeconds / 86_400) days after createdAt is expected")
        try require(size >= 1, "size", "1 byte or more is expected")
        guard size <= Limits.parcelBytes else { throw .pastLimit(what: "parcel", limit: Limits.parcelBytes) }
        try require(reports >= 1, "reports", "1 or more is expected")
        try require(kind != .file || reports == 1, "reports", "1 is expected of a file")
        guard reports <= Limits.reportsInParcel else {
            throw .pastLimit(what: "reports in a parcel", limit: Int64(Limits.reportsInParcel))
        }
        try require((1...Limits.integer).contains(seq), "seq", "1 to \(Limits.integer) is expected")
        try require((1...Limits.integer).contains(keys), "keys", "1 to \(Limits.integer) is expected")
        try require((1...Limits.integer).contains(directory), "directory", "1 to \(Limits.integer) is expected")
        try require(supersedes != id, "supersedes", "another parcel is expected")
        try require((inReplyTo != nil) == (kind == .feedback), "inReplyTo", "expected with feedback, and only there")
    }

    package var text: [UInt8] {
        var members: [JSON.Member] = [
            .init("type", .string("manifest/1")),
            .init("id", .string(id.text)),
            .init("from", .string(from.text)),
            .init("to", .string(to.text)),
            .init("kind", .string(kind.rawValue)),
            .init("mediaType", .string(mediaType)),
            .init("createdAt", .string(createdAt.text)),
            .init("expiresAt", .string(expiresAt.text)),
            .init("size", .number(String(size))),
            .init("sha256", .string(sha256.text)),
            .init("reports", .number(String(reports))),
            .init("seq", .number(String(seq))),
            .init("keys", .number(String(keys))),
            .init("directory", .number(String(directory))),
        ]
        if let checkpoint { members.append(.init("checkpoint", checkpoint.json)) }
        if let supersedes { members.append(.init("supersedes", .string(supersedes.text))) }
        if let inReplyTo { members.append(.init("inReplyTo", .string(inReplyTo.text))) }
        return CanonicalLine.encode(.object(members))
    }

    package init(text: [UInt8]) throws(ExchangeFailure) {
        let json = try CanonicalLine.decode(text, of: Manifest.what, limit: Manifest.noteLimit)
        var reader = try MemberReader(json, of: Manifest.what)
        try reader.type("manifest/1")
        let id = try reader.parcel("id")
        let from = try reader.participant("from")
        let to = try reader.participant("to")
        guard let kind = try Kind(rawValue: reader.string("kind")) else { throw reader.fault("kind", "unknown") }
        let mediaType = try reader.string("mediaType")
        let createdAt = try reader.time("createdAt")
        let expiresAt = try reader.time("expiresAt")
        let size = try reader.integer("size")
        let sha256 = try reader.hash("sha256")
        let reports = try reader.integer("reports")
        let seq = try reader.integer("seq")
        let keys = try reader.integer("keys")
        let directory = try reader.integer("directory")
        var checkpoint: LogPosition?
        if let value = reader.optionalValue("checkpoint") { checkpoint = try LogPosition(value) }
        let supersedes = try reader.optionalParcel("supersedes")
        let inReplyTo = try reader.optionalParcel("inReplyTo")
        try reader.end()
        try self.init(
            id: id, from: from, to: to, kind: kind, mediaType: mediaType, createdAt: createdAt, expiresAt: expiresAt,
            size: size, sha256: sha256, reports: Int(reports), seq: seq, keys: keys, directory: directory,
            checkpoint: checkpoint, supersedes: supersedes, inReplyTo: inReplyTo)
        try CanonicalLine.requireSame(self.text, as: text, of: Manifest.what)
    }
}

/// The form of a media type without parameters.
package enum MediaType {
    /// What is asked of one beside its form.
    package static let rule = "a registered media type without long numbers is expected"
    /// The registered top-level types (RFC 6838).
    private static let topLevel: Set<Substring> = [
        "application", "audio", "font", "image", "message", "model", "multipart", "text", "video",
    ]
    /// As many digits in a row as no type has, and each number of a person.
    private static let digits = 6

    /// Whether it is of a registered top-level type and holds no number of a person: the relay and its log see it.
    package static func namesNobody(_ text: String) -> Bool {
        topLevel.contains(text.prefix { $0 != "/" }) && !hasNumber(text)
    }

    private static func hasNumber(_ text: String) -> Bool {
        var run = 0
        for byte in text.utf8 {
            run = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? run + 1 : 0
            if run >= digits { return true }
        }
        return false
    }

    static func isWellFormed(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= 127
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAllowed) }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
