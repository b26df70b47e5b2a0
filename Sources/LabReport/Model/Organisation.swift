// Who asked for an analysis, and who answers for it. The same few come back in report after report: they are shared.

/// A structure: laboratory, hospital, practice.
public struct Organisation: Hashable, Sendable {
    private struct Parts: Hashable, Sendable {
        var name: String?
        var finess: String?
        var identifiers: [Identifier] = []
        var address: Address?
        var phones: [Personal] = []
        var soundness = Soundness()

        var isEmpty: Bool {
            name == nil && finess == nil && identifiers.isEmpty && address == nil && phones.isEmpty
        }
    }

    private var parts: Shared<Parts>

    /// The value is about to change: nothing is known of it any more.
    @inline(never)
    private mutating func forgetSoundness() {
        if parts.value.soundness.isKnown { parts.value.soundness.isKnown = false }
    }

    /// No rule has anything to say about its number.
    var isSound: Bool { parts.value.soundness.isKnown }

    /// Finds out whether it is sound, once for all reports that share it.
    mutating func noteSoundness() {
        if ReportCheck.isSound(self) { parts.value.soundness.isKnown = true }
    }

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
        _modify {
            forgetSoundness()
            yield &parts.value.name
        }
    }

    /// FINESS of the legal entity or the site, 9 characters.
    public var finess: String? {
        get { parts.value.finess }
        _modify {
            forgetSoundness()
            yield &parts.value.finess
        }
    }

    /// Any other identifiers.
    public var identifiers: [Identifier] {
        get { parts.value.identifiers }
        _modify {
            forgetSoundness()
            yield &parts.value.identifiers
        }
    }

    /// Where it stands.
    public var address: Address? {
        get { parts.value.address }
        _modify {
            forgetSoundness()
            yield &parts.value.address
        }
    }

    /// Telephone numbers.
    public var phones: [Personal] {
        get { parts.value.phones }
        _modify {
            forgetSoundness()
            yield &parts.value.phones
        }
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
        var soundness = Soundness()

        var isEmpty: Bool {
            identifiers.isEmpty && familyName == nil && givenName == nil && organisation == nil && address == nil
                && phones.isEmpty && mails.isEmpty
        }
    }

    private var parts: Shared<Parts>

    /// The value is about to change: nothing is known of it any more.
    @inline(never)
    private mutating func forgetSoundness() {
        if parts.value.soundness.isKnown { parts.value.soundness.isKnown = false }
    }

    /// No rule has anything to say about its numbers or its structure's.
    var isSound: Bool { parts.value.soundness.isKnown }

    /// Finds out whether it is sound, once for all reports that share it.
    mutating func noteSoundness() {
        if ReportCheck.isSound(self) { parts.value.soundness.isKnown = true }
    }

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
        _modify {
            forgetSoundness()
            yield &parts.value.identifiers
        }
    }

    /// Family name.
    public var familyName: Personal? {
        get { parts.value.familyName }
        _modify {
            forgetSoundness()
            yield &parts.value.familyName
        }
    }

    /// Given name.
    public var givenName: Personal? {
        get { parts.value.givenName }
        _modify {
            forgetSoundness()
            yield &parts.value.givenName
        }
    }

    /// Practice or ward.
    public var organisation: Organisation? {
        get { parts.value.organisation }
        _modify {
            forgetSoundness()
            yield &parts.value.organisation
        }
    }

    /// Address of practice.
    public var address: Address? {
        get { parts.value.address }
        _modify {
            forgetSoundness()
            yield &parts.value.address
        }
    }

    /// Telephone numbers.
    public var phones: [Personal] {
        get { parts.value.phones }
        _modify {
            forgetSoundness()
            yield &parts.value.phones
        }
    }

    /// Mail addresses.
    public var mails: [Personal] {
        get { parts.value.mails }
        _modify {
            forgetSoundness()
            yield &parts.value.mails
        }
    }
}
