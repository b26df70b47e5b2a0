package import Notes

extension Directory {
    /// A holder of root keys.
    package struct Root: Equatable, Sendable {
        /// The holder: the key name of the pair.
        package let holder: ParticipantID
        /// The two verifier lines.
        package let keys: [String]
        /// The same, read.
        package let pair: VerifyingPair

        /// A well formed root, or the rule it breaks.
        package init(holder: ParticipantID, keys: [String]) throws(ExchangeFailure) {
            pair = try VerifyingPair.ofParticipant(holder.text, lines: keys, what: "root", member: "keys")
            self.holder = holder
            self.keys = keys
        }
    }

    /// Who may add, renew and suspend senders, and nothing else (`DirectorySuccession`).
    ///
    /// Its keys stand here whole: it is no participant that could publish a keys note.
    package struct Registrar: Equatable, Sendable {
        /// Its id: the key name of its pair.
        package let id: ParticipantID
        /// The two verifier lines.
        package let keys: [String]
        /// The same, read.
        package let pair: VerifyingPair

        /// A well formed registrar, or the rule it breaks.
        package init(id: ParticipantID, keys: [String]) throws(ExchangeFailure) {
            pair = try VerifyingPair.ofParticipant(id.text, lines: keys, what: "registrar", member: "keys")
            self.id = id
            self.keys = keys
        }
    }

    /// The version that a registrar's version stands on: the newest one that the root holders signed.
    package struct Base: Equatable, Sendable {
        /// Its version.
        package let version: Int64
        /// SHA-256 of its text.
        package let sha256: SHA256Hex

        /// A version, or the rule it breaks.
        package init(version: Int64, sha256: SHA256Hex) throws(ExchangeFailure) {
            guard (1...Limits.integer).contains(version) else {
                throw .malformed(what: "base", member: "version", rule: "1 to \(Limits.integer) is expected")
            }
            self.version = version
            self.sha256 = sha256
        }
    }
}
