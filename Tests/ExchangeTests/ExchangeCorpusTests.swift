import Foundation
import TestSupport
import Testing

@testable import Exchange

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
@Suite("Corpus of what comes from outside")
struct ExchangeCorpusTests {
    /// An input and the property that it is for.
    struct Input: CustomTestStringConvertible, Sendable {
        var property: ExchangeProperties
        var file: URL
        var testDescription: String { "\(property) \(file.lastPathComponent)" }

        var bytes: [UInt8] { get throws { Array(try Data(contentsOf: file)) } }
    }

    static let inputs = ExchangeProperties.allCases.flatMap { property in
        FuzzCorpus.files("exchange/\(property.rawValue)").map { Input(property: property, file: $0) }
    }

    private static func input(_ property: ExchangeProperties, _ name: String) throws -> [UInt8] {
        let input = inputs.first { $0.property == property && $0.file.lastPathComponent == name }
        return try #require(input).bytes
    }

    @Test("the corpus is there, with inputs for every property", arguments: ExchangeProperties.allCases)
    func corpusIsThere(_ property: ExchangeProperties) {
        #expect(Self.inputs.count { $0.property == property } >= 5)
    }

    @Test("every property holds on the corpus", arguments: inputs)
    func holds(_ input: Input) throws {
        #expect(try input.property.check(input.bytes) == nil)
    }

    @Test("every property holds on changed and cut corpus files", arguments: inputs)
    func mutations(_ input: Input) throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        let bytes = try input.bytes
        // What takes long is done less often.
        for _ in 0..<(bytes.count > 5_000 ? 20 : 150) where bytes.count > 1 {
            let changed = FuzzCorpus.changed(bytes, &random)
            #expect(input.property.check(changed) == nil, "seed \(seed)")
        }
    }

    @Test("the corpus has inputs that read, and such that are refused: its properties say something")
    func reads() throws {
        for (name, isRead) in [("text", true), ("feedback", true), ("null-member", false), ("spaces", false)] {
            #expect(((try? Manifest(text: Self.input(.manifest, name))) != nil) == isRead, "\(name)")
        }
        for (name, isRead) in [("delivered", true), ("refused-binding", true), ("refused-without-reason", false)] {
            #expect(((try? Receipt(text: Self.input(.receipt, name))) != nil) == isRead, "\(name)")
        }
        for (name, isRead) in [("whole", true), ("small", true), ("same-id-twice", false)] {
            #expect(((try? Directory(text: Self.input(.directory, name))) != nil) == isRead, "\(name)")
        }
        for (name, isRead) in [
            ("plain", true), ("nbf", true), ("audience-list", true), ("fraction", true), ("crit", false),
            ("none", false), ("padded", false), ("repeated-member", false), ("short-signature", false),
        ] {
            let field = try String(decoding: Self.input(.token, name), as: UTF8.self)
            #expect((CompactToken(field: field) != nil) == isRead, "\(name)")
        }
        for (name, isRead) in [("metadata", true), ("metadata-beside", true), ("metadata-spare-bits", false)] {
            let field = try String(decoding: Self.input(.tus, name).dropFirst(), as: UTF8.self)
            #expect(((try? UploadFields.manifest(inMetadata: field)) != nil) == isRead, "\(name)")
        }
        for (name, isRead) in [("hybrid", true), ("four-stanzas", true), ("five-stanzas", false), ("crlf", false)] {
            var shape = SealedShape()
            _ = try? shape.push(Self.input(.sealed, name))
            #expect(shape.isComplete == isRead, "\(name)")
        }
    }
}
