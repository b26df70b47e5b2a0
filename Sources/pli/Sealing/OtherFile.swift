/// What a file is that was to be opened and is no age file, told by its first bytes: 64 of them, looked at and not
/// repeated.
enum OtherFile {
    /// What to do about a file that begins so.
    static func hint(on beginning: [UInt8]) -> CommandFailure.Said {
        if beginning.isEmpty { return .init(french: "le fichier est vide", english: "the file is empty") }
        let known = kinds.first { beginning.starts(with: $0.beginning) }
        return known?.hint ?? .init(french: "ce fichier n'est pas scellé", english: "this file is not sealed")
    }

    private typealias Kind = (beginning: [UInt8], hint: CommandFailure.Said)

    /// The first that fits is told.
    private static let kinds: [Kind] = [
        kind([0xff, 0xfe], powerShell.french, powerShell.english),
        kind([0xfe, 0xff], powerShell.french, powerShell.english),
        kind(
            [0xef, 0xbb, 0xbf], "un éditeur a mis une marque (BOM) devant : reprenez le fichier, ou ôtez-la",
            "an editor put a byte order mark before it: get the file again, or take the mark away"),
        kind(
            "age-encryption.org/v1\r\n".utf8,
            "un transfert a changé ses fins de ligne : transférez-le en binaire, ou scellez avec -a",
            "a transfer changed its line ends: transfer it as binary, or seal with -a"),
        kind(
            "age-encryption.org/".utf8, "il est d'une version plus récente du format, ou abîmé",
            "it is of a newer version of the format, or damaged"),
        kind(
            "-----BEGIN AGE ENCRYPTED FILE-----".utf8, "le fichier a été modifié en route : reprenez-le",
            "the file was changed: get it again"),
        kind(
            "-----BEGIN PGP".utf8, "c'est un fichier PGP : ouvrez-le avec gpg",
            "that is a PGP file: open it with gpg"),
        kind(
            "-----BEGIN ".utf8, "c'est un certificat ou une clé d'un autre genre, pas un fichier scellé",
            "that is a certificate or a key of another kind, not a sealed file"),
        kind("AGE-SECRET-KEY-".utf8, keyFile.french, keyFile.english),
        kind("# created:".utf8, keyFile.french, keyFile.english),
    ]

    private static let powerShell = (
        french: "une redirection de PowerShell l'a abîmé : refaites-le avec -o, ou -a",
        english: "a PowerShell redirection spoilt it: make it again with -o, or -a"
    )

    private static let keyFile = (
        french: "c'est un fichier de clé : donnez-le avec -i", english: "that is a key file: give it with -i"
    )

    private static func kind(_ beginning: some Sequence<UInt8>, _ french: String, _ english: String) -> Kind {
        (Array(beginning), .init(french: french, english: english))
    }
}
