/// What a note, folded and without blanks, refuses or forbids to pass on: `NE CONSENT PAS A LA TRANSMISSION`, `REFUSE L'ENVOI A L'ARS`,
/// `TRANSMISSION NON AUTORISEE`, `SI-DEP : NON`.
///
/// A word of refusal beside an agency's name tells nothing: patients refuse a tube, insurers a bill, a reference centre a specimen. So
/// nothing but articles and the like may stand between what refuses and what is refused, and 63 bytes of them at most.
struct RefusalPhrases {
    private let folded: [UInt8]

    init(_ folded: [UInt8]) {
        self.folded = folded
    }

    /// One of these phrases stands there.
    var stand: Bool {
        guard var before = folded.first else { return false }
        for place in folded.indices.dropFirst() {
            let pair = (before, folded[place])
            before = folded[place]
            guard Self.pairs.hold(pair) else { continue }
            if refuses(at: place - 1) || forbids(at: place - 1) || isRefused(at: place - 1) { return true }
        }
        return false
    }

    /// How the words begin at which a phrase can: most of a text is asked nothing else.
    private static let pairs = FoldedWords.Pairs([refusals, forbidding, acts, systems, ["TRANSM"]])

    // MARK: - What refuses

    private static let refusals: FoldedWords = [
        "REFUS", "OPPOS", "OPTOUT", "INTERDI", "NONCONSENT", "PASCONSENT", "CONSENTPAS", "CONSENTEPAS",
        "CONSENTENTPAS", "PASDECONSENT", "ABSENCEDECONSENT", "RETRAITDECONSENT", "RETRAITDUCONSENT",
        "RETIRESONCONSENT", "PASDACCORD", "NONACCORD", "ABSENCEDACCORD", "DESACCORD", "ACCEPTEPAS", "ACCEPTENTPAS",
        "PASACCEPTE", "SOUHAITEPAS", "SOUHAITENTPAS", "PASSOUHAITE", "VEUTPAS", "VEULENTPAS", "DESIREPAS",
        "AUTORISEPAS", "AUTORISENTPAS", "PASAUTORISE", "PERMETPAS", "NONPOUR",
    ]
    private static let forbidding: FoldedWords = ["NEPAS", "PASD", "AUCUN"]
    /// Behind `OPPOS`, these make another word of it.
    private static let notOpposed: FoldedWords = ["ITIF", "ITIV", "S", "T"]
    private static let none: FoldedWords = ["PASD", "PASDE", "SANS", "AUCUN", "AUCUNE"]
    /// Before `REFUSE`: it is they that were refused, and the next word begins another sentence.
    private static let others: FoldedWords = [
        "PRELEVEMENT", "TUBE", "ECHANTILLON", "DOSAGE", "EXAMEN", "ANALYSE", "BILAN", "FLACON", "DEMANDE", "FACTURE",
        "DOSSIER", "TEST", "ENCHARGE", "PRISEDESANG", "EST", "ETE",
    ]

    private func refuses(at place: Int) -> Bool {
        guard let count = Self.refusals.count(in: folded, at: place), !isDenied(place, place + count) else {
            return false
        }
        let start = place + count
        return anyPlace(start, ways(from: start, endings(at: start), Self.links, Self.towards)) {
            isAgency($0) || isTransmission($0) || isPassingOn($0, ofData: true)
        }
    }

    /// `PAS DE REFUS`, `NE REFUSE PAS`, `TROP POSITIF`, `REFUSION`, `PRELEVEMENT REFUSE`.
    private func isDenied(_ place: Int, _ end: Int) -> Bool {
        switch folded[place] {
        case UInt8(ascii: "O"): if Self.notOpposed.stand(in: folded, at: end) { return true }
        case UInt8(ascii: "R"):
            if stands("REFUSION", place) || stands("REFUSE", place) && ends(Self.others, place) { return true }
        case UInt8(ascii: "I"): break
        default: return false
        }
        return stands("EPAS", end) || stands("ENTPAS", end) || stands("TPAS", end) || ends(Self.none, place)
    }

    /// `NE PAS ENVOYER A L'ARS`; who else is not to be told (`NE PAS ENVOYER LES RESULTATS, LE PATIENT PASSERA`) is another matter.
    private func forbids(at place: Int) -> Bool {
        guard let count = Self.forbidding.count(in: folded, at: place) else { return false }
        let start = place + count
        return anyPlace(start, ways(from: start, endings(at: start), Self.links)) {
            isPassingOn($0, ofData: Self.spreading.stand(in: folded, at: $0))
        }
    }

    // MARK: - What is refused

    private static let acts: FoldedWords = ["ENVOI", "ENVOY", "COMMUNIC", "COMMUNIQU", "PARTAG", "DIFFUS", "DIVULG"]
    private static let spreading: FoldedWords = ["PARTAGE", "DIFFUSER", "DIVULGUER"]
    private static let agencies: FoldedWords = [
        "SIDEP", "LABOESI", "ARS", "SANTEPUBLIQUE", "SPF", "AUTORITE", "AUTORITES", "MINISTERE",
    ]
    /// What is refused of these, or by them, may be a bill, unless it is sent.
    private static let insurers: FoldedWords = ["CNAM", "CPAM", "ASSURANCEMALADIE"]
    private static let data: FoldedWords = [
        "RESULTAT", "RESULTATS", "DONNEES", "COMPTERENDU", "COMPTESRENDUS",
    ]
    /// Behind the data: somebody else than an agency, or a way.
    private static let addressed: FoldedWords = [
        "AU", "AL", "ASON", "ASA", "ASES", "ADES", "AMME", "AMR", "ADR", "PAR", "SUR", "DANS", "EN", "AVEC", "VERS",
        "CHEZ", "VIA",
    ]
    /// Behind `TRANSMETTRE`: what the patient does not tell the laboratory.
    private static let ownWords: FoldedWords = ["ETTRESON", "ETTRESA", "ETTRESESCOORD"]

    /// Results are transmitted, and no illness; `TRANSMIS` tells what was done, but behind `SOIENT`.
    private func isTransmission(_ place: Int) -> Bool {
        guard stands("TRANSM", place) else { return false }
        let end = place + 6
        if stands("IS", end), !stands("ISS", end) { return ends(["SOIENT", "SOIT", "ETRE"], place) }
        return TransmissionWords.isOfResults(folded[end...]) && !Self.ownWords.stand(in: folded, at: end)
    }

    /// An act, and behind it an agency, an insurer, or the person's data without anybody who gets them.
    private func isPassingOn(_ place: Int, ofData: Bool) -> Bool {
        guard let count = Self.acts.count(in: folded, at: place) else { return false }
        let start = place + count
        let first = endings(at: start)
        let far = ways(from: start, first, Self.links, Self.towards, Self.data, Self.kinds)
        if anyPlace(start, far, where: { isAgency($0) || isNamed(Self.insurers, $0) }) { return true }
        guard ofData else { return false }
        // Who refuses to communicate his data does so to the laboratory.
        let isHis = stands("COMMUNIQUER", place)
        let mayEnd = Self.spreading.stand(in: folded, at: place)
        return anyPlace(start, ways(from: start, first, Self.links)) { place in
            if mayEnd, place == folded.count { return true }
            guard Self.data.stand(in: folded, at: place), !isHis || stands("RESULTAT", place) else { return false }
            let behind = ways(from: place, 1, Self.links, Self.data, Self.kinds)
            return !anyPlace(place, behind) { Self.addressed.stand(in: folded, at: $0) }
        }
    }

    private func isAgency(_ place: Int) -> Bool { isNamed(Self.agencies, place) && !stands("ARSE", place) }

    /// Not where a form says that it was not refused (`REFUS SI-DEP : NON`).
    private func isNamed(_ names: FoldedWords, _ place: Int) -> Bool {
        names.count(in: folded, at: place).map { !isNo(place + $0) } ?? false
    }

    // MARK: - What is refused stands first

    private static let denials: FoldedWords = [
        "INTERDI", "NONAUTORIS", "PASAUTORIS", "NONCONSENT", "PASCONSENT", "NONACCORD", "NONSOUHAIT", "PASSOUHAIT",
        "NONVOULU", "NONDESIR", "NAPASETEAUTORIS", "NAPASETECONSENT", "NAPASETEACCEPT", "OPTOUT",
    ]
    /// They may also say that somebody did not take a file or a tube.
    private static let rejections: FoldedWords = ["REFUS", "OPPOSITION", "NONACCEPT", "PASACCEPT"]
    private static let byPatient: FoldedWords = [
        "PATIENT", "DUPATIENT", "DELAPATIENTE", "PARPATIENT", "PARLEPATIENT", "PARLAPATIENTE", "PARLINTERESSE",
    ]
    private static let agreed: FoldedWords = [
        "AUTORISEE", "AUTORISE", "ACCEPTEE", "ACCEPTE", "ACCORD", "CONSENTIE", "CONSENTEMENT", "AETE",
    ]

    /// What may be said of what is passed on, beside that it is denied.
    private enum Answer {
        /// `NON` is the last word.
        case no
        /// It is refused, and nothing tells that somebody else than the patient refused it.
        case rejected
    }

    /// `TRANSMISSION NON AUTORISEE`, `ENVOI A L'ARS REFUSE PAR LE PATIENT`, `SI-DEP : NON`.
    private func isRefused(at place: Int) -> Bool {
        if stands("TRANSM", place) {
            return isTransmission(place) && !ends(["TELE"], place) && isRefused(from: place + 6, [.no])
        }
        if !ends(["RE"], place), let count = Self.systems.count(in: folded, at: place) {
            let asks = place == 0 || ends(["ACCORD", "CONSENTEMENT", "AUTORISATION"], place)
            return isRefused(from: place + count, asks ? [.no, .rejected] : [.rejected])
        }
        guard let count = Self.acts.count(in: folded, at: place) else { return false }
        let start = place + count
        // `ENVOYE A L'ARS : NON` tells what was done; an `ENVOI DES RESULTATS` may be a client's, who refuses it.
        let (wasDone, isSent) = (stands("ENVOYE", place) && !stands("ENVOYER", place), stands("ENVO", place))
        return anyPlace(start, ways(from: start, endings(at: start), Self.links, Self.towards, Self.data)) { place in
            if let count = Self.agencies.count(in: folded, at: place), !stands("ARSE", place) {
                return isRefused(from: place + count, wasDone ? [.rejected] : [.no, .rejected])
            }
            if let count = Self.insurers.count(in: folded, at: place) { return isRefused(from: place + count, []) }
            return Self.data.stand(in: folded, at: place) && isRefused(from: place, isSent ? [] : [.rejected])
        }
    }

    private static let systems: FoldedWords = ["SIDEP", "LABOESI"]

    private func isRefused(from start: Int, _ answers: [Answer]) -> Bool {
        let reached = ways(
            from: start, endings(at: start), Self.links, Self.towards, Self.data, Self.agencies, Self.agreed)
        return anyPlace(start, reached) { place in
            if Self.denials.stand(in: folded, at: place) || answers.contains(.no) && isNo(place) { return true }
            guard let count = Self.rejections.count(in: folded, at: place) else { return false }
            return anyPlace(place + count, endings(at: place + count)) {
                Self.byPatient.stand(in: folded, at: $0) || answers.contains(.rejected) && $0 == folded.count
            }
        }
    }

    // MARK: - What stands between

    /// What a word of refusing or of passing on ends with.
    private static let endings: FoldedWords = [
        "E", "ES", "EE", "EES", "ENT", "ENTS", "ER", "UER", "UE", "UEES", "ERA", "ANT", "EMENT", "I", "IR", "T", "TE",
        "TES",
        "RE", "SENT", "CTION", "ITION", "ION", "IONS", "ATION", "ATIONS", "ISSION", "ISSIONS", "ETTRE", "IS", "ISE",
        "ISES", "S",
    ]
    private static let links: FoldedWords = [
        "D", "L", "LE", "LA", "LES", "DE", "DU", "DES", "QUE", "QUON", "SES", "SON", "SA", "CE", "CES", "CET", "CETTE",
        "LEUR", "SOIENT", "SOIT", "ETRE", "EST", "NEST", "SONT", "TOUT", "TOUTE", "TOUTES", "TOUS", "PATIENT",
        "PATIENTE",
        "POUR", "CONCERNANT", "CEJOUR", "FORMEL", "FORMELLE", "FORMELLEMENT", "EXPRESSEMENT", "PERSONNELLES",
        "BIOLOGIQUES", "MEDICALES", "MEDICAUX", "RESULTAT", "RESULTATS", "DONNEES",
    ]
    private static let towards: FoldedWords = ["A", "AU", "AUX", "VERS", "VIA", "PAR", "AVEC"]
    /// Of what the data are.
    private static let kinds: FoldedWords = ["ANALYSE", "ANALYSES", "EXAMEN", "EXAMENS", "BIOLOGIE", "SANTE"]

    /// The answer is no, and ends the note.
    private func isNo(_ place: Int) -> Bool {
        let left = folded.count - place
        return left == 3 && stands("NON", place) || left == 1 && stands("N", place)
    }

    /// Where one comes to from `first` over these words only: bit n is n bytes behind `start`.
    private func ways(from start: Int, _ first: UInt64, _ lists: FoldedWords...) -> UInt64 {
        var reached = first
        var step = 0
        while step < UInt64.bitWidth, reached >> UInt64(step) != 0 {
            if reached >> UInt64(step) & 1 == 1 {
                for list in lists { reached |= list.counts(in: folded, at: start + step) << UInt64(step) }
            }
            step += 1
        }
        return reached
    }

    /// Behind a stem, or behind its ending.
    private func endings(at place: Int) -> UInt64 { 1 | Self.endings.counts(in: folded, at: place) }

    private func anyPlace(_ start: Int, _ reached: UInt64, where holds: (Int) -> Bool) -> Bool {
        var left = reached
        while left != 0 {
            if holds(start + left.trailingZeroBitCount) { return true }
            left &= left - 1
        }
        return false
    }

    private func stands(_ word: StaticString, _ place: Int) -> Bool { FoldedWords.stands(word, in: folded, at: place) }

    private func ends(_ words: FoldedWords, _ place: Int) -> Bool { words.end(folded, at: place) }
}
