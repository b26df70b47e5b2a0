/// What a version of the directory may change of the one before it, whoever signed it.
package enum DirectorySuccession {
    /// The rules that bind the root holders too: no entry goes without a trace, none becomes another's, and a revoked key
    /// stays revoked.
    package static func check(from old: Directory, to new: Directory) throws(ExchangeFailure) {
        for entry in old.participants {
            guard let next = new[entry.id] else { throw .directory(.vanished) }
            guard next.role == entry.role else { throw .directory(.roleChanged) }
        }
        let revoked = Set(old.participants.filter { $0.status == .revoked }.map(\.fingerprint))
        for entry in new.participants where entry.status != .revoked && revoked.contains(entry.fingerprint) {
            throw .directory(.revivedKey)
        }
    }

    /// The registrar's rights, reckoned from the newest version that the root holders signed: it adds senders, renews and
    /// suspends those that are active there, and changes nothing else. So what the holders suspended, retired or revoked
    /// it cannot bring back, however many versions it signs, and no directory lives longer than they said.
    package static func checkRights(from base: Directory, to new: Directory) throws(ExchangeFailure) {
        func require(_ holds: Bool) throws(ExchangeFailure) {
            guard holds else { throw .directory(.beyondRegistrar) }
        }
        try require(new.threshold == base.threshold && new.roots == base.roots)
        try require(new.registrar == base.registrar)
        try require(new.routes == base.routes && new.profiles == base.profiles)
        try require(new.requirePostQuantum == base.requirePostQuantum && new.retention == base.retention)
        try require(new.expiresAt == base.expiresAt)
        try require(new.participants.count >= base.participants.count)
        for (entry, next) in zip(base.participants, new.participants) where next != entry {
            try require(next.id == entry.id && entry.role == .sender && entry.status == .active)
            try require(isRegistrars(next))
        }
        for added in new.participants.dropFirst(base.participants.count) { try require(isRegistrars(added)) }
    }

    /// An entry as the registrar may write one.
    package static func isRegistrars(_ entry: Directory.Participant) -> Bool {
        entry.role == .sender && (entry.status == .active || entry.status == .suspended)
    }
}
