/// Why a person gives a parcel up. Words of our own: what somebody would write freely could name a patient.
package enum AbandonReason: String, Sendable, CaseIterable {
    /// Its recipient got the reports by other means.
    case sentOtherwise = "sent-otherwise"
    /// The laboratory exported them anew, as other messages.
    case exportedAgain = "exported-again"
    /// Nobody wants them any more, or they should never have gone there.
    case notWanted = "not-wanted"
}
