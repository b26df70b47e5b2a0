import StrictJSON

/// What `pli doctor` found of one thing: whether it is well, and if not what to do about it.
///
/// Names of a laboratory's files, and all else that may name a person, are never part of it.
struct Remark {
    let subject: Subject
    let verdict: Verdict
    let said: CommandFailure.Said
    let remedy: CommandFailure.Said?
    /// What any command would end with that meets this fault.
    let exitCode: CommandFailure.Code

    /// What is looked at, in this order: each rests on those before.
    enum Subject: String, CaseIterable {
        case configuration, data, keys, agent, relay, directory, entry, published, access, log, folder, tables,
            recipients
        case work

        /// Its name, for people.
        var name: String {
            switch self {
            case .configuration: "configuration"
            case .data: "données / data"
            case .keys: "clés / keys"
            case .agent: "programme / program"
            case .relay: "relais / relay"
            case .directory: "annuaire / directory"
            case .entry: "inscription / entry"
            case .published: "clés publiées / published keys"
            case .access: "accès / access"
            case .log: "registre / log"
            case .folder: "dossier / folder"
            case .tables: "tables"
            case .recipients: "destinataires / recipients"
            case .work: "travail / work"
            }
        }
    }

    enum Verdict: String {
        case well
        /// It goes on, and somebody should look at it by day.
        case warning
        /// It does not go on until somebody does something.
        case fault
        /// It could not be looked at, since something before it is wrong.
        case unknown

        var mark: String {
            switch self {
            case .well: "✓"
            case .warning: "!"
            case .fault: "✗"
            case .unknown: "·"
            }
        }
    }

    /// For programs.
    var json: JSON {
        var members: [JSON.Member] = [
            .init("subject", .string(subject.rawValue)), .init("verdict", .string(verdict.rawValue)),
            .init("fr", .string(said.french)), .init("en", .string(said.english)),
        ]
        if let remedy {
            members.append(.init("remedyFr", .string(remedy.french)))
            members.append(.init("remedyEn", .string(remedy.english)))
        }
        return .object(members)
    }
}
