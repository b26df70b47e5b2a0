package import Notes
package import StrictJSON

/// The signed list of participants, routes and profiles that everyone goes by.
///
/// A `Directory` is only well formed; that its holders said it is what `DirectoryVerifier` finds out.
package struct Directory: Equatable, Sendable {
    /// What a participant does.
    package enum Role: String, Equatable, Sendable, CaseIterable {
        /// A laboratory, a group of them, or a collector: it seals and sends.
        case sender
        /// It receives, opens and acknowledges.
        case authority
        /// The server in the middle.
        case relay
        /// It reads the log.
        case auditor
    }

    /// Whether a participant may act.
    package enum Status: String, Equatable, Sendable, CaseIterable {
        /// It may.
        case active
        /// Not for now.
        case suspended
        /// It left in good order.
        case retired
        /// Its keys may be in other hands: whatever they signed is refused, whatever its date.
        case revoked
    }

    /// One who takes part.
    package struct Participant: Equatable, Sendable {
        /// Its id.
        package let id: ParticipantID
        /// What it does.
        package let role: Role
        /// The organisation's name, for people.
        package let name: String
        /// Whether it may act.
        package let status: Status
        /// Fingerprint of its signing pair.
        package let fingerprint: SHA256Hex
        /// FINESS numbers it may speak for.
        package let finess: [String]
        /// Whom to call when a receipt is overdue: a function of the organisation, never a person.
        package let contact: String?

        /// A well formed participant, or the rule it breaks.
        package init(
            id: ParticipantID, role: Role, name: String, status: Status = .active, fingerprint: SHA256Hex,
            finess: [String] = [], contact: String? = nil
        ) throws(ExchangeFailure) {
            try Directory.requireDisplay(name, of: "participant", member: "name")
            if let contact { try Directory.requireDisplay(contact, of: "participant", member: "contact") }
            guard finess.count <= Limits.finess else {
                throw .pastLimit(what: "FINESS numbers of a participant", limit: Int64(Limits.finess))
            }
            guard finess.allSatisfy(Directory.isFinessForm), Set(finess).count == finess.count else {
                throw .malformed(
                    what: "participant", member: "finess", rule: "9 digits or Corsican letters, each number once")
            }
            self.id = id
            self.role = role
            self.name = name
            self.status = status
            self.fingerprint = fingerprint
            self.finess = finess
            self.contact = contact
        }
    }

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

    /// Who may add, renew and suspend senders, and nothing else.
    package struct Registrar: Equatable, Sendable {
        /// Its id: the key name of its pair.
        package let id: ParticipantID
        /// Fingerprint of its pair.
        package let fingerprint: SHA256Hex

        /// A registrar.
        package init(id: ParticipantID, fingerprint: SHA256Hex) {
            self.id = id
            self.fingerprint = fingerprint
        }
    }

    /// Counts the directories, from 1.
    package let version: Int64
    /// SHA-256 of the text of the version before; absent only in version 1.
    package let previous: SHA256Hex?
    /// When it was made.
    package let issuedAt: UTCTime
    /// Until when it may be the newest.
    package let expiresAt: UTCTime
    /// How many holders must sign.
    package let threshold: Int
    /// The holders of root keys.
    package let roots: [Root]
    /// The registrar, where there is one.
    package let registrar: Registrar?
    /// All who take part.
    package let participants: [Participant]
    /// Opaque here; LabReport reads them.
    package let routes: [JSON]
    /// Opaque here; LabReport reads them.
    package let profiles: [JSON]
    /// Whether a body sealed by a classical key is refused.
    package let requirePostQuantum: Bool

    private let places: [ParticipantID: Int]

    static let what = "directory"

    /// A directory that agrees with itself, or the rule it breaks.
    package init(
        version: Int64, previous: SHA256Hex? = nil, issuedAt: UTCTime, expiresAt: UTCTime, threshold: Int,
        roots: [Root], registrar: Registrar? = nil, participants: [Participant], routes: [JSON], profiles: [JSON],
        requirePostQuantum: Bool
    ) throws(ExchangeFailure) {
        self.version = version
        self.previous = previous
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.threshold = threshold
        self.roots = roots
        self.registrar = registrar
        self.participants = participants
        self.routes = routes
        self.profiles = profiles
        self.requirePostQuantum = requirePostQuantum
        places = Dictionary(
            participants.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        try checkForm()
    }

    /// The participant of that id, whatever its status.
    package subscript(id: ParticipantID) -> Participant? {
        places[id].map { participants[$0] }
    }

    private func checkForm() throws(ExchangeFailure) {
        func require(_ holds: Bool, _ member: String, _ rule: String) throws(ExchangeFailure) {
            guard holds else { throw .malformed(what: Directory.what, member: member, rule: rule) }
        }
        func limit(_ count: Int, _ what: String, _ limit: Int) throws(ExchangeFailure) {
            guard count <= limit else { throw .pastLimit(what: what, limit: Int64(limit)) }
        }
        try limit(roots.count, "root holders", Limits.roots)
        try limit(participants.count, "participants", Limits.participants)
        try limit(routes.count, "routes", Limits.routes)
        try limit(profiles.count, "profiles", Limits.routes)
        try require((1...Limits.integer).contains(version), "version", "1 or more is expected")
        try require((previous != nil) == (version > 1), "previous", "expected in every version but the first")
        try require(expiresAt > issuedAt, "expiresAt", "after issuedAt is expected")
        try require(
            expiresAt <= issuedAt.adding(seconds: Limits.directorySeconds), "expiresAt",
            "at most \(Limits.directorySeconds / 86_400) days after issuedAt is expected")
        try require((1...max(1, roots.count)).contains(threshold), "threshold", "1 to the number of roots is expected")
        try require(!roots.isEmpty, "roots", "1 holder or more is expected")
        try require(Set(roots.map(\.holder)).count == roots.count, "roots", "each holder once is expected")
        try require(
            Set(roots.map(\.pair.fingerprint)).count == roots.count, "roots", "a pair of its own for each is expected")
        try require(places.count == participants.count, "participants", "each id once is expected")
        var signers = participants.map(\.fingerprint.text) + roots.map(\.pair.fingerprint)
        if let registrar { signers.append(registrar.fingerprint.text) }
        try require(
            Set(signers).count == signers.count, "participants", "a signing pair of its own for each is expected")
        try require((routes + profiles).allSatisfy { $0.members != nil }, "routes", "a list of objects is expected")
    }

    static func requireDisplay(_ text: String, of what: String, member: String) throws(ExchangeFailure) {
        let isShown = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
            default: true
            }
        }
        guard isShown, !text.isEmpty, text.utf8.count <= Limits.displayBytes else {
            throw .malformed(what: what, member: member, rule: "1 to \(Limits.displayBytes) bytes of plain text")
        }
    }

    /// Nine characters: digits, but a Corsican department is written `2A` or `2B`. Their key is LabReport's to check.
    private static func isFinessForm(_ number: String) -> Bool {
        let bytes = Array(number.utf8)
        guard bytes.count == 9 else { return false }
        for (index, byte) in bytes.enumerated() where !(0x30...0x39).contains(byte) {
            guard index == 1, bytes[0] == UInt8(ascii: "2"), byte == UInt8(ascii: "A") || byte == UInt8(ascii: "B")
            else { return false }
        }
        return true
    }
}
