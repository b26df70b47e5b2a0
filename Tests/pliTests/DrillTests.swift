import Foundation
import LabReport
import Testing

@testable import pli

@Suite("pli drill breach", .serialized)
struct DrillTests {
    @Test("All that the relay has is stolen twice, and nothing is found")
    func holds() throws {
        let program = try Program()
        defer { program.remove() }
        let drill = try program.pli("drill", "breach", "--json", "--keep", "kept")
        #expect(drill.status == 0, "\(drill.text)\n\(drill.errors)")
        let none = try program.pli("drill")
        #expect(none.status == 2 && none.errors.contains("pli drill breach"), "nothing was proven: \(none.errors)")
        #expect(drill.errors.contains("Le voleur n'a rien. / The thief has nothing."))
        #expect(drill.lines.count > 20 && drill.lines.allSatisfy { $0.contains("\"met\":true") }, "\(drill.text)")
        #expect(
            drill.errors.contains("image mémoire (gcore)")
                == FileManager.default.isExecutableFile(atPath: "/usr/bin/gcore"))
        #expect(!program.exists("kept/core/relay"), "a core dump is not left behind")
    }

    @Test("A canary that lies in a folder is found, however it is written there")
    func finds() throws {
        let program = try Program()
        defer { program.remove() }
        let canary = "CANARIÉ0123456789ABCDEF"
        let search = SecretSearch(patterns: SecretForms.all(of: [canary]))
        let base64 = (0..<3).map { Data(Array(repeating: 0x41, count: $0) + Array("\(canary)zz".utf8)) }
            .map { Array($0.base64EncodedData()) }
        let forms: [[UInt8]] =
            [
                Array(canary.utf8), Array(try #require(canary.data(using: .isoLatin1))),
                Array(try #require(canary.data(using: .utf16LittleEndian))),
                Array(canary.utf8.map { String($0, radix: 16) }.joined().utf8),
            ] + base64
        for (place, form) in forms.enumerated() {
            let folder = "form-\(place)"
            try FileManager.default.createDirectory(atPath: program.path(folder), withIntermediateDirectories: true)
            try program.write(folder + "/a", Array(repeating: 0x20, count: 5_000) + form + [0x0A])
            let outcome = Haystack.search(folder: program.folder.appending(path: folder), for: search)
            #expect(!outcome.hits.isEmpty, "form \(place)")
        }
        let clean = SecretSearch(patterns: SecretForms.all(of: ["CANARIE9876543210FEDCBA"]))
        #expect(Haystack.search(folder: program.folder, for: clean).hits.isEmpty)
    }

    @Test("Every field of every segment has its canary, beside what it held")
    func everyField() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let file = CanaryFile(seed: 7, today: today)
        #expect(file.count == CanaryFile.count && Set(file.canaries).count == file.count)
        let messages = String(decoding: file.bytes, as: UTF8.self).components(separatedBy: "MSH|^~\\&|").dropFirst()
        #expect(messages.count == file.count)
        var place = 0
        for (segment, numbers) in CanaryFile.fields {
            for number in numbers {
                let lines = ("MSH|^~\\&|" + Array(messages)[place]).components(separatedBy: "\r")
                let line = try #require(lines.first { $0.hasPrefix(segment + "|") })
                let fields = line.components(separatedBy: "|")
                let field = fields[segment == "MSH" ? number - 1 : number]
                #expect(field.hasSuffix(file.canaries[place]), "\(segment)-\(number)")
                place += 1
            }
        }
    }
}
