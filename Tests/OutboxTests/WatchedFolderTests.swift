import Durable
import Exchange
import Foundation
import LabReport
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Outbox

/// The watched folder on disk: what is taken, what is put aside, what stays.
@Suite("The watched folder")
struct WatchedFolderTests {
    /// A laboratory that watches a folder, and the way to look at that folder twice so that a file has settled.
    private struct Lab {
        let world: World
        let agent: OutboxAgent
        let folder: WatchedFolder

        init(_ known: World? = nil, disk: Disk = .real) throws {
            world = try known ?? World()
            let path = world.folder.path + "/in"
            world.configuration.watchFolder = path
            world.configuration.settleSeconds = 1
            agent = try world.agent()
            folder = try WatchedFolder(path: path, disk: disk)
        }

        func put(_ bytes: [UInt8], _ name: String) throws { try world.folder.write(bytes, to: "in/" + name) }

        func look(after seconds: Int64 = 0) async throws -> Int {
            world.clock.advance(seconds)
            return try await agent.takeReadyFiles(of: folder)
        }

        func names(_ sub: String = "") throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path + sub)
                .filter { !["taken", "refused"].contains($0) }.sorted()
        }
    }

    @Test("A file being written is left until it rests, then taken whole and put aside under its hash")
    func takesWhatRests() async throws {
        let lab = try Lab()
        let messages = World.messages(1...3)
        try lab.put(messages[0].hl7, "jour DUPONT.hl7")
        #expect(try await lab.look() == 0)
        try lab.put(messages.file, "jour DUPONT.hl7")
        #expect(try await lab.look(after: 1) == 0, "it changed since the last look")
        #expect(try await lab.look(after: 1) == 1)
        #expect(try lab.names().isEmpty)
        let taken = try lab.names("/taken")
        #expect(taken == [SHA256Hex(of: messages.file).text])
        let status = try await lab.agent.status()
        #expect(status.read == 3 && status.taken == 3)
        for line in lab.world.log.lines {
            #expect(!line.text.contains("DUPONT") && !line.metadata.values.contains { $0.contains("DUPONT") })
        }
    }

    @Test("What was taken with a warning is counted in the log, and a file without an end is told")
    func tellsWarnings() async throws {
        let lab = try Lab()
        let file = Array(World.messages(1...3).file.dropLast())
        try lab.put(file, "day.hl7")
        _ = try await lab.look()
        #expect(try await lab.look(after: 1) == 1)
        #expect(try await lab.agent.status().taken == 3)
        let taken = try #require(lab.world.log.lines.first { $0.text == "file taken" })
        #expect(taken.metadata["warnings"] == "unterminated:1", "\(taken.metadata)")
        #expect(taken.metadata["taken"] == "3" && taken.metadata["held"] == "0")
        #expect(lab.world.log.warnings.map { $0.metadata["reason"] } == ["unterminated"])
    }

    @Test("A table that ends within its last row is taken, and told")
    func tellsCutTable() async throws {
        let lab = try Lab()
        let reports = HL7ReportReader().read(bytes: World.messages(1...1)[0].hl7).compactMap(\.report)
        var table = ReportWriter(.csv).file(of: reports)
        while let last = table.last, last == 0x0A || last == 0x0D { table.removeLast() }
        try lab.put(table, "day.csv")
        _ = try await lab.look()
        #expect(try await lab.look(after: 1) == 1)
        #expect(try await lab.agent.status().taken == 1)
        #expect(lab.world.log.warnings.map { $0.metadata["reason"] } == ["csv-unterminated"])
    }

    @Test("A table of names alone is held as that, sent by hand or laid into the watched folder")
    func tableWithoutRows() async throws {
        let lab = try Lab()
        let names = Array("order_filler;result_code;result_status\r\n".utf8)
        try lab.put(names, "day.csv")
        _ = try await lab.look()
        #expect(try await lab.look(after: 1) == 1)
        #expect(try await lab.agent.status().heldByRule == ["csv-no-rows": 1])
        let byHand = try World()
        let agent = try byHand.agent()
        let summary = try await agent.takeFile(byHand.folder.write(names, to: "day.csv"))
        #expect(summary.heldByRule == ["csv-no-rows": 1] && summary.taken == 0)
        try await agent.close()
    }

    @Test("The source file is gone once every recipient has acknowledged, and not before")
    func sourceGoesOnReceipt() async throws {
        let lab = try Lab()
        try lab.put(World.messages(1...2).file, "a.hl7")
        _ = try await lab.look()
        #expect(try await lab.look(after: 2) == 1)
        _ = try await lab.agent.makeParcels(flush: true)
        try await lab.agent.uploadWaiting()
        #expect(try lab.names("/taken").count == 1)
        try await lab.world.collectAll(lab.agent)
        #expect(try lab.names("/taken").isEmpty)
    }

    @Test("What a writer adds after its file was taken is taken as well, and told, also where every receipt is there")
    func grownAfterwards() async throws {
        let lab = try Lab()
        let messages = World.messages(1...3)
        try lab.put(messages[0].hl7, "DUPONT.hl7")
        let writer = try FileHandle(forWritingTo: URL(filePath: lab.folder.path + "/DUPONT.hl7"))
        defer { try? writer.close() }
        _ = try await lab.look()
        #expect(try await lab.look(after: 2) == 1)
        try writer.seekToEnd()
        try writer.write(contentsOf: Data(messages[1].hl7 + messages[2].hl7))
        _ = try await lab.agent.makeParcels(flush: true)
        try await lab.agent.uploadWaiting()
        try await lab.world.collectAll(lab.agent)
        #expect(try lab.names("/taken").isEmpty)
        let told = lab.world.log.lines.filter { $0.metadata["reason"] == "grown" }
        #expect(told.count == 1)
        #expect(told.first?.metadata["file"] == String(SHA256Hex(of: messages[0].hl7).text.prefix(12)))
        _ = try await lab.look()
        #expect(try await lab.look(after: 2) == 1)
        let status = try await lab.agent.status()
        #expect(status.taken == 3 && status.heldByRule == ["duplicate": 1], "\(status.heldByRule)")
        #expect(!lab.world.log.lines.contains { line in "\(line.text) \(line.metadata)".contains("DUPONT") })
    }

    @Test("A folder, a link or a pipe in the watched folder is left alone, and told once")
    func passedOver() async throws {
        let lab = try Lab()
        try FileManager.default.createDirectory(
            atPath: lab.folder.path + "/DUPONT", withIntermediateDirectories: true)
        for _ in 1...3 { _ = try await lab.look(after: 2) }
        let told = lab.world.log.lines.filter { $0.metadata["reason"] == "no-file" }
        #expect(told.count == 1 && told.first?.metadata["entries"] == "1")
        #expect(try lab.names() == ["DUPONT"])
        #expect(!lab.world.log.lines.contains { line in "\(line.text) \(line.metadata)".contains("DUPONT") })
    }

    private struct Form: Sendable {
        var begins: [UInt8]
        var reason: String
        var french: String
        var english: String
    }

    private static let forms = [
        Form(begins: [0x1F, 0x8B, 8, 0], reason: "compressed", french: "décompresser", english: "unpack"),
        Form(begins: [0x50, 0x4B, 3, 4], reason: "compressed", french: "décompresser", english: "unpack"),
        Form(begins: [0xFF, 0xFE], reason: "utf-16", french: "UTF-8", english: "UTF-8"),
    ]

    @Test("A packed file, or one in UTF-16, is refused for that reason, with what to do", arguments: 0..<3)
    func refusedForm(number: Int) async throws {
        let form = Self.forms[number]
        let bytes = form.begins + [UInt8](repeating: 7, count: 200)
        let lab = try Lab()
        try lab.put(bytes, "DUPONT.hl7.gz")
        _ = try await lab.look()
        #expect(try await lab.look(after: 2) == 1)
        let hash = SHA256Hex(of: bytes).text
        let text = try String(contentsOfFile: lab.folder.refused + "/\(hash).why.txt", encoding: .utf8)
        let lines = text.split(separator: "\n")
        #expect(
            lines.first?.contains(form.french) == true && lines.dropFirst(2).first?.contains(form.english) == true,
            "\(text)")
        let alarm = try #require(lab.world.log.lines.first { $0.metadata["alarm"] == "file-refused" })
        #expect(alarm.metadata["reason"] == form.reason && alarm.metadata["file"] == String(hash.prefix(12)))
    }

    @Test("The same file put in again is recognised and sends nothing twice")
    func sameFileAgain() async throws {
        let lab = try Lab()
        let bytes = World.messages(1...2).file
        for round in 1...2 {
            try lab.put(bytes, "a\(round).hl7")
            _ = try await lab.look()
            #expect(try await lab.look(after: 2) == 1)
        }
        let status = try await lab.agent.status()
        #expect(status.read == 2 && status.taken == 2)
        #expect(try lab.names("/taken").count == 1)
    }

    @Test(
        "What holds no report goes to refused under its hash, beside a text in both languages that shows nothing of it",
        arguments: ["garbage", "empty", "binary"])
    func refused(kind: String) async throws {
        let lab = try Lab()
        let bytes: [UInt8] =
            switch kind {
            case "garbage": Array("Courrier pour le docteur DUPONT\nsans aucun résultat\n".utf8)
            case "empty": []
            default: (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            }
        try lab.put(bytes, "DUPONT Ada.hl7")
        _ = try await lab.look()
        #expect(try await lab.look(after: 61) == 1)
        #expect(try lab.names().isEmpty)
        let hash = SHA256Hex(of: bytes).text
        #expect(try lab.names("/refused") == [hash, hash + ".why.txt"])
        let reason = try String(contentsOfFile: lab.folder.refused + "/\(hash).why.txt", encoding: .utf8)
        #expect(reason.split(separator: "\n").count == 4)
        #expect(reason.contains("\(bytes.count) octets") && reason.contains("\(bytes.count) bytes"))
        #expect(!reason.contains("DUPONT"))
        if kind != "empty" {
            for format in ["HL7", "HPRIM", "CSV", "FHIR", "CDA"] {
                #expect(reason.components(separatedBy: format).count == 3)
            }
        }
        #expect(lab.world.log.alarms == ["file-refused"])
        #expect(try await lab.agent.status().read == 0)
    }

    @Test("What was refused lies there for seven days, and its reason with it; the same file again is the same name")
    func refusedIsRemoved() async throws {
        let lab = try Lab()
        for round in 1...2 {
            try lab.put(Array("no report at all\n".utf8), "\(round).txt")
            _ = try await lab.look()
            #expect(try await lab.look(after: 2) == 1)
        }
        let names = try lab.names("/refused")
        #expect(names.count == 2)
        try lab.put([1], "refused/kept by hand.txt")
        func age(_ seconds: Int64) throws {
            let date = Date(timeIntervalSince1970: Double(lab.world.clock.now.secondsSinceEpoch - seconds))
            for name in names {
                try FileManager.default.setAttributes(
                    [.modificationDate: date], ofItemAtPath: lab.folder.refused + "/" + name)
            }
        }
        try age(Upkeep.sourceSeconds - 1)
        try await lab.agent.tidy()
        #expect(try lab.names("/refused").count == 3)
        try age(Upkeep.sourceSeconds)
        try await lab.agent.tidy()
        #expect(try lab.names("/refused") == ["kept by hand.txt"])
    }

    @Test(
        "A file that stands where a folder belongs is told by its role, in both languages",
        arguments: [WatchFolderPart.itself, .taken, .refused])
    func fileForFolder(part: WatchFolderPart) throws {
        let world = try World()
        let path = world.folder.path + "/in"
        if part == .itself {
            try world.folder.write([1], to: "in")
        } else {
            try Disk.real.createFolder(path)
            try world.folder.write([1], to: "in/" + part.rawValue)
        }
        do {
            _ = try WatchedFolder(path: path, disk: .real)
            Issue.record("a file was taken for a folder")
        } catch let failure as OutboxFailure {
            #expect("\(failure)".contains("is a file where a folder belongs"))
            #expect(failure.frenchOfFolder?.contains("est un fichier") == true)
            #expect(!failure.mustStop)
        }
    }

    @Test("A folder whose place is missing is not made, and said with what to think of; one that is made is told")
    func placeMissing() async throws {
        let world = try World()
        world.configuration.watchFolder = world.folder.path + "/disk/in/"
        let agent = try world.agent()
        let failure = await #expect(throws: OutboxFailure.self) { try await agent.run() }
        guard case .watchFolder(.itself, .missing) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try #require(failure).description.contains("is its disk mounted?"))
        #expect(failure?.frenchOfFolder?.contains("est-il monté") == true)
        #expect(try !Disk.real.exists(world.folder.path + "/disk"))
        try Disk.real.createFolder(world.folder.path + "/disk")
        let made = try WatchedFolder(path: world.folder.path + "/disk/in", disk: .real)
        #expect(made.made == [.itself, .taken])
        #expect(try WatchedFolder(path: world.folder.path + "/disk/in", disk: .real).made.isEmpty)
    }

    @Test(
        "A file of zero bytes or blanks is not called empty, and what may have happened is said", arguments: [0, 0x20])
    func blankFile(byte: UInt8) async throws {
        for size in [1, 700_000] {
            let lab = try Lab()
            try lab.put([UInt8](repeating: byte, count: size), "a.hl7")
            _ = try await lab.look()
            #expect(try await lab.look(after: 2) == 1)
            let why = try #require(try lab.names("/refused").first { $0.hasSuffix(".why.txt") })
            let text = try String(contentsOfFile: lab.folder.refused + "/" + why, encoding: .utf8)
            #expect(text.contains("nothing but zero bytes or blanks") && text.contains("octets nuls"), "\(text)")
            #expect(lab.world.log.raised("blank"))
        }
    }

    @Test("A watched folder that is not as the outbox left it is told at the next start", arguments: ["", "/taken"])
    func folderGone(part: String) async throws {
        let lab = try Lab()
        try lab.put(World.messages(1...1).file, "a.hl7")
        _ = try await lab.look()
        _ = try await lab.look(after: 2)
        try await lab.agent.close()
        try FileManager.default.removeItem(atPath: lab.folder.path + part)
        let again = try lab.world.agent()
        let running = Task { try await again.run() }
        while !lab.world.log.lines.contains(where: { $0.metadata["reason"] == "folder-made" }) { await Task.yield() }
        running.cancel()
        try await running.value
        let told = lab.world.log.lines.filter { $0.metadata["reason"] == "folder-made" }
        #expect(told.count == 1 && told.first?.level == .warning)
        #expect(told.first?.text.contains(part.isEmpty ? "was made" : "taken was missing") == true)
    }

    @Test("Where people only ever named files to pli send, a watched folder that is made is a first start's")
    func neverWatched() async throws {
        let world = try World()
        let path = try world.folder.write(World.messages(1...1).file, to: "day.hl7")
        let sender = try world.agent()
        _ = try await sender.takeFile(path)
        try await sender.close()
        #expect(!WatchNote(dataFolder: world.data).exists)
        let lab = try Lab(world)
        try FileManager.default.removeItem(atPath: lab.folder.path)
        try await lab.agent.close()
        let again = try lab.world.agent()
        let running = Task { try await again.run() }
        while !world.log.lines.contains(where: { $0.metadata["reason"] == "folder-made" }) { await Task.yield() }
        running.cancel()
        try await running.value
        let told = world.log.lines.filter { $0.metadata["reason"] == "folder-made" }
        #expect(told.map(\.level) == [.notice])
    }

    @Test("That a file was taken, or refused, from a watched folder is noted before it leaves the folder")
    func watchNoted() async throws {
        for bytes in [World.messages(1...1).file, Array("bonjour".utf8)] {
            let lab = try Lab()
            try lab.put(bytes, "a.hl7")
            _ = try await lab.look()
            #expect(!WatchNote(dataFolder: lab.world.data).exists)
            #expect(try await lab.look(after: 2) == 1)
            #expect(WatchNote(dataFolder: lab.world.data).exists)
        }
    }

    @Test("What somebody tidied away while the outbox runs is made anew")
    func foldersRemoved() async throws {
        let lab = try Lab()
        let file = World.messages(1...2).file
        try lab.put(file, "a.hl7")
        try lab.put(Array("bonjour".utf8), "b.txt")
        _ = try await lab.look()
        try FileManager.default.removeItem(atPath: lab.folder.taken)
        try FileManager.default.removeItem(atPath: lab.folder.refused)
        #expect(try await lab.look(after: 2) == 2)
        #expect(try lab.names("/taken") == [SHA256Hex(of: file).text])
        #expect(try lab.names("/refused").count == 2)
    }

    @Test("Where nothing can be made in the watched folder, that folder is named, and not one that is not there")
    func unwritable() throws {
        let world = try World()
        let path = world.folder.path + "/in"
        try Disk.real.createFolder(path)
        // The first step is to make `taken`: no permission for it.
        do {
            _ = try WatchedFolder(path: path, disk: FaultPlan(failAt: 0, code: 13).disk)
            Issue.record("a folder that cannot be made was made")
        } catch let failure as OutboxFailure {
            #expect("\(failure)".contains("the watched folder cannot be used"), "\(failure)")
            #expect(failure.frenchOfFolder?.hasPrefix("le dossier surveillé ne peut") == true)
        }
    }

    @Test(
        "A folder that becomes a file while the outbox runs keeps the file waiting, and is taken once when it is back")
    func folderLost() async throws {
        let lab = try Lab()
        try lab.put(World.messages(1...2).file, "a.hl7")
        _ = try await lab.look()
        try FileManager.default.removeItem(atPath: lab.folder.taken)
        try lab.put([1], "taken")
        await #expect(throws: OutboxFailure.self) { try await lab.look(after: 2) }
        await #expect(throws: OutboxFailure.self) { try await lab.agent.tidy() }
        try FileManager.default.removeItem(atPath: lab.folder.taken)
        try Disk.real.createFolder(lab.folder.taken)
        #expect(try await lab.look(after: 2) == 1)
        #expect(try await lab.agent.status().taken == 2)
    }

    @Test("A file whose name is not UTF-8 is told of once, and the others are taken")
    func nameNotUTF8() async throws {
        let lab = try Lab()
        try lab.put(World.messages(1...2).file, "good.hl7")
        let name = Array((lab.folder.path + "/r").utf8) + [0xE9] + Array("sultats.hl7".utf8) + [0]
        let path = name.map { CChar(bitPattern: $0) }
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        close(descriptor)
        _ = try await lab.look()
        #expect(try await lab.look(after: 2) == 1)
        _ = try await lab.look(after: 60)
        #expect(lab.world.log.alarms == ["file-refused"])
        #expect(lab.world.log.lines.contains { $0.metadata["reason"] == "name-not-utf-8" })
        #expect(lab.world.log.lines.allSatisfy { !$0.text.contains("sultats") })
    }

    @Test("A file that cannot be read stays, is told of once, and is taken when it can be read")
    func unreadable() async throws {
        let isLocked = Mutex(true)
        let disk = Disk(
            before: { (step, path) throws(DurableFailure) in
                if step == .openFile, path.hasSuffix("a.hl7"), isLocked.withLock({ $0 }) {
                    throw DurableFailure(step, code: EACCES, path: path)
                }
            }, after: { _, _ in })
        let lab = try LockedLab(disk: disk)
        try lab.put(World.messages(1...2).file)
        _ = try await lab.look()
        #expect(try await lab.look(after: 2) == 0)
        #expect(try await lab.look(after: 60) == 0)
        #expect(lab.world.log.alarms == ["file-refused"], "told once, not at every look")
        isLocked.withLock { $0 = false }
        try lab.touch()
        _ = try await lab.look(after: 1)
        #expect(try await lab.look(after: 2) == 1)
        #expect(try await lab.agent.status().taken == 2)
    }

    /// A laboratory whose agent has a disk of its own.
    private struct LockedLab {
        let world: World
        let agent: OutboxAgent
        let folder: WatchedFolder

        init(disk: Disk) throws {
            world = try World()
            let path = world.folder.path + "/in"
            world.configuration.watchFolder = path
            world.configuration.settleSeconds = 1
            let clock = world.clock
            agent = try OutboxAgent(
                configuration: world.configuration, keys: People.keys(of: People.lab), relay: world.relay,
                logger: world.log.logger, disk: disk, now: { clock.now })
            folder = try WatchedFolder(path: path, disk: disk)
        }

        func put(_ bytes: [UInt8]) throws { try world.folder.write(bytes, to: "in/a.hl7") }

        func touch() throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: folder.file("a.hl7"))
        }

        func look(after seconds: Int64 = 0) async throws -> Int {
            world.clock.advance(seconds)
            return try await agent.takeReadyFiles(of: folder)
        }
    }
}
