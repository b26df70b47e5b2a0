/// What a note says of transmission, of objecting to it and of refusing it, as far as its words tell; it is folded, without blanks.
///
/// Notes speak of other transmissions and refusals, too: of an illness, of a result that a physician was told, of a bill.
struct TransmissionWords {
    private let folded: [UInt8]
    /// Results are to be passed on, or are not.
    private(set) var isOfPassingOn = false
    /// A result was passed on to a physician or to a ward, or a bill to an insurer.
    private(set) var isOfWhatWasDone = false

    init(_ folded: [UInt8]) {
        self.folded = folded
        var (isOfPassingOn, isOfWhatWasDone) = (false, false)
        // Asked once of the whole text: a note may be as long as a message, and hold the word in every tenth byte.
        var isRestricted: Bool?
        _ = stands("TRANSM") { place in
            let rest = folded[(place + 6)...]
            guard Self.isOfResults(rest) else { return false }
            let isDone = wasDone(place, rest) {
                let isOnly = isRestricted ?? hasAny(Self.only)
                isRestricted = isOnly
                return isOnly
            }
            if isDone { isOfWhatWasDone = true } else { isOfPassingOn = true }
            return isOfPassingOn && isOfWhatWasDone
        }
        (self.isOfPassingOn, self.isOfWhatWasDone) = (isOfPassingOn, isOfWhatWasDone)
    }

    /// `OPPOSE`, `OPPOSITION`; not what `TROP POSITIF`, `POST-OP POSITIF` or `STOP POSSIBLE` make where they meet, nor where it is said
    /// that there is none.
    var objects: Bool {
        stands("OPPOS") { place in
            let rest = folded[(place + 5)...]
            if Self.begins(rest, ["ITIF", "ITIV", "S", "T"]) { return false }
            return !(Self.begins(rest, ["ITION"]) && Self.ends(folded[..<place], ["PASD", "AUCUNE", "SANS"]))
        }
    }

    /// A patient who refuses; blood that is given back (`REFUSION`) does not.
    var refuses: Bool { stands("REFUS") { !Self.begins(folded[($0 + 5)...], ["ION"]) } }

    /// Who is not to be told, unless that is the patient, a relative, or by a telephone.
    var forbids: Bool {
        if hasAny(["NONCONSENT", "PASDETRANSM", "AUCUNETRANSM"]) { return true }
        return stands("NEPASTRANSM") { place in
            let rest = folded[(place + 11)...]
            return !Self.notTold.contains { told in
                guard Self.begins(rest, [told]) else { return false }
                let behind = rest.dropFirst(told.utf8CodeUnitCount)
                return behind.isEmpty || Self.begins(behind, ["AVANT", "SANS"])
            }
        }
    }

    /// The right to object was made use of, or nothing says that it was not.
    var claimsRight: Bool { has("DROITDOPPOSITION") && !isNotice }

    /// What every patient is told of these rights: nobody made use of them.
    var isNotice: Bool {
        let mayUse = hasAny(["POUVEZEXERC", "PEUTEXERC", "POUREXERC", "PASEXERC", "NONEXERC"])
        guard hasAny(["DROITDOPPOSITION", "DROITDACCES", "VOUSDISPOSEZ"]),
            mayUse || hasAny(["INFORM", "DISPOS", "VOTREDROIT", "DROITDACCES"]), mayUse || !has("EXERC")
        else { return false }
        var count = 0
        _ = stands("OPPOSITION") { _ in
            count += 1
            return count > 1
        }
        return count == 1 && !hasAny(["OPPOSE", "REFUS", "FAITVALOIR", "USAGE", "SOUHAIT"])
    }

    /// One of the words that an objection has stands in `folded`.
    static func tells(_ folded: [UInt8]) -> Bool {
        let words = TransmissionWords(folded)
        return words.isOfPassingOn || words.isOfWhatWasDone || words.objects || words.refuses || words.forbids
            || RefusalPhrases(folded).stand
    }

    /// What goes on with `rest` behind `TRANSM` is of results, and of no illness.
    static func isOfResults(_ rest: ArraySlice<UInt8>) -> Bool {
        !begins(rest, others) && !isOfIllness(rest)
    }

    // MARK: - What else is transmitted

    /// `TRANSMISSIBLE`, `TRANSMURAL`, `TRANSMEMBRANAIRE`, `TRANSMITRAL`.
    private static let others: [StaticString] = ["ISSIB", "URAL", "EMBRAN", "ITRAL"]
    private static let ways: [StaticString] = [
        "VERTICAL", "MATERNO", "MEREENF", "SEXUEL", "SANGUIN", "VECTORIEL", "ORALE", "TELEPHON",
    ]
    private static let told: [StaticString] = [
        "AUDR", "AUXDR", "AUDOCTEUR", "AUMEDECIN", "AUPRESCRIPTEUR", "AUCLINICIEN", "AUPRATICIEN", "AUSERVICE",
        "AUXURGENCES", "AUBLOC", "AUCNR", "AULABO", "ALINFIRMI", "ALIDE", "ALINTERNE", "ALACPAM", "ALACAISSE",
        "ALAMUTUELLE", "PARTEL", "PARFAX", "PARMAIL", "PARCOURRIER", "PARMESSAGERIE", "ENURGENCE", "CEJOUR",
    ]
    /// Before a participle these say that nothing was done yet, or that nothing may be.
    private static let undone: [StaticString] = [
        "SOIENT", "SOIT", "ETRE", "SERA", "SERONT", "SERAIT", "NON", "PAS", "JAMAIS", "PLUS",
    ]
    private static let only: [StaticString] = ["UNIQUEMENT", "SEUL", "EXCLUSIVEMENT"]
    private static let notTold: [StaticString] = [
        "ETTREAUPATIENT", "ETTREALAPATIENTE", "ETTREAUXPARENTS", "ETTREAUXPROCHES", "ETTREALAFAMILLE",
        "ETTREAUCONJOINT", "ETTREPARTEL", "ETTREPARTELEPHONE", "ETTREPARFAX", "ETTREPARMAIL",
    ]

    private static func isOfIllness(_ rest: ArraySlice<UInt8>) -> Bool {
        for noun: StaticString in ["ISSION", "ISSIONS"] where begins(rest, [noun]) {
            if begins(rest.dropFirst(noun.utf8CodeUnitCount), ways) { return true }
        }
        return false
    }

    /// `TRANSMIS AU DR X`, `TRANSMISE PAR FAX`, `TRANSMIS LE 12/11`; and `TELETRANSMISSION`, which is of bills unless it says of what.
    private func wasDone(_ place: Int, _ rest: ArraySlice<UInt8>, isRestricted: () -> Bool) -> Bool {
        let before = folded[..<place]
        if Self.ends(before, ["TELE"]) { return !Self.begins(rest, ["ISSIONDE", "ISSIONSDE"]) }
        guard !Self.ends(before, Self.undone), !isRestricted() else { return false }
        for ending: StaticString in ["IS", "ISE", "ISES"] where Self.begins(rest, [ending]) {
            let behind = rest.dropFirst(ending.utf8CodeUnitCount)
            if Self.begins(behind, Self.told) { return true }
            if Self.begins(behind, ["LE"]), let day = behind.dropFirst(2).first, ASCIIDigit.isDigit(day) { return true }
        }
        return false
    }

    // MARK: - Bytes

    private func has(_ word: StaticString) -> Bool { stands(word) { _ in true } }

    private func hasAny(_ words: [StaticString]) -> Bool { words.contains { has($0) } }

    /// Whether `word` stands at a place of which `holds` is true.
    private func stands(_ word: StaticString, where holds: (Int) -> Bool) -> Bool {
        let count = word.utf8CodeUnitCount
        guard folded.count >= count else { return false }
        return word.withUTF8Buffer { word in
            folded.withUnsafeBufferPointer { bytes in
                for place in 0...(bytes.count - count) where bytes[place] == word[0] {
                    if bytes[place..<(place + count)].elementsEqual(word), holds(place) { return true }
                }
                return false
            }
        }
    }

    private static func begins(_ bytes: ArraySlice<UInt8>, _ words: [StaticString]) -> Bool {
        words.contains { word in word.withUTF8Buffer { bytes.starts(with: $0) } }
    }

    private static func ends(_ bytes: ArraySlice<UInt8>, _ words: [StaticString]) -> Bool {
        words.contains { word in word.withUTF8Buffer { bytes.suffix($0.count).elementsEqual($0) } }
    }
}
