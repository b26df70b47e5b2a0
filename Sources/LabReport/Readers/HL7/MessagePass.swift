import HL7

/// Goes through a message's segments after its header: the outcome of each patient (PID), in order.
struct MessagePass: ~Copyable {
    private let wire: Wire
    private let segments: [PartRange]
    /// The fields of the memory are those of this message.
    private let isSurveyed: Bool
    private let header: MessageHeader
    private let settings: ReaderSettings
    private let documentsAside: Bool
    private let memory: ReadingMemory?
    private var counter = SegmentCounter()
    private var isPatientMissing = false
    /// What may still be found of its patients.
    private var room = FindingRoom()
    private(set) var outcomes: [ReadOutcome] = []
    /// What was noticed of the message as a whole.
    private(set) var log: FindingLog

    init(
        wire: Wire, segments: [PartRange], isSurveyed: Bool, header: consuming MessageHeader, settings: ReaderSettings,
        documentsAside: Bool, memory: ReadingMemory?, log: consuming FindingLog
    ) {
        self.wire = wire
        self.segments = segments
        self.isSurveyed = isSurveyed
        self.header = header
        self.settings = settings
        self.documentsAside = documentsAside
        self.memory = memory
        self.log = log
    }

    mutating func run() {
        if segments[0].count > ReportBuilder.longestField { log.add(.fieldTooLong, at: "MSH") }
        var position = 1
        while let (name, occurrence) = next(&position) {
            if name == .pid {
                // What stands before it may be another message's, cut short, and this patient's header be inside it.
                lookForHeader(in: 0..<position - 1)
                // A patient's segments end where the next patient's begin.
                var patient = occurrence
                while let following = readPatient(&position, patient) {
                    patient = following
                    guard outcomes.count >= ReportBuilder.mostPatients, !settings.readsTaken else { continue }
                    log.add(.tooManyResults, at: "PID[" + String(following) + "]-1")
                    break
                }
                break
            }
            if name == .nte { log.add(.noteDropped, at: "\(name)[\(occurrence)]-3") }
            if name == .pv1 || name == .prt { log.add(.detailDropped, at: "\(name)[\(occurrence)]") }
            if MessagePass.needsPatient(name), !isPatientMissing {
                log.add(.patientMissing, at: "\(name)[\(occurrence)]-1")
                isPatientMissing = true
            }
        }
        if outcomes.isEmpty, !isPatientMissing { log.add(.patientMissing, at: "PID-3") }
    }

    /// A NUL or a byte of an MLLP frame where no field is read: files end there, and what the sender meant to say beyond is lost.
    /// Around segments it is padding.
    mutating func judgeControls(of message: Message) {
        let rule = Rule.forbiddenControl.id
        guard wire.hasByte(0x00) || wire.hasByte(0x0B),
            !log.findings.contains(where: { $0.rule == rule }),
            !outcomes.contains(where: { $0.findings.contains { $0.rule == rule } })
        else { return }
        for segment in segments {
            guard let place = wire.bytes(of: segment).firstIndex(where: { $0 == 0x00 || $0 == 0x0B }) else { continue }
            return log.add(.forbiddenControl, at: message.path(ofByte: Int(segment.start) + place))
        }
    }

    /// Reads the patient whose PID, which is the one of that number, stands just before `position`; the number of the PID
    /// that it stands behind then, if there is one more.
    private mutating func readPatient(_ position: inout Int, _ number: Int) -> Int? {
        let first = position
        var patient = ReportBuilder(wire, header: header, settings: settings, memory: memory, room: room)
        patient.documentsAside = documentsAside
        var (name, occurrence) = (SegmentName.pid, number)
        var following: Int?
        repeat {
            patient.take(segments[position - 1], isSurveyed ? position - 1 : nil, name, occurrence)
            guard let next = next(&position) else { break }
            (name, occurrence) = next
            if name == .pid { following = occurrence }
        } while following == nil
        if following != nil { lookForHeader(in: first - 1..<position - 1) }
        patient.finish(into: &outcomes)
        room.take(patient.log.count)
        return following
    }

    /// A second patient may be another message's, whose header was written at the end of a segment that has no end.
    private mutating func lookForHeader(in positions: Range<Int>) {
        let marks = wire.dialect.delimiters
        for position in positions where HeaderInside.place(in: wire.bytes(of: segments[position]), marks) != nil {
            log.add(.headerInText, at: "segment " + String(position + 1))
        }
    }

    /// The name and number of the next segment that has a name, passing over the others.
    private mutating func next(_ position: inout Int) -> (name: SegmentName, occurrence: Int)? {
        while position < segments.count {
            let segment = segments[position]
            position += 1
            guard let name = wire.name(of: segment) else {
                log.add(.segmentName, at: "segment " + String(position))
                continue
            }
            let occurrence = counter.next(name)
            if name == .msh { log.add(.secondHeader, at: "segment " + String(position)) }
            if segment.count == 3 { log.add(.emptySegment, at: name.description + "[" + String(occurrence) + "]") }
            return (name, occurrence)
        }
        return nil
    }

    private static func needsPatient(_ name: SegmentName) -> Bool {
        name == .obr || name == .obx || name == .orc || name == .spm || name == .con
    }
}
