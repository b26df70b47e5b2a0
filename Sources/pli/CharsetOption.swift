import ArgumentParser
import HL7

/// `--charset`: the character set of messages and files that name none.
struct CharsetOption: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "Jeu de caractères des messages et fichiers qui n'en disent pas.",
            "Character set of messages and files that name none: utf-8, 8859/1, 8859/15, cp1252, cp850.")
    )
    var charset = "utf-8"

    func validate() throws {
        guard Charset(name: charset.utf8) != nil else {
            throw ValidationError(.both("--charset n'est pas connu", "--charset is not known"))
        }
    }

    /// For the readers.
    var value: Charset { Charset(name: charset.utf8) ?? .utf8 }
}
