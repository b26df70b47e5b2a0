import StrictJSON

extension Directory {
    /// Its one text: a line of canonical JSON and a newline.
    package var text: [UInt8] {
        var members: [JSON.Member] = [
            .init("type", .string("directory/1")),
            .init("version", .number(String(version))),
        ]
        if let previous { members.append(.init("previous", .string(previous.text))) }
        if let base { members.append(.init("base", base.json)) }
        members += [
            .init("issuedAt", .string(issuedAt.text)),
            .init("expiresAt", .string(expiresAt.text)),
            .init("threshold", .number(String(threshold))),
            .init("roots", .array(roots.map(\.json))),
        ]
        if let registrar { members.append(.init("registrar", registrar.json)) }
        members += [
            .init("participants", .array(participants.map(\.json))),
            .init("routes", .array(routes)),
            .init("profiles", .array(profiles)),
            .init("requirePostQuantum", .bool(requirePostQuantum)),
        ]
        if let retention { members.append(.init("retention", retention.json)) }
        return CanonicalLine.encode(.object(members))
    }

    /// Decodes `text`, or refuses it if it is not the one text of a directory that agrees with itself.
    package init(text: [UInt8]) throws(ExchangeFailure) {
        var reader = try Directory.reader(of: text)
        try reader.type("directory/1")
        let version = try reader.integer("version")
        let previous = try reader.optionalHash("previous")
        var base: Base?
        if let value = reader.optionalValue("base") { base = try Base(value) }
        let issuedAt = try reader.time("issuedAt")
        let expiresAt = try reader.time("expiresAt")
        let threshold = try reader.integer("threshold")
        let roots = try Directory.roots(reader.array("roots"))
        var registrar: Registrar?
        if let value = reader.optionalValue("registrar") { registrar = try Registrar(value) }
        var participants: [Participant] = []
        for value in try reader.array("participants") { participants.append(try Participant(value)) }
        let routes = try reader.array("routes")
        let profiles = try reader.array("profiles")
        let requirePostQuantum = try reader.bool("requirePostQuantum")
        var retention: Retention?
        if let value = reader.optionalValue("retention") { retention = try Retention(value) }
        try reader.end()
        try self.init(
            version: version, previous: previous, base: base, issuedAt: issuedAt, expiresAt: expiresAt,
            threshold: Int(clamping: threshold), roots: roots, registrar: registrar, participants: participants,
            routes: routes, profiles: profiles, requirePostQuantum: requirePostQuantum, retention: retention)
        try CanonicalLine.requireSame(self.text, as: text, of: Directory.what)
    }

    /// Of a text that nobody is yet found to have signed, only the root keys: the verifier keeps those that are pinned.
    static func unverifiedRoots(of text: [UInt8]) throws(ExchangeFailure) -> [Root] {
        let json = try CanonicalLine.decode(text, of: what, limit: Limits.directoryBytes)
        guard let values = json["roots"]?.array else {
            throw .malformed(what: what, member: "roots", rule: "a list is expected")
        }
        return try roots(values)
    }

    /// Of a text that nobody is yet found to have signed, only its version and what it says to stand on: which notes to
    /// ask for, and how a refusal is called.
    static func unverifiedPlace(of text: [UInt8]) throws(ExchangeFailure) -> (version: Int64, base: Base?) {
        let json = try CanonicalLine.decode(text, of: what, limit: Limits.directoryBytes)
        guard let version = json["version"]?.integer else {
            throw .malformed(what: what, member: "version", rule: "a whole number is expected")
        }
        guard let base = json["base"] else { return (version, nil) }
        return (version, try Base(base))
    }

    private static func reader(of text: [UInt8]) throws(ExchangeFailure) -> MemberReader {
        try MemberReader(CanonicalLine.decode(text, of: what, limit: Limits.directoryBytes), of: what)
    }

    private static func roots(_ values: [JSON]) throws(ExchangeFailure) -> [Root] {
        guard values.count <= Limits.roots else { throw .pastLimit(what: "root holders", limit: Int64(Limits.roots)) }
        var roots: [Root] = []
        for value in values { roots.append(try Root(value)) }
        return roots
    }
}

extension Directory.Root {
    var json: JSON {
        .object([.init("holder", .string(holder.text)), .init("keys", .array(keys.map { .string($0) }))])
    }

    init(_ json: JSON) throws(ExchangeFailure) {
        var reader = try MemberReader(json, of: "root")
        try self.init(holder: reader.participant("holder"), keys: reader.strings("keys"))
        try reader.end()
    }
}

extension Directory.Registrar {
    var json: JSON {
        .object([.init("id", .string(id.text)), .init("keys", .array(keys.map { .string($0) }))])
    }

    init(_ json: JSON) throws(ExchangeFailure) {
        var reader = try MemberReader(json, of: "registrar")
        try self.init(id: reader.participant("id"), keys: reader.strings("keys"))
        try reader.end()
    }
}

extension Directory.Base {
    var json: JSON {
        .object([.init("version", .number(String(version))), .init("sha256", .string(sha256.text))])
    }

    init(_ json: JSON) throws(ExchangeFailure) {
        var reader = try MemberReader(json, of: "base")
        try self.init(version: reader.integer("version"), sha256: reader.hash("sha256"))
        try reader.end()
    }
}

extension Directory.Retention {
    var json: JSON {
        .object(
            [("reports", reports), ("file", file), ("feedback", feedback)].compactMap { name, days in
                days.map { .init(name, .number(String($0))) }
            })
    }

    init(_ json: JSON) throws(ExchangeFailure) {
        var reader = try MemberReader(json, of: "retention")
        let reports = try reader.optionalInteger("reports")
        let file = try reader.optionalInteger("file")
        let feedback = try reader.optionalInteger("feedback")
        try reader.end()
        try self.init(reports: reports, file: file, feedback: feedback)
    }
}

extension Directory.Participant {
    var json: JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id.text)),
            .init("role", .string(role.rawValue)),
            .init("name", .string(name)),
            .init("status", .string(status.rawValue)),
        ]
        if let retiredAt { members.append(.init("retiredAt", .string(retiredAt.text))) }
        members += [
            .init("fingerprint", .string(fingerprint.text)),
            .init("finess", .array(finess.map { .string($0) })),
        ]
        if let contact { members.append(.init("contact", .string(contact))) }
        if let quotaMegabytes { members.append(.init("quotaMegabytes", .number(String(quotaMegabytes)))) }
        return .object(members)
    }

    init(_ json: JSON) throws(ExchangeFailure) {
        var reader = try MemberReader(json, of: "participant")
        let id = try reader.participant("id")
        guard let role = try Directory.Role(rawValue: reader.string("role")) else {
            throw reader.fault("role", "unknown")
        }
        let name = try reader.string("name")
        guard let status = try Directory.Status(rawValue: reader.string("status")) else {
            throw reader.fault("status", "unknown")
        }
        let retiredAt = try reader.optionalTime("retiredAt")
        let fingerprint = try reader.hash("fingerprint")
        let finess = try reader.strings("finess")
        let contact = try reader.optionalString("contact")
        let quotaMegabytes = try reader.optionalInteger("quotaMegabytes")
        try reader.end()
        try self.init(
            id: id, role: role, name: name, status: status, retiredAt: retiredAt, fingerprint: fingerprint,
            finess: finess, contact: contact, quotaMegabytes: quotaMegabytes)
    }
}
