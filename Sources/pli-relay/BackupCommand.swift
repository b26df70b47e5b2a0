import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Makes a backup, beside the running relay or without it.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract:
            "Sauvegarde annuaires, clés publiques, accusés et registre ; ni contenu, ni en-tête, ni clé secrète. / "
            + "Backs up directories, public keys, receipts and log; no payload, no header, no secret key.",
        discussion: """
            Le relais peut tourner. Ce qui attend n'y est pas : après une restauration, les laboratoires le renvoient \
            d'eux-mêmes. À sauvegarder à part : la configuration et le certificat.

            The relay may run. What waits is not in it: after a restore the laboratories send it again by themselves. \
            To be backed up apart: the configuration and the certificate.
            """)

    @OptionGroup var relay: RelayOptions
    @Option(name: .long, help: "Le dossier à faire ; il ne doit pas exister. / The folder to make; it must not exist.")
    var to: String

    func run() async throws {
        umask(0o077)
        try await Console.telling {
            let made = try await RelayBackup(await relay.configuration()).make(at: to)
            Console.say(
                "sauvegardé : \(made.parcels) pli(s) terminé(s), \(made.receipts) accusé(s), \(made.leaves) feuille(s)",
                "backed up: \(made.parcels) parcel(s) that ended, \(made.receipts) receipt(s), \(made.leaves) leaves")
        }
    }
}
