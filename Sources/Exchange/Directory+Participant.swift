extension Directory {
    /// One who takes part. An entry never goes: one that left stays as retired or revoked, so that nobody else can be
    /// given its id.
    package struct Participant: Equatable, Sendable {
        /// Its id.
        package let id: ParticipantID
        /// What it does.
        package let role: Role
        /// The organisation's name, for people.
        package let name: String
        /// Whether it may act.
        package let status: Status
        /// When it retired: only, and always, with that status.
        package let retiredAt: UTCTime?
        /// Fingerprint of its signing pair.
        package let fingerprint: SHA256Hex
        /// FINESS numbers it may speak for.
        package let finess: [String]
        /// Whom to call when a receipt is overdue: a function of the organisation, never a person.
        package let contact: String?
        /// How much of a sender's parcels may lie at the relay, in megabytes; open uploads count as they are declared.
        package let quotaMegabytes: Int64?

        /// A well formed participant, or the rule it breaks.
        package init(
            id: ParticipantID, role: Role, name: String, status: Status = .active, retiredAt: UTCTime? = nil,
            fingerprint: SHA256Hex, finess: [String] = [], contact: String? = nil, quotaMegabytes: Int64? = nil
        ) throws(ExchangeFailure) {
            func require(_ holds: Bool, _ member: String, _ rule: String) throws(ExchangeFailure) {
                guard holds else { throw .malformed(what: "participant", member: member, rule: rule) }
            }
            try Directory.requireDisplay(name, of: "participant", member: "name")
            if let contact { try Directory.requireDisplay(contact, of: "participant", member: "contact") }
            guard finess.count <= Limits.finess else {
                throw .pastLimit(what: "FINESS numbers of a participant", limit: Int64(Limits.finess))
            }
            try require(
                finess.allSatisfy(Directory.isFinessForm) && Set(finess).count == finess.count, "finess",
                "9 digits or Corsican letters, each number once")
            try require(
                (retiredAt != nil) == (status == .retired), "retiredAt", "expected with retired, and only there")
            if let quotaMegabytes {
                try require(role == .sender, "quotaMegabytes", "expected of a sender only")
                try require(
                    (1...Limits.quotaMegabytes).contains(quotaMegabytes), "quotaMegabytes",
                    "1 to \(Limits.quotaMegabytes) is expected")
            }
            self.id = id
            self.role = role
            self.name = name
            self.status = status
            self.retiredAt = retiredAt
            self.fingerprint = fingerprint
            self.finess = finess
            self.contact = contact
            self.quotaMegabytes = quotaMegabytes
        }

        /// Whether what the log took in at `time` still counts, though this participant has left; nil: it is in no log.
        package func isHonoured(loggedAt time: UTCTime?) -> Bool {
            guard status == .retired, let retiredAt, let time else { return false }
            return time < retiredAt
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
