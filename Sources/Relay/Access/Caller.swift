import Exchange
import Notes

/// Who asks: an active participant of the directory whose token held.
struct Caller: Sendable {
    /// Its entry.
    let participant: Directory.Participant
    /// Its signing pair, whose fingerprint is the entry's.
    let pair: VerifyingPair

    var id: ParticipantID { participant.id }

    /// Refuses a caller of another role.
    func require(_ role: Directory.Role) throws(Problem) {
        guard participant.role == role else {
            throw Problem(.notEntitled, detail: "only a participant of role \(role.rawValue) may do this")
        }
    }
}
