import Exchange
import Foundation
import Testing

@testable import Outbox
@testable import pli

/// What `pli doctor` says of a data folder that is not there, of files that are never taken, and of uploads that never end well.
@Suite("What doctor says of what is missing", .serialized)
struct DoctorAbsenceTests {
    private static func look(_ house: Installation, _ name: String, isOffline: Bool) async -> CheckUp {
        await Examination.of(config: house.program.path(name), isOffline: isOffline)
    }

    private static func said(_ checkUp: CheckUp, _ subject: Remark.Subject) -> [Remark] {
        checkUp.remarks.filter { $0.subject == subject }
    }

    @Test("A data folder that is missing is a first start's only where the relay does not know the participant")
    func missing() async throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        let first = await Self.look(house, "lab.yaml", isOffline: false)
        #expect(!Self.said(first, .data).contains { $0.verdict == .fault })
        try house.program.pli("synth", "--reports", "2", "--seed", "1", "-o", "day.hl7")
        #expect(try house.program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        try FileManager.default.moveItem(
            atPath: house.program.path("lab-data"), toPath: house.program.path("lab-data.away"))
        let checkUp = await Self.look(house, "lab.yaml", isOffline: false)
        let data = try #require(Self.said(checkUp, .data).first)
        #expect(data.verdict == .fault && data.said.english.contains("the relay has keys of this participant"))
        #expect(data.remedy?.english.contains("is its disk mounted?") == true)
        #expect(Self.said(checkUp, .agent).first?.remedy?.english.contains("do not start it") == true)
        #expect(checkUp.exitCode == .refused)
        #expect(!FileManager.default.fileExists(atPath: house.program.path("lab-data")))
        // A mount point without its disk is an empty folder.
        try FileManager.default.createDirectory(
            atPath: house.program.path("lab-data"), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        let empty = await Self.look(house, "lab.yaml", isOffline: false)
        #expect(Self.said(empty, .data).map(\.verdict) == [.well, .fault] && empty.exitCode == .refused)
        try FileManager.default.removeItem(atPath: house.program.path("lab-data"))
        // Without the relay, files that were taken tell it.
        let offline = await Self.look(house, "lab.yaml", isOffline: true)
        #expect(Self.said(offline, .data).map(\.verdict) == [.well])
        let taken = house.program.path("in/taken")
        try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: true)
        try Data("MSH|".utf8).write(to: URL(filePath: taken + "/" + String(repeating: "a", count: 64)))
        let told = await Self.look(house, "lab.yaml", isOffline: true)
        #expect(Self.said(told, .data).map(\.verdict) == [.fault])
        #expect(Self.said(told, .agent).first?.remedy?.french.contains("ne le démarrez pas") == true)
    }

    @Test("Files that are never taken are faults, counted and not named, however well others go")
    func neverTaken() {
        let files = WatchStatus(overdue: 2, isTaking: true, unreadable: 3, unreachable: 1)
        let remarks = WatchWords.neverTaken(of: files)
        #expect(remarks.map(\.verdict) == [.fault, .fault])
        #expect(remarks[0].said.english.contains("3 file(s) that this user may not read"))
        #expect(remarks[1].said.french.contains("1 fichier(s) dont le nom n'est pas en UTF-8"))
        #expect(WatchWords.neverTaken(of: WatchStatus(overdue: 2, isTaking: true)).isEmpty)
        #expect(WatchWords.remark(of: files, isRunning: true).verdict == .well)
    }

    @Test("Parcels that the relay takes none of for some minutes are a fault, with what it answered last")
    func uploads() throws {
        let since = try UTCTime("2026-11-23T10:00:00Z")
        let word = UploadNote.Word(since: since, isAway: false, text: "the relay's answer")
        #expect(UploadWords.remark(of: word, parcels: 4, at: since.adding(seconds: 60)) == nil)
        #expect(UploadWords.remark(of: word, parcels: 0, at: since.adding(seconds: 900)) == nil)
        let remark = try #require(UploadWords.remark(of: word, parcels: 4, at: since.adding(seconds: 300)))
        #expect(remark.verdict == .fault && remark.exitCode == .refused)
        #expect(
            remark.said.english == "4 parcel(s) wait, none has gone out for 5 minutes; the last try: the relay's answer"
        )
        #expect(remark.said.french.hasPrefix("4 pli(s) attendent, aucun n'est parti depuis 5 minutes"))
        let away = UploadNote.Word(since: since, isAway: true, text: "no connection")
        #expect(UploadWords.remark(of: away, parcels: 1, at: since.adding(seconds: 300))?.exitCode == .unreachable)
    }

    @Test("A path is said as a shell takes it back")
    func paths() {
        #expect(EnrollCommand.shellWord("/etc/pli/outbox.yaml") == "/etc/pli/outbox.yaml")
        #expect(EnrollCommand.shellWord("/srv/le labo/o'x.yaml") == "'/srv/le labo/o'\\''x.yaml'")
    }
}
