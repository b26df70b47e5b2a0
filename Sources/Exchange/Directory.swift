import Notes
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
        /// It left in good order: what the log had before `retiredAt` is still honoured.
        case retired
        /// Its keys may be in other hands: whatever they signed is refused, whatever its date.
        case revoked
    }

    /// Counts the directories, from 1.
    package let version: Int64
    /// SHA-256 of the text of the version before; absent only in version 1.
    package let previous: SHA256Hex?
    /// In a version that the registrar signs: the newest version that the root holders signed, on which it stands.
    package let base: Base?
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
    /// How long parcels may lie at the relay, where the directory says so.
    package let retention: Retention?

    private let places: [ParticipantID: Int]

    static let what = "directory"

    /// A directory that agrees with itself, or the rule it breaks.
    package init(
        version: Int64, previous: SHA256Hex? = nil, base: Base? = nil, issuedAt: UTCTime, expiresAt: UTCTime,
        threshold: Int, roots: [Root], registrar: Registrar? = nil, participants: [Participant], routes: [JSON],
        profiles: [JSON], requirePostQuantum: Bool, retention: Retention? = nil
    ) throws(ExchangeFailure) {
        self.version = version
        self.previous = previous
        self.base = base
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.threshold = threshold
        self.roots = roots
        self.registrar = registrar
        self.participants = participants
        self.routes = routes
        self.profiles = profiles
        self.requirePostQuantum = requirePostQuantum
        self.retention = retention
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
        try require((1...Limits.integer).contains(version), "version", "1 to \(Limits.integer) is expected")
        try require((previous != nil) == (version > 1), "previous", "expected in every version but the first")
        if let base {
            try require(base.version < version, "base", "a version before this one is expected")
            try require(registrar != nil, "base", "expected only where there is a registrar")
            try require(
                base.version < version - 1 || base.sha256 == previous, "base", "the hash of previous is expected")
        }
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
        if let registrar { signers.append(registrar.pair.fingerprint) }
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
}
