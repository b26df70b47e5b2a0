import Age
import Durable
import Foundation
import Testing

@testable import Courier

@Suite("The ring of sealing keys")
struct SealingKeyRingTests {
    let folder: TemporaryFolder
    let path: String
    /// An old classical key and a newer post-quantum one, in one file.
    let identities: [AgeIdentity]

    init() throws {
        folder = try TemporaryFolder()
        path = folder("sealing.key")
        identities = [AgeIdentity.generateClassic(), try AgeIdentity.generate()]
        try KeyFile.write(sealing: identities, createdAt: "2026-11-23T00:00:00Z", to: path)
    }

    private func keys(_ disk: Disk = .real) throws -> [String] {
        try KeyFile.sealing(at: path, disk: disk).map(\.recipient.text)
    }

    /// The secret part of an identity, as it stands in a file.
    private static func secret(_ identity: AgeIdentity) throws -> [UInt8] {
        let text = try IdentityFile(identities: [identity]).text()
        return Array(text.split(separator: 0x0A).last ?? [])
    }

    private func holds(_ identity: AgeIdentity) throws -> Bool {
        // Its first letter is the same in all of them.
        let secret = try Self.secret(identity).dropFirst()
        return Data(try folder.bytes("sealing.key")).range(of: Data(secret)) != nil
    }

    @Test("Names its keys in the order in which agents read them, and tells which one opens")
    func entries() throws {
        let ring = try SealingKeyRing(paths: [path])
        #expect(ring.entries.map(\.publicKey) == identities.map(\.recipient.text))
        #expect(ring.entries.map(\.isPostQuantum) == [false, true])
        #expect(ring.newest?.publicKey == identities[1].recipient.text)
        #expect(Set(ring.entries.map(\.name)).count == 2 && ring.entries.allSatisfy { $0.name.count == 16 })
        for identity in identities {
            let sealed = try AgeSealer.seal([1, 2, 3], to: [identity.recipient])
            #expect(ring.opener(of: sealed)?.publicKey == identity.recipient.text)
        }
        let others = try AgeSealer.seal([1], to: [AgeIdentity.generateClassic().recipient])
        #expect(ring.opener(of: others) == nil)
    }

    @Test("A file under two names, by a link of either kind, has each key once, and they are destroyed in it")
    func linked() throws {
        try FileManager.default.linkItem(atPath: path, toPath: folder("second.key"))
        try FileManager.default.createSymbolicLink(atPath: folder("third.key"), withDestinationPath: path)
        let ring = try SealingKeyRing(paths: [path, folder("second.key"), folder("third.key")])
        #expect(ring.entries.count == 2)
        try ring.destroy(#require(ring.entries.first))
        #expect(try keys() == [identities[1].recipient.text])
        #expect(try KeyFile.sealing(at: folder("second.key")).count == 1)
    }

    @Test("A file of comments only says that its key is missing, and what to do")
    func comments() throws {
        try Disk.real.writeDurably(Array("# created: today\n# public key: gone\n".utf8), to: path)
        let failure = #expect(throws: CourierFailure.self) { try keys() }
        #expect(failure?.description.contains("it has comments and no key") == true)
        #expect(failure?.description.contains("pli keygen") == true)
    }

    @Test("A key is added behind the others, which stay, in the same file under the same owner and mode")
    func add() throws {
        let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
        let added = try AgeIdentity.generate()
        try SealingKeyRing.add(added, to: path, createdAt: "2026-11-27T00:00:00Z")
        #expect(try keys() == (identities + [added]).map(\.recipient.text))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int == before)
        #expect(try Disk.real.mode(of: path).map { $0 & 0o777 } == 0o600)
        // Also where the last line has no end.
        try folder.write(Array(try folder.bytes("sealing.key").dropLast()), to: "sealing.key")
        let last = AgeIdentity.generateClassic()
        try SealingKeyRing.add(last, to: path, createdAt: "2026-11-28T00:00:00Z")
        #expect(try keys().last == last.recipient.text && keys().count == 4)
    }

    @Test(
        "Zeros that a power cut left behind a file that was growing are no part of it, and a file named twice counts once"
    )
    func tails() throws {
        try folder.write(try folder.bytes("sealing.key") + Array(repeating: 0, count: 2_000), to: "sealing.key")
        #expect(try keys() == identities.map(\.recipient.text))
        #expect(try SealingKeyRing(paths: [path, path]).entries.count == 2)
        let added = AgeIdentity.generateClassic()
        try SealingKeyRing.add(added, to: path, createdAt: "2026-11-27T00:00:00Z")
        #expect(try keys() == (identities + [added]).map(\.recipient.text))
    }

    @Test("A destroyed key is in its file no more, and the others stay")
    func destroy() throws {
        let ring = try SealingKeyRing(paths: [path])
        try ring.destroy(ring.entries[0])
        #expect(try !holds(identities[0]) && holds(identities[1]))
        #expect(try keys() == [identities[1].recipient.text])
        // A file in which nothing is left is no mistake: the configuration may go on naming it.
        let rest = try SealingKeyRing(paths: [path])
        try rest.destroy(rest.entries[0])
        #expect(try keys().isEmpty && !holds(identities[1]))
        #expect(try SealingKeyRing(paths: [path]).entries.isEmpty)
        try folder.write(Array("# nothing\n".utf8), to: "empty.key")
        #expect(throws: CourierFailure.self) { try KeyFile.sealing(at: folder("empty.key")) }
    }

    @Test(
        "Whatever step of adding fails, the file can be read, and has the new key or has it not",
        arguments: [false, true])
    func addFails(persisted: Bool) throws {
        for step in 0... {
            try folder.write(IdentityFile(identities: identities).text(), to: "sealing.key")
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            let added = try AgeIdentity.generate()
            try? SealingKeyRing.add(added, to: path, createdAt: "2026-11-27T00:00:00Z", disk: plan.disk)
            let texts = try keys()
            #expect(Array(texts.prefix(2)) == identities.map(\.recipient.text), "step \(step)")
            #expect(texts.count == 2 || texts == (identities + [added]).map(\.recipient.text), "step \(step)")
            if !plan.didFail { break }
            // The next one finds its place, and what was left half way is overwritten.
            try SealingKeyRing.destroyRests(in: path)
            if texts.count == 2 { #expect(try !holds(added), "step \(step)") }
            let next = AgeIdentity.generateClassic()
            try SealingKeyRing.add(next, to: path, createdAt: "2026-11-28T00:00:00Z")
            #expect(try keys().last == next.recipient.text, "step \(step)")
        }
    }

    @Test(
        "Whatever step of destroying fails, the file can be read, and once begun it is finished by the next one",
        arguments: [false, true])
    func destroyFails(persisted: Bool) throws {
        for step in 0... {
            try folder.write(IdentityFile(identities: identities).text(), to: "sealing.key")
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            let ring = try SealingKeyRing(paths: [path])
            if let dying = try? SealingKeyRing(paths: [path], disk: plan.disk) { try? dying.destroy(ring.entries[0]) }
            let texts = try keys()
            #expect(texts.last == identities[1].recipient.text, "step \(step)")
            if texts.count == 1 {
                try SealingKeyRing.destroyRests(in: path)
                #expect(try !holds(identities[0]), "step \(step)")
            }
            if !plan.didFail { break }
        }
    }

    @Test("A file that is full, or others may read, takes no key")
    func refused() throws {
        let many = (0..<AgeLimits.maxStanzas).map { _ in AgeIdentity.generateClassic() }
        try folder.write(IdentityFile(identities: many).text(), to: "full.key")
        #expect(throws: CourierFailure.self) {
            try SealingKeyRing.add(.generateClassic(), to: folder("full.key"), createdAt: "2026-11-27T00:00:00Z")
        }
        try folder.write(IdentityFile(identities: identities).text(), to: "open.key", mode: 0o644)
        #expect(throws: CourierFailure.self) {
            try SealingKeyRing.add(.generateClassic(), to: folder("open.key"), createdAt: "2026-11-27T00:00:00Z")
        }
    }
}
