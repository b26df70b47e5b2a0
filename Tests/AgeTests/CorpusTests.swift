import Foundation
import TestSupport
import Testing

@_spi(Properties) @testable import Age

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
struct CorpusTests {
    /// An input and the property that it is for.
    struct Input: CustomTestStringConvertible, Sendable {
        var property: AgeProperties
        var file: URL
        var testDescription: String { "\(property) \(file.lastPathComponent)" }

        var bytes: [UInt8] { get throws { Array(try Data(contentsOf: file)) } }
    }

    static let inputs = AgeProperties.allCases.flatMap { property in
        FuzzCorpus.files("age/\(property.rawValue)").map { Input(property: property, file: $0) }
    }

    @Test("the corpus is there, with inputs for every property", arguments: AgeProperties.allCases)
    func corpusIsThere(_ property: AgeProperties) {
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
        let rounds = bytes.count > 10_000 || input.property == .stream ? 30 : 200
        for _ in 0..<rounds where bytes.count > 1 {
            let changed = FuzzCorpus.changed(bytes, &random)
            #expect(input.property.check(changed) == nil, "seed \(seed)")
        }
    }

    @Test("an input's chunks are as right or wrong as it says")
    func plans() throws {
        let unlocker = try AgeUnlocker(identities: [AgeIdentity(KeyTests.identity)])
        func outcome(_ plan: [UInt8]) -> (count: Int, failure: AgeFailure?) {
            var released: [UInt8] = []
            do throws(AgeFailure) {
                var opener = AgeOpener(unlocker: unlocker)
                try opener.push(StreamProperty.file(of: [1] + plan), into: &released)
                try opener.finish(into: &released)
                return (released.count, nil)
            } catch {
                return (released.count, error)
            }
        }
        let full: Int64 = 65_552
        #expect(outcome([5, 0, 1, 5, 0, 2, 3, 0, 9]) == (131_081, nil))
        #expect(outcome([5, 0, 1, 5, 1, 2]) == (65_536, .payload(.notAuthentic, offset: full)))
        #expect(outcome([5, 0, 1, 5, 2, 2]) == (131_072, .payload(.truncated, offset: full)))
        #expect(outcome([5, 2, 1, 5, 0, 2]) == (65_536, .payload(.trailingData, offset: full)))
        #expect(outcome([5, 0, 1, 0, 0, 2]) == (65_536, .payload(.emptyLastChunk, offset: full)))
        #expect(outcome([5, 0, 1, 5, 3, 2]) == (65_536, .payload(.notAuthentic, offset: full)))
        #expect(outcome([5, 0, 1, 5, 4, 2]) == (65_536, .payload(.notAuthentic, offset: full)))
        #expect(outcome([5, 0, 1, 1, 6, 9]) == (65_536, .payload(.truncated, offset: full)))
    }
}
