/// One laboratory report about one person: the value that every reader makes and every writer takes.
///
/// A report carries what the laboratory said and nothing else: no default is filled in, an absent field is nil or empty.
/// Its description is redacted.
public struct Report: Hashable, Sendable, CustomStringConvertible {
    /// The sender's id of the message (MSH-10), unique per sender.
    public var messageID: Personal?
    /// Sending application (MSH-3) and facility (MSH-4) as written.
    public var sendingApplication: String?
    /// Sending facility: FINESS or name, as written.
    public var sendingFacility: String?
    /// Production, training or debugging (MSH-11). Only production may reach a real recipient.
    public var processing: Processing
    /// When the message was made (MSH-7).
    public var sentAt: ReportTime?
    /// New, replacing an earlier version, or cancelling it (ORC-1 with OBX-11).
    public var action: Action
    /// Who the report is about.
    public var patient: Patient
    /// Who asked for the analysis.
    public var requester: Professional?
    /// The laboratory that answers for the results.
    public var laboratory: Organisation?
    /// What was ordered; each result points at one of these.
    public var orders: [Order]
    /// What was sampled; each order may point at one of these.
    public var specimens: [Specimen]
    /// The observations in the order of the source.
    public var results: [Observation]
    /// Free text about the whole report. It may hold names: profiles drop it unless listed.
    public var notes: [Personal]
    /// The patient's consent or objection, usable in routes.
    public var consent: Consent?

    /// A report with nothing but a patient.
    public init(patient: Patient = Patient()) {
        self.patient = patient
        processing = .production
        action = .new
        orders = []
        specimens = []
        results = []
        notes = []
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

/// An identifier with the authority that assigned it.
public struct Identifier: Hashable, Sendable {
    /// The characters as sent, without white space.
    public var value: Personal
    /// OID or other universal id of the assigning authority.
    public var system: String?
    /// Local label of the assigning authority (HD-1).
    public var namespace: String?
    /// Type code (table 0203: INS, NH, PI, RPPS, FINEG, …).
    public var type: String?

    /// An identifier of whatever type.
    public init(value: Personal, system: String? = nil, namespace: String? = nil, type: String? = nil) {
        self.value = value
        self.system = system
        self.namespace = namespace
        self.type = type
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
}

/// A health professional, or whoever asked for or did the analysis.
public struct Professional: Hashable, Sendable {
    /// RPPS, ADELI or other ids.
    public var identifiers: [Identifier]
    /// Family name.
    public var familyName: Personal?
    /// Given name.
    public var givenName: Personal?
    /// Practice or ward.
    public var organisation: Organisation?
    /// Address of practice.
    public var address: Address?
    /// Telephone numbers.
    public var phones: [Personal]
    /// Mail addresses.
    public var mails: [Personal]

    /// Nobody.
    public init() {
        identifiers = []
        phones = []
        mails = []
    }
}

/// A structure: laboratory, hospital, practice.
public struct Organisation: Hashable, Sendable {
    /// Name as written.
    public var name: String?
    /// FINESS of the legal entity or the site, 9 characters.
    public var finess: String?
    /// Any other identifiers.
    public var identifiers: [Identifier]
    /// Where it stands.
    public var address: Address?
    /// Telephone numbers.
    public var phones: [Personal]

    /// An unnamed structure.
    public init(name: String? = nil, finess: String? = nil) {
        self.name = name
        self.finess = finess
        identifiers = []
        phones = []
    }
}
