import ArgumentParser
import Relay

/// Which relay: what every command on a relay's folder is told.
struct RelayOptions: ParsableArguments {
    @Option(name: .long, help: "Le fichier de configuration du relais. / The relay's configuration file.")
    var config: String

    /// What the file says.
    func configuration() async throws -> RelayConfiguration { try await RelayConfiguration.load(path: config) }
}
