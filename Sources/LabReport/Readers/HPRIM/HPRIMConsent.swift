/// The patient's consent or objection in HPRIM, which has no field for it: a comment on P of a fixed form, that people
/// understand too and that other receivers show with the report.
///
/// An objection that a format leaves out would send what must not be sent.
enum HPRIMConsent {
    private static let objected = "PATIENT OPPOSE A LA TRANSMISSION"
    private static let given = "PATIENT CONSENT A LA TRANSMISSION"
    private static let foldedObjection = FoldedName(objected).bytes
    private static let foldedAgreement = FoldedName(given).bytes

    /// What a comment on P is.
    enum Reading: Hashable {
        case said(Report.Consent)
        /// It speaks of both and is not the phrase: it may be an objection.
        case unclear
        case note
    }

    /// The comment that says `consent`.
    static func comment(_ consent: Report.Consent) -> String {
        switch consent {
        case .objected: objected
        case .given: given
        }
    }

    /// What `comment` says; case, accents, blanks and dots do not matter.
    static func reading(of comment: String) -> Reading {
        let folded = FoldedName(comment).bytes
        if isPlain(comment) {
            if folded == foldedObjection { return .said(.objected) }
            if folded == foldedAgreement { return .said(.given) }
        }
        return has(folded, "OPPOS") && has(folded, "TRANSMI") ? .unclear : .note
    }

    /// Letters, blanks and dots only: another sign may ask, or say the contrary.
    private static func isPlain(_ comment: String) -> Bool {
        comment.utf8.allSatisfy { byte in
            switch byte {
            case 0x20, UInt8(ascii: "."), 0x41...0x5A, 0x61...0x7A, 0x80...: true
            default: false
            }
        }
    }

    private static func has(_ folded: [UInt8], _ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard folded.count >= word.count else { return false }
            return (0...(folded.count - word.count)).contains { folded[$0...].starts(with: word) }
        }
    }
}
