import Exchange
import Notes

/// Who asks: an active or retired participant of the directory whose token held.
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

    /// Refuses a caller that has retired: nothing new begins with it.
    func requireActive() throws(Problem) {
        guard participant.status == .active else {
            throw Problem(
                .notEntitled, detail: "the directory says that this participant is \(participant.status.rawValue)")
        }
    }
}
