import Exchange
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// A field's value as a whole number, if it is written as one.
    func integer(_ name: HTTPField.Name) -> Int64? {
        headers[name].flatMap { WholeNumber.read($0) }
    }

    /// A query parameter as a whole number; `missing` where it is absent.
    func integer(query name: String, missing: Int64) throws(Problem) -> Int64 {
        guard let text = uri.queryParameters[Substring(name)] else { return missing }
        guard let number = WholeNumber.read(String(text)) else {
            guard !WholeNumber.isTooLarge(String(text)) else {
                throw Problem(.malformed, detail: "\(name) must be \(Limits.integer) at most")
            }
            throw Problem(.malformed, detail: "\(name) must be a whole number")
        }
        return number
    }

    /// Whether a body comes with it.
    var announcesBody: Bool {
        // However many digits it has.
        let isEmpty = headers[.contentLength]?.allSatisfy { $0 == "0" } ?? true
        return !isEmpty || headers[.transferEncoding] != nil
    }

    /// The whole body of a request that carries one note.
    func note(limit: Int, context: RelayContext) async throws -> [UInt8] {
        if let length = integer(.contentLength), length > Int64(limit) {
            throw Problem(.tooLarge, detail: "a note of \(limit) bytes at most is expected")
        }
        try await context.expectBody(of: self)
        var bytes: [UInt8] = []
        for try await piece in try await context.body(of: self) {
            guard bytes.count + piece.readableBytes <= limit else {
                throw Problem(.tooLarge, detail: "a note of \(limit) bytes at most is expected")
            }
            bytes.append(contentsOf: piece.readableBytesView)
        }
        return bytes
    }
}

extension RelayContext {
    /// The participant that a path names; one that cannot be is one that is not there.
    func participant(_ name: String) throws(Problem) -> ParticipantID {
        guard let text = parameters.get(name), let id = try? ParticipantID(text) else { throw .nothingThere }
        return id
    }

    /// The parcel that a path names.
    func parcel(_ name: String) throws(Problem) -> ParcelID {
        guard let text = parameters.get(name), let id = try? ParcelID(text) else { throw .nothingThere }
        return id
    }
}

extension Problem {
    /// The same answer for what is not there and for what is somebody else's.
    static var nothingThere: Problem { Problem(.notFound, detail: "there is no such thing for this participant") }
}

extension Response {
    /// A note, or a page, as it is.
    static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static let note = "text/plain; charset=utf-8"
    static let json = "application/json"
}
