/// A file of identities as `age-keygen` writes it: comment lines, empty lines, one identity a line; or the same sealed
/// with a passphrase, which makes it an age file.
public struct IdentityFile: Sendable, CustomStringConvertible, CustomReflectable {
    /// The identities in the order of the file; at least one.
    public let identities: [AgeIdentity]

    /// Holds `identities`, one to `AgeLimits.maxStanzas` of them.
    public init(identities: [AgeIdentity]) throws(AgeFailure) {
        guard (1...AgeLimits.maxStanzas).contains(identities.count) else { throw .wrongNumberOfKeys }
        self.identities = identities
    }

    /// Reads a file that is not sealed. Any line that is neither empty, a comment nor an identity is an error.
    public init(parsing text: [UInt8]) throws(AgeFailure) {
        guard !IdentityFile.isSealed(text) else { throw .identityFileSealed }
        try self.init(lines: text)
    }

    /// Reads a file that is sealed with `passphrase`, in armor or not.
    public init(
        opening file: [UInt8], with passphrase: Passphrase, maxWorkFactor: Int = AgeLimits.openingWorkFactor
    ) throws(AgeFailure) {
        guard file.count <= AgeLimits.maxIdentityFileBytes else { throw .identityFile(line: 0, .noIdentity) }
        var text = try AgeOpener.openSecret(
            file, with: AgeUnlocker(passphrase: passphrase, maxWorkFactor: maxWorkFactor))
        defer { text.wipe() }
        try self.init(lines: text)
    }

    private init(lines text: [UInt8]) throws(AgeFailure) {
        guard let lines = KeyLines.of(text) else { throw .identityFile(line: 0, .noIdentity) }
        var identities: [AgeIdentity] = []
        for line in lines {
            do throws(AgeFailure) {
                identities.append(try AgeIdentity(characters: line.text))
            } catch {
                guard case .identity(let fault) = error else { throw error }
                throw .identityFile(line: line.number, fault)
            }
        }
        guard !identities.isEmpty else { throw .identityFile(line: 0, .noIdentity) }
        self.identities = identities
    }

    /// Whether a file is an age file, and so to be opened before it can be read.
    public static func isSealed(_ file: [UInt8]) -> Bool {
        if file.starts(with: AgeHeader.versionLine.dropLast(3)) { return true }
        let text = file.prefix(AgeLimits.maxArmorSpaceBytes + Armor.begin.count).drop { Armor.isSpace($0) }
        return text.starts(with: Armor.begin)
    }

    /// The file's text, secrets and all, to be overwritten by whoever asked. `createdAt` is put in a comment as
    /// `age-keygen` does.
    public func text(createdAt: String? = nil) -> [UInt8] {
        let head = createdAt.map { "# created: \($0)\n" } ?? ""
        let recipients = identities.map { "# public key: \($0.recipient.text)\n" }
        var lines: [UInt8] = []
        // All of it at once: an array that grows leaves copies behind.
        lines.reserveCapacity(
            head.utf8.count + recipients.reduce(0) { $0 + $1.utf8.count + AgeLimits.maxSecretCharacters + 1 })
        lines += head.utf8
        for (identity, recipient) in zip(identities, recipients) {
            lines += recipient.utf8
            var secret = identity.characters
            lines += secret
            secret.wipe()
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    /// The file sealed with `passphrase`, in armor: `age` asks for the passphrase when given such a file.
    public func sealed(
        with passphrase: Passphrase, createdAt: String? = nil, workFactor: Int = AgeLimits.sealingWorkFactor
    ) throws(AgeFailure) -> [UInt8] {
        var text = text(createdAt: createdAt)
        defer { text.wipe() }
        var sealer = try AgeSealer(passphrase: passphrase, workFactor: workFactor, armored: true)
        var file: [UInt8] = []
        try sealer.push(text, into: &file)
        try sealer.finish(into: &file)
        return file
    }

    /// How many; nothing of them.
    public var description: String { "identity file (\(identities.count))" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
