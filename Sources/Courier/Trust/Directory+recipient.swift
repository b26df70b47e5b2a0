package import Exchange

extension Directory {
    /// The authority that something is to be sealed to, or why nothing can be.
    package func recipient(_ id: ParticipantID) throws(CourierFailure) -> Participant {
        guard let participant = self[id] else { throw .trust(.unknownParticipant(id)) }
        guard participant.status == .active else { throw .trust(.inactiveParticipant(id, participant.status)) }
        guard participant.role == .authority else { throw .trust(.otherRole(id)) }
        return participant
    }
}
