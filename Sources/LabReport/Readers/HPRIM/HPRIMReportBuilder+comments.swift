import HL7

/// C: what is said of the segment before it, and maybe of transmission.
extension HPRIMReportBuilder {
    /// C-4: a comment, its repetitions its lines.
    mutating func readComment() {
        judgeBesideComment()
        let whole = field(4)
        guard wire.hasValue(whole) else { return }
        comments += 1
        if comments > ReportBuilder.mostNoteLines {
            log.add(.tooManyNotes, at: path(4))
            guard log.isOfTaken else { return }
        }
        let note = Personal(lines(whole, 4))
        switch noteTarget {
        case .report:
            switch consentLines.reading(of: note.text) {
            case .note: report.notes.append(note)
            case .unclear:
                log.add(.hprimConsent, at: path(4))
                report.notes.append(note)
            case .said(let consent):
                // An objection is not taken back by an agreement beside it.
                if report.consent != .objected { report.consent = consent }
            }
        case .order(let index): report.orders[index].notes.append(note)
        case .result(let index): report.results[index].notes.append(note)
        case .nothing: judgeDropped(note.text, 4)
        }
    }

    /// A comment before the first P, which may be about any of the patients.
    mutating func readCommentBeforePatient(_ segment: HPRIMSegment) {
        begin(segment)
        noteTarget = .nothing
        readComment()
        noteTarget = .report
    }

    /// What stands in another field than C-4: the text of whoever takes C-3 for its place, or what a separator in a text cut off.
    private mutating func judgeBesideComment() {
        guard let last = segment?.fieldCount, last >= 2 else { return }
        for number in 2...last where number != 4 {
            let part = field(number)
            // A rank, who comments, and a kind of comment are short codes.
            guard part.count > (number > 4 ? 2 : 3), wire.hasValue(part) else { continue }
            if number == 2, wire.bytes(of: part).allSatisfy(ASCIIDigit.isDigit) { continue }
            let comment = text(part, number) ?? ""
            // Who comments, in a word beside the comment.
            if number == 3, wire.hasValue(field(4)), part.count <= 20, !comment.utf8.contains(0x20),
                !TransmissionWords.tells(FoldedName(comment).bytes)
            {
                continue
            }
            judgeDropped(comment, number)
            return
        }
    }

    /// A comment that is not passed on may be the one that forbids to pass on the rest.
    private mutating func judgeDropped(_ comment: String, _ field: Int) {
        switch consentLines.reading(of: comment) {
        case .said(.objected): report.consent = .objected
        case .unclear: log.add(.hprimConsent, at: path(field))
        // What is held need not be told that it is not passed on.
        case .said(.given), .note: if !log.holds { log.add(.noteDropped, at: path(field)) }
        }
    }
}
