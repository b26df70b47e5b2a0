/// A file of identities as `age-keygen` writes it: comment lines, empty lines, one identity a line.
public struct IdentityFile: Sendable, CustomStringConvertible, CustomReflectable {
    /// The identities in the order of the file; at least one.
    public let identities: [X25519Identity]

    /// Holds `identities`.
    public init(identities: [X25519Identity]) throws(AgeFailure) {
        guard !identities.isEmpty else { throw .wrongNumberOfKeys }
        self.identities = identities
    }

    /// Reads a file. Any line that is neither empty, a comment nor an identity is an error.
    public init(parsing text: [UInt8]) throws(AgeFailure) {
        guard text.count <= AgeLimits.maxIdentityFileBytes else { throw .identityFile(line: 0, .noIdentity) }
        var identities: [X25519Identity] = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if content.isEmpty || content.first == UInt8(ascii: "#") { continue }
            do throws(AgeFailure) {
                identities.append(try X25519Identity(String(decoding: content, as: UTF8.self)))
            } catch {
                guard case .identity(let fault) = error else { throw error }
                throw .identityFile(line: number, fault)
            }
        }
        guard !identities.isEmpty else { throw .identityFile(line: 0, .noIdentity) }
        self.identities = identities
    }

    /// The file's text, secrets and all. `createdAt` is put in a comment as `age-keygen` does.
    public func text(createdAt: String? = nil) -> [UInt8] {
        var lines = ""
        if let createdAt { lines += "# created: \(createdAt)\n" }
        for identity in identities { lines += "# public key: \(identity.recipient.text)\n\(identity.text)\n" }
        return Array(lines.utf8)
    }

    /// How many; nothing of them.
    public var description: String { "identity file (\(identities.count))" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
