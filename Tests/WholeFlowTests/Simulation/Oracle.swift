import Exchange
import Foundation
import LabReport
import Logging
import TestSupport
import TransparencyLog

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// Compares, once all is at rest, what was promised with what lies on every machine.
struct Oracle {
    let simulation: Simulation
    private var town: Town { simulation.town }
    private var journal: OracleJournal { simulation.oracle }

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func violations() async throws -> [Violation] {
        var all = journal.violations
        all += try await reports()
        all += try bounds()
        all += try clearText()
        all += await log()
        all += falseAlarms()
        return all
    }

    // MARK: - I1, I2: every report once

    private func reports() async throws -> [Violation] {
        var found: [Violation] = []
        for authority in town.authorities {
            let reports = try authority.reports()
            let keys = reports.map { $0.source.split(separator: ":").dropFirst(2).prefix(1).joined() + " " + $0.filler }
            let twice = keys.count - Set(keys).count
            if twice > 0 { found.append(Violation(.nothingTwice, "\(authority.id) got \(twice) reports twice")) }
            let files = try authority.handedOver().map(\.name)
            if Set(files).count < files.count {
                found.append(Violation(.nothingTwice, "\(authority.id) got a file twice"))
            }
            for laboratory in town.laboratories {
                let sent = Set(laboratory.written.map { laboratory.id + " " + $0.fillerNumber })
                let missing = sent.subtracting(keys).count
                let kept = try await kept(by: laboratory, for: authority.id)
                if missing > kept {
                    found.append(
                        Violation(
                            .nothingLost, "\(authority.id) misses \(missing) reports of \(laboratory.id), \(kept) kept")
                    )
                }
            }
            let known = Set(
                town.laboratories.flatMap { end in end.written.map { end.id + " " + $0.fillerNumber } })
            if !known.isSuperset(of: keys) {
                found.append(Violation(.nothingTwice, "\(authority.id) got what nobody sent"))
            }
        }
        if try await !simulation.isAtRest(), !simulation.plan.hasLongAbsence {
            found.append(Violation(.bounded, "it does not come to rest: \(try await unrest())"))
        }
        return found
    }

    /// Reports whose parcel expired or came too late: the outbox has them still, and has told so.
    private func kept(by laboratory: LaboratoryEnd, for authority: String) async throws -> Int {
        guard simulation.plan.hasLongAbsence, let status = try await laboratory.agent?.status(),
            let recipient = status.recipients.first(where: { $0.name == authority })
        else { return 0 }
        let told = laboratory.book.raised("receipt-overdue") || laboratory.book.raised("parcel-rejected")
        let journal = try FileManager.default.contentsOfDirectory(atPath: laboratory.data + "/journal")
        guard told, !journal.isEmpty else { return 0 }
        return (recipient.reportsByState[.accepted] ?? 0) + (recipient.reportsByState[.rejected] ?? 0)
    }

    private func unrest() async throws -> String {
        var words: [String] = []
        for end in town.laboratories {
            let waiting = simulation.untaken[end.id]?.count ?? 0
            let states = try await end.agent?.status().recipients.map {
                "\($0.name) \($0.waiting) \($0.parcelsByState)"
            }
            words.append("\(end.id): \(waiting) files, \(states ?? ["not running"])")
        }
        for end in town.authorities {
            let status = try await end.agent?.status()
            words.append(
                "\(end.id): waiting \(status?.waiting ?? -1), handing \(status?.handing ?? -1), "
                    + "receipts \(status?.receiptsWaiting ?? -1), missing \(status?.senders.map(\.missing) ?? [])")
        }
        return words.joined(separator: "; ")
    }

    // MARK: - I4: nothing piles up

    private func bounds() throws -> [Violation] {
        var found: [Violation] = []
        if simulation.questions >= Simulation.questionsMax {
            found.append(Violation(.bounded, "somebody asks for ever"))
        }
        for folder in ["incoming", "payload"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: town.data + "/" + folder)
            if !names.isEmpty {
                found.append(Violation(.bounded, "\(names.count) files stay in the relay's \(folder)"))
            }
        }
        if let slots = try town.hospital?.server.vault.store.slots(), !slots.isEmpty {
            found.append(Violation(.deletion, "\(slots.count) shred keys are kept"))
        }
        for end in town.authorities {
            for folder in [end.data + "/opening", end.sink + "/.pli-staging"] {
                let names = try FileManager.default.contentsOfDirectory(atPath: folder)
                if !names.isEmpty { found.append(Violation(.noClearText, "\(names.count) files stay at \(end.id)")) }
            }
        }
        guard !simulation.plan.hasLongAbsence else { return found }
        for end in town.laboratories {
            for folder in ["spool", "journal"] {
                let names = try FileManager.default.contentsOfDirectory(atPath: end.data + "/" + folder)
                if !names.isEmpty {
                    found.append(Violation(.bounded, "\(names.count) files stay in \(end.id)'s \(folder)"))
                }
            }
        }
        return found
    }

    // MARK: - I3, I6: nothing readable where it does not belong

    private func clearText() throws -> [Violation] {
        let secrets = SecretIndex(town.laboratories.flatMap(\.secrets))
        var found: [Violation] = []
        for name in try secrets.files(below: town.data) {
            found.append(Violation(.nothingReadable, "the relay holds clear text in \(name)"))
        }
        for (id, data) in town.laboratories.map({ ($0.id, $0.data) }) + town.authorities.map({ ($0.id, $0.data) }) {
            for name in try secrets.files(below: data) {
                found.append(Violation(.noClearText, "\(id) holds clear text in \(name)"))
            }
        }
        return found
    }

    // MARK: - I5, I7: one log, and deletion only for a reason

    private func log() async -> [Violation] {
        guard let hospital = town.hospital else { return [Violation(.oneLog, "the relay does not run")] }
        let source = FolderTiles(folder: town.data + "/log")
        var found: [Violation] = []
        var leaves: [LogLeaf] = []
        do {
            let audit = try await LogAudit.run(source, key: hospital.server.vault.log.verifierKey) { _, leaf in
                leaves.append(leaf)
            }
            let tree = audit.checkpoint.checkpoint
            var tiles = try await CheckedTiles(of: tree, from: source)
            for (size, root) in journal.roots {
                guard size <= tree.size else {
                    found.append(Violation(.oneLog, "the log had \(size) leaves and has \(tree.size)"))
                    continue
                }
                if try await tiles.root(ofSize: size) != root {
                    found.append(Violation(.oneLog, "the log showed another tree of \(size) leaves"))
                }
            }
        } catch {
            return [Violation(.oneLog, "the log does not verify: \(error)")]
        }
        return found + deletions(leaves)
    }

    /// A parcel is deleted upon its receipt or past its deadline, both told in the log before.
    private func deletions(_ leaves: [LogLeaf]) -> [Violation] {
        var found: [Violation] = []
        var answered: Set<String> = []
        var expired: Set<String> = []
        var accepted: Set<String> = []
        for leaf in leaves {
            let note = leaf.note.hex
            switch leaf.event {
            case .accepted:
                if !accepted.insert(note).inserted { found.append(Violation(.oneLog, "a parcel was accepted twice")) }
            case .receipt:
                let manifest = journal.receipts.first { $0.key.text == note }?.value.text
                answered.insert(manifest ?? "")
            case .expired:
                expired.insert(note)
                let deadline = journal.parcels.first { $0.key.text == note }?.value.expiresAt
                let at = (leaf.at.minutesSinceEpoch + 1) * 60 + 50
                if deadline.map({ at < $0.secondsSinceEpoch }) ?? true {
                    found.append(Violation(.deletion, "a parcel expired before its deadline"))
                }
            case .deleted:
                if !answered.contains(note), !expired.contains(note) {
                    found.append(Violation(.deletion, "a parcel was deleted without a receipt, before its deadline"))
                }
            default: continue
            }
        }
        for (hash, parcel) in journal.parcels
        where journal.acknowledged.contains(parcel.id.text) && !accepted.contains(hash.text) {
            found.append(Violation(.nothingLost, "an acknowledged parcel is not in the log"))
        }
        return found
    }

    // MARK: - False alarms

    /// What only a liar would cause. Wrong clocks and long absences have alarms of their own.
    private func falseAlarms() -> [Violation] {
        let forbidden: Set<String> = [
            "forged-receipt", "unknown-parcel", "parcels-lost", "parcel-refused", "report-unreadable",
            "forged-manifest",
            "other-manifest", "not-for-me", "repeated-number", "repeated-report",
        ]
        let ofClocks: Set<String> = [
            "trust-directory-ahead-of-clock", "trust-expired-keys-note", "trust-expired-directory",
        ]
        var found: [Violation] = []
        for (id, book) in town.laboratories.map({ ($0.id, $0.book) }) + town.authorities.map({ ($0.id, $0.book) }) {
            for line in book.troubles {
                let names = ["alarm", "failure", "reason"].compactMap { line.metadata[$0] }
                let isAboutHonesty = names.contains { name in
                    forbidden.contains(name) || name.hasPrefix("trust-") && !ofClocks.contains(name)
                }
                if isAboutHonesty {
                    found.append(
                        Violation(.noFalseAlarm, "\(id): \(names.joined(separator: " ")): \(line.text.prefix(160))"))
                }
            }
        }
        return found
    }
}

/// A log's files as they lie on disk.
private struct FolderTiles: TileSource {
    let folder: String

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        let place = folder + "/" + path
        guard FileManager.default.fileExists(atPath: place) else { return nil }
        return [UInt8](try Data(contentsOf: URL(filePath: place)))
    }
}
