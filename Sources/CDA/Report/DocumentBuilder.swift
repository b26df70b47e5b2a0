import LabReport

/// Builds the report of one clinical document.
///
/// The header gives the people and the numbers. In the body each laboratory entry is an act that may hold the specimen,
/// batteries and results; an order of the report is an act, or a battery that has a code of its own. What an outer part
/// says (specimen, who did it, who answers for it, status) holds for the inner ones that do not say it.
struct DocumentBuilder {
    let document: XMLElement
    /// Where the document itself stands, such as `OBX[1]-5 `; empty for a file.
    let prefix: String
    /// Completes times that carry no offset.
    let frame: TimeFrame
    var report = Report()
    var places = ReportPlaces()
    var log: FindingLog
    var narrative: NarrativeTexts
    var header = HeaderParts()
    /// The orders so far, made when their first result is met.
    var panels: [Panel] = []
    /// Those of another specimen than their base's.
    var panelsBySpecimen: [PanelKey: Int] = [:]
    /// Where the report has the specimen of a number.
    var specimensByNumber: [Personal: Int] = [:]
    /// Isolates so far: their results are told apart by number.
    var isolates = 0
    /// Where the observations of the document stand, in order.
    let observations: [Int]
    /// Findings of which one a document is enough.
    private var said: Set<String> = []
    private var noted = 0
    private static let mostPaths = 200

    /// What the header says and each order repeats.
    struct HeaderParts {
        var placer: Personal?
        var filler: Personal?
        var reportedAt: ReportTime?
        var receivedAt: ReportTime?
        var collectedAt: ReportTime?
        var isReplacing = false
    }

    /// An order that results may belong to.
    struct Panel {
        var code: Coded?
        var specimen: Int?
        var status: String?
        var order: Int?
        /// The panel that this one is of, of another specimen.
        var base: Int?
        /// Where a further specimen is named, which differs from the first: none is its results'.
        var differing: XMLElement?
        /// Its order was told of what stands above it.
        var isTold = false
        var notes: [Personal] = []
    }

    /// What outer parts of an entry say for the inner ones.
    struct Context {
        /// Index into `panels`.
        var panel: Int
        var status: String?
        /// The innermost group around it that is said to be withdrawn or cancelled.
        var withdrawn: XMLElement?
        var performer: Organisation?
        var responsible: Professional?
        var device: String?
        var subID: String?
        /// The outermost of the chapters and groups around it that tells of a disease notified under a code.
        var above: TellingCode?
    }

    init(document: XMLElement, prefix: String, frame: TimeFrame, log: FindingLog) {
        self.document = document
        self.prefix = prefix
        self.frame = frame
        self.log = log
        narrative = NarrativeTexts(of: document)
        var found: [Int] = []
        document.visit(
            element: { element in
                if element.isNamed("observation") { found.append(element.index) }
                return true
            }, text: { _ in true })
        observations = found
        places.naming = .cda(prefix: prefix)
        places.laboratory = prefix + "componentOf/encompassingEncounter/responsibleParty"
    }

    // MARK: - Findings

    func path(_ element: XMLElement) -> String { prefix + element.path }

    mutating func note(_ rule: Rule, _ element: XMLElement) {
        // A path costs a walk through the document: past what is shown, only that there is a finding matters.
        noted += 1
        log.add(rule, at: noted <= DocumentBuilder.mostPaths ? path(element) : prefix + element.name.local)
    }

    /// As `note`, but once a document: a second place would teach nobody anything.
    mutating func noteOnce(_ rule: Rule, _ element: XMLElement) {
        if said.insert(rule.id).inserted { note(rule, element) }
    }

    /// The elements of that name inside `parent`, as many as one thing may have; that there are more is said.
    mutating func some(_ name: String, of parent: XMLElement) -> [XMLElement] {
        let all = parent.all(name)
        guard all.count > Limits.repetitions else { return all }
        note(.entryDropped, all[Limits.repetitions])
        return Array(all.prefix(Limits.repetitions))
    }

    // MARK: - The whole

    /// What was read: of what was taken all that has results.
    var outcome: ReadOutcome {
        let isHeld = log.holds || (log.isOfTaken && report.results.isEmpty)
        return ReadOutcome(report: isHeld ? nil : report, findings: places.worded(log.findings), places: places)
    }

    /// There is no room for a further result.
    var isFull: Bool { report.results.count > Limits.results && !log.isOfTaken }

    /// Reads the document.
    mutating func read() {
        readHeader()
        guard let body = document.first("component", "structuredBody") else {
            if let flat = document.first("component", "nonXMLBody") {
                note(.levelOne, flat)
            } else {
                note(.noStructuredResults, document)
            }
            return
        }
        for component in body.all("component") {
            for section in component.all("section") { readSection(section, isLaboratory: false) }
        }
        if narrative.isExhausted || report.results.count > Limits.results { note(.tooManyResults, body) }
        if report.results.isEmpty { note(.noStructuredResults, body) }
        settleLaboratory()
    }

    /// The number of an observation among all of the document.
    func number(of observation: XMLElement) -> Int {
        var low = 0
        var high = observations.count
        while low < high {
            let middle = (low + high) / 2
            if observations[middle] < observation.index { low = middle + 1 } else { high = middle }
        }
        return low + 1
    }

    /// The results of the reporting laboratory itself need no other performer.
    private mutating func settleLaboratory() {
        guard let laboratory = report.laboratory else { return }
        for index in report.results.indices {
            guard let performer = report.results[index].performer else { continue }
            let isSame =
                performer.finess != nil && laboratory.finess != nil
                ? performer.finess == laboratory.finess : performer.name == laboratory.name
            if isSame { report.results[index].performer = nil }
        }
    }
}
