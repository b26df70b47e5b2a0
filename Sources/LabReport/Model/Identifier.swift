/// An identifier with the authority that assigned it.
///
/// What stands beside the number is the same in report after report: it is one shared value, so that a copy costs two
/// references and readers that remember it look at it once.
public struct Identifier: Hashable, Sendable {
    /// The characters as sent, without white space around them; a national number without any.
    public var value: Personal
    /// Nil where nothing is said of it.
    private var assigned: Shared<Assignment>?

    /// Who assigned an identifier, and what it is.
    private struct Assignment: Hashable, Sendable {
        var system: String?
        var namespace: String?
        var type: String?
    }

    /// An identifier of whatever type.
    public init(value: Personal, system: String? = nil, namespace: String? = nil, type: String? = nil) {
        self.value = value
        if system != nil || namespace != nil || type != nil {
            assigned = Shared(Assignment(system: system, namespace: namespace, type: type))
        }
    }

    /// The number `value`, of which the same is said as of this one.
    func with(_ value: String) -> Identifier {
        var identifier = self
        identifier.value = Personal(value)
        return identifier
    }

    /// OID or other universal id of the assigning authority.
    public var system: String? {
        get { assigned?.value.system }
        set { change { $0.system = newValue } }
    }

    /// Local label of the assigning authority (HD-1).
    public var namespace: String? {
        get { assigned?.value.namespace }
        set { change { $0.namespace = newValue } }
    }

    /// Type code (table 0203: INS, NH, PI, RPPS, FINEG, …).
    public var type: String? {
        get { assigned?.value.type }
        set { change { $0.type = newValue } }
    }

    private mutating func change(_ body: (inout Assignment) -> Void) {
        var assignment = assigned?.value ?? Assignment()
        body(&assignment)
        // Nothing said is said in one way only, so that equal identifiers compare so.
        assigned = assignment == Assignment() ? nil : Shared(assignment)
    }
}
