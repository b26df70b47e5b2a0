import Durable
import Exchange
import Foundation
import Testing

@testable import Relay

@Suite("A data folder that is not whole")
struct FolderTests {
    /// A folder in which parcels wait, as a stop leaves it: the last commits are in the write-ahead log only.
    private static func used() async throws -> (scratch: Scratch, clock: TestClock) {
        let (scratch, clock) = (try Scratch(), TestClock())
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            for seq in 1...3 { _ = try await relay.deliver(Sealed(size: 3_000), seq: Int64(seq)) }
        }
        return (scratch, clock)
    }

    private static func move(_ scratch: Scratch, _ from: String, _ to: String) throws {
        try FileManager.default.moveItem(atPath: scratch.data + "/" + from, toPath: scratch.data + "/" + to)
    }

    private static func contents(_ scratch: Scratch) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: scratch.data) {
            found[name] = FileManager.default.contents(atPath: scratch.data + "/" + name) ?? Data()
        }
        return found
    }

    @Test("without its database it is refused, and nothing in it is touched: put back, all is there")
    func noDatabase() async throws {
        let (scratch, clock) = try await Self.used()
        try Self.move(scratch, "relay.sqlite", "aside")
        let before = try Self.contents(scratch)
        // What another database would take for rubbish.
        #expect(before["relay.sqlite-wal"]?.isEmpty == false)
        #expect(throws: RelayFailure.incomplete("relay.sqlite")) { try ParcelVault(data: scratch.data, disk: .real) }
        #expect(try Self.contents(scratch) == before)
        try Self.move(scratch, "aside", "relay.sqlite")
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let page = try await relay.inbox()
            #expect(page.parcels.count == 3)
        }
    }

    @Test(
        "whatever of a relay is there without the database, another one is not begun",
        arguments: ["relay.sqlite-wal", "shred-keys", "log", "log-checkpoint", "payload"])
    func remains(name: String) async throws {
        let (scratch, _) = try await Self.used()
        for other in try FileManager.default.contentsOfDirectory(atPath: scratch.data) where other != name {
            try FileManager.default.removeItem(atPath: scratch.data + "/" + other)
        }
        if name == "relay.sqlite-wal" { _ = try scratch.write([1], to: "data/relay.sqlite-wal") }
        #expect(throws: RelayFailure.incomplete("relay.sqlite")) { try ParcelVault(data: scratch.data, disk: .real) }
        #expect(try !Disk.real.exists(scratch.data + "/relay.sqlite"))
    }

    @Test(
        "a blank database in a folder that was used is a missing one, to a start and to whoever looks; put back, all is there"
    )
    func blankDatabase() async throws {
        let (scratch, clock) = try await Self.used()
        try Self.move(scratch, "relay.sqlite", "aside")
        _ = try scratch.write([], to: "data/relay.sqlite")
        let before = try Self.contents(scratch)
        let missing = RelayFailure.incomplete("relay.sqlite")
        let configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        #expect(throws: missing) { try ParcelVault(data: scratch.data, disk: .real) }
        let mistakes = FolderCheck(
            folders: BlobFolders(data: scratch.data), log: configuration.log, disk: .real
        ).mistakes
        #expect(mistakes == [missing.description])
        await #expect(throws: missing) { try await RelayCheck(configuration, readsBodies: false).run() }
        await #expect(throws: missing) {
            let window = try #require(IncidentWindow(from: clock.now.adding(seconds: -60), to: clock.now))
            _ = try await IncidentSurvey(configuration).run(window) { _ in }
        }
        await #expect(throws: missing) { try await RelayBackup(configuration).make(at: scratch.path + "/backup") }
        #expect(throws: missing) { try ClockReport(configuration) }
        #expect(try Self.contents(scratch) == before)
        try FileManager.default.removeItem(atPath: scratch.data + "/relay.sqlite")
        try Self.move(scratch, "aside", "relay.sqlite")
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let page = try await relay.inbox()
            #expect(page.parcels.count == 3)
        }
    }

    @Test(
        "a blank database beside nothing is that of a first start which was cut short: there is none to look at, and a start goes on"
    )
    func blankAndNew() async throws {
        let scratch = try Scratch()
        try BlobFolders(data: scratch.data).create(disk: .real)
        _ = try scratch.write([], to: "data/relay.sqlite")
        let configuration = RelayConfiguration(
            port: 0, dataFolder: scratch.data, directoryPath: "", pins: try Cast.one.pins)
        let none = RelayFailure.configuration(["data: there is no relay's database yet: start the relay first"])
        await #expect(throws: none) { try await RelayCheck(configuration, readsBodies: false).run() }
        try await TestRelay.run(scratch: scratch) { relay in
            _ = try await relay.deliver(Sealed(size: 3_000))
        }
    }

    @Test("without the keys that rows refer to, or with fewer, it is refused; put back, all opens")
    func noKeys() async throws {
        let (scratch, clock) = try await Self.used()
        try Self.move(scratch, "shred-keys", "aside")
        #expect(throws: RelayFailure.incomplete("shred-keys")) { try ParcelVault(data: scratch.data, disk: .real) }
        #expect(try !Disk.real.exists(scratch.data + "/shred-keys"))
        _ = try scratch.write([], to: "data/shred-keys")
        #expect(throws: RelayFailure.incomplete("shred-keys")) { try ParcelVault(data: scratch.data, disk: .real) }
        _ = try scratch.write([UInt8](repeating: 7, count: 2 * 32 + 31), to: "data/shred-keys")
        #expect(throws: RelayFailure.incomplete("the end of shred-keys")) {
            try ParcelVault(data: scratch.data, disk: .real)
        }
        try FileManager.default.removeItem(atPath: scratch.data + "/shred-keys")
        try Self.move(scratch, "aside", "shred-keys")
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            for parcel in try await relay.inbox().parcels {
                #expect(
                    try await relay.send("GET", RelayPath.parcel(parcel.from, parcel.id), as: Cast.ars).status == 200)
            }
        }
    }

    @Test("a restore that was killed before its database had begun is not taken for a new relay's folder")
    func halfRestored() throws {
        let scratch = try Scratch()
        try Disk.real.createFolder(scratch.data + "/log-before")
        #expect(throws: RelayFailure.backup("a restore was not finished: run pli-relay restore again")) {
            try ParcelVault(data: scratch.data, disk: .real)
        }
    }
}
