import Age
import Courier
import Foundation
import LabReport

/// A parcel's body while it is filled: compressed, sealed to a key of its own, in a file that goes when it is finished.
final class Body {
    /// Reports of a parcel.
    static let full = 1_000

    let source: String
    private(set) var reports = 0
    private let path: String
    private var writer: SealedBodyWriter

    init(to recipient: String, _ gzip: GzipCompressor, _ lines: LineMemory) throws {
        source = Body.source(to: recipient)
        // In memory where the system has such a folder: the disk's fsync is the journal's business, and not measured here.
        let memory = "/dev/shm"
        let folder = FileManager.default.fileExists(atPath: memory) ? memory : NSTemporaryDirectory()
        path = folder + "/pli-intake-benchmark-" + UUID().uuidString
        writer = try SealedBodyWriter(
            path: path, sealingKey: AgeIdentity.generate().recipient.text, gzip: gzip, memory: lines)
    }

    static func source(to recipient: String) -> String {
        "urn:pli:lab-rive-gauche:\(recipient):0197f0c1-aaaa-7bbb-8ccc-123456789012"
    }

    func append(_ line: FHIRLine, order: UInt64) throws {
        try writer.append(line: line.bytes, order: order, numberAt: line.numberPlaces)
        reports += 1
    }

    /// Bytes of the sealed body.
    func finish() throws -> Int {
        let body = try writer.finish()
        try FileManager.default.removeItem(atPath: path)
        return Int(body.size)
    }
}
