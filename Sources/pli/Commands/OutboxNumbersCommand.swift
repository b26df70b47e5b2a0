import ArgumentParser
import Exchange
import Foundation
import Outbox
import StrictJSON

/// `pli outbox numbers`: what became of the numbers that a recipient says it never saw.
struct OutboxNumbersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers",
        abstract: .both(
            "Dit ce que sont devenus des numéros de plis qu'un destinataire n'a jamais vus.",
            "Tells what became of numbers of parcels that a recipient never saw."),
        discussion: """
            Un numéro libre (free) était sur un pli que le relais n'a jamais pris : le prochain pli à ce destinataire \
            le prend, et le trou se ferme. Accepté ou remis ici mais jamais vu là-bas : appeler l'exploitant du relais.

            A free number was on a parcel that the relay never took: the next parcel to that recipient takes it, and \
            the gap closes. Accepted or delivered here but never seen there: call the relay's operator.
            """)

    @Argument(help: .both("Le premier numéro.", "The first number."))
    var first: Int64
    @Argument(help: .both("Le dernier ; sinon le premier seul.", "The last one; otherwise the first alone."))
    var last: Int64?
    @Option(name: .long, help: .both("Le destinataire.", "The recipient."))
    var to: String
    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Flag(name: .long, help: .both("Une valeur JSON par numéro.", "One JSON value a number."))
    var json = false

    func validate() throws {
        let end = last ?? first
        for (name, number) in [("first", first), ("last", end)] where number > Limits.integer {
            throw ValidationError(
                .both("<\(name)> : \(Limits.integer) au plus", "<\(name)>: \(Limits.integer) at most"))
        }
        guard first > 0, end >= first, end - first < Int64(ParcelNumber.most) else {
            throw ValidationError(
                .both(
                    "un numéro à partir de 1, ou deux dans l'ordre, \(ParcelNumber.most) numéros au plus",
                    "a number from 1 on, or two in order, \(ParcelNumber.most) numbers at most"))
        }
    }

    func run() async throws {
        umask(0o077)
        let desk = try await ParcelDesk.open(config)
        defer { try? desk.close() }
        guard let numbers = try desk.numbers(first...(last ?? first), to: to) else {
            throw ParcelDesk.unknownRecipient
        }
        if json {
            for number in numbers { Terminal.output(Self.line(number)) }
            return
        }
        var table = TextTable(["numéro / number", "état / standing", "pli / parcel"], numeric: false)
        for number in numbers { table.add([String(number.number), number.words, number.parcel?.text ?? ""]) }
        table.show()
    }

    private static func line(_ number: ParcelNumber) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("number", .integer(number.number)), .init("standing", .string(number.word)),
        ]
        if let parcel = number.parcel { members.append(.init("parcel", .string(parcel.text))) }
        return JSON.object(members).encoded + [0x0A]
    }
}

extension ParcelNumber {
    fileprivate var parcel: ParcelID? {
        if case .on(let id, _) = standing { id } else { nil }
    }

    /// For people.
    fileprivate var words: String {
        switch standing {
        case .free: "libre, pour le prochain pli / free, for the next parcel"
        case .ahead: "pas encore donné / not given yet"
        case .unknown: "inconnu ici / unknown here"
        case .on(_, let state):
            switch state {
            case .spooled: "attend le relais / waits for the relay"
            case .accepted: "accepté / accepted"
            case .delivered: "remis / delivered"
            case .refused: "refusé / refused"
            case .rejected: "rejeté par le relais / rejected"
            case .superseded: "remplacé par un autre pli / superseded"
            case .abandoned: "abandonné / given up"
            }
        }
    }
}
