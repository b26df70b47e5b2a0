import HL7

/// Reads reports from HPRIM Santé 2.x messages of type ORU.
///
/// One outcome for each patient (P). As with HL7, a message is taken or held as a whole. The mapping stands in
/// `docs/integrating.md`; fields are named in findings as HPRIM does, the segment's type being field 1.
package struct HPRIMReportReader: Sendable {
    private let settings: ReaderSettings

    /// A reader for one site.
    package init(settings: ReaderSettings = ReaderSettings()) {
        self.settings = settings
    }

    /// Reads `bytes` as one message and its reports.
    package func read(bytes: [UInt8]) -> [ReadOutcome] {
        guard bytes.count <= Limits.messageBytes else { return held(.messageTooLarge, at: "H-1") }
        guard let message = HPRIMMessage(bytes, settings) else {
            return held(.notHPRIM, at: "H-1")
        }
        if let fault = message.fault, !settings.readsTaken { return held(fault.rule, at: "line " + String(fault.line)) }
        var log = FindingLog(settings)
        message.judgeText(site: settings.defaultCharset, &log)
        return message.withWire { read(message, $0, &log) }
    }

    private func read(_ message: HPRIMMessage, _ wire: Wire, _ log: inout FindingLog) -> [ReadOutcome] {
        // What is made of a patient is done with when the next one begins: there may be as many as lines.
        var outcomes: [ReadOutcome] = []
        var patient: HPRIMReportBuilder?
        var patients = 0
        var room = FindingRoom()
        var template = HPRIMReportBuilder(wire, settings: settings)
        var hasEnd = false
        var isPatientMissing = false
        for segment in message.segments {
            switch segment.name {
            case "H":
                template.readHeader(segment)
                if template.log.holds { return held(template.log) }
            case "L":
                hasEnd = true
                judgeEnd(segment, patients, message, wire, &log)
            case "P":
                if var finished = patient.take() { outcomes += finished.finish(&room) }
                patients += 1
                if patients > Limits.hprimPatients { return held(.hprimTooManyLines, at: "P-2") }
                // What was found of the header is told of the first patient.
                if patients > 1 { template.log = FindingLog(settings, room: room) }
                patient = template
                patient?.number = patients
                patient?.readPatient(segment)
            default:
                if patient == nil {
                    if segment.name == "C" { template.readCommentBeforePatient(segment) }
                    if !isPatientMissing, segment.name != "C" { log.add(.patientMissing, at: segment.name) }
                    isPatientMissing = isPatientMissing || segment.name != "C"
                } else {
                    patient?.take(segment)
                }
            }
        }
        if !hasEnd { log.add(.hprimEnd, at: "L-1") }
        if patients == 0, !isPatientMissing { log.add(.patientMissing, at: "P-1") }
        if var finished = patient.take() { outcomes += finished.finish(&room) }
        guard !outcomes.isEmpty else {
            return [ReadOutcome(report: nil, findings: template.log.findings + log.findings)]
        }
        return judged(outcomes, log)
    }

    /// L-4 and L-5: how many patients and segments there are, where it says so.
    private func judgeEnd(
        _ segment: HPRIMSegment, _ patients: Int, _ message: HPRIMMessage, _ wire: Wire, _ log: inout FindingLog
    ) {
        if let declared = number(segment.field(4), wire), declared != patients {
            // Without its P a patient's results are the patient's before; more than are declared take nothing from anybody.
            log.add(declared > patients ? .hprimPatients : .hprimCount, at: "L-4")
        }
        // Some count the lines that go on with another, and some do not.
        if let declared = number(segment.field(5), wire), declared != message.segments.count,
            declared != message.lineCount
        {
            log.add(.hprimCount, at: "L-5")
        }
    }

    /// The number that L-4 or L-5 says; nil where there is none.
    private func number(_ field: PartRange, _ wire: Wire) -> Int? {
        let digits = wire.bytes(of: field)
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy(ASCIIDigit.isDigit) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// The outcomes of a message's patients, with what was noticed of the message as a whole.
    private func judged(_ outcomes: consuming [ReadOutcome], _ log: FindingLog) -> [ReadOutcome] {
        outcomes[0].findings = log.findings + outcomes[0].findings
        if log.holds { outcomes[0].report = nil }
        guard outcomes.contains(where: { $0.isHeld }) else { return outcomes }
        for index in outcomes.indices where !outcomes[index].isHeld {
            outcomes[index].report = nil
            outcomes[index].findings.append(Rule.otherGroupHeld.finding(at: "P-3", settings.overrides))
        }
        return outcomes
    }

    private func held(_ rule: Rule, at path: String) -> [ReadOutcome] {
        [ReadOutcome(report: nil, findings: [rule.finding(at: path, settings.overrides)])]
    }

    private func held(_ log: FindingLog) -> [ReadOutcome] { [ReadOutcome(report: nil, findings: log.findings)] }
}
