/// The patient's consent or objection in HPRIM, which has no field for it: a comment on P of a fixed form, that people
/// understand too and that other receivers show with the report.
///
/// An objection that a format leaves out would send what must not be sent.
enum HPRIMConsent {
    private static let objected = "PATIENT OPPOSE A LA TRANSMISSION"
    private static let given = "PATIENT CONSENT A LA TRANSMISSION"

    /// The comment that says `consent`.
    static func comment(_ consent: Report.Consent) -> String {
        switch consent {
        case .objected: objected
        case .given: given
        }
    }

    /// What `comment` says; nil for every other comment.
    static func consent(in comment: String) -> Report.Consent? {
        switch comment {
        case objected: .objected
        case given: .given
        default: nil
        }
    }
}
