import Foundation
import Testing

@Suite("pli seal, pli open: memory", .enabled(if: Program.installed("python3") != nil, "python3 is not installed"))
struct SealMemoryTests {
    /// Runs `pli` and gives its exit code and its highest memory in MiB.
    private func measured(_ program: Program, _ arguments: [String]) throws -> (status: Int, mebibytes: Int) {
        let measure = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
            print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
            """
        let python = try #require(Program.installed("python3"))
        let outcome = try program.run(python, ["-c", measure, Program.built("pli").path] + arguments)
        let numbers = outcome.lines.last?.split(separator: " ").compactMap { Int($0) } ?? []
        try #require(numbers.count == 2, "\(outcome.errors)")
        return (numbers[0], numbers[1])
    }

    @Test("Half a gibibyte needs no more memory than eight mebibytes, and under 64 MiB", arguments: [[], ["-a"]])
    func sizeDoesNotMatter(flags: [String]) throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        var highest: [String: [Int]] = [:]
        for (name, size) in [("small", UInt64(8) << 20), ("large", 512 << 20)] {
            _ = FileManager.default.createFile(atPath: program.path(name), contents: nil)
            let file = try FileHandle(forWritingTo: URL(filePath: program.path(name)))
            try file.truncate(atOffset: size)
            try file.close()
            let sealed = try measured(program, ["seal", "-r", key, "-o", "\(name).age"] + flags + [name])
            let opened = try measured(program, ["open", "-i", "me.key", "-o", "\(name).out", "\(name).age"])
            #expect(sealed.status == 0 && opened.status == 0)
            #expect(sealed.mebibytes < 64 && opened.mebibytes < 64, "\(name): \(sealed), \(opened)")
            highest["seal", default: []].append(sealed.mebibytes)
            highest["open", default: []].append(opened.mebibytes)
            let size = try FileManager.default.attributesOfItem(atPath: program.path("\(name).out"))[.size] as? UInt64
            #expect(size == (name == "small" ? 8 << 20 : 512 << 20))
        }
        for (command, numbers) in highest {
            #expect(numbers[1] <= numbers[0] + 8, "\(command): \(numbers) MiB")
        }
    }
}
