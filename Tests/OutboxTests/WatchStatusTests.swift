import Durable
import Exchange
import Foundation
import Testing

@testable import Outbox

@Suite("What lies in a watched folder")
struct WatchStatusTests {
    @Test("Files that settled a minute ago and were not taken are overdue, whatever their own time; none is named")
    func counts() throws {
        let folder = NSTemporaryDirectory() + "pli-watch-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Disk.real.createFolder(folder + "/refused")
        for name in ["a.hl7", "b.hl7", "c.hl7.part", ".d.hl7", "refused/1", "refused/1.why.txt"] {
            try Data("MSH|".utf8).write(to: URL(filePath: folder + "/" + name))
        }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: folder + "/a.hl7")
        let came = UTCTime(secondsSinceEpoch: try #require(try Disk.real.changedAt(folder + "/a.hl7")))
        let fresh = try WatchStatus.read(folder: folder, settleSeconds: 2, now: came.adding(seconds: 30))
        #expect(fresh.fresh == 2 && fresh.overdue == 0 && fresh.refused == 1)
        let late = try WatchStatus.read(folder: folder, settleSeconds: 2, now: came.adding(seconds: 90))
        #expect(late.fresh == 0 && late.overdue == 2 && late.late == 0)
        let tooLate = try WatchStatus.read(folder: folder, settleSeconds: 2, now: came.adding(seconds: 700))
        #expect(tooLate.overdue == 2 && tooLate.late == 2)
        // What was refused a minute ago shows that files are dealt with; after ten minutes it shows nothing.
        #expect(late.isTaking && !tooLate.isTaking)
        #expect(throws: DurableFailure.self) {
            try WatchStatus.read(folder: folder + "/none", settleSeconds: 2, now: came)
        }
    }

    @Test("Files that may not be read, and such whose name is not UTF-8, are counted by themselves and not as waiting")
    func neverTaken() throws {
        let folder = NSTemporaryDirectory() + "pli-watch-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Disk.real.createFolder(folder)
        for name in ["a.hl7", "b.hl7"] { try Data("MSH|".utf8).write(to: URL(filePath: folder + "/" + name)) }
        let name = Array((folder + "/caf").utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0]
        close(
            name.withUnsafeBufferPointer { bytes in bytes.baseAddress.map { open($0, O_CREAT | O_WRONLY, 0o600) } ?? -1
            })
        chmod(folder + "/b.hl7", 0)
        let came = UTCTime(secondsSinceEpoch: try #require(try Disk.real.changedAt(folder + "/a.hl7")))
        let files = try WatchStatus.read(folder: folder, settleSeconds: 2, now: came.adding(seconds: 90))
        // Whoever may read everything finds it readable.
        let unreadable = geteuid() == 0 ? 0 : 1
        #expect(files.unreachable == 1 && files.unreadable == unreadable && files.overdue == 2 - unreadable)
    }
}
