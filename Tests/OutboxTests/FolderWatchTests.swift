import Testing

@testable import Outbox

/// Which files of the watched folder are ready: a value that is shown entries and times, nothing else.
@Suite("Watching a folder")
struct FolderWatchTests {
    private static func entry(
        _ name: String, size: Int64 = 100, modifiedAt: Int64 = 0, inode: UInt64 = 1, isRegular: Bool = true
    ) -> FolderEntry {
        FolderEntry(name: name, size: size, modifiedAt: modifiedAt, inode: inode, isRegular: isRegular)
    }

    @Test("A file is ready once it has not changed for the settling time, not a second before")
    func settles() {
        var watch = FolderWatch(settleSeconds: 5)
        let file = Self.entry("a.hl7")
        #expect(watch.look([file], now: 100).isEmpty)
        #expect(watch.look([file], now: 104).isEmpty)
        #expect(watch.look([file], now: 105) == ["a.hl7"])
    }

    @Test("A file still being written waits, however long its writer takes")
    func growing() {
        var watch = FolderWatch(settleSeconds: 2)
        for second in Int64(0)..<600 {
            let ready = watch.look([Self.entry("a.hl7", size: 10 + second, modifiedAt: second)], now: second)
            #expect(ready.isEmpty, "taken at second \(second) while it grew")
        }
        let whole = Self.entry("a.hl7", size: 609, modifiedAt: 599)
        #expect(watch.look([whole], now: 600).isEmpty)
        #expect(watch.look([whole], now: 601) == ["a.hl7"])
    }

    @Test("A change that keeps the size, or puts another file under the name, starts the wait again")
    func changesWithoutGrowing() {
        var watch = FolderWatch(settleSeconds: 2)
        #expect(watch.look([Self.entry("a", modifiedAt: 1)], now: 0).isEmpty)
        #expect(watch.look([Self.entry("a", modifiedAt: 2)], now: 2).isEmpty)
        #expect(watch.look([Self.entry("a", modifiedAt: 2, inode: 9)], now: 4).isEmpty)
        #expect(watch.look([Self.entry("a", modifiedAt: 2, inode: 9)], now: 6) == ["a"])
    }

    @Test("Names of unfinished files, hidden files, links and folders are left alone")
    func leftAlone() {
        var watch = FolderWatch(settleSeconds: 0)
        let entries = [
            Self.entry(".hidden"), Self.entry("x.tmp"), Self.entry("y.PART"),
            Self.entry("folder", isRegular: false), Self.entry("z.hl7"),
        ]
        #expect(watch.look(entries, now: 0) == ["z.hl7"])
    }

    @Test("An empty file waits a minute, since its writer may only have begun")
    func emptyWaits() {
        var watch = FolderWatch(settleSeconds: 1)
        let empty = Self.entry("a.hl7", size: 0)
        #expect(watch.look([empty], now: 0).isEmpty)
        #expect(watch.look([empty], now: 59).isEmpty)
        #expect(watch.look([empty], now: 60) == ["a.hl7"])
    }

    @Test("A clock set back makes no file wait for ever")
    func clockSetBack() {
        var watch = FolderWatch(settleSeconds: 2)
        let file = Self.entry("a.hl7")
        #expect(watch.look([file], now: 1_000_000).isEmpty)
        #expect(watch.look([file], now: 10).isEmpty)
        #expect(watch.look([file], now: 12) == ["a.hl7"])
    }

    @Test("A file that cannot be taken is not tried again until it changes")
    func stuck() {
        var watch = FolderWatch(settleSeconds: 0)
        let file = Self.entry("a.hl7")
        #expect(watch.look([file], now: 0) == ["a.hl7"])
        watch.setStuck("a.hl7")
        #expect(watch.look([file], now: 100).isEmpty)
        #expect(watch.look([Self.entry("a.hl7", size: 101)], now: 101) == ["a.hl7"])
    }

    @Test("The oldest file goes first, so that a correction follows what it corrects")
    func order() {
        var watch = FolderWatch(settleSeconds: 0)
        let entries = [
            Self.entry("b", modifiedAt: 3), Self.entry("c", modifiedAt: 1), Self.entry("a", modifiedAt: 3),
        ]
        #expect(watch.look(entries, now: 0) == ["c", "a", "b"])
    }
}
