import Age
import Exchange
import Foundation
import Notes

@testable import Courier
@testable import Relay

/// Keys, a directory and sealed parcels in a folder, for the experiments of `Faults/`, which run the real programs.
///
/// `lab-a` and `cnam` have key files: the real ends run as them. `lab-b` and `spf` speak the protocol by hand, with notes
/// signed here beforehand: `parcels/N.manifest`, `.body`, `.receipt`, and `.other`, another manifest under the same id.
struct FaultCast {
    static let parcels = 240
    /// Clear bytes of the bodies, in turn.
    private static let sizes = [2_000, 30_000, 5_000, 300_000]

    let folder: String
    private let now = SystemClock.now()
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// Makes everything in `folder`, which is made, too.
    static func make(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder + "/parcels", withIntermediateDirectories: true)
        var cast = FaultCast(folder: folder)
        try cast.people()
        for number in 0..<parcels { try cast.parcel(number) }
    }

    private init(folder: String) {
        self.folder = folder
    }

    private func people() throws {
        let directory = try DirectoryPlan(issuedAt: now, recipients: ["cnam"]).note()
        try write(directory.encoded, "directory.note")
        let roots = try Everyone.pins.fingerprints.map { $0.text + "\n" }.joined()
        try write(Array(roots.utf8), "roots")
        for id in ["lab-a", "lab-b", "cnam", "spf"] {
            let keys = try Everyone.keys(of: id)
            try KeyFile.write(signing: keys.signing, to: "\(folder)/\(id).signing")
            try KeyFile.write(sealing: [AgeIdentity.generate()], to: "\(folder)/\(id).sealing")
            if id == "lab-b" || id == "spf" {
                try write(keys.keysNote(current: nil, now: now).noteBytes, "\(id).keys")
            }
        }
    }

    private mutating func parcel(_ number: Int) throws {
        let (sender, recipient) = (try Everyone.keys(of: "lab-b"), try Everyone.keys(of: "spf"))
        let name = String(format: "parcels/%03d", number)
        var writer = try SealedBodyWriter(path: "\(folder)/\(name).body", sealingKey: recipient.ownSealingKey)
        try writer.append(line: Array(Data(noise(Self.sizes[number % Self.sizes.count])).base64EncodedString().utf8))
        let body = try writer.finish()
        let id = try ParcelID(time: now, random: Array(noise(10)))
        func manifest(seq: Int) throws -> Signed<Manifest> {
            try sender.sign(
                Manifest(
                    id: id, from: sender.id, to: recipient.id, createdAt: now,
                    expiresAt: now.adding(seconds: Limits.defaultDeadlineSeconds), size: body.size,
                    sha256: body.sha256, reports: body.lines, seq: Int64(seq), keys: 1, directory: 1))
        }
        let first = try manifest(seq: number + 1)
        try write(first.noteBytes, name + ".manifest")
        try write(manifest(seq: Self.parcels + number + 1).noteBytes, name + ".other")
        let receipt = try recipient.sign(Receipt(on: first, at: now, outcome: .delivered, directory: 1))
        try write(receipt.noteBytes, name + ".receipt")
    }

    /// Bytes that do not compress.
    private mutating func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: folder + "/" + name))
    }
}
