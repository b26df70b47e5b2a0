import Foundation
import Testing

/// The caps and bans of CONTRIBUTING.md, kept by a machine.
@Suite("Caps and bans")
struct CapTests {
    @Test("No file is longer than 600 lines and no function longer than 70")
    func capsHold() throws {
        for file in try SourceTree.files(below: "Sources") + SourceTree.files(below: "Tests") {
            #expect(file.lines.count <= 600, "\(file.path): \(file.lines.count) lines")
            for function in SourceTree.functions(of: file) {
                #expect(function.length <= 70, "\(file.path):\(function.line): \(function.length) lines")
            }
        }
    }

    @Test("Nothing in our sources can trap on input or be left for later")
    func bansHold() throws {
        let banned = [
            "try!", "as!", "fatalError(", "preconditionFailure(", "assertionFailure(", "TODO", "FIXME", "XXX",
            "Thread.sleep", "usleep(", "print(\"debug",
        ]
        for file in try SourceTree.files(below: "Sources") {
            for (number, line) in file.lines.enumerated() {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1): \(word)")
                }
            }
        }
    }

    @Test("An unchecked promise to the compiler has its reason beside it")
    func uncheckedHasAReason() throws {
        for file in try SourceTree.files(below: "Sources") {
            for (number, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
                let above = file.lines[max(0, number - 3)...number].contains { $0.contains("//") }
                #expect(above, "\(file.path):\(number + 1): @unchecked Sendable without a reason")
            }
        }
    }

    @Test("No file or type is a drawer: Manager, Helper, Util")
    func noDrawers() throws {
        for file in try SourceTree.files(below: "Sources") {
            let name = file.path.split(separator: "/").last ?? ""
            for word in ["Manager", "Helper", "Util"] {
                #expect(!name.contains(word), "\(file.path)")
            }
        }
    }

    @Test("Each library target opens with a page of its own")
    func targetsOpenWithAPage() throws {
        for target in ArrowTests.allowed.keys where target != "pli-relay" {
            let page = SourceTree.root.appending(path: "Sources/\(target)/\(target).swift")
            let text = try String(contentsOf: page, encoding: .utf8)
            let comments = text.split(separator: "\n").prefix { $0.hasPrefix("//") || $0.hasPrefix("import") }
            #expect(comments.count >= 4, "\(target): its opening page says too little")
        }
    }

    @Test("Tests do not sleep")
    func testsDoNotSleep() throws {
        for file in try SourceTree.files(below: "Tests") where file.target != "TidyTests" {
            for (number, line) in file.code.enumerated() where line.contains(".sleep(") || line.contains("usleep(") {
                Issue.record("\(file.path):\(number + 1) sleeps")
            }
        }
    }
}
