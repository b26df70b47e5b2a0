/// What was ordered: the group (OBR) that results belong to.
public struct Order: Hashable, Sendable {
    /// The requester's number (ORC-2, OBR-2).
    public var placerNumber: Personal?
    /// The laboratory's number (ORC-3, OBR-3): the key that joins a correction to what it corrects.
    public var fillerNumber: Personal?
    /// What was ordered (OBR-4).
    public var panel: Coded?
    /// Status of the whole (OBR-25).
    public var status: String?
    /// When results were reported (OBR-22).
    public var reportedAt: ReportTime?
    /// When the specimen was taken (OBR-7) where no specimen segment says it.
    public var collectedAt: ReportTime?
    /// Index into `Report.specimens`.
    public var specimenIndex: Int?
    /// Free text.
    public var notes: [Personal]

    /// An order with nothing in it.
    public init() {
        notes = []
    }

    /// An order of which only its numbers are known.
    init(placerNumber: Personal?, fillerNumber: Personal?) {
        self.placerNumber = placerNumber
        self.fillerNumber = fillerNumber
        notes = []
    }
}

/// What was sampled.
public struct Specimen: Hashable, Sendable {
    /// The laboratory's number of the tube or swab.
    public var identifier: Personal?
    /// Kind (SPM-4).
    public var type: Coded?
    /// When it was taken (SPM-17, OBR-7).
    public var collectedAt: ReportTime?
    /// When the laboratory received it (SPM-18, OBR-14).
    public var receivedAt: ReportTime?

    /// A specimen of which nothing is known.
    public init() {}
}

/// One result (OBX).
///
/// What a laboratory says of the same test again and again is one shared value (`Frame`): a copy of a result costs little
/// more than what is its own.
public struct Observation: Hashable, Sendable {
    private struct Frame: Hashable, Sendable {
        var code: Coded
        var subID: String?
        var unit: Coded?
        var range: String?
        var interpretation: [String] = []
        var status: String
        var method: Coded?
        var device: String?
        var responsible: Professional?
        var soundness = Soundness()
    }

    private var frame: Shared<Frame>

    /// The frame is about to change: nothing is known of it any more.
    @inline(never)
    private mutating func forgetSoundness() {
        let soundness = frame.value.soundness
        if soundness.isKnown || soundness.isOfNoDisease { frame.value.soundness = Soundness() }
    }

    /// No rule about its code, flags or who answers for it has anything to say.
    var isSound: Bool { frame.value.soundness.isKnown }

    /// Finds out whether it is sound, once for all results that share what is asked.
    mutating func noteSoundness() {
        let isSound = ReportCheck.isSound(self)
        let isOfNoDisease = !CodeOnlyDisease.isToldBeside(self)
        frame.value.soundness = Soundness(isKnown: isSound, isOfNoDisease: isOfNoDisease)
    }

    /// It was found out that only its value can tell of a disease notified under a code.
    var isOfNoDisease: Bool { frame.value.soundness.isOfNoDisease }

    /// Index into `Report.orders`.
    public var orderIndex: Int
    /// What was found.
    public var value: Value?
    /// When it was observed (OBX-14).
    public var observedAt: ReportTime?
    /// When it was analysed (OBX-19).
    public var analysedAt: ReportTime?
    /// Who did the analysis (OBX-23, OBX-15), where it is not the reporting laboratory.
    public var performer: Organisation?
    /// Free text.
    public var notes: [Personal]

    /// A result of the order at `orderIndex`.
    public init(orderIndex: Int, code: Coded, status: String = "F") {
        self.orderIndex = orderIndex
        frame = Shared(Frame(code: code, status: status))
        notes = []
    }

    /// All that a laboratory says of the same test again and again, at once.
    init(
        orderIndex: Int, code: Coded, subID: String?, unit: Coded?, range: String?, interpretation: [String],
        status: String, method: Coded?, device: String?, responsible: Professional?
    ) {
        self.orderIndex = orderIndex
        frame = Shared(
            Frame(
                code: code, subID: subID, unit: unit, range: range, interpretation: interpretation, status: status,
                method: method, device: device, responsible: responsible))
        notes = []
    }

    /// What it shares with other results of its test.
    var frameOwner: SharedOwner { frame.owner }

    /// What was observed (OBX-3).
    public var code: Coded {
        get { frame.value.code }
        _modify {
            forgetSoundness()
            yield &frame.value.code
        }
    }

    /// Tells repeated observations apart (OBX-4).
    public var subID: String? {
        get { frame.value.subID }
        _modify {
            forgetSoundness()
            yield &frame.value.subID
        }
    }

    /// Unit (OBX-6).
    public var unit: Coded? {
        get { frame.value.unit }
        _modify {
            forgetSoundness()
            yield &frame.value.unit
        }
    }

    /// Reference range as written (OBX-7).
    public var range: String? {
        get { frame.value.range }
        _modify {
            forgetSoundness()
            yield &frame.value.range
        }
    }

    /// Interpretation codes (OBX-8).
    public var interpretation: [String] {
        get { frame.value.interpretation }
        _modify {
            forgetSoundness()
            yield &frame.value.interpretation
        }
    }

    /// Status (OBX-11): F, C, D, P, …
    public var status: String {
        get { frame.value.status }
        _modify {
            forgetSoundness()
            yield &frame.value.status
        }
    }

    /// Method (OBX-17).
    public var method: Coded? {
        get { frame.value.method }
        _modify {
            forgetSoundness()
            yield &frame.value.method
        }
    }

    /// Equipment (OBX-18).
    public var device: String? {
        get { frame.value.device }
        _modify {
            forgetSoundness()
            yield &frame.value.device
        }
    }

    /// Who answers for this result (OBX-25, OBX-16, OBR-32).
    public var responsible: Professional? {
        get { frame.value.responsible }
        _modify {
            forgetSoundness()
            yield &frame.value.responsible
        }
    }

    /// What a result can say. Numbers stay text: `1.10` and `1.1` are different statements.
    public enum Value: Hashable, Sendable {
        /// A code (CWE, CE).
        case coded(Coded)
        /// A decimal number as written (NM).
        case number(Personal)
        /// A comparator and one or two numbers, `<`, `20`, separator, second number (SN).
        indirect case structured(comparator: String?, first: Personal?, separator: String?, second: Personal?)
        /// Text (ST, TX, FT).
        case text(Personal)
        /// A date or time (DT, TM, TS, DTM), as far as it could be read.
        case time(ReportTime)
    }
}
