import ArgumentParser

/// What a command on an installation is told: the configuration file of its outbox or inbox.
struct InstalledOptions: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "Le fichier de configuration d'un outbox ou d'un inbox.", "The configuration file of an outbox or an inbox."
        ))
    var config: String
}
