import Exchange
import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One request to the relay, as a value: what is asked, how long it may take, how long an answer may be.
struct RelayRequest: Equatable, Sendable {
    /// The version of tus that uploads speak.
    static let uploadVersion = "1.0.0"
    /// The slowest line on which a body is given the time to pass.
    private static let slowestBytesPerSecond: Int64 = 16 * 1024
    private static let answerSeconds: Int64 = 60
    /// An acceptance is answered when the body is durable; a large one takes its time to be.
    private static let acceptSeconds: Int64 = 300

    var method: HTTPMethod
    var path: String
    var fields: HTTPHeaders = [:]
    var body: [UInt8] = []
    /// Until when the whole answer must be here, from the start.
    var seconds: Int64 = RelayRequest.answerSeconds
    /// The longest body of an answer.
    var answerBytes = Limits.problemBytes

    /// Seconds that `bytes` may take to pass.
    static func seconds(forBytes bytes: Int64) -> Int64 { acceptSeconds + bytes / slowestBytesPerSecond }

    static func directory(version: Int64?) -> RelayRequest {
        RelayRequest(
            method: .GET, path: version.map(RelayPath.directory) ?? RelayPath.directory,
            seconds: seconds(forBytes: Int64(DirectoryNote.bytes)), answerBytes: DirectoryNote.bytes)
    }

    static func keysNote(of id: ParticipantID) -> RelayRequest {
        RelayRequest(method: .GET, path: RelayPath.keys(id), answerBytes: Limits.keysNoteBytes)
    }

    static func publish(_ note: Signed<KeysNote>) -> RelayRequest {
        var request = RelayRequest(method: .POST, path: RelayPath.keys(note.value.by), body: note.noteBytes)
        request.fields.add(name: "Content-Type", value: noteMediaType)
        return request
    }

    static func receipt(_ receipt: Signed<Receipt>) -> RelayRequest {
        var request = RelayRequest(
            method: .POST, path: RelayPath.receipt(receipt.value.from, receipt.value.parcel), body: receipt.noteBytes)
        request.fields.add(name: "Content-Type", value: noteMediaType)
        return request
    }

    static func page(_ path: String, after: Int64, waitSeconds: Int) -> RelayRequest {
        let wait = min(max(waitSeconds, 0), Limits.waitSeconds)
        return RelayRequest(
            method: .GET, path: "\(path)?after=\(after)&wait=\(wait)", seconds: answerSeconds + Int64(wait),
            answerBytes: Limits.pageBytes)
    }

    /// A body of no more goes with the request that makes its upload: one round for all, and the relay takes it as one.
    static let creationBytesMax: Int64 = 256 * 1024

    /// Makes an upload, or finds the one that the same manifest made before. A body that goes with it is streamed.
    static func createUpload(of manifest: Signed<Manifest>, withBody: Bool = false) -> RelayRequest {
        var request = RelayRequest(method: .POST, path: RelayPath.uploads)
        if withBody {
            request.seconds = seconds(forBytes: manifest.value.size)
            request.fields.add(name: "Content-Type", value: bodyMediaType)
        }
        request.fields.add(name: "Tus-Resumable", value: uploadVersion)
        request.fields.add(name: "Upload-Length", value: String(manifest.value.size))
        request.fields.add(
            name: "Upload-Metadata", value: "manifest " + Data(manifest.noteBytes).base64EncodedString())
        return request
    }

    static func uploadOffset(of id: ParcelID) -> RelayRequest {
        var request = RelayRequest(method: .HEAD, path: RelayPath.upload(id))
        request.fields.add(name: "Tus-Resumable", value: uploadVersion)
        return request
    }

    /// Sends a piece of the body; the piece itself is streamed.
    static func uploadPiece(of id: ParcelID, from offset: Int64, count: Int64) -> RelayRequest {
        var request = RelayRequest(method: .PATCH, path: RelayPath.upload(id), seconds: seconds(forBytes: count))
        request.fields.add(name: "Tus-Resumable", value: uploadVersion)
        request.fields.add(name: "Upload-Offset", value: String(offset))
        request.fields.add(name: "Content-Type", value: bodyMediaType)
        return request
    }

    /// Fetches a body from `offset` on.
    static func parcel(from: ParticipantID, id: ParcelID, offset: Int64, size: Int64) -> RelayRequest {
        var request = RelayRequest(
            method: .GET, path: RelayPath.parcel(from, id), seconds: seconds(forBytes: size - offset))
        if offset > 0 { request.fields.add(name: "Range", value: "bytes=\(offset)-") }
        return request
    }

    private static let bodyMediaType = "application/offset+octet-stream"
    private static let noteMediaType = "text/plain; charset=utf-8"
}

/// Bounds of a directory note: its text has a limit of its own, its signatures come on top.
enum DirectoryNote {
    /// 32 signature lines of ML-DSA-65 have less than 160 KiB.
    static let bytes = Limits.directoryBytes + 160 * 1024
}
