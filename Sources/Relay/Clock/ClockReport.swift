import Durable
package import Exchange
import GRDB
import StrictJSON

/// What a relay's data folder and this machine's clocks say of each other, read beside a relay that may be running.
package struct ClockReport: Sendable {
    /// The machine's clock.
    package let now: UTCTime
    /// When it was last beyond doubt; nil before the first start.
    package let last: UTCTime?
    /// Why it is in doubt now, in French and English. A running relay that has counted boot time knows it better.
    package let doubt: (french: String, english: String)?
    /// Waiting parcels that are past their deadline by this clock.
    package let due: Int

    /// For programs, in one line.
    package var json: String {
        var members: [JSON.Member] = [.init("now", .string(now.text))]
        if let last { members.append(.init("last", .string(last.text))) }
        members.append(.init("inDoubt", .bool(doubt != nil)))
        if let doubt { members += [.init("fr", .string(doubt.french)), .init("en", .string(doubt.english))] }
        members.append(.init("due", .integer(Int64(due))))
        return String(decoding: JSON.object(members).encoded, as: UTF8.self)
    }

    private let sample: ClockSample
    private let path: String
    private let disk: Disk

    /// Reads the database of a configured relay; changes nothing. Blocks.
    package init(_ configuration: RelayConfiguration) throws {
        try self.init(configuration, disk: .real, sample: SystemClock.sample())
    }

    init(_ configuration: RelayConfiguration, disk: Disk, sample: ClockSample) throws {
        let folders = BlobFolders(data: configuration.dataFolder)
        try folders.requireReadableDatabase(disk: disk)
        let opened = try DatabaseLook(folders: folders, disk: disk).open()
        let (tick, due) = try opened.queue.read { db in
            (
                try RelayStore.tick(db),
                try Int.fetchOne(
                    db, sql: "SELECT COUNT(*) FROM parcels WHERE state = 'waiting' AND expiresAt <= ?",
                    arguments: [sample.wall.secondsSinceEpoch]) ?? 0
            )
        }
        try opened.queue.close()
        try opened.requireUnchanged()
        var judge = ClockJudge(tick: tick, start: sample, awaySeconds: configuration.awaySeconds)
        doubt = judge.read(sample).doubt.map { ($0.french, $0.english) }
        now = sample.wall
        last = tick?.sample.wall
        self.due = due
        self.sample = sample
        self.disk = disk
        path = folders.clockWord
    }

    /// Leaves a word for the relay that this clock is right.
    package func accept() throws {
        // Nothing in it is secret, and whoever writes it may be another user than the relay's.
        try disk.writeDurably(ClockWord(sample).encoded, to: path, mode: 0o644)
    }
}
