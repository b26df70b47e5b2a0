import StrictJSON

/// Why the relay does not do what was asked. Its urn is stable: programs branch on it.
package enum ProblemType: String, Equatable, Sendable, CaseIterable {
    /// The request cannot be read.
    case malformed
    /// No token, or one that does not hold.
    case unauthorized
    /// A participant that may not do this.
    case notEntitled = "not-entitled"
    /// No client certificate where the relay asks for one, or one that does not count.
    case clientCertificate = "client-certificate"
    /// Not there, or not the asker's.
    case notFound = "not-found"
    /// This path knows another method.
    case methodNotAllowed = "method-not-allowed"
    /// The id is another sender's, or has another manifest or receipt.
    case conflict
    /// The bytes sent do not start where the stored ones end.
    case offsetDiffers = "offset-differs"
    /// Larger than a limit.
    case tooLarge = "too-large"
    /// Another media type is expected.
    case mediaType = "media-type"
    /// Another version of tus is expected.
    case uploadVersion = "upload-version"
    /// The body is not the one that the asker named.
    case preconditionFailed = "precondition-failed"
    /// No byte of the body lies in the range.
    case rangeMissed = "range-missed"
    /// A manifest, receipt, keys note or directory that breaks a rule.
    case badNote = "bad-note"
    /// The body does not begin like an age file.
    case notSealed = "not-sealed"
    /// The body's size or hash is not what its manifest says.
    case bodyDiffers = "body-differs"
    /// The bytes of one request do not have the digest that was sent with them.
    case checksumDiffers = "checksum-differs"
    /// A kind of parcel that is not taken.
    case kindNotAllowed = "kind-not-allowed"
    /// The recipient is not an active authority of the directory.
    case unknownRecipient = "unknown-recipient"
    /// The parcel's deadline has passed.
    case expired
    /// Entries of the log that are older than the relay's policy serves.
    case pruned
    /// The sender's clock and the relay's differ too much.
    case clockDiffers = "clock-differs"
    /// A directory is quoted that the relay does not have.
    case directoryAhead = "directory-ahead"
    /// A keys note is quoted that the relay does not have.
    case keysAhead = "keys-ahead"
    /// Too many requests.
    case tooMany = "too-many"
    /// The header fields are too long.
    case fieldsTooLarge = "fields-too-large"
    /// A fault of the relay's.
    case fault
    /// Not ready; try again later.
    case unavailable
    /// No room for a parcel; try again later.
    case full

    /// `urn:pli:problem:<slug>`.
    package var urn: String { "urn:pli:problem:" + rawValue }

    /// The type that has this urn.
    package init?(urn: String) {
        let prefix = "urn:pli:problem:"
        guard urn.hasPrefix(prefix) else { return nil }
        self.init(rawValue: String(urn.dropFirst(prefix.count)))
    }

    /// The HTTP status it comes with.
    package var status: Int {
        switch self {
        case .malformed: 400
        case .unauthorized: 401
        case .notEntitled, .clientCertificate: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict, .offsetDiffers, .directoryAhead, .keysAhead: 409
        case .expired, .pruned: 410
        case .uploadVersion, .preconditionFailed: 412
        case .tooLarge: 413
        case .mediaType: 415
        case .rangeMissed: 416
        case .badNote, .notSealed, .bodyDiffers, .kindNotAllowed, .unknownRecipient, .clockDiffers: 422
        case .tooMany: 429
        case .fieldsTooLarge: 431
        case .checksumDiffers: 460
        case .fault: 500
        case .unavailable: 503
        case .full: 507
        }
    }

    /// The same for every occurrence.
    package var title: String {
        switch self {
        case .malformed: "The request cannot be read"
        case .unauthorized: "A valid request token is required"
        case .notEntitled: "This participant may not do this"
        case .clientCertificate: "A client certificate is required"
        case .notFound: "There is no such thing for this participant"
        case .methodNotAllowed: "This method is not known here"
        case .conflict: "The same id exists with something else"
        case .offsetDiffers: "The upload continues at another offset"
        case .tooLarge: "Larger than a limit"
        case .mediaType: "Another media type is expected"
        case .uploadVersion: "Another version of tus is expected"
        case .preconditionFailed: "The body is another one"
        case .rangeMissed: "No byte of the body lies in this range"
        case .badNote: "A signed note breaks a rule"
        case .notSealed: "The body is not sealed"
        case .bodyDiffers: "The body is not the one its manifest describes"
        case .checksumDiffers: "The bytes sent do not have their checksum"
        case .kindNotAllowed: "This kind of parcel is not taken"
        case .unknownRecipient: "The recipient is not an active authority"
        case .expired: "The parcel is over: acknowledged, or past its deadline"
        case .pruned: "Entries of the log that are no longer served"
        case .clockDiffers: "The clocks differ too much"
        case .directoryAhead: "A newer directory is quoted than the relay has"
        case .keysAhead: "A newer keys note is quoted than the relay has"
        case .tooMany: "Too many requests"
        case .fieldsTooLarge: "The header fields are too long"
        case .fault: "The relay has a fault"
        case .unavailable: "The relay is not ready"
        case .full: "The relay has no room"
        }
    }

    /// Whether the same request may succeed later without anyone changing it.
    package var isTransient: Bool {
        switch self {
        case .tooMany, .fault, .unavailable, .full, .offsetDiffers, .directoryAhead, .keysAhead, .checksumDiffers:
            true
        default: false
        }
    }
}

/// A problem document (RFC 9457, `application/problem+json`).
package struct Problem: Error, Equatable, Sendable {
    /// Its media type.
    package static let mediaType = "application/problem+json"

    /// What is the matter.
    package let type: ProblemType
    /// The type's title.
    package let title: String
    /// The HTTP status.
    package let status: Int
    /// What to do in this case: text of ours, never a value that was sent.
    package let detail: String

    private static let what = "problem"

    /// A problem with the title and status of its type.
    package init(_ type: ProblemType, detail: String) {
        self.type = type
        title = type.title
        status = type.status
        self.detail = detail
    }

    /// Its one text.
    package var text: [UInt8] {
        CanonicalLine.encode(
            .object([
                .init("type", .string(type.urn)),
                .init("title", .string(title)),
                .init("status", .number(String(status))),
                .init("detail", .string(detail)),
            ]))
    }

    /// Decodes `text`, or refuses it. Title and status must be those of the type.
    package init(text: [UInt8]) throws(ExchangeFailure) {
        let json = try CanonicalLine.decode(text, of: Problem.what, limit: Limits.problemBytes)
        var reader = try MemberReader(json, of: Problem.what)
        guard let type = try ProblemType(urn: reader.string("type")) else { throw reader.fault("type", "unknown") }
        _ = try reader.string("title")
        _ = try reader.integer("status")
        let detail = try reader.string("detail")
        try reader.end()
        self.init(type, detail: detail)
        try CanonicalLine.requireSame(self.text, as: text, of: Problem.what)
    }
}

extension ProblemType {
    /// Whether it is the end of a parcel: its sender gives it up, and its number to another one where the relay never had it. A relay that
    /// has the whole body destroys it before it says so: a later directory could allow it, and a start accept it beside the other. All
    /// other problems pass by themselves, or are set right by people, and the body waits.
    package var endsParcel: Bool {
        switch self {
        case .badNote, .notSealed, .bodyDiffers, .kindNotAllowed, .unknownRecipient, .expired, .conflict, .tooLarge,
            .mediaType, .malformed:
            true
        default: false
        }
    }
}
