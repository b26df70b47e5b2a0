/// One laboratory report about one person: the value that every reader makes and every writer takes.
///
/// A report carries what the laboratory said and nothing else: no default is filled in, an absent field is nil or empty.
/// Its description is redacted. A copy costs one reference: reports are handed about more than they are made.
public struct Report: Hashable, Sendable, CustomStringConvertible {
    private var content: Shared<ReportContent>

    /// A report with nothing but a patient.
    public init(patient: Patient = Patient()) {
        self.init(ReportContent(patient: patient))
    }

    /// A report of what was put together.
    init(_ content: consuming ReportContent) {
        self.content = Shared(consume content)
    }

    /// What `body` makes of the report where it lies: for those who look at all of it, and whom copies would cost more.
    func inPlace<Result>(_ body: (UnsafePointer<ReportContent>) -> Result) -> Result { content.inPlace(body) }

    /// What its copies share.
    var owner: SharedOwner { content.owner }

    /// The sender's id of the message (MSH-10), unique per sender.
    public var messageID: Personal? {
        get { content.value.messageID }
        _modify { yield &content.value.messageID }
    }

    /// Sending application (MSH-3) as written.
    public var sendingApplication: String? {
        get { content.value.sendingApplication }
        _modify { yield &content.value.sendingApplication }
    }

    /// Sending facility (MSH-4): FINESS or name, as written.
    public var sendingFacility: String? {
        get { content.value.sendingFacility }
        _modify { yield &content.value.sendingFacility }
    }

    /// The facility is a legal entity, which may have several sites (MSH-4.3 is `M`): what its number says of the place and of who
    /// answers is little, but numbers of reports are its own.
    public var isFacilityLegalEntity: Bool {
        get { content.value.isFacilityLegalEntity }
        _modify { yield &content.value.isFacilityLegalEntity }
    }

    /// Production, training or debugging (MSH-11). Only production may reach a real recipient.
    public var processing: Processing {
        get { content.value.processing }
        _modify { yield &content.value.processing }
    }

    /// When the message was made (MSH-7).
    public var sentAt: ReportTime? {
        get { content.value.sentAt }
        _modify { yield &content.value.sentAt }
    }

    /// New, replacing an earlier version, or cancelling it (ORC-1 with OBX-11).
    public var action: Action {
        get { content.value.action }
        _modify { yield &content.value.action }
    }

    /// Who the report is about.
    public var patient: Patient {
        get { content.value.patient }
        _modify { yield &content.value.patient }
    }

    /// Who asked for the analysis.
    public var requester: Professional? {
        get { content.value.requester }
        _modify { yield &content.value.requester }
    }

    /// The laboratory that answers for the results.
    public var laboratory: Organisation? {
        get { content.value.laboratory }
        _modify { yield &content.value.laboratory }
    }

    /// What was ordered; each result points at one of these.
    public var orders: [Order] {
        get { content.value.orders }
        _modify { yield &content.value.orders }
    }

    /// What was sampled; each order may point at one of these.
    public var specimens: [Specimen] {
        get { content.value.specimens }
        _modify { yield &content.value.specimens }
    }

    /// The observations in the order of the source.
    public var results: [Observation] {
        get { content.value.results }
        _modify { yield &content.value.results }
    }

    /// Free text about the whole report. It may hold names: profiles drop it unless listed.
    public var notes: [Personal] {
        get { content.value.notes }
        _modify { yield &content.value.notes }
    }

    /// The patient's consent or objection, usable in routes.
    public var consent: Consent? {
        get { content.value.consent }
        _modify { yield &content.value.consent }
    }

    /// MSH-11.
    public enum Processing: String, Hashable, Sendable {
        /// Real results.
        case production = "P"
        /// Training: never to a real recipient.
        case training = "T"
        /// Debugging: never to a real recipient.
        case debugging = "D"
    }

    /// What this version does to earlier ones.
    public enum Action: String, Hashable, Sendable {
        /// A first version.
        case new
        /// Takes the place of an earlier version.
        case replace
        /// Withdraws an earlier version.
        case cancel
    }

    /// What the patient said about transmission.
    public enum Consent: String, Hashable, Sendable {
        /// Agreed.
        case given
        /// Objected.
        case objected
    }

    /// Only shape, never content.
    public var description: String { "report(\(results.count) results)" }
}

/// What a report holds, for those who put one together: `Report` says what each part is.
struct ReportContent: Hashable, Sendable {
    var messageID: Personal?
    /// Nil where neither is known.
    var sending: Shared<Sending>?
    var processing = Report.Processing.production
    var sentAt: ReportTime?
    var action = Report.Action.new
    var patient = Patient()
    var requester: Professional?
    var laboratory: Organisation?
    var orders: [Order] = []
    var specimens: [Specimen] = []
    var results: [Observation] = []
    var notes: [Personal] = []
    var consent: Report.Consent?

    /// MSH-3 and MSH-4: the same in all that a laboratory sends.
    struct Sending: Hashable, Sendable {
        var application: String?
        var facility: String?
        /// The facility is a FINESS of a legal entity.
        var isLegalEntity = false

        /// Nothing said is said in one way only, so that equal reports compare so.
        var shared: Shared<Sending>? { application == nil && facility == nil ? nil : Shared(self) }
    }

    var sendingApplication: String? {
        get { sending?.value.application }
        set {
            sending =
                Sending(application: newValue, facility: sendingFacility, isLegalEntity: isFacilityLegalEntity).shared
        }
    }

    var sendingFacility: String? {
        get { sending?.value.facility }
        set { sending = Sending(application: sendingApplication, facility: newValue).shared }
    }

    var isFacilityLegalEntity: Bool {
        get { sending?.value.isLegalEntity ?? false }
        set {
            // Of a facility that is not named nothing can be said.
            guard let facility = sendingFacility else { return }
            sending =
                Sending(application: sendingApplication, facility: facility, isLegalEntity: newValue).shared
        }
    }
}

/// The person a report is about. Everything may be absent: anonymous persons are valid.
public struct Patient: Hashable, Sendable {
    /// National health identity: matricule with its OID.
    public var ins: Identifier?
    /// Quality of the identity (PID-32: VALI, PROV, …), as written.
    public var identityStatus: [String]
    /// Social security number used for billing, 15 characters with key where the sender gave one.
    public var nir: Identifier?
    /// The laboratory's or hospital's own numbers.
    public var localIDs: [Identifier]
    /// Name at birth.
    public var birthName: Personal?
    /// Name in use where it differs.
    public var usedName: Personal?
    /// Given names, the first one first.
    public var givenNames: [Personal]
    /// Administrative sex: F, M or U; other letters as written.
    public var sex: String?
    /// Birth date as far as known.
    public var birthDate: CalendarDate?
    /// INSEE code of the birthplace.
    public var birthPlaceCode: Personal?
    /// Only in what a profile made: year of birth, or an age band such as `30-39`.
    public var ageBand: String?
    /// Only in what a profile made.
    public var birthYear: Int?
    /// Where the person lives.
    public var address: Address?
    /// Only in what a profile made: the department of residence.
    public var department: String?
    /// Telephone numbers.
    public var phones: [Personal]
    /// Mail addresses.
    public var mails: [Personal]
    /// The person has died (PID-30), where said.
    public var deceased: Bool?

    /// Nobody.
    public init() {
        identityStatus = []
        localIDs = []
        givenNames = []
        phones = []
        mails = []
    }
}

/// A postal address.
public struct Address: Hashable, Sendable {
    /// Street lines.
    public var lines: [Personal]
    /// City as written.
    public var city: Personal?
    /// Postcode as written.
    public var postcode: Personal?
    /// ISO 3166-1 alpha-3, or as written.
    public var country: String?
    /// State or province where countries have them.
    public var state: String?

    /// An empty address.
    public init() {
        lines = []
    }

    /// Nothing is known of it.
    var isEmpty: Bool { lines.isEmpty && city == nil && postcode == nil && country == nil && state == nil }
}
