/// A laboratory that does not exist and its reports, as many as wanted: for demonstrations, tests and benchmarks.
///
/// Each message is a function of seed, day, laboratory, rates and its number: any can be made again, in any order. All
/// persons are invented: numbers have right keys, telephones lie in the ranges kept for fiction, mails end in reserved
/// domains, names are put together from syllables.
public struct SyntheticLab: Sendable {
    /// How often things happen, in a thousand.
    public struct Rates: Sendable, Hashable {
        /// Positive results.
        public var positivesPerThousand = 120
        /// Messages that correct an earlier one.
        public var correctionsPerThousand = 10
        /// Messages with a `SyntheticReport.Fault`.
        public var faultsPerThousand = 5
        /// Messages that are sent twice: copies of an earlier one.
        public var duplicatesPerThousand = 0
        /// Persons who live in the laboratory's region; the others are spread evenly over all other regions.
        public var ownRegionPerThousand = 700

        /// The usual rates.
        public init() {}
    }

    /// Who sends.
    public struct Laboratory: Sendable, Hashable {
        /// As it signs.
        public var name: String
        /// FINESS of the site, with key.
        public var finess: String
        /// The region it stands in.
        public var regionCode: String

        /// A laboratory.
        public init(name: String, finess: String, regionCode: String) {
            self.name = name
            self.finess = finess
            self.regionCode = regionCode
        }

        /// An invented laboratory in a mainland department, with a FINESS whose key is right.
        public static func example(
            name: String = "LABORATOIRE RIVE GAUCHE", department: String = "75", regionCode: String = "11"
        ) -> Laboratory {
            let finess = FINESS.withKey(Array((department + "099990").utf8)) ?? ""
            return Laboratory(name: name, finess: finess, regionCode: regionCode)
        }
    }

    /// Everything follows from it.
    public let seed: UInt64
    /// The day after the last specimens were taken.
    public let today: CalendarDate
    /// Who sends.
    public let laboratory: Laboratory
    /// How often things happen.
    public let rates: Rates
    /// Whether each result carries a canary of its own in its words, for a proof that looks for all of them.
    public let marksResults: Bool

    /// A laboratory whose reports are those of the two days before `today`.
    public init(
        seed: UInt64, today: CalendarDate, laboratory: Laboratory = .example(), rates: Rates = Rates(),
        marksResults: Bool = false
    ) {
        self.marksResults = marksResults
        self.seed = seed
        self.today = today
        self.laboratory = laboratory
        self.rates = rates
    }

    /// Message `number`, from 1.
    public func message(number: Int) -> SyntheticReport {
        let fate = fate(of: number)
        if let earlier = fate.duplicates {
            var copy = message(number: earlier)
            copy.duplicates = earlier
            return copy
        }
        var content = SyntheticCase(self, number: fate.corrects ?? number)
        if fate.corrects != nil {
            var random = stream(number, .correction)
            content.correct(number: number, lab: self, &random)
        }
        var fault = fate.fault
        if fault == .nirKey, content.person.nir == nil { fault = .futureBirth }
        if let fault { content.spoil(fault, today: today) }
        return SyntheticReport(
            hl7: SyntheticMessage(lab: self, content: content).bytes, personal: content.personal,
            canary: content.canary, messageID: content.messageID, fillerNumber: content.fillerNumber,
            department: content.person.home.department, region: content.person.home.region,
            isPositive: content.hasResult && content.results.contains { $0.value == .positive },
            tests: content.results.map { $0.code }, corrects: fate.corrects, fault: fault)
    }

    /// What streams of numbers are for.
    enum Purpose: UInt64 {
        case fate = 1
        case content
        case correction
        case prescriber
        case biologist
        case canary
        case resultCanary
    }

    func stream(_ number: Int, _ purpose: Purpose) -> SyntheticRandom {
        SyntheticRandom(seed: seed, number: number, purpose: purpose.rawValue)
    }

    /// `CANARI-` and 16 hexadecimal digits, another for each number.
    func canary(_ number: Int) -> String {
        var random = stream(number, .canary)
        return Self.canary(random.next())
    }

    /// One canary for each of a message's results; none where results are not marked.
    func resultCanaries(_ number: Int, count: Int) -> [String] {
        guard marksResults else { return [] }
        var random = stream(number, .resultCanary)
        return (0..<count).map { _ in Self.canary(random.next()) }
    }

    /// Every fourth digit is C to F: chance must not make a number of it that minimisation takes for a person's (of eleven
    /// figures and more, or thirteen with Corsica's A or B), and drops.
    private static func canary(_ random: UInt64) -> String {
        var value = random
        var hex: [UInt8] = []
        for place in 0..<16 {
            let digit = place % 4 == 3 ? 0xC | value & 3 : value & 15
            hex.append([UInt8]("0123456789ABCDEF".utf8)[Int(digit)])
            value >>= 4
        }
        return "CANARI-" + String(decoding: hex, as: UTF8.self)
    }

    private struct Fate {
        var fault: SyntheticReport.Fault?
        var corrects: Int?
        var duplicates: Int?
    }

    private func fate(of number: Int) -> Fate {
        var random = stream(number, .fate)
        if random.chance(rates.faultsPerThousand) {
            return Fate(fault: random.pick(SyntheticReport.Fault.allCases), corrects: nil)
        }
        guard number > 1, random.chance(rates.correctionsPerThousand) else {
            // Drawn last, and only where asked for: the messages of a laboratory without duplicates do not depend on it.
            guard number > 1, rates.duplicatesPerThousand > 0, random.chance(rates.duplicatesPerThousand) else {
                return Fate()
            }
            // Never beside what it copies, nor beside another copy of that: in a table, neighbours of one number are one report.
            guard number > 2 else { return Fate() }
            let earlier = number - 2 * (1 + random.below(min((number - 1) / 2, 1_000)))
            return isSoundFirstVersion(earlier) ? Fate(fault: nil, corrects: nil, duplicates: earlier) : Fate()
        }
        // Only a sound first version is corrected; twenty tries find one unless the rates are extreme.
        for _ in 0..<20 {
            let earlier = number - 1 - random.below(min(number - 1, 2_000))
            if isSoundFirstVersion(earlier) { return Fate(fault: nil, corrects: earlier) }
        }
        return Fate()
    }

    private func isSoundFirstVersion(_ number: Int) -> Bool {
        var random = stream(number, .fate)
        if random.chance(rates.faultsPerThousand) { return false }
        if number > 1, random.chance(rates.correctionsPerThousand) { return false }
        return number <= 1 || rates.duplicatesPerThousand == 0 || !random.chance(rates.duplicatesPerThousand)
    }
}
