package import Exchange
import StrictJSON

/// A parcel's time on a relay: from its first byte until its bytes were destroyed. Nothing of what is in it.
package struct ParcelStay: Sendable, Equatable {
    /// How far it came.
    package enum State: String, Sendable {
        /// It was begun, and is not whole yet.
        case uploading
        /// It can be fetched.
        case waiting
        case delivered
        case refused
        case expired
        /// Its bytes are gone; why is not told by anything that is left.
        case ended
    }

    package let parcel: ParcelID
    package let from: ParticipantID
    package let to: ParticipantID
    package let kind: Manifest.Kind?
    /// Reports in it, by its sender's word; nil where its manifest cannot be read.
    package let reports: Int?
    /// Bytes of its sealed body.
    package let bytes: Int64
    package let state: State
    /// When its upload began, by the relay's clock.
    package let began: UTCTime
    /// When it was accepted, and first fetched: the first moment of the log's minute that is not before what came before it.
    package let accepted: UTCTime?
    package let fetched: UTCTime?
    /// The last second of the minute in which its bytes were destroyed; nil while they are there, or where the log does not
    /// tell.
    package let ended: UTCTime?

    /// Whether the directory that its manifest quotes lets nobody seal to a classical key; nil where that cannot be told.
    package let requiresPostQuantum: Bool?
    /// Where its row speaks against what is signed.
    package let contradictions: Set<IncidentContradiction>

    /// Its sealed bytes are still on the relay: only a leaf of the log tells that they are gone.
    package var isThere: Bool { ended == nil }

    /// One line of JSON.
    package var json: String {
        var members: [JSON.Member] = [
            .init("parcel", .string(parcel.text)), .init("from", .string(from.text)), .init("to", .string(to.text)),
        ]
        if let kind { members.append(.init("kind", .string(kind.rawValue))) }
        if let reports { members.append(.init("reports", .integer(Int64(reports)))) }
        members += [
            .init("bytes", .integer(bytes)), .init("state", .string(state.rawValue)),
            .init("began", .string(began.text)),
        ]
        for (name, time) in [("accepted", accepted), ("fetched", fetched), ("ended", ended)] {
            if let time { members.append(.init(name, .string(time.text))) }
        }
        return String(decoding: JSON.object(members).encoded, as: UTF8.self)
    }
}
