import Foundation
import Testing

@testable import Durable

struct DiskTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("a file system without files left has no room, whatever bytes it has; one that counts none has its bytes")
    func filesLeft() {
        func free(bytes: UInt, files: UInt, left: UInt) -> Int64 {
            var status = statvfs()
            (status.f_frsize, status.f_bavail, status.f_files, status.f_favail) = (4_096, bytes / 4_096, files, left)
            return SystemCalls.freeBytes(of: status)
        }
        #expect(free(bytes: 1 << 30, files: 65_536, left: 60_000) == 1 << 30)
        #expect(free(bytes: 1 << 30, files: 65_536, left: 255) == 0)
        #expect(free(bytes: 1 << 30, files: 65_536, left: 256) == 1 << 30)
        #expect(free(bytes: 1 << 30, files: 0, left: 0) == 1 << 30)
        #expect(free(bytes: .max, files: 65_536, left: 60_000) == .max)
    }

    @Test("a written file has its bytes and its mode, and no temporary is left")
    func writes() throws {
        try Disk.real.writeDurably([1, 2, 3], to: folder("a"), mode: 0o640)
        #expect(folder.bytes("a") == [1, 2, 3])
        #expect(try Disk.real.mode(of: folder("a")) == 0o640)
        try Disk.real.writeDurably([UInt8](repeating: 7, count: 300_000)[...], to: folder("a"))
        #expect(folder.bytes("a")?.count == 300_000)
        #expect(try Disk.real.mode(of: folder("a")) == 0o600)
        #expect(folder.names == ["a"])
    }

    @Test("what is not to replace leaves what has the name, also what was made meanwhile")
    func neverReplaces() throws {
        try Disk.real.writeDurably([1], to: folder("a"), replacing: false)
        #expect(folder.bytes("a") == [1])
        let taken = #expect(throws: DurableFailure.self) {
            try Disk.real.writeDurably([2], to: folder("a"), replacing: false)
        }
        #expect(taken?.isTaken == true)
        let meanwhile = Disk(before: { (step, path) throws(DurableFailure) in
            if step == .rename { try Disk.real.writeDurably([3], to: path) }
        })
        let late = #expect(throws: DurableFailure.self) {
            try meanwhile.writeDurably([4], to: folder("b"), replacing: false)
        }
        #expect(late?.isTaken == true)
        #expect(folder.bytes("a") == [1])
        #expect(folder.bytes("b") == [3])
        #expect(folder.names == ["a", "b"])
    }

    @Test("ranges are overwritten where they lie, synced, and what is behind the end is left alone")
    func overwrites() throws {
        try Disk.real.writeDurably([UInt8](repeating: 7, count: 200_000), to: folder("a"))
        let plan = FaultPlan(failAt: nil)
        try plan.disk.overwrite([10..<12, 20..<90_020, 199_999..<300_000, 400_000..<400_010], of: folder("a"))
        var expected = [UInt8](repeating: 7, count: 200_000)
        for range in [10..<12, 20..<90_020, 199_999..<200_000] { for index in range { expected[index] = 0 } }
        #expect(folder.bytes("a") == expected)
        #expect(
            plan.steps.map { $0.split(separator: " ")[0] }
                == ["openFile", "overwrite", "overwrite", "overwrite", "syncFile"])
        #expect(throws: DurableFailure.self) { try Disk.real.overwrite([0..<1], of: folder("none")) }
        #expect(folder.names == ["a"])
    }

    @Test("a file is synced before it gets its name, and the folder after")
    func orderOfSteps() throws {
        let plan = FaultPlan(failAt: nil)
        try plan.disk.writeDurably([1], to: folder("a"))
        #expect(
            plan.steps.map { $0.split(separator: " ")[0] }
                == ["createFile", "setMode", "write", "syncFile", "rename", "syncFolder"])
    }

    @Test("whatever step fails, readers see the old file or the new one, whole", arguments: [false, true])
    func everyFailurePoint(persisted: Bool) throws {
        var step = 0
        while true {
            try Disk.real.writeDurably(Array("old".utf8), to: folder("a"))
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            do {
                try plan.disk.writeDurably(Array("new and longer".utf8), to: folder("a"))
                #expect(!plan.didFail)
                break
            } catch {
                #expect(plan.didFail)
                let content = try #require(folder.bytes("a"))
                #expect([Array("old".utf8), Array("new and longer".utf8)].contains(content), "step \(step)")
                #expect(try Disk.real.sweepTemporaries(in: folder.path) <= 1)
                #expect(folder.names == ["a"], "step \(step)")
            }
            step += 1
        }
        #expect(step == 6)
    }

    @Test("a full disk is said to be full, the old file stays and the room comes back")
    func fullDisk() throws {
        try Disk.real.writeDurably(Array("old".utf8), to: folder("a"))
        for step in 0..<3 {
            let plan = FaultPlan(failAt: step, code: ENOSPC)
            let error = #expect(throws: DurableFailure.self) { try plan.disk.writeDurably([1], to: folder("a")) }
            #expect(error?.isFull == true)
            #expect(error?.mustStop == false)
            #expect(folder.bytes("a") == Array("old".utf8))
            #expect(folder.names == ["a"])
        }
    }

    @Test("a failed sync means stop, whatever the code", arguments: [EIO, ENOSPC])
    func failedSync(code: Int32) throws {
        let plan = FaultPlan(failAt: 3, code: code)
        let error = #expect(throws: DurableFailure.self) { try plan.disk.writeDurably([1], to: folder("a")) }
        #expect(error?.mustStop == true)
    }

    @Test("writing to a real full device is `full`", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func realFull() throws {
        // No file system to fill here: the device answers every write as one would.
        let file = try AppendFile.open("/dev/full")
        #expect(throws: DurableFailure.full(.write, path: "dev/full")) { try file.append([1]) }
    }

    @Test("a small file is read whole, and a larger one than allowed is refused")
    func reads() throws {
        try Disk.real.writeDurably([UInt8](repeating: 1, count: 10), to: folder("a"))
        #expect(try Disk.real.read(folder("a"), limit: 10).count == 10)
        #expect(throws: DurableFailure.tooLarge(limit: 9, path: short("a"))) {
            try Disk.real.read(folder("a"), limit: 9)
        }
        #expect(throws: DurableFailure.missing(path: short("b"))) { try Disk.real.read(folder("b"), limit: 9) }
        #expect(try Disk.real.readIfThere(folder("b"), limit: 9) == nil)
        #expect(throws: DurableFailure.tooLarge(limit: 9, path: short("a"))) {
            try Disk.real.readIfThere(folder("a"), limit: 9)
        }
        #expect(throws: DurableFailure.self) { try Disk.real.read(folder.path, limit: 9) }
    }

    @Test("a pipe in the place of a file is refused at once")
    func pipe() throws {
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        #expect(throws: DurableFailure.self) { try ReadableFile(path: folder("pipe")) }
    }

    @Test("ranges are read to the end of the file and not beyond")
    func ranges() throws {
        try Disk.real.writeDurably(Array(0..<100), to: folder("a"))
        let file = try ReadableFile(path: folder("a"))
        try Disk.real.remove(folder("a"))
        #expect(file.size == 100)
        #expect(try file.read(at: 10, count: 3) == [10, 11, 12])
        #expect(try file.read(at: 98, count: 30) == [98, 99])
        #expect(try file.read(at: 200, count: 30).isEmpty)
    }

    @Test("a rename syncs the new folder, then the old one")
    func rename() throws {
        let plan = FaultPlan(failAt: nil)
        try plan.disk.createFolder(folder("in/deep"))
        try plan.disk.createFolder(folder("out"))
        try plan.disk.writeDurably([1], to: folder("in/deep/a"))
        let before = plan.steps.count
        try plan.disk.rename(folder("in/deep/a"), to: folder("out/b"))
        let name = folder.path.split(separator: "/").last ?? ""
        #expect(plan.steps[before...] == ["rename out/b", "syncFolder \(name)/out", "syncFolder in/deep"])
        #expect(folder.bytes("out/b") == [1])
        #expect(throws: DurableFailure.self) { try Disk.real.rename(folder("no"), to: folder("x")) }
    }

    @Test("removing what is gone is done, and several files cost one sync a folder")
    func remove() throws {
        for name in ["a", "b", "c"] { try Disk.real.writeDurably([1], to: folder(name)) }
        let plan = FaultPlan(failAt: nil)
        try plan.disk.remove(["a", "b", "c", "never"].map { folder($0) })
        #expect(plan.steps.count { $0.hasPrefix("syncFolder") } == 1)
        #expect(folder.names.isEmpty)
        try Disk.real.remove(folder("a"))
    }

    @Test("folders are made with those above them, privately, and making them again does nothing")
    func folders() throws {
        try Disk.real.createFolder(folder("a/b/c"))
        #expect(try Disk.real.mode(of: folder("a/b")) == 0o700)
        let plan = FaultPlan(failAt: nil)
        try plan.disk.createFolder(folder("a/b/c"))
        #expect(plan.steps.isEmpty)
        try Disk.real.writeDurably([1], to: folder("file"))
        #expect(throws: DurableFailure.self) { try Disk.real.createFolder(folder("file")) }
        #expect(try Disk.real.names(in: folder.path) == ["a", "file"])
    }

    @Test("the sweep takes temporaries and nothing else")
    func sweep() throws {
        for name in [".12-1.pli-tmp", "x.pli-tmp", ".hidden", "a"] {
            try Data().write(to: URL(fileURLWithPath: folder(name)))
        }
        #expect(try Disk.real.sweepTemporaries(in: folder.path) == 1)
        #expect(folder.names == [".hidden", "a", "x.pli-tmp"])
    }

    @Test("sizes, existence, age and free space are told")
    func facts() throws {
        try Disk.real.writeDurably([1, 2], to: folder("a"))
        #expect(try Disk.real.size(of: folder("a")) == 2)
        #expect(try Disk.real.size(of: folder("b")) == nil)
        #expect(try Disk.real.exists(folder("a")))
        #expect(try Disk.real.mode(of: folder("b")) == nil)
        #expect(try (Disk.real.modifiedAt(folder("a")) ?? 0) > 1_600_000_000)
        #expect(try Disk.real.freeBytes(at: folder.path) > 0)
    }

    @Test("a failure names two components of a path and no more")
    func shortPaths() {
        let failure = DurableFailure(.write, code: EIO, path: "/srv/secret place/data/incoming/x")
        #expect(failure == .failed(.write, code: EIO, path: "incoming/x"))
        #expect(!failure.description.contains("secret"))
        #expect(DurableFailure.shortened("/") == "/")
        #expect(DurableFailure(.openFile, code: ENOENT, path: "a/b") == .missing(path: "a/b"))
        #expect(DurableFailure(.write, code: EDQUOT, path: "a/b").isFull)
    }

    @Test(
        "a failure of a log's tile is named from the folder of its log on",
        arguments: [
            ("/var/lib/pli-relay/log/tile/entries/000.p/12", "log/tile/entries/000.p/12"),
            ("/var/lib/pli-relay/log-before/tile/0/x001/x234/067", "log-before/tile/0/x001/x234/067"),
            ("/var/lib/pli-relay/log/tile/1/000", "log/tile/1/000"),
            ("/var/lib/pli-relay/log/tile/entries", "tile/entries"),
            ("/srv/DUPONT/tile/MARTIN/000.p/12", "000.p/12"),
            ("/srv/DUPONT/tile/0/MARTIN/12", "MARTIN/12"),
            ("/srv/DUPONT/2026/12", "2026/12"),
            ("tile/0/000", "0/000"),
        ])
    func tilePaths(path: String, named: String) {
        #expect(DurableFailure(.openFile, code: EIO, path: path) == .failed(.openFile, code: EIO, path: named))
    }

    @Test("one process at a time owns a folder")
    func lock() throws {
        var first: FolderLock? = try FolderLock(folder: folder.path)
        #expect(first != nil)
        #expect(throws: DurableFailure.self) { try FolderLock(folder: folder.path) }
        first = nil
        _ = try FolderLock(folder: folder.path)
    }

    @Test("A lock that was given back is free, though somebody holds a reference to it still")
    func lockGivenBack() throws {
        let first = try FolderLock(folder: folder.path)
        first.release()
        let second = try FolderLock(folder: folder.path)
        first.release()
        #expect(throws: DurableFailure.self) { try FolderLock(folder: folder.path) }
        second.release()
    }

    private func short(_ name: String) -> String { DurableFailure.shortened(folder(name)) }
}
