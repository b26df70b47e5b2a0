import Exchange
import HTTPTypes
import Hummingbird

/// What uploads speak of tus 1.0: the core, creation, creation-with-upload, checksum, termination and expiration.
enum Tus {
    static let version = "1.0.0"
    static let bodyType = "application/offset+octet-stream"

    static let resumable = name("Tus-Resumable")
    static let length = name("Upload-Length")
    static let offset = name("Upload-Offset")
    static let metadata = name("Upload-Metadata")
    static let checksum = name("Upload-Checksum")
    static let expires = name("Upload-Expires")
    static let deferLength = name("Upload-Defer-Length")
    static let versions = name("Tus-Version")
    static let methodOverride = name("X-HTTP-Method-Override")

    /// Refuses a client of another version.
    static func requireVersion(_ request: Request) throws(Problem) {
        guard request.headers[resumable] == version else {
            throw Problem(.uploadVersion, detail: "send Tus-Resumable: \(version)")
        }
    }

    /// Refuses a client that would say later how long the body is: its manifest says so already.
    static func requireLength(_ request: Request) throws(Problem) {
        guard request.headers[deferLength] == nil else {
            throw Problem(.malformed, detail: "the length is known: send Upload-Length, the manifest's size")
        }
    }

    /// Refuses a client that takes another length for this upload's than the manifest said: its bytes are of something else.
    static func requireLength(_ request: Request, of parcel: StoredParcel) throws(Problem) {
        try requireLength(request)
        guard let said = request.headers[length] else { return }
        guard WholeNumber.read(said) == parcel.size else {
            throw Problem(
                .malformed, detail: "an upload's length stays what it was: Upload-Length is the manifest's size")
        }
    }

    /// What this relay speaks, for a client that asks before it begins.
    static var abilities: Response {
        Response(
            status: .noContent,
            headers: [
                resumable: version, versions: version,
                name("Tus-Extension"): "creation,creation-with-upload,checksum,termination,expiration",
                name("Tus-Max-Size"): String(Limits.parcelBytes),
                name("Tus-Checksum-Algorithm"): UploadFields.Checksum.Algorithm.allCases.map(\.rawValue)
                    .joined(separator: ","),
            ])
    }

    /// The manifest note in `Upload-Metadata`.
    static func manifest(_ request: Request) throws(Problem) -> [UInt8] {
        try UploadFields.manifest(inMetadata: request.headers[metadata])
    }

    /// Whether the request carries bytes of the body.
    static func carriesBody(_ request: Request) -> Bool {
        // A media type is the same in capitals, and may have parameters (RFC 9110, 8.3.1).
        request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased() == bodyType
    }

    /// - Parameter expiry: until when an upload that is not finished is kept.
    static func response(_ status: HTTPResponse.Status, offset at: Int64, until expiry: UTCTime? = nil) -> Response {
        var headers: HTTPFields = [resumable: version, offset: String(at), .cacheControl: "no-store"]
        if let expiry { headers[expires] = httpDate(expiry) }
        return Response(status: status, headers: headers)
    }

    /// A time as HTTP writes it (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func httpDate(_ time: UTCTime) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = time.text
        let parts = text.prefix(10).split(separator: "-").map(String.init)
        guard parts.count == 3, let month = Int(parts[1]), months.indices.contains(month - 1) else { return text }
        let day = Int((time.secondsSinceEpoch / 86_400 % 7 + 7) % 7)
        return "\(days[day]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(text.dropFirst(11).prefix(8)) GMT"
    }

    /// These names are tokens, which is all the initialiser asks for.
    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .range }
}
