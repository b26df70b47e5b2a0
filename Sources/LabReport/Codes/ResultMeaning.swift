import HL7

/// What a result says, as far as codes and plain words tell: the vocabulary of a route's `results`.
package enum ResultMeaning: String, CaseIterable, Sendable {
    /// Found.
    case positive
    /// Not found.
    case negative
    /// Neither can be said.
    case indeterminate
    /// The specimen or the run was unfit: there is no result.
    case unusable
    /// A number, a text, an organism…: nothing that these words could name.
    case other

    /// What `observation` says. Its value counts; its interpretation only where the value says nothing of the kind. What describes the
    /// order only (OBX-11 O) says nothing of a result.
    package init(of observation: Observation) {
        guard observation.status != "O" else {
            self = .other
            return
        }
        self =
            observation.value.flatMap(ResultMeaning.init(value:))
            ?? ResultMeaning(interpretation: observation.interpretation)
            ?? ResultMeaning(crosses: observation)
            ?? .other
    }

    /// What a value says: a SNOMED CT code, or a word, alone. Never a word inside a text: «non détecté» holds «détecté».
    package init?(value: Observation.Value) {
        switch value {
        case .coded(let coded):
            let found =
                ResultMeaning(code: coded.code) ?? ResultMeaning(code: coded.localCode)
                ?? ResultMeaning(word: coded.text) ?? ResultMeaning(word: coded.localText)
            guard let found else { return nil }
            self = found
        case .text(let text):
            guard let found = ResultMeaning(word: text.text) else { return nil }
            self = found
        case .number, .structured, .time:
            return nil
        }
    }

    /// What interpretation codes (OBX-8) say together; nil when none says anything, indeterminate when they disagree.
    package init?(interpretation codes: [String]) {
        var found: ResultMeaning?
        for code in codes {
            guard let meaning = ResultMeaning.interpretations[code] else { continue }
            found = found == nil || found == meaning ? meaning : .indeterminate
        }
        guard let found else { return nil }
        self = found
    }

    /// Crosses (`++`) that the laboratory flags as abnormal: either alone might be of something else, a number of cells or a limit.
    private init?(crosses observation: Observation) {
        guard case .text(let text) = observation.value, TextForm.areCrosses(text.text),
            observation.interpretation.contains(where: { $0 == "A" || $0 == "AA" }),
            !observation.interpretation.contains("N")
        else { return nil }
        self = .positive
    }

    /// Whether one part of a result says that something was found and another that it was not: its code, the words beside it, the
    /// laboratory's own code and words, and its interpretation.
    static func isContradicted(_ observation: Observation) -> Bool {
        var said = Said()
        switch observation.value {
        case .coded(let coded): said = Said(coded)
        case .text(let text): said = Said(lines: text.text)
        case .number, .structured, .time, nil: return false
        }
        guard !said.isEmpty else { return false }
        for flag in observation.interpretation { said.add(interpretations[flag]) }
        return said.isSuperset(of: [.positive, .negative])
    }

    /// Whether values of one result say that something was found and that it was not.
    static func areContradicted(_ values: some Sequence<Observation>) -> Bool {
        var said = Said()
        for one in values { said.add(one.value.flatMap(ResultMeaning.init(value:))) }
        return said.isSuperset(of: [.positive, .negative])
    }

    /// Whether a further coding says the opposite of what the first one of `coded` says.
    static func isContradicted(_ coded: Coded, by further: Coded) -> Bool {
        let first = Said(first: coded.code, coded.text)
        let other = Said(further)
        return (first.contains(.positive) && other.contains(.negative))
            || (first.contains(.negative) && other.contains(.positive))
    }

    /// Which of the two that exclude each other parts of a result say.
    private struct Said: OptionSet {
        let rawValue: UInt8

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(first code: String?, _ text: String?) {
            self.init(rawValue: 0)
            add(ResultMeaning(code: code))
            add(ResultMeaning(word: text))
        }

        init(_ coded: Coded) {
            self.init(first: coded.code, coded.text)
            add(ResultMeaning(code: coded.localCode))
            add(ResultMeaning(word: coded.localText))
        }

        /// A word, or a few lines of which each is one: the repetitions of a text.
        init(lines text: String) {
            self.init(rawValue: 0)
            add(ResultMeaning(word: text))
            guard isEmpty, text.utf8.count <= Said.longestLines, text.withBytes({ $0.contains(0x0A) }) else { return }
            let meanings = text.utf8.split(separator: 0x0A).map {
                ResultMeaning(word: String(decoding: $0, as: UTF8.self))
            }
            guard !meanings.contains(nil) else { return }
            for meaning in meanings { add(meaning) }
        }

        private static let longestLines = 256

        static let positive = Said(rawValue: 1)
        static let negative = Said(rawValue: 2)
        static let another = Said(rawValue: 4)

        mutating func add(_ meaning: ResultMeaning?) {
            switch meaning {
            case .positive: insert(.positive)
            case .negative: insert(.negative)
            case .indeterminate, .unusable, .other: insert(.another)
            case nil: break
            }
        }
    }

    /// A code of SNOMED CT (no other system has these numbers) or an answer of LOINC, or a word where a code is expected.
    private init?(code: String?) {
        guard let code else { return nil }
        if let found = ResultMeaning.snomed[code] {
            self = found
        } else if let found = ResultMeaning(word: code) {
            self = found
        } else {
            return nil
        }
    }

    private init?(word: String?) {
        // The longest word of the table, accents included, is shorter than this.
        guard let word, word.utf8.count <= 40,
            word.withBytes({ ByteScan.firstIndex(of: UInt8(ascii: "?"), in: $0) == $0.count })
        else { return nil }
        if let found = ResultMeaning.exact[word] {
            self = found
            return
        }
        // A script that folds to nothing could say anything beside the word.
        guard word.unicodeScalars.allSatisfy({ $0.value < 0x180 || (0x300...0x36F).contains($0.value) }) else {
            return nil
        }
        if let found = ResultMeaning.words[FoldedName(word).bytes] {
            self = found
        } else if let head = CycleThreshold.head(of: word), ResultMeaning.words[FoldedName(head).bytes] == .positive {
            // Whoever counts the cycles of what was not found means something else.
            self = .positive
        } else {
            return nil
        }
    }

    /// JDV_ResultatDepistage_CISIS (the first four) and what is seen beside it.
    private static let snomed: ShortTable<ResultMeaning> = ShortTable([
        "10828004": .positive, "260385009": .negative, "373068000": .indeterminate, "125154007": .unusable,
        "260373001": .positive, "260415000": .negative, "895231008": .negative, "419984006": .indeterminate,
        "42425007": .indeterminate, "82334004": .indeterminate, "455371000124106": .unusable, "373121007": .unusable,
        // LOINC's answers: positive, negative, detected, not detected.
        "LA6576-8": .positive, "LA6577-6": .negative, "LA11882-0": .positive, "LA11883-8": .negative,
    ])

    /// HL7 table 0078. `A` and `N` say abnormal and normal, not found and not found.
    private static let interpretations: ShortTable<ResultMeaning> = ShortTable([
        "POS": .positive, "DET": .positive, "RR": .positive,
        "NEG": .negative, "ND": .negative, "NR": .negative,
        "IND": .indeterminate, "E": .indeterminate, "WR": .indeterminate,
    ])

    /// The commonest spellings, so that most results need no folding.
    private static let exact: ShortTable<ResultMeaning> = ShortTable([
        "POSITIF": .positive, "Positif": .positive, "positif": .positive, "POS": .positive,
        "NEGATIF": .negative, "Négatif": .negative, "négatif": .negative, "NEG": .negative,
    ])

    private static let words: [[UInt8]: ResultMeaning] = {
        let table: [(ResultMeaning, [String])] = [
            (
                .positive,
                [
                    "positif", "positive", "pos", "détecté", "détectée", "detected", "présence", "présent", "présente",
                    "réactif", "reactive", "détectable", "ARN détecté", "ADN détecté", "faiblement positif",
                    "positif faible", "positif fort", "fortement positif", "ARN viral détecté", "ADN viral détecté",
                ]
            ),
            (
                .negative,
                [
                    "négatif", "négative", "neg", "non détecté", "non détectée", "not detected", "undetected",
                    "absence",
                    "absent", "absente", "non détectable", "ARN non détecté", "ADN non détecté",
                    "ARN viral non détecté", "ADN viral non détecté", "stérile",
                    "culture négative",
                    "indétectable", "non réactif", "non reactive", "nonreactive",
                ]
            ),
            (
                .indeterminate,
                [
                    "indéterminé", "indéterminée", "indeterminate", "équivoque", "equivocal", "douteux", "douteuse",
                    "inconclusive", "zone grise", "non interprétable", "non concluant", "non concluante",
                    "ininterprétable",
                ]
            ),
            (
                .unusable,
                [
                    "invalide", "invalid", "échantillon insatisfaisant", "insatisfaisant", "unsatisfactory",
                    "prélèvement non conforme", "non réalisé", "non réalisée", "non fait", "non effectué", "not done",
                ]
            ),
        ]
        var words: [[UInt8]: ResultMeaning] = [:]
        for (meaning, names) in table {
            for name in names { words[FoldedName(name).bytes] = meaning }
        }
        return words
    }()
}
