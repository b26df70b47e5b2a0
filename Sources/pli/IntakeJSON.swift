import Exchange
import LabReport
import Outbox
import StrictJSON

/// The same facts for programs: one JSON value a line, no value of any report in it.
enum IntakeJSON {
    /// A file that was refused as a whole, by its place on the command line.
    static func refused(file: Int, _ counts: IntakeCounts, _ reason: String) -> [UInt8] {
        let json = JSON.object([
            .init("file", .integer(Int64(file))),
            .init("read", .integer(Int64(counts.read))),
            .init("taken", .integer(Int64(counts.taken))),
            .init("held", .integer(Int64(counts.held))),
            .init("refused", .string(reason)),
        ])
        return json.encoded + [0x0A]
    }

    static func line(_ summary: IntakeSummary, file: Int) -> [UInt8] {
        let rules = summary.heldByRule.sorted { $0.key < $1.key }
        let json = JSON.object([
            .init("file", .integer(Int64(file))),
            .init("read", .integer(Int64(summary.read))),
            .init("taken", .integer(Int64(summary.taken))),
            .init("held", .integer(Int64(summary.held))),
            .init("takenBefore", .bool(summary.wasTakenBefore)),
            .init("heldByRule", .object(rules.map { .init($0.key, .integer(Int64($0.value))) })),
            .init("findings", .array(summary.findings.map { finding($0.finding, message: $0.message) })),
        ])
        return json.encoded + [0x0A]
    }

    /// A raw file, by its place on the command line.
    static func line(_ summary: RawFileSummary, file: Int, to recipient: ParticipantID) -> [UInt8] {
        let json = JSON.object([
            .init("file", .integer(Int64(file))), .init("to", .string(recipient.text)),
            .init("bytes", .integer(summary.bytes)), .init("takenBefore", .bool(summary.wasTakenBefore)),
        ])
        return json.encoded + [0x0A]
    }

    /// What `pli check` says at its end: read = taken + held, and how many reports would go to whom.
    static func totals(
        _ counts: IntakeCounts, _ heldByRule: [String: Int], _ reportsByRecipient: [String: Int]
    ) -> [UInt8] {
        func each(_ all: [String: Int]) -> JSON {
            .object(all.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) })
        }
        let json = JSON.object([
            .init("read", .integer(Int64(counts.read))), .init("taken", .integer(Int64(counts.taken))),
            .init("held", .integer(Int64(counts.held))), .init("heldByRule", each(heldByRule)),
            .init("destinations", each(reportsByRecipient)),
        ])
        return json.encoded + [0x0A]
    }

    /// `segment` counts the message's segments from 1, where it is one of HL7; `file` is said of what is about a file as a whole.
    static func finding(_ finding: Finding, message: Int, segment: Int? = nil, file: Int? = nil) -> JSON {
        var members: [JSON.Member] = []
        if let file { members.append(.init("file", .integer(Int64(file)))) }
        members += [
            .init("message", .integer(Int64(message))),
            .init("severity", .string(finding.severity.rawValue)),
            .init("path", .string(finding.path)),
        ]
        if let segment { members.append(.init("segment", .integer(Int64(segment)))) }
        members += [
            .init("rule", .string(finding.rule)),
            .init("fr", .string(finding.french)),
            .init("en", .string(finding.english)),
        ]
        return .object(members)
    }
}
