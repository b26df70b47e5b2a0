import Foundation
import Testing

@testable import Durable

struct HeldFolderTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("a folder that was removed and made again is another one, whatever number the system gave it")
    func madeAgain() throws {
        let path = folder("held")
        for _ in 0..<3 {
            try Disk.real.createFolder(path)
            let held = try HeldFolder(path)
            #expect(held.isInPlace)
            try Disk.real.removeEmptyFolder(path)
            #expect(!held.isInPlace)
            try Disk.real.createFolder(path)
            #expect(!held.isInPlace)
            try Disk.real.removeEmptyFolder(path)
        }
    }

    @Test("it is in its place again when it is back, or when a link leads to it; a copy is not it")
    func moved() throws {
        let (path, aside) = (folder("held"), folder("aside"))
        try Disk.real.createFolder(path)
        let held = try HeldFolder(path)
        try Disk.real.rename(path, to: aside)
        #expect(!held.isInPlace)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: aside)
        #expect(held.isInPlace)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: aside, toPath: path)
        #expect(!held.isInPlace)
        try FileManager.default.removeItem(atPath: path)
        try Disk.real.rename(aside, to: path)
        #expect(held.isInPlace)
    }

    @Test("what is no folder cannot be held")
    func noFolder() throws {
        try Disk.real.writeDurably([1], to: folder("a"))
        #expect(throws: DurableFailure.self) { try HeldFolder(folder("a")) }
        #expect(throws: DurableFailure.self) { try HeldFolder(folder("b")) }
    }
}
