import Age
import Crypto
import Foundation

/// What `Benchmarks/age.py` runs: whole files as a program would seal and open them, and the parts in one process.
@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "keygen": print(try IdentityFile(identities: [identity(arguments.last)]).text().text)
        case "seal", "open": try file(Array(arguments))
        case "parts": try Parts().run()
        case "rejections": try Rejections().run()
        default:
            print("age-benchmark keygen pq|classic | seal|open KEYFILE IN OUT [WORKERS] | parts | rejections")
            exit(2)
        }
    }

    static func identity(_ kind: String?) throws -> AgeIdentity {
        kind == "classic" ? .generateClassic() : try .generate()
    }

    static func file(_ arguments: [String]) throws {
        guard arguments.count >= 4 else { exit(2) }
        let keys = try IdentityFile(parsing: Array(Data(contentsOf: URL(filePath: arguments[1]))))
        let input = try FileHandle(forReadingFrom: URL(filePath: arguments[2]))
        if arguments[3] != "/dev/null" { _ = FileManager.default.createFile(atPath: arguments[3], contents: nil) }
        let output = try FileHandle(forWritingTo: URL(filePath: arguments[3]))
        let workers = arguments.count > 4 ? Int(arguments[4]) ?? 1 : AgeStream.defaultWorkers
        if arguments[0] == "seal" {
            let sealer = try AgeSealer(recipients: keys.identities.map(\.recipient))
            try AgeStream.seal(from: input, to: output, with: sealer, workers: workers)
        } else {
            let unlocker = try AgeUnlocker(identities: keys.identities)
            try AgeStream.open(from: input, to: output, with: unlocker, workers: workers)
        }
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self).trimmingCharacters(in: .newlines) }
}

/// One core: the bare AEAD against the whole format, taken turn by turn so that both see the same machine.
struct Parts {
    private static let bytes = 256 << 20
    private static let rounds = 7
    /// What is opened again and again: small enough for the last cache, so that memory is not what is measured.
    private static let fileBytes = 8 << 20
    private let text = [UInt8](repeating: 0x5a, count: 1 << 20)
    private let clock = ContinuousClock()

    func run() throws {
        try compare()
        try small()
    }

    private func compare() throws {
        let identity = AgeIdentity.generateClassic()
        let unlocker = try AgeUnlocker(identities: [identity])
        let file = Box([UInt8]())
        try seal(Parts.fileBytes, to: identity.recipient) { file.bytes.append(contentsOf: $0) }
        let boxes = try boxes()
        let sealed = boxes.map { [UInt8]($0.combined) }
        let names = ["AEAD seal", "age seal", "AEAD open", "age open", "AEAD open, boxes ready made"]
        var seconds = [[Double]](repeating: [], count: names.count)
        for _ in 0..<Parts.rounds {
            seconds[0].append(try measure { try bareSeal() })
            seconds[1].append(try measure { try seal(Parts.bytes, to: identity.recipient) { _ in } })
            seconds[2].append(try measure { try bareOpen(sealed) })
            seconds[3].append(
                try measure {
                    for _ in 0..<(Parts.bytes / Parts.fileBytes) { try open(file.bytes, unlocker) }
                })
            seconds[4].append(try measure { try bareOpen(boxes) })
        }
        let rates = seconds.map { Double(Parts.bytes) / $0.sorted()[$0.count / 2] / 1e9 }
        for (name, rate) in zip(names, rates) { print(String(format: "%@: %.2f GB/s", name, rate)) }
        print(
            String(
                format: "one core, of the bare AEAD: seal %.2f, open %.2f (of boxes ready made: %.2f)",
                rates[1] / rates[0], rates[3] / rates[2], rates[3] / rates[4]))
    }

    private func small() throws {
        let identity = try AgeIdentity.generate()
        let text = [UInt8](repeating: 1, count: 1024)
        var (sealing, opening): ([Double], [Double]) = ([], [])
        for _ in 0..<501 {
            var file: [UInt8] = []
            sealing.append(try measure { file = try AgeSealer.seal(text, to: [identity.recipient]) })
            opening.append(try measure { _ = try AgeOpener.open(file, with: [identity]) })
        }
        print(
            String(
                format: "1 KiB to one post-quantum recipient: seal %.3f ms, open %.3f ms", sealing.sorted()[250] * 1e3,
                opening.sorted()[250] * 1e3))
    }

    private func measure(_ body: () throws -> Void) throws -> Double {
        let elapsed = try clock.measure(body)
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    }

    private func bareSeal() throws {
        let key = SymmetricKey(size: .bits256)
        let nonce = ChaChaPoly.Nonce()
        try text.withUnsafeBytes { raw in
            for chunk in 0..<(Parts.bytes / 65_536) {
                let start = chunk % 16 * 65_536
                let piece = UnsafeRawBufferPointer(rebasing: raw[start..<(start + 65_536)])
                _ = try ChaChaPoly.seal(piece, using: key, nonce: nonce)
            }
        }
    }

    private let key = SymmetricKey(size: .bits256)

    private func boxes() throws -> [ChaChaPoly.SealedBox] {
        try (0..<(Parts.fileBytes / 65_536)).map {
            try ChaChaPoly.seal(text[($0 % 16 * 65_536)..<(($0 % 16 + 1) * 65_536)], using: key)
        }
    }

    /// From raw bytes, as whoever reads a file has them: a box can be made of them only with a copy.
    private func bareOpen(_ boxes: [[UInt8]]) throws {
        for chunk in 0..<(Parts.bytes / 65_536) {
            try boxes[chunk % boxes.count].withUnsafeBytes {
                _ = try ChaChaPoly.open(ChaChaPoly.SealedBox(combined: $0), using: key)
            }
        }
    }

    private func bareOpen(_ boxes: [ChaChaPoly.SealedBox]) throws {
        for chunk in 0..<(Parts.bytes / 65_536) { _ = try ChaChaPoly.open(boxes[chunk % boxes.count], using: key) }
    }

    private func seal(
        _ count: Int, to recipient: AgeRecipient, _ write: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) throws {
        let left = Box(count)
        let text = text
        try AgeStream.seal(
            with: AgeSealer(recipients: [recipient]), workers: 1,
            read: { buffer in
                let count = min(buffer.count, text.count, left.bytes)
                text.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                left.bytes -= count
                return count
            }, write: { write($0) })
    }

    private func open(_ file: [UInt8], _ unlocker: AgeUnlocker) throws {
        let offset = Box(0)
        try AgeStream.open(
            with: unlocker, workers: 1,
            read: { buffer in
                let count = min(buffer.count, file.count - offset.bytes)
                let range = offset.bytes..<(offset.bytes + count)
                file.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range])) }
                offset.bytes += count
                return count
            }, write: { _ in })
    }
}

/// A value that closures share. Unchecked: there is one worker, so one thread.
final class Box<Value>: @unchecked Sendable {
    var bytes: Value

    init(_ bytes: Value) {
        self.bytes = bytes
    }
}
