import ArgumentParser
import Exchange
import Foundation
import Outbox

/// `pli outbox note`: what the outbox keeps of a parcel for good, for whoever has to be shown it.
struct OutboxNoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: .both(
            "Donne le manifeste signé d'un pli, ou son accusé de réception vérifié.",
            "Gives the signed manifest of a parcel, or its verified receipt."),
        discussion: """
            L'outbox garde les deux, sans données de patients, quand le pli n'est plus nulle part : aucun relais n'est \
            interrogé. Avec une preuve du registre, pli log verify --proof les vérifie hors ligne. Code de sortie 1 \
            quand il n'y en a pas.

            The outbox keeps both, without patient data, when the parcel is nowhere any more: no relay is asked. With a \
            proof of the log pli log verify --proof verifies them offline. Exit code 1 where there is none.
            """)

    @Argument(
        help: .both(
            "L'identifiant d'un pli, comme les journaux et les accusés le donnent.",
            "The id of a parcel, as logs and receipts name it."))
    var parcel: String
    @Flag(name: .long, help: .both("L'accusé, au lieu du manifeste.", "The receipt, in place of the manifest."))
    var receipt = false
    @Option(name: .long, help: .both("Le fichier de configuration de l'outbox.", "The outbox's configuration file."))
    var config: String
    @Option(
        name: .shortAndLong,
        help: .both(
            "Où l'écrire (un fichier qui n'existe pas) ; sinon sur la sortie standard.",
            "Where to write it (a file that is not there); otherwise to standard output."))
    var output: String?

    func run() async throws {
        umask(0o077)
        let id = try ParcelID(argument: parcel)
        let desk = try await ParcelDesk.open(config)
        defer { try? desk.close() }
        guard let notes = try desk.notes(of: id) else {
            throw CommandFailure.refused("cet outbox n'a pas fait ce pli", "this outbox did not make that parcel")
        }
        guard let note = receipt ? notes.receipt : notes.manifest else {
            throw CommandFailure.refused("pas encore d'accusé de ce pli", "there is no receipt on that parcel yet")
        }
        let file = try OutputFile(output, isBinary: false)
        try file.whole { try file.write(note) }
    }
}
