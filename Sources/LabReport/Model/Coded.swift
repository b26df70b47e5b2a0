/// A code of a code system, with the sender's own code beside it.
public struct Coded: Hashable, Sendable {
    private struct Parts: Hashable, Sendable {
        var code: String?
        var text: String?
        var system: String?
        var localCode: String?
        var localText: String?
        var localSystem: String?
    }

    private var parts: Shared<Parts>

    /// A code; all of it may be absent.
    public init(code: String? = nil, text: String? = nil, system: String? = nil) {
        parts = Shared(Parts(code: code, text: text, system: system))
    }

    /// With the sender's own code beside it.
    package init(
        code: String?, text: String?, system: String?, localCode: String?, localText: String?, localSystem: String?
    ) {
        parts = Shared(
            Parts(
                code: code, text: text, system: system, localCode: localCode, localText: localText,
                localSystem: localSystem))
    }

    /// The standard code first where the sender put it second: it is what a code is routed by. Whether that was so.
    @discardableResult
    mutating func putStandardFirst() -> Bool {
        guard localCode != nil, !CodeSystem.isShared(system), CodeSystem.isShared(localSystem) else { return false }
        self = Coded(
            code: localCode, text: localText, system: localSystem, localCode: code, localText: text,
            localSystem: system)
        return true
    }

    /// What its copies share.
    var owner: SharedOwner { parts.owner }

    /// The code in `system`.
    public var code: String? {
        get { parts.value.code }
        _modify { yield &parts.value.code }
    }

    /// Display text as sent.
    public var text: String? {
        get { parts.value.text }
        _modify { yield &parts.value.text }
    }

    /// Code system as written (`LN`, `SCT`, an OID, a local label).
    public var system: String? {
        get { parts.value.system }
        _modify { yield &parts.value.system }
    }

    /// The alternate (local) code.
    public var localCode: String? {
        get { parts.value.localCode }
        _modify { yield &parts.value.localCode }
    }

    /// The alternate's text.
    public var localText: String? {
        get { parts.value.localText }
        _modify { yield &parts.value.localText }
    }

    /// The alternate's system.
    public var localSystem: String? {
        get { parts.value.localSystem }
        _modify { yield &parts.value.localSystem }
    }
}
