import Age
import Courier
import Durable
import Exchange
import Foundation
import Inbox
import LabReport
import Notes
import Outbox
import Testing
import TransparencyLog

@testable import pli

/// One failure of each kind that can be built, with each rule.
enum EveryFailure {
    static func all() throws -> [any Error] {
        var all: [any Error] = []
        all += AgeFailure.examples
        all += NoteFailure.examples
        all += disk
        all += try exchange()
        all += log
        all += report
        all += try courier()
        all += try outbox()
        all += try inbox()
        return all
    }

    /// The labels that `TrustAlarm` writes, read from its source: it cannot list its cases.
    static func alarmLabels() throws -> [String] {
        let source = try String(
            contentsOf: Program.root.appending(path: "Sources/Courier/Trust/TrustAlarm.swift"), encoding: .utf8)
        return source.matches(of: #/case \.\w+: "([a-z-]+)"\n/#).map { String($0.1) }
    }

    static func alarms() throws -> [TrustAlarm] {
        let id = try ParticipantID("lab-test")
        return TrustAlarm.examples + [
            .forgedDirectory(DirectoryRule.tooFewHolders.rawValue), .forgedDirectory("not a signed note"),
            .forgedDirectory(ExchangeFailure.pastLimit(what: "directory", limit: 7).description),
            .unknownParticipant(id), .brokenLog("its key is not one"),
            .brokenLog(LogFailure.badFile(path: "tile/0/000", rule: "7 bytes are expected").description),
            .brokenLog(LogFailure.unsigned(reason: NoteFailure.badSignature.description).description),
            .brokenLog(LogFailure.malformed(what: "entry 7", rule: "leaf: not in canonical form").description),
            .unloggedParcel(try parcel()), .unloggedReceipt(try parcel()),
        ] + DirectoryRule.allCases.map { .lossyDirectory(version: 7, rule: $0.rawValue) }
    }

    private static func parcel() throws -> ParcelID { try ParcelID("0199a0d0-0000-7000-8000-000000000001") }

    private static let disk: [DurableFailure] = {
        var all: [DurableFailure] = [
            .syncFailed(code: EIO, path: "data/spool"), .missing(path: "data/spool"),
            .tooLarge(limit: 7, path: "data/spool"), .damaged(path: "data/spool"), .inUse(path: "data/spool"),
            .badSlot(path: "data/spool"),
        ]
        for step in DiskStep.allCases {
            all += [.full(step, path: "data/spool"), .failed(step, code: EACCES, path: "data/spool")]
        }
        let codes = [
            EIO, EPERM, EROFS, EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, EXDEV, EINVAL, EMFILE, ELOOP, ENAMETOOLONG, 999,
        ]
        for code in codes { all.append(.failed(.write, code: code, path: "data/spool")) }
        return all
    }()

    private static func exchange() throws -> [ExchangeFailure] {
        let id = try ParticipantID("lab-test")
        return ExchangeFailure.examples + [
            .malformed(what: "manifest", member: "expiresAt", rule: "at most 30 days after createdAt is expected"),
            .malformed(what: "receipt", member: "(whole)", rule: "not strict JSON at byte 7"),
            .malformed(what: "participant id", member: "(whole)", rule: "1 to 63 of a-z, 0-9 and inner hyphens"),
            .malformed(what: "directory", member: "(member 3)", rule: "unknown, repeated or out of order"),
            .pastLimit(what: "keys note", limit: 7),
            .unsigned(what: "manifest", reason: NoteFailure.badSignature.description), .wrongSigner(what: "receipt"),
            .wrongFingerprint(id),
        ]
    }

    private static let log: [LogFailure] =
        LogContinuity.Refusal.examples.map(LogFailure.discontinued) + [
            .malformed(what: "leaf", rule: "the event is unknown"), .pastLimit(what: "proof", limit: 7),
            .unsigned(reason: NoteFailure.missingSignature.description), .otherOrigin, .missing(path: "tile/0/000"),
            .badFile(path: "tile/0/000", rule: "an entry ends past the file's end"),
            .tileDoesNotMatchParent(path: "tile/0/000"), .edgeDoesNotMatchRoot(size: 7),
            .entryDoesNotMatchTile(index: 7), .outOfRange(what: "the entry"), .badProof(of: .inclusion),
            .badProof(of: .consistency), .otherLeaf, .shrank(seen: 7, present: 5), .forked(size: 7), .broken,
        ]

    private static let report: [LabReportFailure] = {
        let problems: [LabReportFailure.Problem] = [
            .notAnObject, .unknownMember("color"), .missing("profile"), .wrongType("to"),
            .notAllowed("receiptDueMinutes", allowed: "1 to 43200"),
            .notAllowed("territory", allowed: "one of residence, laboratory"), .duplicateID, .unknownProfile("ars"),
            .contradiction("\"codes\" lists a value twice"), .notJSON(offset: 7), .unknownElement, .badForm,
        ]
        return problems.flatMap { problem -> [LabReportFailure] in
            [
                .route("ars-covid", problem), .profile("profiles[3]", problem),
                .bundle(path: "entry[4].Observation.status", problem),
            ]
        }
    }()

    private static func courier() throws -> [CourierFailure] {
        var all: [CourierFailure] = []
        for type in ProblemType.allCases {
            let carried = ExchangeFailure.parcel(.keysAhead).description
            for detail in [type.title, carried, "another receipt on this parcel was taken before"] {
                all.append(.refused(Problem(type, detail: detail)))
            }
        }
        all += try alarms().map(CourierFailure.trust)
        all += disk.map(CourierFailure.disk)
        all += try exchange().map(CourierFailure.exchange)
        return all + [
            .unreachable("no whole answer within 30 seconds"), .relayFull(detail: nil),
            .relayFull(
                detail: "this sender's share of the relay is taken up until receipts come; nothing was lost"),
            .unexpectedAnswer("an upload of 7 bytes for a body of 8"), .damagedBody("7 bytes instead of 8"),
            .cannotOpen(AgeFailure.headerMAC(offset: 7).description),
            .cannotOpen("segment key: \(AgeFailure.payload(.truncated, offset: 7))"),
            .binding("line 7 does not name this parcel as its source"), .invalid("not gzip"),
            .usage("key file lab.signing does not exist: make it with `pli keygen`"),
            .usage(
                "3 files are missing: key file lab.signing does not exist: make it with `pli keygen`; relay.ca: ca.pem does not "
                    + "exist; outbox.codes: codes.csv does not exist"),
            .usage("lab.yaml: participant: missing; directory.roots: 64 lower-case hexadecimal digits"),
            .usage("relay.certificateKey: lab.key is not the key of lab.pem: name the two that belong together"),
            .ownCertificate(
                "relay.certificate: lab.pem expired at 2026-11-23T10:00:00Z: ask the relay's operator for another"),
            .ownCertificate(
                "relay.certificate: lab.pem holds from 2026-11-23T10:00:00Z on only: set this machine's clock, or wait"),
            .usage("lab.yaml: participant: 1 to 63 of a-z, 0-9 and inner hyphens"),
            .clock(ClockDifference(aheadSeconds: 400)), .clock(ClockDifference(aheadSeconds: -400_000)),
            .sealedKeyFile("lab.sealing"),
            .usage("signing key file lab.signing: \(NoteFailure.keyFileWithoutPair)"), .cancelled,
        ]
    }

    private static func outbox() throws -> [OutboxFailure] {
        OutboxFailure.examples + disk.map(OutboxFailure.unreadable) + storeCodes.map(OutboxFailure.store) + [
            .fileNotRouted(try ParticipantID("cnam")), .fileStopped(parcel: try parcel()),
            .configuration([
                "outbox.batch.reports: a whole number from 1 to 100000 is expected",
                "outbox.codes, line 3: local is empty", "outbox.codes: it does not exist",
            ]),
            .watchFolder(.taken, .failed(.createFolder, code: EACCES, path: "in/taken")),
            .watchFolder(.itself, .failed(.readFolder, code: ENOTDIR, path: "in")),
            .inconsistent("parcel state"), .routes(LabReportFailure.route("ars", .missing("to")).description),
            .routes("this machine's clock is not set"),
        ]
    }

    /// One primary or extended result code of SQLite for each thing that it can mean, and one that means nothing known.
    private static let storeCodes: [Int32] = [3, 8, 14, 23, 1_032, 11, 26, 267, 13, 10, 1_034, 5, 6, 261, 1, 17, 21]

    private static func inbox() throws -> [InboxFailure] {
        var all: [InboxFailure] =
            InboxFailure.examples + [
                .inconsistent("an unknown failure"), .routes(LabReportFailure.route("ars", .missing("to")).description),
            ]
        all += storeCodes.map(InboxFailure.store)
        all += try courier().map(InboxFailure.courier)
        all += disk.map(InboxFailure.sink)
        all += disk.map(InboxFailure.data)
        all += try exchange().map(InboxFailure.forgedManifest)
        return all
    }
}
