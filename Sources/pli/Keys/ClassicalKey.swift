import Courier
import Exchange
import Inbox

/// A classical sealing key where the directory requires post-quantum ones: nobody may seal to it. The same words and remedy
/// wherever it shows.
enum ClassicalKey {
    static let said = CommandFailure.Said(
        french: "l'annuaire exige une clé post-quantique, et la plus récente de keys.sealing est classique : personne "
            + "ne peut sceller pour ce participant",
        english: "the directory requires a post-quantum key, and the newest of keys.sealing is classical: nobody can "
            + "seal to this participant")

    static let remedy = CommandFailure.Said(
        french: "pli key rotate, puis redémarrez pli inbox", english: "pli key rotate, then restart pli inbox")

    /// What was thrown, with the remedy where it is about a classical key of our own.
    static func explained(_ error: any Error) -> any Error {
        guard case InboxFailure.courier(.trust(.classicalKeys)) = error else { return error }
        return CommandFailure.refused(said.french, said.english, hint: remedy)
    }

    /// A classical key that nobody could seal to is not made. Without a directory here nothing is known of it.
    static func requireAllowed(in installed: Installed) async throws {
        guard installed.role == .authority,
            let trust = try? Examination.trust(of: installed.agent, { AgentProgram.now() }),
            let directory = try? await trust.directory(), directory.requirePostQuantum
        else { return }
        throw CommandFailure.refused(
            "l'annuaire exige des clés post-quantiques : personne ne pourrait sceller pour une clé classique",
            "the directory requires post-quantum keys: nobody could seal to a classical one",
            hint: .init(french: "pli key rotate sans --classic", english: "pli key rotate without --classic"))
    }
}
