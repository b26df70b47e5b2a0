import Foundation

/// Every program of a demonstration: who runs, who is killed, and how much memory each needed.
///
/// With kills asked for, processes die without warning at random moments and start again at once, as after a power cut
/// or an impatient operator; the final counts must not differ.
actor DemoCast {
    private let house: DemoHouse
    private let bin: URL
    private(set) var processes: [DemoProcess] = []
    private(set) var kills = 0

    init(house: DemoHouse, bin: URL) {
        self.house = house
        self.bin = bin
    }

    /// Starts the relay and waits until it answers.
    func startRelay() async throws -> DemoProcess {
        let process = DemoProcess(
            name: "pli-relay", program: bin.appending(path: "pli-relay"),
            arguments: ["--config", house.relayConfiguration.path], log: house.relayLog)
        processes.append(process)
        try await process.start()
        try await untilTheRelayAnswers(process)
        return process
    }

    /// Starts `pli <command> --config …` and leaves it running.
    func start(_ name: String, command: String, configuration: URL) async throws {
        let process = DemoProcess(
            name: name, program: bin.appending(path: "pli"), arguments: [command, "--config", configuration.path],
            log: house.log(of: name))
        processes.append(process)
        try await process.start()
    }

    /// Runs `pli <arguments>` to its end; a status other than 0 fails the demonstration.
    func run(_ name: String, _ arguments: [String]) async throws {
        let process = DemoProcess(
            name: name, program: bin.appending(path: "pli"), arguments: arguments, log: house.log(of: name))
        try await process.start()
        await process.ended()
        guard await process.status == 0 else { throw await Self.stopped(process) }
    }

    /// Throws when one of the processes ended by itself.
    func check() async throws {
        for process in processes {
            await process.sample()
            if await process.status != nil { throw await Self.stopped(process) }
        }
    }

    /// Kills one process that `draw` chooses and starts it again.
    func killOne(_ draw: (Int) -> Int) async throws {
        guard !processes.isEmpty else { return }
        let process = processes[draw(processes.count)]
        await process.kill()
        kills += 1
        try await process.start()
    }

    /// Ends everything, the relay last.
    func stop() async {
        for process in processes.reversed() { await process.stop() }
    }

    /// A person must be able to find out why: the name and the last lines of its log.
    static func stopped(_ process: DemoProcess) async -> CommandFailure {
        let lines = await process.lastLines()
        return .refused(
            "\(process.name) s'est arrêté. Ses dernières lignes :\n\(lines)",
            "\(process.name) stopped. Its last lines are above.")
    }

    private func untilTheRelayAnswers(_ process: DemoProcess) async throws {
        for _ in 0..<600 {
            if await process.status != nil { break }
            if await process.lastLines(50).contains("pli-relay ready") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw await Self.stopped(process)
    }
}
