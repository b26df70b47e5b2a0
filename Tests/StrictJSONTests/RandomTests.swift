import StrictJSON
import TestSupport
import Testing

@Suite("Random JSON")
struct RandomTests {
    private func text(_ random: inout SeededRandom) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "/", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "€", "😀", "\u{301}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a")
        }
        return text
    }

    private func value(depth: Int, _ random: inout SeededRandom) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: return .number(["0", "-0", "1.50", "2e-7", "-3.0E+12"].randomElement(using: &random) ?? "0")
        case 4: return .string(text(&random))
        case 5: return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            let members = (0..<Int.random(in: 0..<24, using: &random)).map { index in
                JSON.Member(text(&random) + "\(index)", value(depth: depth - 1, &random))
            }
            return .object(members)
        }
    }

    @Test("What is written is read back as the same value and the same bytes")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let json = value(depth: 4, &random)
            let encoded = json.encoded
            let read = try JSON(parsing: encoded)
            #expect(read == json, "seed \(seed), round \(round)")
            #expect(read.encoded == encoded, "seed \(seed), round \(round)")
        }
    }

    @Test("Damaged documents are refused, or read as what encodes and reads back the same")
    func damage() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            var bytes = value(depth: 4, &random).encoded
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let at = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0 ... .max, using: &random)
                case 1: bytes.insert(bytes[at], at: at)
                default: if bytes.count > 1 { bytes.remove(at: at) }
                }
            }
            guard let read = try? JSON(parsing: bytes) else { continue }
            #expect(try JSON(parsing: read.encoded) == read, "seed \(seed), round \(round)")
        }
    }
}
