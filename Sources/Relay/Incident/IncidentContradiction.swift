/// What the database says against what is signed. A report goes by what is signed, and counts a parcel rather as there.
package enum IncidentContradiction: Hashable, Sendable, CaseIterable {
    /// A row that cannot be read.
    case row
    /// No row tells of a parcel that the log has, and the relay keeps them for longer than that.
    case missing
    /// Sender, recipient, size or hash are not those of the manifest beside them.
    case manifest
    /// A size that no parcel has, where no manifest can be read.
    case size
    /// The upload began after the log says that the parcel was accepted, or is yet to begin.
    case time
    /// The parcel has a state that the log's leaves of it do not allow.
    case state

    /// What is wrong.
    package var english: String {
        switch self {
        case .row: "row(s) of the database that cannot be read"
        case .missing: "parcel(s) of the log whose row was taken away: from whom, for whom and how large is lost"
        case .manifest: "row(s) with other words than the signed manifest: the manifest counts"
        case .size: "row(s) with a size that no parcel has"
        case .time: "row(s) begun after the log has them accepted, or later than now: counted as there before"
        case .state: "row(s) with a state that the log contradicts: counted as still there"
        }
    }

    /// The same in French.
    package var french: String {
        switch self {
        case .row: "ligne(s) de la base qui ne se lisent pas"
        case .missing: "pli(s) du registre dont la ligne a été enlevée : de qui, pour qui et de quelle taille est perdu"
        case .manifest: "ligne(s) qui disent autre chose que le manifeste signé : le manifeste compte"
        case .size: "ligne(s) d'une taille qu'aucun pli n'a"
        case .time: "ligne(s) commencées après leur acceptation au registre, ou dans l'avenir : comptées comme là avant"
        case .state: "ligne(s) dont le registre contredit l'état : comptées comme encore là"
        }
    }
}
