package import Exchange
import TransparencyLog

/// One way in which a relay, or whoever stands in its place, may be leading us astray. Each is for a person to look at:
/// until it is settled nothing is sealed, sent or opened on the strength of what raised it.
package enum TrustAlarm: Error, Sendable, Equatable {
    /// No directory is known yet.
    case noDirectory
    /// The newest directory is past its `expiresAt`, and no newer one is served.
    case expiredDirectory(version: Int64)
    /// The directory is dated ahead of our clock: one of the two is wrong.
    case directoryAheadOfClock(version: Int64)
    /// An older directory is served than the one known.
    case oldDirectory(served: Int64, known: Int64)
    /// The version known is served with another text.
    case forkedDirectory(version: Int64)
    /// The next version does not chain to the one known.
    case brokenDirectoryChain(version: Int64)
    /// A version was asked for and another came.
    case otherDirectory(asked: Int64, served: Int64)
    /// A directory whose signatures are too few or do not hold, or that is not well formed.
    case forgedDirectory(String)
    /// A registrar's version that changes what only the root holders may: its key may be in other hands.
    case overreachingDirectory(version: Int64)
    /// A version in which an entry is missing, has become another's, or has a revoked key back.
    case lossyDirectory(version: Int64, rule: String)
    /// A directory that was verified here does not verify any more: the pins were changed, or the file was.
    case wrongPins
    /// A verified note quotes a version that the relay does not serve: it shows us an old state.
    case frozenDirectory(quoted: Int64, known: Int64)
    /// The directory does not know this participant.
    case unknownParticipant(ParticipantID)
    /// The directory knows this participant, and says that it takes no part now.
    case inactiveParticipant(ParticipantID, Directory.Status)
    /// The directory gives this participant another role than the one that is asked of it.
    case otherRole(ParticipantID)
    /// A keys note by other keys than those the directory names: somebody offers keys in another's name.
    case wrongKeys(ParticipantID)
    /// A keys note whose signatures do not hold, or that is not well formed.
    case forgedKeysNote(ParticipantID)
    /// An older keys note is served than the one known.
    case oldKeysNote(ParticipantID)
    /// The keys note known is served with another text.
    case forkedKeysNote(ParticipantID)
    /// The next keys note does not chain to the one known.
    case brokenKeysChain(ParticipantID)
    /// All sealing keys of this participant have expired, and no newer ones are served.
    case expiredKeysNote(ParticipantID)
    /// A keys note is dated ahead of our clock: one of the two is wrong.
    case keysNoteAheadOfClock(ParticipantID)
    /// A keys note whose number would leave none for later ones.
    case keysNumberJump(ParticipantID)
    /// The directory requires post-quantum sealing keys, and this participant offers classical ones only.
    case classicalKeys(ParticipantID)
    /// No sealing key of this participant that may be used now is one.
    case unusableKeys(ParticipantID)
    /// The log's checkpoint is not signed by the key known here, or the pinned key is another: it is another log.
    case otherLog
    /// The log has fewer leaves than it had: it was rolled back.
    case shrankLog(seen: Int64, present: Int64)
    /// The log shows another tree than it showed us, or showed the signer of a verified note, at this size.
    case forkedLog(size: Int64)
    /// A verified note quotes more of the log than the relay shows us.
    case frozenLog(quoted: Int64, known: Int64)
    /// The log's files do not fit together, or are missing.
    case brokenLog(String)
    /// The relay says that it accepted this parcel, and has no proof that its log says so.
    case unloggedParcel(ParcelID)
    /// The relay shows a receipt on this parcel, and its log does not say so where the relay says it does.
    case unloggedReceipt(ParcelID)

    /// A constant for metrics and logs.
    package var label: String {
        switch self {
        case .noDirectory: "no-directory"
        case .expiredDirectory: "expired-directory"
        case .directoryAheadOfClock: "directory-ahead-of-clock"
        case .oldDirectory: "old-directory"
        case .forkedDirectory: "forked-directory"
        case .brokenDirectoryChain: "broken-directory-chain"
        case .otherDirectory: "other-directory"
        case .forgedDirectory: "forged-directory"
        case .overreachingDirectory: "overreaching-directory"
        case .lossyDirectory: "lossy-directory"
        case .wrongPins: "wrong-pins"
        case .frozenDirectory: "frozen-directory"
        case .unknownParticipant: "unknown-participant"
        case .inactiveParticipant: "inactive-participant"
        case .otherRole: "other-role"
        case .wrongKeys: "wrong-keys"
        case .forgedKeysNote: "forged-keys-note"
        case .oldKeysNote: "old-keys-note"
        case .forkedKeysNote: "forked-keys-note"
        case .brokenKeysChain: "broken-keys-chain"
        case .expiredKeysNote: "expired-keys-note"
        case .keysNoteAheadOfClock: "keys-note-ahead-of-clock"
        case .keysNumberJump: "keys-number-jump"
        case .classicalKeys: "classical-keys"
        case .unusableKeys: "unusable-keys"
        case .otherLog: "other-log"
        case .shrankLog: "shrank-log"
        case .forkedLog: "forked-log"
        case .frozenLog: "frozen-log"
        case .brokenLog: "broken-log"
        case .unloggedParcel: "unlogged-parcel"
        case .unloggedReceipt: "unlogged-receipt"
        }
    }
}

extension TrustAlarm: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noDirectory:
            "no directory is known: set directory.file, or let the relay be reached once"
        case .expiredDirectory(let version):
            "directory \(version) has expired and no newer one is served: ask the holders of the root keys"
        case .directoryAheadOfClock(let version):
            "directory \(version) is dated ahead of this machine's clock: set the clock"
        case .oldDirectory(let served, let known):
            "the relay serves directory \(served), but \(known) is known here: it was rolled back; ask its operator"
        case .forkedDirectory(let version):
            "two directories of version \(version): compare them with the holders of the root keys before anything else"
        case .brokenDirectoryChain(let version):
            "directory \(version) does not follow the one known here: ask the holders of the root keys"
        case .otherDirectory(let asked, let served):
            "directory \(asked) was asked for and \(served) came: ask the relay's operator"
        case .forgedDirectory(let reason):
            "a directory that the root holders did not sign (\(TrustAlarm.words(of: reason))): ask them and the relay's operator"
        case .overreachingDirectory(let version):
            "the registrar's directory \(version) changes what only the root holders may: its key may be stolen, tell them"
        case .lossyDirectory(let version, let rule):
            "directory \(version) breaks a rule that binds its signers too (\(TrustAlarm.words(of: rule))): ask the holders of the root keys"
        case .wrongPins:
            "the directory kept here does not verify under directory.roots: correct the fingerprints or restore the files of trust/directory"
        case .frozenDirectory(let quoted, let known):
            "directory \(quoted) is quoted, but the relay serves nothing after \(known): it shows an old state"
        case .unknownParticipant(let id):
            "the directory does not know \(id)"
        case .inactiveParticipant(let id, .suspended):
            "the directory says that \(id) is suspended: what is for it waits until it is active again; ask the holders of the root keys"
        case .inactiveParticipant(let id, let status):
            "the directory says that \(id) is \(status.rawValue): ask the holders of the root keys who takes its place"
        case .otherRole(let id):
            "the directory does not list \(id) as an authority: ask the holders of the root keys"
        case .wrongKeys(let id):
            "keys offered for \(id) are not those that the directory names: do not use them, call \(id)"
        case .forgedKeysNote(let id):
            "the keys note of \(id) is not signed as it must be: call \(id)"
        case .oldKeysNote(let id):
            "an older keys note of \(id) is served than the one known here: ask the relay's operator"
        case .forkedKeysNote(let id):
            "two keys notes of \(id) with one number: its keys may be in other hands, or an old data folder was put back; call \(id)"
        case .brokenKeysChain(let id):
            "the keys note of \(id) does not follow the one known here: call \(id)"
        case .expiredKeysNote(let id):
            "the sealing keys of \(id) have expired: it has to publish new ones"
        case .keysNoteAheadOfClock(let id):
            "the keys note of \(id) is dated ahead of this machine's clock: set the clock, or call \(id)"
        case .keysNumberJump(let id):
            "the number of the keys note of \(id) jumps too far: call \(id), whose signing key may be stolen"
        case .classicalKeys(let id):
            "the directory requires post-quantum keys and \(id) offers a classical one: it has to publish another"
        case .unusableKeys(let id):
            "nothing can be sealed to the sealing keys that \(id) offers: it has to publish another (pli key rotate)"
        case .otherLog:
            "the log is not signed by the key known here: ask the relay's operator, who must say why by another way"
        case .shrankLog(let seen, let present):
            "the log had \(seen) leaves and now shows \(present): it was rolled back; keep trust/log/checkpoint as proof"
        case .forkedLog(let size):
            "the log shows two trees of \(size) leaves: keep trust/log/checkpoint and the note concerned as proof, tell the others"
        case .frozenLog(let quoted, let known):
            "the log is quoted at \(quoted) leaves, but the relay shows us \(known): it shows an old state"
        case .brokenLog(let reason):
            "the relay's log does not verify: \(reason); ask its operator"
        case .unloggedParcel(let id):
            "the relay has no proof that its log has the acceptance of parcel \(id): ask its operator"
        case .unloggedReceipt(let id):
            "the receipt on parcel \(id) is not in the log where the relay says it is: ask its operator"
        }
    }

    /// A rule in words where `reason` is its slug; other reasons are words already.
    package static func words(of reason: String) -> String {
        DirectoryRule(rawValue: reason)?.words ?? reason
    }

    /// The alarm that a directory's refusal stands for.
    init(directory failure: ExchangeFailure, version: Int64, known: Int64?) {
        guard case .directory(let rule) = failure else {
            self = .forgedDirectory(failure.description)
            return
        }
        switch rule {
        case .tooFewHolders, .uselessPins, .needsBase: self = .forgedDirectory(rule.rawValue)
        case .olderVersion: self = .oldDirectory(served: version, known: known ?? 0)
        case .versionGap: self = .otherDirectory(asked: (known ?? 0) + 1, served: version)
        case .brokenPrevious, .wrongBase: self = .brokenDirectoryChain(version: version)
        case .beyondRegistrar: self = .overreachingDirectory(version: version)
        case .vanished, .roleChanged, .revivedKey: self = .lossyDirectory(version: version, rule: rule.rawValue)
        case .fork: self = .forkedDirectory(version: version)
        case .expired: self = .expiredDirectory(version: version)
        case .notYetIssued: self = .directoryAheadOfClock(version: version)
        }
    }

    /// The alarm that a keys note's refusal stands for.
    init(keysOf id: ParticipantID, failure: ExchangeFailure) {
        switch failure {
        case .wrongFingerprint: self = .wrongKeys(id)
        case .keys(.lowerNumber): self = .oldKeysNote(id)
        case .keys(.sameNumberOtherText): self = .forkedKeysNote(id)
        case .keys(.brokenPrevious): self = .brokenKeysChain(id)
        case .keys(.expired): self = .expiredKeysNote(id)
        case .keys(.ahead): self = .keysNoteAheadOfClock(id)
        case .keys(.numberJump): self = .keysNumberJump(id)
        default: self = .forgedKeysNote(id)
        }
    }

    /// The alarm that a failure of the log stands for.
    init(log failure: LogFailure) {
        switch failure {
        case .unsigned, .otherOrigin: self = .otherLog
        case .shrank(let seen, let present): self = .shrankLog(seen: seen, present: present)
        case .forked(let size): self = .forkedLog(size: size)
        default: self = .brokenLog(failure.description)
        }
    }
}
