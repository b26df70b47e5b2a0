import Exchange
import Notes
import StrictJSON

/// What `pli directory verify` found, for programs: one JSON value.
enum DirectoryJSON {
    /// It holds.
    static func accepted(_ directory: Directory, signedBy note: SignedNote) -> [UInt8] {
        let holders = (try? note.holders(among: directory.roots.map(\.pair))) ?? []
        return JSON.object([
            .init("valid", .bool(true)), .init("version", .integer(directory.version)),
            .init("issuedAt", .string("\(directory.issuedAt)")), .init("expiresAt", .string("\(directory.expiresAt)")),
            .init("threshold", .integer(Int64(directory.threshold))),
            .init("signedBy", .array(holders.map { .string(directory.roots[$0].holder.text) })),
            .init("participants", .integer(Int64(directory.participants.count))),
            .init("routes", .integer(Int64(directory.routes.count))),
        ]).encoded + [0x0A]
    }

    /// One of the files is no signed directory.
    static func unreadable(_ failure: CommandFailure) -> [UInt8] {
        JSON.object([
            .init("valid", .bool(false)), .init("fr", .string(failure.french)), .init("en", .string(failure.english)),
        ]).encoded + [0x0A]
    }

    /// It does not hold: the rule's stable name, and what it says in both languages.
    static func refused(_ failure: ExchangeFailure) -> [UInt8] {
        JSON.object([
            .init("valid", .bool(false)), .init("rule", .string(failure.label)), .init("fr", .string(failure.french)),
            .init("en", .string(failure.description)),
        ]).encoded + [0x0A]
    }
}
