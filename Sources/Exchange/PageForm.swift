import StrictJSON

/// What both kinds of page hold to.
enum PageForm {
    static func check(
        _ indexes: [Int64], cursor: Int64, of what: String, entries: String
    ) throws(ExchangeFailure) {
        guard indexes.count <= Limits.pageEntries else {
            throw .pastLimit(what: what, limit: Int64(Limits.pageEntries))
        }
        guard indexes.allSatisfy({ $0 >= 0 }), zip(indexes, indexes.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .malformed(what: what, member: entries, rule: "rising indexes are expected")
        }
        guard (0...Limits.integer).contains(cursor) else {
            throw .malformed(what: what, member: "cursor", rule: "0 to \(Limits.integer) is expected")
        }
        guard indexes.last.map({ $0 <= cursor }) ?? true else {
            throw .malformed(what: what, member: "cursor", rule: "the last index, or more, is expected")
        }
    }

    static func checkNote(_ note: String, of what: String, member: String) throws(ExchangeFailure) {
        guard note.utf8.count <= Limits.noteBytes else {
            throw .pastLimit(what: "\(member) on an \(what)", limit: Int64(Limits.noteBytes))
        }
    }

    /// The one text of a page.
    static func encode(_ entries: [JSON], as name: String, cursor: Int64) -> [UInt8] {
        CanonicalLine.encode(.object([.init(name, .array(entries)), .init("cursor", .number(String(cursor)))]))
    }

    /// What stands on a page: each entry as `read` takes its members, and the cursor. Whether that is its one text is for the
    /// caller to see.
    static func decode<Entry>(
        _ text: [UInt8], of what: String, entries name: String, each entry: String,
        _ read: (inout MemberReader) throws(ExchangeFailure) -> Entry
    ) throws(ExchangeFailure) -> (entries: [Entry], cursor: Int64) {
        let json = try CanonicalLine.decode(text, of: what, limit: Limits.pageBytes)
        var reader = try MemberReader(json, of: what)
        var entries: [Entry] = []
        for value in try reader.array(name) {
            var members = try MemberReader(value, of: entry)
            entries.append(try read(&members))
            try members.end()
        }
        let cursor = try reader.integer("cursor")
        try reader.end()
        return (entries, cursor)
    }
}
