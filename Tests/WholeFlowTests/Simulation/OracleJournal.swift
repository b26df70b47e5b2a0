import Exchange
import Foundation
import NIOHTTP1
import Notes
import TransparencyLog

@testable import Courier
@testable import Relay

/// Something that was promised and did not hold. It names neither a person nor a report.
struct Violation: CustomStringConvertible, Equatable {
    /// The promises, as this project counts them.
    enum Invariant: String, CaseIterable {
        case nothingLost = "I1"
        case nothingTwice = "I2"
        case nothingReadable = "I3"
        case bounded = "I4"
        case oneLog = "I5"
        case noClearText = "I6"
        case deletion = "I7"
        /// An honest relay gives no cause for an alarm about honesty.
        case noFalseAlarm = "A"
    }

    let invariant: Invariant
    let words: String

    init(_ invariant: Invariant, _ words: String) {
        self.invariant = invariant
        self.words = words
    }

    var description: String { "\(invariant.rawValue): \(words)" }
}

/// What was said on the street, written down outside of every machine: who was promised what, and what the log showed.
final class OracleJournal: @unchecked Sendable {
    struct Parcel {
        let id: ParcelID
        let from: String
        let to: String
        let size: Int64
        let reports: Int
        let expiresAt: UTCTime
    }

    /// By the hash of the manifest's text.
    private(set) var parcels: [SHA256Hex: Parcel] = [:]
    private var parcelByID: [String: Parcel] = [:]
    /// Parcels whose sender was told that they are accepted.
    private(set) var acknowledged: Set<String> = []
    /// Hash of a receipt's text, and of the manifest that it is about.
    private(set) var receipts: [SHA256Hex: SHA256Hex] = [:]
    /// Roots that the log showed, by size.
    private(set) var roots: [Int64: LogHash] = [:]
    /// What was seen to be wrong before the end.
    private(set) var violations: [Violation] = []

    func asked(_ question: Question) {
        switch question.subject {
        case .createdUpload:
            guard let field = question.fields.first(name: "Upload-Metadata")?.split(separator: " ").last,
                let note = Data(base64Encoded: String(field)),
                let manifest = try? Signed<Manifest>.unverified([UInt8](note))
            else { return }
            let parcel = Parcel(
                id: manifest.id, from: manifest.from.text, to: manifest.to.text, size: manifest.size,
                reports: manifest.reports, expiresAt: manifest.expiresAt)
            parcels[SHA256Hex(of: manifest.text)] = parcel
            parcelByID[manifest.id.text] = parcel
        case .postedReceipt:
            guard let receipt = try? Signed<Receipt>.unverified(question.body) else { return }
            receipts[SHA256Hex(of: receipt.text)] = receipt.manifest
        default: return
        }
    }

    func answered(_ question: Question, _ answer: RelayAnswer) {
        guard answer.isSuccess else { return }
        switch question.subject {
        case .createdUpload:
            let field = question.fields.first(name: "Upload-Metadata")?.split(separator: " ").last ?? ""
            guard let note = Data(base64Encoded: String(field)),
                let manifest = try? Signed<Manifest>.unverified([UInt8](note))
            else { return }
            acknowledge(manifest.id.text, answer)
        case .uploadPiece, .uploadOffset:
            acknowledge(question.path.split(separator: "/").last.map(String.init) ?? "", answer)
        case .checkpoint:
            see(answer.body)
        default: return
        }
    }

    private func acknowledge(_ id: String, _ answer: RelayAnswer) {
        guard let parcel = parcelByID[id], answer.uploadOffset == parcel.size else { return }
        acknowledged.insert(id)
    }

    /// A tree that the log showed: never two of one size.
    func see(_ checkpoint: [UInt8]) {
        guard let note = try? SignedNote(parsing: checkpoint, maxBytes: LogLimits.checkpointBytes),
            let tree = try? Checkpoint(text: note.text)
        else { return }
        if let known = roots[tree.size], known != tree.root {
            violations.append(Violation(.oneLog, "two trees of \(tree.size) leaves"))
        }
        roots[tree.size] = tree.root
    }

    /// After each start of the relay: whatever it said it accepted is there.
    func checkAcknowledged(_ town: Town) async throws {
        guard let store = town.hospital?.server.vault.store else { return }
        for id in acknowledged {
            let row = try store.parcel(ParcelID(id))
            if row == nil || row?.state == .uploading {
                violations.append(Violation(.nothingLost, "an acknowledged parcel is not at the relay"))
            }
        }
    }
}
