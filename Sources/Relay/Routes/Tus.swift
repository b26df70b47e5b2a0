import Exchange
import Foundation
import HTTPTypes
import Hummingbird

/// The part of tus 1.0 that uploads speak.
enum Tus {
    static let version = "1.0.0"
    static let bodyType = "application/offset+octet-stream"

    static let resumable = name("Tus-Resumable")
    static let length = name("Upload-Length")
    static let offset = name("Upload-Offset")
    static let metadata = name("Upload-Metadata")

    /// Refuses a client of another version.
    static func requireVersion(_ request: Request) throws(Problem) {
        guard request.headers[resumable] == version else {
            throw Problem(.uploadVersion, detail: "send Tus-Resumable: \(version)")
        }
    }

    /// The manifest note in `Upload-Metadata: manifest <base64>`, other pairs beside it left alone.
    static func manifest(_ request: Request) throws(Problem) -> [UInt8] {
        guard let field = request.headers[metadata] else {
            throw Problem(.malformed, detail: "send the manifest note in Upload-Metadata: manifest <base64>")
        }
        let pairs = field.split(separator: ",").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        let notes = pairs.filter { $0.first == "manifest" }
        guard notes.count == 1, notes[0].count == 2 else {
            throw Problem(.malformed, detail: "send the manifest note once, as manifest <base64>")
        }
        guard notes[0][1].utf8.count <= (Limits.noteBytes + 2) / 3 * 4 else {
            throw Problem(.tooLarge, detail: "a manifest note has \(Limits.noteBytes) bytes at most")
        }
        guard let note = Data(base64Encoded: String(notes[0][1])) else {
            throw Problem(.malformed, detail: "the manifest in Upload-Metadata is not base64")
        }
        return [UInt8](note)
    }

    /// Whether the request carries bytes of the body.
    static func carriesBody(_ request: Request) -> Bool {
        request.headers[.contentType] == bodyType
    }

    static func response(_ status: HTTPResponse.Status, offset at: Int64) -> Response {
        Response(status: status, headers: [resumable: version, offset: String(at), .cacheControl: "no-store"])
    }

    /// These names are tokens, which is all the initialiser asks for.
    private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .range }
}
