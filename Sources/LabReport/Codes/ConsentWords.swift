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
        /// It speaks of refusing and of transmission, and is not the phrase: it may be an objection.
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
        return mayObject(folded) ? .unclear : .note
    }

    private static func mayObject(_ folded: [UInt8]) -> Bool {
        if has(folded, "DROITDOPPOSITION") { return true }
        guard has(folded, "TRANSM") else { return false }
        return has(folded, "OPPOS") || has(folded, "REFUS") || has(folded, "NEPASTRANSM") || has(folded, "NONCONSENT")
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

    /// The last lines of the notes on a patient: systems cut a phrase over two or three of them.
    struct Lines {
        private var before: [String] = []

        /// What the next line says by itself, or with those before it that said nothing yet.
        mutating func reading(of line: String) -> Reading {
            var (found, text) = (ConsentWords.reading(of: line), line)
            for earlier in before.reversed() where found == .note || found == .unclear {
                text = earlier + " " + text
                let together = ConsentWords.reading(of: text)
                if together == .said(.objected) || found == .note && together == .unclear { found = together }
            }
            before = found == .note ? before.suffix(1) + [line] : []
            return found
        }
    }
}
