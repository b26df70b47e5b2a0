import ArgumentParser

/// What stands for the relay where a parcel came as files.
struct LooseParcelOptions: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "La note de clés de l'expéditeur, en fichier : le relais n'est pas appelé.",
            "The sender's keys note, as a file: the relay is not called."))
    var keys: String?
    @Option(
        name: .long,
        help: .both(
            "La preuve du registre (…/proof), sous la clé de relay.logKey.",
            "The log's proof (…/proof), under the key of relay.logKey."))
    var proof: String?
}
