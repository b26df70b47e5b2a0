import Courier
import Exchange
import Foundation
import Notes

/// A participant's or root holder's signing key as a file of its own, and the public lines that others get.
struct SigningKeyFile: CustomStringConvertible {
    let pair: SigningPair

    var name: String { pair.name }
    var verifierLines: [String] { pair.verifying.lines }
    var fingerprint: String { pair.verifying.fingerprint }

    /// Never the key.
    var description: String { "signing key of \(name)" }

    /// Makes a key and writes it; a file that exists is never overwritten.
    @discardableResult
    static func make(name: String, at url: URL) throws -> SigningKeyFile {
        guard let id = try? ParticipantID(name) else {
            throw CommandFailure.usage(
                "un nom de participant est fait de minuscules, de chiffres et de tirets",
                "a participant's name is made of lowercase letters, digits and hyphens")
        }
        let pair = try SigningPair.generate(name: id.text)
        try CommandFailure.translating { try KeyFile.write(signing: pair, to: url.path) }
        return SigningKeyFile(pair: pair)
    }

    /// Reads a key file; one that others may read is refused.
    init(reading url: URL) throws {
        pair = try CommandFailure.translating { try KeyFile.signing(at: url.path) }
    }

    private init(pair: SigningPair) {
        self.pair = pair
    }
}
