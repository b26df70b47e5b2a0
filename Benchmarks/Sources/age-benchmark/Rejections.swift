import Age
import Foundation

/// What it costs to refuse what is no age file, and the most that a header which parses can cost.
struct Rejections {
    private static let rounds = 301
    private let clock = ContinuousClock()

    func run() throws {
        let unlocker = try AgeUnlocker(
            identities: [.generate(), .generateClassic()], passphrases: [Passphrase("guessed")])
        let files = files
        let before = peakKibibytes()
        for (name, file) in files {
            var failure: AgeFailure?
            let seconds = try median(Rejections.rounds) {
                do throws(AgeFailure) {
                    _ = try AgeOpener.open(file, with: unlocker)
                } catch { failure = error }
            }
            let kind = failure?.label ?? "NOT REFUSED"
            print("refused: \(name): \(kind), \((seconds * 1e6).formatted(.number.precision(.fractionLength(1)))) µs")
        }
        print("refused: all of these, again and again: peak memory grew by \(peakKibibytes() - before) KiB")
        try worst()
        try passphrases()
    }

    private var files: [(String, [UInt8])] {
        let version = "age-encryption.org/v1\n"
        let mac = "--- " + String(repeating: "A", count: 43) + "\n"
        func longest(_ end: String) -> [UInt8] {
            let room = AgeLimits.maxHeaderBytes - version.utf8.count - 5 - end.utf8.count
            return Array((version + "-> " + String(repeating: "x", count: room) + "\n\n" + end).utf8)
        }
        func many(_ text: String, _ count: Int) -> [UInt8] {
            let piece = Array(text.utf8)
            return Array([[UInt8]](repeating: piece, count: count).joined())
        }
        let begin = Array("-----BEGIN AGE ENCRYPTED FILE-----\n".utf8)
        let scrypt = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n" + String(repeating: "A", count: 43) + "\n"
        let junk = many("Zm9v?mFyIGJheiBxdXV4\n", 800_000)
        return [
            ("a million stanzas", Array(version.utf8) + many("-> x\n\n", 1_000_000)),
            ("scrypt 2^30, passphrase given", Array((version + scrypt + mac).utf8)),
            ("16 MiB of base64 junk for a stanza's body", Array((version + "-> x\n").utf8) + junk),
            ("16 MiB of base64 junk in armor", begin + junk),
            ("16 MiB of white space", many(" ", 16 << 20)),
            ("16 MiB of noise", (0..<(16 << 20)).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7 | 128) }),
            ("a stanza's line of 16 MiB", Array((version + "-> ").utf8) + many("x", 16 << 20)),
            ("a header of 64 KiB that is wrong at its last byte", longest(mac.dropLast() + "A")),
            ("a header of 64 KiB in one-letter arguments that is wrong at its last byte", letters(version, mac)),
            ("40 good stanzas, the last one malformed", fortyAndOneBad(version, mac)),
        ]
    }

    private func letters(_ version: String, _ mac: String) -> [UInt8] {
        let count = (AgeLimits.maxHeaderBytes - version.utf8.count - 5 - mac.utf8.count) / 2
        let line = "->" + String(repeating: " x", count: count) + "\n\n"
        return Array((version + line + mac.dropLast(2) + "B\n").utf8)
    }

    /// The most that is decoded before anything is refused: bodies in every line.
    private func fortyAndOneBad(_ version: String, _ mac: String) -> [UInt8] {
        let line = String(repeating: "A", count: 64) + "\n"
        let stanza = "-> x\n" + String(repeating: line, count: 24) + "\n"
        let bad = "-> X25519 AAAA\n" + String(repeating: "A", count: 43) + "\n"
        return Array((version + String(repeating: stanza, count: 39) + bad + mac).utf8)
    }

    /// Forty stanzas, all for others, each tried with one identity.
    private func worst() throws {
        for (name, make) in [
            ("post-quantum", { try AgeIdentity.generate() }), ("classical", { AgeIdentity.generateClassic() }),
        ] as [(String, () throws -> AgeIdentity)] {
            let others = try (0..<AgeLimits.maxStanzas).map { _ in try make().recipient }
            let file = try AgeSealer.seal([1], to: others)
            let stranger = try AgeUnlocker(identities: [make()])
            let seconds = try median(51) { _ = try? AgeOpener.open(file, with: stranger) }
            print(
                "the worst header that parses, 40 \(name) stanzas for others: "
                    + "\((seconds * 1e3).formatted(.number.precision(.fractionLength(2)))) ms an identity")
        }
    }

    /// What a passphrase costs, once each.
    private func passphrases() throws {
        let passphrase = try Passphrase("correct horse")
        for workFactor in [AgeLimits.sealingWorkFactor, AgeLimits.openingWorkFactor] {
            let seconds = try median(1) {
                _ = try AgeSealer(passphrase: passphrase, workFactor: workFactor).headerBytes
            }
            print(
                "a passphrase of work 2^\(workFactor): \((seconds).formatted(.number.precision(.fractionLength(2)))) s, "
                    + "\(1 << (workFactor - 10)) MiB")
        }
    }

    private func median(_ rounds: Int, _ body: () throws -> Void) throws -> Double {
        var seconds: [Double] = []
        for _ in 0..<rounds {
            let elapsed = try clock.measure(body).components
            seconds.append(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        }
        return seconds.sorted()[rounds / 2]
    }

    private func peakKibibytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
