package import Durable
package import Exchange

/// Why something between an agent and the relay, or between a sealed body and its lines, did not work.
package enum CourierFailure: Error, Sendable, Equatable {
    /// No answer, or one that does not come from a relay. Try again later.
    case unreachable(String)
    /// The relay's own word on why it does not do this.
    case refused(Problem)
    /// The relay refuses because its clock and this machine's are too far apart.
    case clock(ClockDifference)
    /// The relay has no room, for a parcel or for what it has to write before it answers. Try again later; nothing is lost. `detail` is
    /// its own word on why, where it gave one.
    case relayFull(detail: String?)
    /// The relay answered against the protocol.
    case unexpectedAnswer(String)
    /// Somebody may be leading us astray: a person has to look.
    case trust(TrustAlarm)
    /// The sealed body on disk is not the one its manifest describes: fetch it afresh. Only when fresh copies stay so
    /// is it the recipient's to refuse.
    case damagedBody(String)
    /// The sealed body is the sender's, but no key of ours opens it, or it is not whole.
    case cannotOpen(String)
    /// A line names another parcel as its source, or their count is not the manifest's.
    case binding(String)
    /// It opened, but what is inside is not lines in gzip within the limits.
    case invalid(String)
    /// A value that was to be exchanged breaks a rule.
    case exchange(ExchangeFailure)
    /// The disk.
    case disk(DurableFailure)
    /// The relay turned down the certificate that this machine shows, whose dates say why: names the file.
    case ownCertificate(String)
    /// A file, a setting or a call is wrong: says which and what to do.
    case usage(String)
    /// The key file of that name is sealed with a passphrase, which nobody is there to type.
    case sealedKeyFile(String)
    /// The task was cancelled. Nothing is lost.
    case cancelled

    /// Whether the same call may succeed later without a person doing anything.
    package var isTransient: Bool {
        switch self {
        case .unreachable, .relayFull, .damagedBody, .cancelled: true
        case .refused(let problem): problem.type.isTransient
        case .disk(let failure): failure.isFull
        case .clock, .unexpectedAnswer, .trust, .cannotOpen, .binding, .invalid, .exchange, .ownCertificate, .usage,
            .sealedKeyFile:
            false
        }
    }

    /// What a recipient answers to a parcel that fails so; nil where it answers nothing.
    package var receiptReason: Receipt.Reason? {
        switch self {
        case .damagedBody, .cannotOpen: .cannotOpen
        case .binding: .binding
        case .invalid: .invalid
        case .exchange(.parcel(let rule)): rule.receiptReason
        default: nil
        }
    }

    /// The process must stop: the disk did not confirm a write.
    package var mustStop: Bool {
        if case .disk(let failure) = self { return failure.mustStop }
        return false
    }

    /// A constant for metrics and logs.
    package var label: String {
        switch self {
        case .unreachable: "unreachable"
        case .refused(let problem): "refused-" + problem.type.rawValue
        case .clock: "clock-differs"
        case .relayFull: "relay-full"
        case .unexpectedAnswer: "unexpected-answer"
        case .trust(let alarm): "trust-" + alarm.label
        case .damagedBody: "damaged-body"
        case .cannotOpen: "cannot-open"
        case .binding: "binding"
        case .invalid: "invalid"
        case .exchange(let failure): failure.label
        case .disk(let failure): failure.label
        case .ownCertificate: "own-certificate"
        case .usage: "usage"
        case .sealedKeyFile: "sealed-key-file"
        case .cancelled: "cancelled"
        }
    }
}

extension CourierFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "the relay cannot be reached: \(reason)"
        case .refused(let problem):
            "the relay refuses: \(problem.title.lowercasedFirst)"
                + (problem.detail.lowercasedFirst == problem.title.lowercasedFirst ? "" : ": \(problem.detail)")
        case .clock(let difference): difference.english
        case .relayFull(let detail):
            "the relay has no room: \(detail ?? "nothing was lost, it is asked again later")"
        case .unexpectedAnswer(let reason): "the relay does not follow the protocol: \(reason)"
        case .trust(let alarm): alarm.description
        case .damagedBody(let reason): "the fetched body is not the one its manifest describes: \(reason)"
        case .cannotOpen(let reason): "the body cannot be opened: \(reason)"
        case .binding(let reason): "what is inside does not belong to this parcel: \(reason)"
        case .invalid(let reason): "what is inside cannot be read: \(reason)"
        case .exchange(let failure): failure.description
        case .disk(let failure): failure.description
        case .ownCertificate(let reason): reason
        case .usage(let reason): reason
        case .sealedKeyFile(let name):
            "key file \(name) is sealed with a passphrase, which a daemon cannot ask for: write it in clear, for its user "
                + "alone (pli open -o NEW \(name)), and name that file in keys.sealing"
        case .cancelled: "cancelled; nothing is lost"
        }
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
