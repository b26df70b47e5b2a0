import Foundation
import Notes

/// A signing key's public part: two verifier lines, from the file that `pli keygen --signing` printed.
struct VerifierFile {
    let pair: VerifyingPair

    init(reading url: URL) throws {
        let lines = try PublicFile.lines(url.path)
        do {
            pair = try VerifyingPair(lines: lines)
        } catch {
            throw CommandFailure.usage(
                "\(url.lastPathComponent) n'est pas la partie publique d'une clé de signature",
                "\(url.lastPathComponent) is not the public part of a signing key",
                hint: .init(
                    french: "c'est ce que pli keygen --signing NOM écrit sur la sortie standard",
                    english: "it is what pli keygen --signing NAME prints on standard output"))
        }
    }
}
