import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Makes a data folder from a backup. The relay must be stopped.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract:
            "Refait un dossier de données depuis une sauvegarde ; le registre a un successeur. / "
            + "Makes a data folder from a backup; the log gets a successor.",
        discussion: """
            Pour un relais arrêté dont le dossier est perdu ou mis ailleurs. Les deux bouts annoncent other-log : dites à \
            chacun, de vive voix, la nouvelle clé du registre (écrite au démarrage), et qu'il lance pli log accept.

            For a stopped relay whose folder is lost or moved away. Both ends raise other-log: tell each of them, by \
            voice, the log's new key (printed at the start), and to run pli log accept.
            """)

    @OptionGroup var relay: RelayOptions
    @Option(name: .long, help: "Le dossier que pli-relay backup a fait. / The folder that pli-relay backup made.")
    var from: String

    func run() async throws {
        umask(0o077)
        try await Console.telling {
            let done = try await RelayRestore(await relay.configuration()).run(from: from)
            Console.say(
                "restauré : \(done.parcels) pli(s) terminé(s), \(done.receipts) accusé(s) ; registre d'avant : "
                    + "\(done.leaves) feuille(s)",
                "restored: \(done.parcels) parcel(s) that ended, \(done.receipts) receipt(s); log before: "
                    + "\(done.leaves) leaves")
            if let lost = done.lost, lost > 0 {
                Console.say(
                    "\(lost) feuille(s) publiées après la sauvegarde sont perdues : le dire aux deux bouts",
                    "\(lost) leaves that were published after the backup are lost: tell both ends")
            }
            Console.say(
                "ensuite : lancer le relais, donner à chaque bout sa nouvelle clé du registre (pli log accept) ; si "
                    + "l'horloge est dite douteuse : pli-relay clock accept",
                "next: start the relay, give each end its log's new key (pli log accept); where the clock is said to be "
                    + "in doubt: pli-relay clock accept")
        }
    }
}
