import CDA
import LabReport
import Testing

/// What was taken is read again when its parcel is made, maybe by a later version with further rules.
@Suite("What was taken stays readable")
struct TakenTests {
    private func read(_ bytes: [UInt8], taken: Bool) -> [ReadOutcome] {
        var settings = ReaderSettings(utcOffsetMinutes: 60)
        settings.readsTaken = taken
        if CDAReportReader.isXML(bytes) { return [CDAReportReader(settings: settings).read(document: bytes)] }
        let format = ReportFormat.detect(bytes[...], isEnd: true) ?? .hl7
        return LaboratoryMessageReader(settings: settings).read(SourceMessage(bytes), format)
    }

    private static let errors = (Rule.all + DocumentRules.all).filter { $0.severity == .error }.map(\.id)

    /// What cannot be parsed, or has no result in it: of these there is no report to build.
    private static let nothingToBuild: Set<String> = [
        "specimen-without-order", "message-too-large", "no-header", "field-separator", "too-many-segments",
        "patient-missing", "segment-ends",
        "no-discrete-results", "cda-document", "document-only", "not-hprim", "csv-no-rows", "fhir-json", "fhir-charset",
        "fhir-array",
        "fhir-resource", "cda-not-encoded", "cda-compressed", "cda-xml", "cda-doctype", "cda-charset",
        "cda-limit", "cda-root", "cda-level-1", "cda-no-results",
    ]
    /// What is found of a file as a whole or of a frame, before there is a message to keep.
    private static let neverKept: Set<String> = [
        "not-hl7", "empty-file", "utf-16", "compressed", "xml", "batch-in-frame", "csv-row-size",
        "csv-title",
    ]
    /// What intake finds in a report that was built, and is not asked when a report is read again.
    private static let askedOnce: Set<String> = [
        "duplicate-message", "duplicate", "patient-unidentified", "results-missing", "filler-missing",
        "laboratory-missing", "nir-key", "ins-key", "ins-fictitious", "birth-in-future", "not-production",
        "finess-not-allowed", "finess-missing", "too-many-cancelled",
        "value-contradiction", "unit-contradiction", "marker-unclear",
    ]

    @Test("Every rule that holds a report is known here: a later one has to say what becomes of what was taken")
    func everyRule() {
        let known = TakenSample.all.map(\.rule) + Self.nothingToBuild + Self.neverKept + Self.askedOnce
        let unknown = Set(Self.errors).subtracting(known)
        let gone = Set(known).subtracting(Self.errors)
        #expect(unknown.isEmpty && gone.isEmpty, "not here: \(unknown), no rule: \(gone)")
    }

    @Test("What a rule of today would hold is built all the same once it was taken", arguments: TakenSample.all)
    func built(sample: TakenSample) {
        let today = read(sample.bytes, taken: false)
        let isHeldByIt = today.flatMap(\.findings).contains { $0.rule == sample.rule && $0.severity == .error }
        #expect(isHeldByIt, "\(today.flatMap(\.findings).map(\.rule))")
        #expect(today.contains { $0.isHeld })
        let taken = read(sample.bytes, taken: true)
        let reports = taken.compactMap(\.report)
        #expect(reports.reduce(0) { $0 + $1.results.count } == sample.results, "\(taken.map { $0.isHeld })")
        for report in reports {
            #expect(report.results.allSatisfy { report.orders.indices.contains($0.orderIndex) })
        }
    }

    @Test("A message without fault is read alike, whether it was taken or comes now")
    func alike() throws {
        var messages = [SyntheticMessage(SyntheticDocument()).bytes, SyntheticDocument().bytes]
        let lab = SyntheticLab(
            seed: 5, today: try #require(CalendarDate(year: 2026, month: 11, day: 23)), rates: SyntheticLab.Rates())
        messages += (1...20).map { lab.message(number: $0).hl7 }
        for bytes in messages {
            let (one, other) = (read(bytes, taken: false), read(bytes, taken: true))
            guard one.allSatisfy({ !$0.isHeld }) else { continue }
            #expect(one.map(\.report) == other.map(\.report) && one.map(\.findings) == other.map(\.findings))
        }
    }
}
