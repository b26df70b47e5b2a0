import Foundation

/// Every program of a demonstration: who runs, who is killed, and how much memory each needed.
///
/// With kills asked for, processes die without warning at random moments and start again at once, as after a power cut
/// or an impatient operator; the final counts must not differ.
actor DemoCast {
    private let house: DemoHouse
    private let bin: URL
    private(set) var processes: [DemoProcess] = []
    /// Runs that ended by themselves, before the daemons.
    private(set) var enrolments: [DemoProcess] = []
    private(set) var kills = 0

    init(house: DemoHouse, bin: URL) {
        self.house = house
        self.bin = bin
    }

    /// Starts the relay and waits until it answers. Each of `kills` dies that many milliseconds after its start, in the
    /// middle of making its certificate, its database or its log.
    func startRelay(killedAfterMilliseconds: [Int] = []) async throws -> DemoProcess {
        let process = DemoProcess(
            name: "pli-relay", program: bin.appending(path: "pli-relay"),
            arguments: ["--config", house.relayConfiguration.path], log: house.relayLog)
        processes.append(process)
        for milliseconds in killedAfterMilliseconds {
            try await process.start()
            try await Task.sleep(for: .milliseconds(milliseconds))
            await process.kill()
            kills += 1
        }
        // A life that was cut short may have come as far as saying so.
        let before = await process.lines(saying: Self.ready)
        try await process.start()
        try await untilTheRelayAnswers(process, after: before)
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

    /// Publishes an authority's keys, as its first start does. Each of `kills` dies that many milliseconds after its start.
    func enrol(_ name: String, configuration: URL, killedAfterMilliseconds: [Int] = []) async throws {
        let process = DemoProcess(
            name: name, program: bin.appending(path: "pli"),
            arguments: ["inbox", "--config", configuration.path, "--publish-keys"], log: house.log(of: name))
        enrolments.append(process)
        for milliseconds in killedAfterMilliseconds {
            try await process.start()
            try await Task.sleep(for: .milliseconds(milliseconds))
            await process.kill()
            kills += 1
        }
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

    private static let ready = "pli-relay ready"

    private func untilTheRelayAnswers(_ process: DemoProcess, after before: Int) async throws {
        for _ in 0..<600 {
            if await process.status != nil { break }
            if await process.lines(saying: Self.ready) > before { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw await Self.stopped(process)
    }
}
