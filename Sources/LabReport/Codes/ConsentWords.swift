/// The patient's consent or objection in a note: in HPRIM, which has no field for it, a comment on P of a fixed form, that people
/// understand too and that other receivers show with the report. A note on the patient that says so in another format is one, too.
///
/// An objection that a format leaves out would send what must not be sent.
enum ConsentWords {
    private static let objected = "PATIENT OPPOSE A LA TRANSMISSION"
    private static let given = "PATIENT CONSENT A LA TRANSMISSION"
    private static let foldedObjection = FoldedName(objected).bytes
    private static let foldedAgreement = FoldedName(given).bytes

    /// What a comment on P is.
    enum Reading: Hashable {
        case said(Report.Consent)
        /// It speaks of refusing and of transmission or sending, and is not the phrase: it may be an objection.
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

    /// What `comment` says; case, accents, blanks and dots do not matter. Of lines that were written apart and are `joined` one may
    /// object to something, and another tell of a result that somebody was told.
    static func reading(of comment: String, joined: Bool = false) -> Reading {
        let folded = FoldedName(comment).bytes
        if isPlain(comment) {
            if folded == foldedObjection { return .said(.objected) }
            if folded == foldedAgreement { return .said(.given) }
        }
        return mayObject(folded, joined: joined) ? .unclear : .note
    }

    private static func mayObject(_ folded: [UInt8], joined: Bool) -> Bool {
        let words = TransmissionWords(folded)
        if words.claimsRight { return true }
        let mayObject =
            if words.isOfPassingOn {
                words.objects || words.refuses || words.forbids
            } else {
                words.isOfWhatWasDone && !joined && (words.objects || words.forbids)
            }
        return (mayObject || RefusalPhrases(folded).stand) && !words.isNotice
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

    /// The last lines of the notes on a patient: systems cut a phrase over two or three of them.
    struct Lines {
        /// A line that a system cut is no longer.
        private static let longestCut = 512
        private var before: [String] = []

        /// What the next line says by itself, or with those before it that said nothing yet.
        mutating func reading(of line: String) -> Reading {
            var (found, text) = (ConsentWords.reading(of: line), line)
            for earlier in before.reversed() where found == .note || found == .unclear {
                text = earlier + " " + text
                let together = ConsentWords.reading(of: text, joined: true)
                if together == .said(.objected) || found == .note && together == .unclear { found = together }
            }
            let mayGoOn = found == .note && line.utf8.count <= Self.longestCut
            before = mayGoOn ? before.suffix(1) + [line] : []
            return found
        }
    }
}
