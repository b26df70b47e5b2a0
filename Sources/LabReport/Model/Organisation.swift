// Who asked for an analysis, and who answers for it. The same few come back in report after report: they are shared.

/// A structure: laboratory, hospital, practice.
public struct Organisation: Hashable, Sendable {
    private struct Parts: Hashable, Sendable {
        var name: String?
        var finess: String?
        var identifiers: [Identifier] = []
        var address: Address?
        var phones: [Personal] = []

        var isEmpty: Bool {
            name == nil && finess == nil && identifiers.isEmpty && address == nil && phones.isEmpty
        }
    }

    private var parts: Shared<Parts>

    /// An unnamed structure.
    public init(name: String? = nil, finess: String? = nil) {
        parts = Shared(Parts(name: name, finess: finess))
    }

    /// All but other identifiers, at once.
    init(name: String?, finess: String?, address: Address?, phones: [Personal]) {
        parts = Shared(Parts(name: name, finess: finess, address: address, phones: phones))
    }

    /// Nothing is known of it.
    package var isEmpty: Bool { parts.value.isEmpty }

    /// What its copies share.
    var owner: SharedOwner { parts.owner }

    /// Name as written.
    public var name: String? {
        get { parts.value.name }
        _modify { yield &parts.value.name }
    }

    /// FINESS of the legal entity or the site, 9 characters.
    public var finess: String? {
        get { parts.value.finess }
        _modify { yield &parts.value.finess }
    }

    /// Any other identifiers.
    public var identifiers: [Identifier] {
        get { parts.value.identifiers }
        _modify { yield &parts.value.identifiers }
    }

    /// Where it stands.
    public var address: Address? {
        get { parts.value.address }
        _modify { yield &parts.value.address }
    }

    /// Telephone numbers.
    public var phones: [Personal] {
        get { parts.value.phones }
        _modify { yield &parts.value.phones }
    }
}

/// A health professional, or whoever asked for or did the analysis.
public struct Professional: Hashable, Sendable {
    private struct Parts: Hashable, Sendable {
        var identifiers: [Identifier] = []
        var familyName: Personal?
        var givenName: Personal?
        var organisation: Organisation?
        var address: Address?
        var phones: [Personal] = []
        var mails: [Personal] = []

        var isEmpty: Bool {
            identifiers.isEmpty && familyName == nil && givenName == nil && organisation == nil && address == nil
                && phones.isEmpty && mails.isEmpty
        }
    }

    private var parts: Shared<Parts>

    /// Nobody.
    public init() {
        parts = Shared(Parts())
    }

    /// All of it at once.
    init(
        identifiers: [Identifier], familyName: Personal?, givenName: Personal?, organisation: Organisation?,
        address: Address?, phones: [Personal], mails: [Personal]
    ) {
        parts = Shared(
            Parts(
                identifiers: identifiers, familyName: familyName, givenName: givenName, organisation: organisation,
                address: address, phones: phones, mails: mails))
    }

    /// Nothing is known of them.
    package var isEmpty: Bool { parts.value.isEmpty }

    /// What its copies share.
    var owner: SharedOwner { parts.owner }

    /// RPPS, ADELI or other ids.
    public var identifiers: [Identifier] {
        get { parts.value.identifiers }
        _modify { yield &parts.value.identifiers }
    }

    /// Family name.
    public var familyName: Personal? {
        get { parts.value.familyName }
        _modify { yield &parts.value.familyName }
    }

    /// Given name.
    public var givenName: Personal? {
        get { parts.value.givenName }
        _modify { yield &parts.value.givenName }
    }

    /// Practice or ward.
    public var organisation: Organisation? {
        get { parts.value.organisation }
        _modify { yield &parts.value.organisation }
    }

    /// Address of practice.
    public var address: Address? {
        get { parts.value.address }
        _modify { yield &parts.value.address }
    }

    /// Telephone numbers.
    public var phones: [Personal] {
        get { parts.value.phones }
        _modify { yield &parts.value.phones }
    }

    /// Mail addresses.
    public var mails: [Personal] {
        get { parts.value.mails }
        _modify { yield &parts.value.mails }
    }
}
