/// Why the clock cannot be gone by.
enum ClockDoubt: String, Sendable, Equatable, CaseIterable {
    /// It reads far past what can have gone by since it was last right: it was set wrong, or the relay was off for long.
    case ahead = "clock-ahead"
    /// It reads what was past already.
    case behind = "clock-behind"
    /// It reads less than a time that participants have signed.
    case behindNotes = "clock-behind-notes"

    private static let remedy = "set it right (NTP); if it is right, say so: pli-relay clock accept"

    /// What is wrong and what to do.
    var english: String {
        switch self {
        case .ahead:
            "this machine's clock is far past the time when the relay last ran: \(Self.remedy)"
        case .behind:
            "this machine's clock is behind the time when the relay last ran: \(Self.remedy)"
        case .behindNotes:
            "this machine's clock is behind times that were signed: \(Self.remedy)"
        }
    }

    /// The same in French.
    var french: String {
        let remedy = "réglez-la (NTP) ; si elle est juste, dites-le : pli-relay clock accept"
        return switch self {
        case .ahead: "l'horloge de cette machine est très en avance sur la dernière marche du relais : \(remedy)"
        case .behind: "l'horloge de cette machine est en retard sur la dernière marche du relais : \(remedy)"
        case .behindNotes: "l'horloge de cette machine est en retard sur des dates signées : \(remedy)"
        }
    }
}
