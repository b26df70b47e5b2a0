import Courier
import Exchange
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// What the two agents' programs share: where they log, and how they end.
enum AgentProgram {
    /// Lines on standard error, alarms also for people; nothing personal is ever in one.
    static func logger(_ label: String, quiet: Bool = false) -> Logger {
        LoggingSystem.bootstrap { AlarmTeller(label: $0) }
        var logger = Logger(label: label)
        if quiet { logger.logLevel = .warning }
        return logger
    }

    /// Runs the service of an agent until a signal asks it to end, and says so when it begins and when it has ended.
    static func run(_ service: some Service, of agent: AgentConfiguration, as name: String, logger: Logger) async throws
    {
        Terminal.say(
            "\(name) de \(agent.participant) : en marche, relais \(agent.relayOrigin) ; Ctrl-C ou SIGTERM l'arrête",
            "\(name) of \(agent.participant): running, relay \(agent.relayOrigin); Ctrl-C or SIGTERM stops it")
        try await serve(service, logger: logger)
        Terminal.say(
            "\(name) de \(agent.participant) : arrêté ; rien n'est perdu, il reprendra là au prochain démarrage",
            "\(name) of \(agent.participant): stopped; nothing is lost, it goes on from here at the next start")
    }

    private static func serve(_ service: some Service, logger: Logger) async throws {
        var group = ServiceGroupConfiguration(
            services: [SpareCode(), service], gracefulShutdownSignals: StopSignals.all, logger: logger)
        // Whatever is under way can be cut: both agents go on from what is durable.
        group.maximumGracefulShutdownDuration = .seconds(20)
        group.maximumCancellationDuration = .seconds(10)
        try await ServiceGroup(configuration: group).run()
    }

    /// The wall clock.
    static let now: @Sendable () -> UTCTime = { UTCTime.now }
}

/// Gives back code that nothing ran for a while, as long as the agent runs: taking a file, making parcels and sending them
/// each need other code, and all of it together is as much as all that waits in memory.
private struct SpareCode: Service {
    private static let pause = Duration.seconds(10)

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                Heap.giveBackCode()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
