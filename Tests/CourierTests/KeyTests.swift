import Age
import Durable
import Exchange
import Foundation
import Notes
import Testing

@testable import Courier

@Suite("Key files and a participant's keys")
struct KeyTests {
    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
    }

    @Test("Key files are written for their owner alone and read back")
    func roundTrip() throws {
        let identities = [try AgeIdentity.generate(), AgeIdentity.generateClassic()]
        try KeyFile.write(signing: fixture.lab.signing, to: folder("lab.signing"))
        try KeyFile.write(sealing: identities, createdAt: fixture.now.text, to: folder("lab.sealing"))
        for name in ["lab.signing", "lab.sealing"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder(name))[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let keys = try ParticipantKeys.load(
            signing: folder("lab.signing"), sealing: [folder("lab.sealing")], id: fixture.lab.id)
        #expect(keys.fingerprint == fixture.lab.fingerprint)
        #expect(keys.ownSealingKey == identities[1].recipient.text, "the last is the newest")
    }

    @Test("A key file that others may read is refused", arguments: [0o644, 0o640, 0o604, 0o660])
    func openModes(mode: Int) throws {
        try folder.write(Array(fixture.lab.signing.fileText.utf8), to: "lab.signing", mode: mode)
        #expect(
            throws: CourierFailure.usage(
                "key file lab.signing can be read by others: make its mode 0600 (chmod 600)")
        ) { try KeyFile.signing(at: folder("lab.signing")) }
        try folder.write(IdentityFile(identities: [.generateClassic()]).text(), to: "lab.sealing", mode: mode)
        #expect(throws: CourierFailure.self) { try KeyFile.sealing(at: folder("lab.sealing")) }
    }

    @Test("The wrong one of a participant's keys is told as that, and nobody is sent to make a new one")
    func mixedUp() throws {
        let identity = AgeIdentity.generateClassic()
        try KeyFile.write(signing: fixture.lab.signing, to: folder("signing.key"))
        try KeyFile.write(sealing: [identity], createdAt: fixture.now.text, to: folder("sealing.key"))
        try folder.write(
            Array((fixture.lab.signing.verifying.lines.joined(separator: "\n") + "\n").utf8), to: "lab.pub")
        try folder.write(Array("\(identity.recipient.text)\n".utf8), to: "sealing.pub", mode: 0o644)
        let publicPart = "this is a public part: name the secret key, which stays with its owner"
        #expect(
            throws: CourierFailure.usage(
                "signing key file sealing.key: this is a sealing key: name the file that pli keygen --signing wrote")
        ) { try KeyFile.signing(at: folder("sealing.key")) }
        #expect(
            throws: CourierFailure.usage(
                "sealing key file signing.key: this is a signing key: name the file that pli keygen wrote without --signing"
            )
        ) { try KeyFile.sealing(at: folder("signing.key")) }
        #expect(throws: CourierFailure.usage("signing key file lab.pub: \(publicPart)")) {
            try KeyFile.signing(at: folder("lab.pub"))
        }
        #expect(throws: CourierFailure.usage("key file sealing.pub: \(publicPart)")) {
            try KeyFile.sealing(at: folder("sealing.pub"))
        }
    }

    @Test("A key file that exists is never written over")
    func neverOver() throws {
        try KeyFile.write(signing: fixture.lab.signing, to: folder("key"))
        #expect(throws: CourierFailure.usage("key exists: move it away first")) {
            try KeyFile.write(signing: fixture.cnam.signing, to: folder("key"))
        }
        #expect(try KeyFile.signing(at: folder("key")).name == fixture.lab.id.text)
    }

    @Test("A key file that somebody makes at the very moment is not written over either")
    func neverOverMeanwhile() throws {
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .rename else { return }
            try Disk.real.writeDurably(Array("theirs".utf8), to: path)
        })
        #expect(throws: CourierFailure.usage("key exists: move it away first")) {
            try KeyFile.write(signing: fixture.cnam.signing, to: folder("key"), disk: disk)
        }
        #expect(try Disk.real.read(folder("key"), limit: 100) == Array("theirs".utf8))
        #expect(folder.names == ["key"])
    }

    @Test("Both kinds of sealing key are ones by their form, and none with another character in it")
    func sealingKeyForm() throws {
        for key in [try AgeIdentity.generate(), AgeIdentity.generateClassic()].map(\.recipient.text) {
            let now = UTCTime(secondsSinceEpoch: 1_800_000_000)
            func note(_ key: String) throws -> KeysNote {
                try KeysNote(
                    by: fixture.cnam.id, number: 1, issuedAt: now, signing: fixture.cnam.verifierLines,
                    sealing: [.init(key: key, notBefore: now, notAfter: now.adding(seconds: 60))])
            }
            try note(key).requireSealingKeys()
            for place in key.indices.dropFirst(4) {
                var changed = key
                changed.replaceSubrange(place...place, with: key[place] == "q" ? "p" : "q")
                #expect(throws: ExchangeFailure.self, "\(changed)") { try note(changed).requireSealingKeys() }
            }
        }
    }

    @Test("Missing and damaged key files are told apart, without a byte of them")
    func damaged() throws {
        #expect(throws: CourierFailure.usage("key file none does not exist: make it with `pli keygen`")) {
            try KeyFile.signing(at: folder("none"))
        }
        let text = fixture.lab.signing.fileText
        try folder.write(Array(text.dropLast(5).utf8), to: "cut")
        do {
            _ = try KeyFile.signing(at: folder("cut"))
            Issue.record("a damaged key file was read")
        } catch {
            for line in text.split(separator: "\n") { #expect(!error.description.contains(line.suffix(12))) }
        }
    }

    @Test("Keys of another participant, and none to open with, are refused")
    func wrongOwner() throws {
        #expect(throws: CourierFailure.self) {
            try ParticipantKeys(id: fixture.cnam.id, signing: fixture.lab.signing, sealing: [.generate()])
        }
        #expect(throws: CourierFailure.self) {
            try ParticipantKeys(id: fixture.lab.id, signing: fixture.lab.signing, sealing: [])
        }
    }

    @Test("Nothing describes or dumps a secret")
    func redacted() throws {
        var dumped = ""
        dump(fixture.lab, to: &dumped)
        for text in ["\(fixture.lab)", String(reflecting: fixture.lab), dumped] {
            #expect(text.contains("lab-rive-gauche"))
            #expect(!text.contains("SECRET") && !text.contains("PRIVATE") && !text.contains("seed"))
        }
    }

    @Test("A segment key comes back, from an older identity too, and not to another participant")
    func segmentKeys() throws {
        let old = try AgeIdentity.generate()
        let before = try ParticipantKeys(id: fixture.lab.id, signing: fixture.lab.signing, sealing: [old])
        let after = try ParticipantKeys(id: fixture.lab.id, signing: fixture.lab.signing, sealing: [old, .generate()])
        let key = [UInt8](0..<32)
        let sealed = try before.sealSegmentKey(key)
        #expect(try after.openSegmentKey(sealed) == key)
        #expect(throws: CourierFailure.self) { try fixture.cnam.openSegmentKey(sealed) }
        #expect(throws: CourierFailure.self) { try after.openSegmentKey(Array(sealed.dropLast())) }
    }

    @Test("What a participant signs holds, and it signs only for itself")
    func signing() throws {
        let manifest = try fixture.manifest(size: 10, sha256: SHA256Hex(of: []), reports: 1)
        let signed = try fixture.lab.sign(manifest)
        #expect(try fixture.lab.verifyOwn(manifest: signed.noteBytes) == signed)
        #expect(throws: CourierFailure.exchange(.wrongSigner(what: "manifest"))) { try fixture.cnam.sign(manifest) }
        let receipt = try Receipt(on: signed, at: fixture.now, outcome: .delivered, directory: 1)
        #expect(try fixture.cnam.sign(receipt).value == receipt)
    }

    @Test("A keys note stays the same for half its span, then the next one follows it")
    func renewal() throws {
        let first = try fixture.lab.keysNote(current: nil, now: fixture.now)
        #expect(first.value.number == 1 && first.value.previous == nil)
        #expect(first.value.sealingKey(at: fixture.now)?.key == fixture.lab.ownSealingKey)
        #expect(first.value.sealingKey(at: fixture.now.adding(seconds: -60)) != nil, "a sender's clock may be behind")
        let half = Limits.sealingKeySeconds / 2 - Limits.clockSkewSeconds
        let before = try fixture.lab.keysNote(current: first, now: fixture.now.adding(seconds: half - 1))
        #expect(before == first)
        let second = try fixture.lab.keysNote(current: first, now: fixture.now.adding(seconds: half))
        #expect(second.value.number == 2 && second.value.previous == first.textHash)
        let late = try fixture.lab.keysNote(current: first, now: fixture.now.adding(seconds: 100 * 86_400))
        #expect(late.value.number == 2)
    }

    @Test("A new sealing or signing key makes the next keys note at once")
    func newKeys() throws {
        let first = try fixture.lab.keysNote(current: nil, now: fixture.now)
        let sealing = try ParticipantKeys(id: fixture.lab.id, signing: fixture.lab.signing, sealing: [.generate()])
        let second = try sealing.keysNote(current: first, now: fixture.now)
        #expect(second.value.number == 2 && second.value.previous == first.textHash)
        #expect(second.value.sealing.map(\.key) == [sealing.ownSealingKey])
        let signing = try Fixture.keys("lab-rive-gauche", 99)
        #expect(try signing.keysNote(current: second, now: fixture.now).value.number == 3)
    }
}
