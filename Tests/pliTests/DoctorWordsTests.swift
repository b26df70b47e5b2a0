import Durable
import Exchange
import Foundation
import Testing

@testable import Outbox
@testable import pli

@Suite("What doctor and status say")
struct DoctorWordsTests {
    private func folder(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "pli-doctor-" + UUID().uuidString
        try Disk.real.createFolder(path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("A disk that is mounted read-only is said to be one, and no owner is to be changed for it")
    func readOnly() throws {
        try folder { path in
            let readOnly = try FolderState(of: path, disk: .real) { _ in EROFS }
            let said = try #require(readOnly.trouble("données", "data"))
            #expect(said.verdict == .fault && said.said.english.contains("read-only"))
            #expect(!said.remedy.english.contains("chown") && !said.remedy.french.contains("chown"))
            #expect(said.remedy.english.contains("dmesg"))
            let forbidden = try FolderState(of: path, disk: .real) { _ in EACCES }
            #expect(forbidden.trouble("données", "data")?.remedy.english.contains("chown") == true)
            #expect(try FolderState(of: path, disk: .real).trouble("données", "data")?.verdict != .fault)
        }
    }

    @Test(
        "A folder that is missing is nothing before a first start, a fault later, and a fault where its place is missing"
    )
    func missing() throws {
        try folder { path in
            let state = try FolderState(of: path + "/in", disk: .real)
            #expect(state.absence(isFirstStart: true)?.verdict == .warning)
            let later = try #require(state.absence(isFirstStart: false))
            #expect(later.verdict == .fault && later.remedy.english.contains("is its disk mounted?"))
            let nowhere = try FolderState(of: path + "/disk/in/", disk: .real)
            #expect(nowhere.absence(isFirstStart: true)?.verdict == .fault)
            #expect(nowhere.absence(isFirstStart: true)?.said.english.contains("the one around it") == true)
            #expect(try FolderState(of: path, disk: .real).absence(isFirstStart: false) == nil)
        }
    }

    @Test(
        "Files that wait while others are taken are no fault; those that nobody takes are, and those that wait too long are told"
    )
    func backlog() throws {
        try folder { path in
            try Disk.real.createFolder(path + "/taken")
            try Disk.real.writeDurably([1], to: path + "/a.hl7")
            func remark(after seconds: Int64, isRunning: Bool = true) throws -> Remark {
                let now = UTCTime(secondsSinceEpoch: try #require(try Disk.real.changedAt(path + "/a.hl7")))
                    .adding(seconds: seconds)
                let files = try WatchStatus.read(folder: path, settleSeconds: 1, now: now)
                return WatchWords.remark(of: files, isRunning: isRunning)
            }
            #expect(try remark(after: 200).verdict == .fault, "nothing is taken")
            #expect(try remark(after: 10).verdict == .well)
            try Disk.real.writeDurably([1], to: path + "/taken/b")
            #expect(try remark(after: 200).verdict == .well, "another was taken just now")
            #expect(try remark(after: 200, isRunning: false).verdict == .fault)
            #expect(try remark(after: 3_600).verdict == .fault)
        }
        let files = WatchStatus(overdue: 7, late: 3, isTaking: true)
        let slow = WatchWords.remark(of: files, isRunning: true)
        #expect(
            slow.verdict == .warning && slow.said.english.contains("3 file(s) have waited for more than ten minutes"))
    }

    @Test("What waits for too long is said by stage, in both languages, with its recipient and since when")
    func late() throws {
        let since = try UTCTime("2026-11-23T10:00:00Z")
        let words: [LateWork.Stage: (french: String, english: String)] = [
            .sealing: ("sans pli depuis", "without a parcel since"),
            .upload: ("le relais n'a pas pris", "relay has not taken"),
            .receipt: ("l'accusé était dû", "whose receipt was due"),
        ]
        for stage in LateWork.Stage.allCases {
            let late = LateWork(recipient: "cnam", stage: stage, since: since, count: 12)
            let (said, expected) = (LateWorkWords.said(late), try #require(words[stage]))
            #expect(said.french.hasPrefix("cnam : 12 ") && said.french.contains(expected.french), "\(said.french)")
            #expect(said.english.hasPrefix("cnam: 12 ") && said.english.contains(expected.english), "\(said.english)")
            #expect(said.french.contains("2026-11-23T10:00:00Z") && said.english.contains("2026-11-23T10:00:00Z"))
            let json = String(decoding: LateWorkWords.json(late), as: UTF8.self)
            #expect(
                json == #"{"late":"\#(stage.rawValue)","recipient":"cnam","count":12,"since":"2026-11-23T10:00:00Z"}"#
                    + "\n")
            let (stopped, running) = (
                LateWorkWords.remedy(stage, isRunning: false), LateWorkWords.remedy(stage, isRunning: true)
            )
            if stage == .receipt {
                #expect(stopped.english.contains("call the contact") && running.english == stopped.english)
            } else {
                #expect(stopped.english == "start pli outbox" && stopped.french == "démarrez pli outbox")
                #expect(running.english.contains("the last lines of pli outbox"))
            }
        }
    }

    @Test("Every reason for which the relay takes nothing has words in both languages, and whom to call")
    func health() throws {
        let page = try String(
            contentsOf: Program.root.appending(path: "Sources/Relay/Routes/StatusPage.swift"), encoding: .utf8)
        let clock = try String(
            contentsOf: Program.root.appending(path: "Sources/Relay/Clock/ClockDoubt.swift"), encoding: .utf8)
        let watches = try ["DiskWatch", "FolderWatch"].map { name in
            try String(contentsOf: Program.root.appending(path: "Sources/Relay/Blobs/\(name).swift"), encoding: .utf8)
        }
        var reasons = page.matches(of: /"([a-z-]+)": "/).map { String($0.1) }
        reasons += clock.matches(of: /case \w+ = "([a-z-]+)"/).map { String($0.1) }
        reasons += watches.flatMap { $0.matches(of: /static let reason = "([a-z-]+)"/).map { String($0.1) } }
        #expect(reasons.count == 9 && Set(reasons) == Set(RelayHealthWords.reasons.keys), "\(reasons)")
        for reason in reasons {
            let said = RelayHealthWords.said(reason)
            let remedy = RelayHealthWords.remedy(reason, isOutbox: true)
            let atInbox = RelayHealthWords.remedy(reason, isOutbox: false)
            #expect(!atInbox.french.contains("partira") && !atInbox.english.contains("goes out"), "\(atInbox)")
            #expect(said.french.contains(reason) && said.english.contains(reason) && said.french != said.english)
            #expect(remedy.french.contains("exploitant") && remedy.english.contains("operator"))
        }
        #expect(RelayHealthWords.said("something-newer").english.hasSuffix("something-newer"))
    }
}
