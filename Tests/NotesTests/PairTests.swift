import Crypto
import Foundation
import Testing

@testable import Notes

@Suite("Signing and verifying with a pair")
struct PairTests {
    private let text = [UInt8]("{\"type\":\"test/1\"}\n".utf8)

    private func damaged(_ line: SignatureLine) -> SignatureLine {
        var signature = line.signature
        signature[signature.count / 2] ^= 1
        return SignatureLine(name: line.name, keyID: line.keyID, signature: signature)
    }

    private func note(_ lines: [SignatureLine]) throws -> SignedNote {
        try SignedNote(text: text, signatures: lines)
    }

    @Test("A signed note is read back and verifies by its pair only")
    func signAndVerify() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        let note = try pair.sign(text: text)
        #expect(note.signatures.map(\.signature.count) == [64, 3309])
        let read = try SignedNote(parsing: note.encoded, maxBytes: 5800)
        #expect(read == note)
        try read.verify(by: pair.verifying)
        try read.verify(by: pair.verifying.ed25519)
        let other = try SigningPair.generate(name: "lab-a")
        #expect(throws: NoteFailure.missingSignature) { try read.verify(by: other.verifying) }
        let renamed = try VerifyingPair(
            name: "lab-b", ed25519: pair.verifying.ed25519PublicKey, mldsa: pair.verifying.mldsa.publicKey)
        #expect(throws: NoteFailure.missingSignature) { try read.verify(by: renamed) }
    }

    @Test("The ML-DSA signature is pure, with an empty context")
    func pureSignature() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        let signature = try pair.sign(text: text).signatures[1].signature
        let key = try MLDSA65.PublicKey(rawRepresentation: pair.verifying.mldsa.publicKey)
        #expect(key.isValidSignature(signature, for: text))
        #expect(key.isValidSignature(signature, for: text, context: [UInt8]()))
        #expect(!key.isValidSignature(signature, for: text, context: [UInt8]("pli".utf8)))
    }

    @Test("One line of a pair is not enough")
    func oneLine() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        for line in try pair.sign(text: text).signatures {
            let half = try note([line])
            #expect(throws: NoteFailure.missingSignature) { try half.verify(by: pair.verifying) }
            #expect(try half.holders(among: [pair.verifying]) == [])
        }
    }

    @Test("A known key whose signature fails rejects the note, whichever of the two it is")
    func badSignature() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        let other = try SigningPair.generate(name: "lab-b")
        let good = try pair.sign(text: text).signatures
        let others = try other.sign(text: text).signatures
        for lines in [[damaged(good[0]), good[1]], [good[0], damaged(good[1])]] {
            #expect(throws: NoteFailure.badSignature) { try note(lines).verify(by: pair.verifying) }
            #expect(throws: NoteFailure.badSignature) {
                try note(others + lines).holders(among: [other.verifying, pair.verifying])
            }
        }
        let changed = try SignedNote(text: [UInt8]("other\n".utf8), signatures: good)
        #expect(throws: NoteFailure.badSignature) { try changed.verify(by: pair.verifying) }
        #expect(throws: NoteFailure.badSignature) { try note([damaged(good[0])]).holders(among: [pair.verifying]) }
    }

    @Test("Lines of two pairs never add up to one holder")
    func mixedPairs() throws {
        let a = try SigningPair.generate(name: "root-1")
        let b = try SigningPair.generate(name: "root-1")
        let linesOfA = try a.sign(text: text).signatures
        let linesOfB = try b.sign(text: text).signatures
        let mixed = try note([linesOfA[0], linesOfB[1]])
        let pairs = [a.verifying, b.verifying]
        #expect(try mixed.holders(among: pairs) == [])
        for pair in pairs {
            #expect(throws: NoteFailure.missingSignature) { try mixed.verify(by: pair) }
        }
        // A third pair made of halves of both is one holder, and then neither half counts again.
        let spliced = try VerifyingPair(
            name: "root-1", ed25519: a.verifying.ed25519PublicKey, mldsa: b.verifying.mldsa.publicKey)
        #expect(try note(linesOfA + linesOfB).holders(among: [spliced] + pairs) == [0])
        #expect(try note(linesOfA + linesOfB).holders(among: pairs + [spliced]) == [0, 1])
    }

    @Test("Holders are counted by pair, once each, in any order of lines")
    func holders() throws {
        let pairs = try (1...3).map { try SigningPair.generate(name: "root-\($0)") }
        let verifying = pairs.map(\.verifying)
        let first = try pairs[0].sign(text: text)
        let third = try pairs[2].sign(text: text)
        let both = try first.appending(third)
        #expect(try both.holders(among: verifying) == [0, 2])
        #expect(try both.holders(among: [verifying[0], verifying[0], verifying[2]]) == [0, 2])
        #expect(try note(both.signatures.reversed()).holders(among: verifying) == [0, 2])
        #expect(try both.holders(among: [verifying[1]]) == [])
    }

    @Test("Signatures of unknown keys are ignored")
    func unknownKeys() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        let stranger = try SigningPair.generate(name: "stranger")
        let strange = try stranger.sign(text: text).signatures.map(damaged)
        let odd = SignatureLine(name: "lab-a", keyID: [0, 0, 0, 0], signature: [1])
        let mixed = try note(strange + [odd] + pair.sign(text: text).signatures)
        try mixed.verify(by: pair.verifying)
        #expect(try mixed.holders(among: [pair.verifying]) == [0])
    }

    @Test("Appending keeps the text, adds further keys only and heeds the cap")
    func appending() throws {
        let a = try SigningPair.generate(name: "root-1")
        let b = try SigningPair.generate(name: "root-2")
        let signed = try a.sign(text: text)
        let both = try signed.appending(try b.sign(text: text))
        #expect(both.signatures.map(\.name) == ["root-1", "root-1", "root-2", "root-2"])
        // ML-DSA signatures are randomised: signing again gives other bytes, and the first ones stay.
        #expect(try both.appending(try a.sign(text: text)) == both)
        #expect(throws: NoteFailure.textDiffers) { try signed.appending(try b.sign(text: [UInt8]("x\n".utf8))) }
        let many = try note(
            (0..<31).map { SignatureLine(name: "n", keyID: [0, 0, 0, UInt8($0)], signature: [1]) })
        #expect(throws: NoteFailure.tooManySignatures(limit: SignedNote.maxSignatures)) { try many.appending(signed) }
    }

    @Test("Only a text fit for a note is signed")
    func unfitText() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        #expect(throws: NoteFailure.textWithoutNewline) { try pair.sign(text: []) }
        #expect(throws: NoteFailure.textWithoutNewline) { try pair.sign(text: [0x61]) }
        #expect(throws: NoteFailure.controlCharacter(offset: 0)) { try pair.sign(text: [0x0D, 0x0A]) }
        #expect(throws: NoteFailure.notUTF8(offset: 1)) { try pair.sign(text: [0x61, 0xE9, 0x0A]) }
    }

    @Test("A note signed by a pair with the longest participant id fits a manifest's limit")
    func size() throws {
        let pair = try SigningPair.generate(name: String(repeating: "a", count: 63))
        let note = try pair.sign(text: text)
        #expect(note.encoded.count - text.count < 4_750)
    }

    @Test("A bare Ed25519 signature verifies with the raw public key")
    func bareEd25519() throws {
        let pair = try SigningPair.generate(name: "lab-a")
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: pair.verifying.ed25519PublicKey)
        #expect(key.isValidSignature(try pair.signEd25519(text), for: text))
        let seeded = try Curve25519.Signing.PrivateKey(rawRepresentation: pair.ed25519Seed)
        #expect(seeded.publicKey.rawRepresentation == key.rawRepresentation)
    }
}
