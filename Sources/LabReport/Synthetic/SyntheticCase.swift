/// What one message says, before it is written.
struct SyntheticCase {
    enum Value {
        case positive
        case negative
        case indeterminate
        case unusable
    }

    struct Result {
        /// LOINC.
        let code: String
        let name: String
        var value: Value
        /// Its sub-identifier (OBX-4), where results are marked: what goes to everybody who is told its code.
        var canary: String?
    }

    struct Panel {
        let code: String
        let name: String
        let results: [(code: String, name: String)]
        let method: String
    }

    var messageID: String
    let fillerNumber: String
    let placerNumber: String
    var person: SyntheticPerson
    let prescriber: SyntheticProfessional
    let biologist: SyntheticProfessional
    let panel: Panel
    var results: [Result]
    /// Cycle threshold of a positive PCR, in tenths.
    let cycles: Int
    /// In its name, where results are marked.
    var cyclesCanary: String?
    /// In the comment.
    var canary: String
    /// The specimen's number: a correction keeps it.
    let specimenID: String
    let specimen: (code: String, name: String)
    /// A clinical remark that names the person, as happens in life.
    let remark: String?
    let sampledDay: CalendarDate
    let sampledSecond: Int
    let receivedSecond: Int
    var reportedSecond: Int
    let reportedDay: CalendarDate
    var isTraining = false
    var hasResult = true
    var hasFiller = true
    var isCorrection = false

    /// Draws message `number`.
    init(_ lab: SyntheticLab, number: Int) {
        var random = lab.stream(number, .content)
        messageID = SyntheticCase.messageID(lab, number)
        person = SyntheticPerson(
            today: lab.today, ownRegion: lab.laboratory.regionCode, rates: lab.rates, &random)
        // A few hundred prescribers and a handful of biologists come back again and again.
        var ofPrescriber = lab.stream(random.below(300), .prescriber)
        prescriber = SyntheticProfessional(&ofPrescriber)
        var ofBiologist = lab.stream(random.below(6), .biologist)
        biologist = SyntheticProfessional(&ofBiologist)

        let kind = random.below(100)
        panel = kind < 68 ? SyntheticCase.pcr : kind < 90 ? SyntheticCase.antigen : SyntheticCase.respiratory
        let positives = lab.rates.positivesPerThousand
        results = panel.results.enumerated().map { index, test in
            // The first test carries the rate; the others of a panel are positive more rarely.
            let value = SyntheticCase.value(index == 0 ? positives : positives / 3, &random)
            return Result(code: test.code, name: test.name, value: value)
        }
        cycles = 140 + random.below(210)
        specimen =
            kind < 8 ? ("119342007", "Salive") : ("258500001", "Écouvillon nasopharyngé")
        canary = lab.canary(number)
        specimenID = canary
        remark =
            random.chance(50)
            ? "Patient \(person.birthName) \(person.given.first ?? "") vu par Dr \(prescriber.family), fièvre & toux"
            : nil

        let day = lab.today.firstDayNumber - (random.chance(970) ? 1 : 2)
        sampledDay = CalendarDate(dayNumber: day) ?? lab.today
        reportedDay = sampledDay
        sampledSecond = 7 * 3600 + random.below(8 * 3600)
        receivedSecond = sampledSecond + 600 + random.below(7_200)
        reportedSecond = receivedSecond + 1_800 + random.below(10_800)
        let date = sampledDay.iso.split(separator: "-").joined()
        // Two files of different seeds are of different orders.
        fillerNumber =
            String(date.dropFirst(2)) + "-" + SyntheticCase.mark(of: lab) + "-" + CalendarDate.padded(number, to: 8)
        placerNumber = "PR" + random.digits(8)
        mark(lab.resultCanaries(number, count: results.count + 1))
    }

    /// Makes this the second version: another id, a later time, the other result.
    mutating func correct(number: Int, lab: SyntheticLab, _ random: inout SyntheticRandom) {
        isCorrection = true
        messageID = SyntheticCase.messageID(lab, number)
        canary = lab.canary(number)
        mark(lab.resultCanaries(number, count: results.count + 1))
        reportedSecond = min(86_399, reportedSecond + 600 + random.below(7_200))
        if !results.isEmpty { results[0].value = results[0].value == .positive ? .negative : .positive }
    }

    /// Gives each result a canary of its own, the cycle threshold the last one.
    private mutating func mark(_ canaries: [String]) {
        for (index, canary) in zip(results.indices, canaries) { results[index].canary = canary }
        cyclesCanary = canaries.last
    }

    /// Puts one fault in.
    mutating func spoil(_ fault: SyntheticReport.Fault, today: CalendarDate) {
        switch fault {
        case .nirKey:
            guard let nir = person.nir, let key = Int(nir.suffix(2)) else { return }
            person.nir = nir.dropLast(2) + CalendarDate.padded(key % 97 + 1, to: 2)
        case .futureBirth:
            person.birthDate = CalendarDate(dayNumber: today.firstDayNumber + 30) ?? person.birthDate
        case .noResult: hasResult = false
        case .training: isTraining = true
        case .noFiller: hasFiller = false
        case .noIdentifier:
            person.nir = nil
            person.localID = ""
        }
    }

    /// Whether the message has a cycle threshold.
    var hasCycles: Bool {
        hasResult && results.first?.value == .positive && panel.method != "Immunochromatographie"
    }

    /// Everything that must not be found where it does not belong.
    var personal: [String] {
        var values = person.personal + prescriber.names + prescriber.contacts + biologist.names + [canary]
        if specimenID != canary { values.append(specimenID) }
        if hasResult { values += results.compactMap { $0.canary } }
        if hasCycles, let cyclesCanary { values.append(cyclesCanary) }
        return values
    }

    private static func messageID(_ lab: SyntheticLab, _ number: Int) -> String {
        "SYN" + mark(of: lab) + "-" + CalendarDate.padded(number, to: 8)
    }

    /// By what numbers of this seed are told from those of another.
    private static func mark(of lab: SyntheticLab) -> String { String(SyntheticRandom.mix(lab.seed) >> 40) }

    private static func value(_ positivesPerThousand: Int, _ random: inout SyntheticRandom) -> Value {
        let draw = random.below(1000)
        if draw < positivesPerThousand { return .positive }
        return draw >= 995 ? .unusable : draw >= 985 ? .indeterminate : .negative
    }

    private static let pcr = Panel(
        code: "94500-6", name: "ARN SARS-CoV-2 PCR",
        results: [("94500-6", "ARN SARS-CoV-2 [Présence] Respiratoire")], method: "RT-PCR")
    private static let antigen = Panel(
        code: "94558-4", name: "Antigène SARS-CoV-2",
        results: [("94558-4", "Ag SARS-CoV-2 [Présence] Respiratoire, immunoanalyse rapide")],
        method: "Immunochromatographie")
    private static let respiratory = Panel(
        code: "95941-1", name: "Panel grippe A, grippe B, SARS-CoV-2",
        results: [
            ("94500-6", "ARN SARS-CoV-2 [Présence] Respiratoire"),
            ("92142-9", "ARN grippe A [Présence] Respiratoire"),
            ("92141-1", "ARN grippe B [Présence] Respiratoire"),
        ], method: "RT-PCR multiplex")
}
