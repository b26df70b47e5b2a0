import Exchange
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// What the two agents' programs share: where they log, and how they end.
enum AgentProgram {
    /// Lines on standard error; nothing personal is ever in one.
    static func logger(_ label: String, quiet: Bool = false) -> Logger {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: label)
        if quiet { logger.logLevel = .warning }
        return logger
    }

    /// Runs a service until SIGTERM or SIGINT asks it to end.
    static func run(_ service: some Service, logger: Logger) async throws {
        var group = ServiceGroupConfiguration(
            services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Whatever is under way can be cut: both agents go on from what is durable.
        group.maximumGracefulShutdownDuration = .seconds(20)
        group.maximumCancellationDuration = .seconds(10)
        try await ServiceGroup(configuration: group).run()
    }

    /// The wall clock.
    static let now: @Sendable () -> UTCTime = { UTCTime.now }
}
