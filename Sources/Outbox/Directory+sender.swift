import Exchange

extension Directory {
    /// The entry of this participant as one who may send now, or why it may not.
    func sender(_ id: ParticipantID) throws(OutboxFailure) -> Participant {
        guard let participant = self[id], participant.role == .sender else { throw .notEntitled }
        guard participant.status == .active else { throw .notActive(participant.status) }
        return participant
    }
}
