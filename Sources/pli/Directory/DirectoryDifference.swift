import Exchange
import Notes
import StrictJSON

/// What one directory changes of another, for those who are asked to sign it.
struct DirectoryDifference {
    /// One change. `name` says of which participant, holder or route.
    struct Change: Equatable {
        var what: String
        var name: String?
        var from: String?
        var to: String?

        /// A line for people: `participant  ~ lab-x  status active -> suspended`.
        var line: String {
            let mark = from == nil ? "+" : to == nil ? "-" : "~"
            let values = [from, to].compactMap { $0 }.joined(separator: " -> ")
            let label = what.padding(to: 12)
            return "\(label) \(mark) " + [name, values].compactMap { $0 }.joined(separator: "  ")
        }

        var json: JSON {
            .object(
                [("what", what), ("name", name), ("from", from), ("to", to)].compactMap { member, text in
                    text.map { .init(member, .string($0)) }
                })
        }
    }

    private(set) var changes: [Change] = []

    init(from old: Directory, to new: Directory) {
        add("version", String(old.version), String(new.version))
        add("issued", old.issuedAt.text, new.issuedAt.text)
        add("expires", old.expiresAt.text, new.expiresAt.text)
        add("base", old.base.map { String($0.version) }, new.base.map { String($0.version) })
        addNamed("root", old.roots.map(Self.root), new.roots.map(Self.root))
        add("threshold", String(old.threshold), String(new.threshold))
        add("registrar", old.registrar.map(Self.registrar), new.registrar.map(Self.registrar))
        addParticipants(old, new)
        addNamed("route", old.routes.map(Self.entry), new.routes.map(Self.entry))
        addNamed("profile", old.profiles.map(Self.entry), new.profiles.map(Self.entry))
        if old.routes != new.routes, Set(old.routes.map(\.encoded)) == Set(new.routes.map(\.encoded)) {
            add("routes", "one order", "another order")
        }
        add("post-quantum", String(old.requirePostQuantum), String(new.requirePostQuantum))
        for kind in Manifest.Kind.allCases {
            add(
                "retention", old.retention?.days(of: kind).map(String.init),
                new.retention?.days(of: kind).map(String.init),
                name: kind.rawValue)
        }
    }

    private mutating func add(_ what: String, _ from: String?, _ to: String?, name: String? = nil) {
        if from != to { changes.append(Change(what: what, name: name, from: from, to: to)) }
    }

    private mutating func addNamed(
        _ what: String, _ old: [(name: String, text: String)], _ new: [(name: String, text: String)]
    ) {
        let before = Dictionary(old.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        for entry in old { add(what, entry.text, after[entry.name], name: entry.name) }
        for entry in new where before[entry.name] == nil { add(what, nil, entry.text, name: entry.name) }
    }

    private mutating func addParticipants(_ old: Directory, _ new: Directory) {
        for entry in old.participants {
            guard let next = new[entry.id] else {
                add("participant", entry.members.map(\.text).joined(separator: "  "), nil, name: entry.id.text)
                continue
            }
            for (before, after) in zip(entry.members, next.members) where before.text != after.text {
                add("participant", "\(before.name) \(before.text)", after.text, name: entry.id.text)
            }
        }
        for entry in new.participants where old[entry.id] == nil {
            let shown = entry.members.filter { !$0.text.isEmpty }.map(\.text)
            add("participant", nil, shown.joined(separator: "  "), name: entry.id.text)
        }
    }

    private static func root(_ root: Directory.Root) -> (name: String, text: String) {
        (root.holder.text, root.pair.fingerprint)
    }

    private static func registrar(_ registrar: Directory.Registrar) -> String {
        "\(registrar.id.text)  \(registrar.pair.fingerprint)"
    }

    private static func entry(_ json: JSON) -> (name: String, text: String) {
        (json["id"]?.string ?? "", String(decoding: json.encoded, as: UTF8.self))
    }
}

extension Directory.Participant {
    /// What an entry says, for people, in the order in which it is shown.
    var members: [(name: String, text: String)] {
        [
            ("role", role.rawValue), ("status", status.rawValue), ("retiredAt", retiredAt?.text ?? ""), ("name", name),
            ("fingerprint", fingerprint.text), ("finess", finess.joined(separator: ",")), ("contact", contact ?? ""),
            ("quotaMegabytes", quotaMegabytes.map(String.init) ?? ""),
        ]
    }
}

extension String {
    /// This text and as many spaces as make it `width` characters.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
