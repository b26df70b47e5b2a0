import Foundation

/// The forms in which a text may lie in a file or in memory: as it is, or written otherwise by whoever stored it.
enum SecretForms {
    /// Characters that a form must have left to be looked for: less would be found by chance.
    private static let shortest = 8

    /// UTF-8, Latin-1 and UTF-16 where they differ, hexadecimal, and base64 at each of its three beginnings.
    static func all(of texts: some Sequence<String>) -> [[UInt8]] {
        var forms: Set<[UInt8]> = []
        for text in texts where text.utf8.count >= SecretSearch.keyBytes {
            let bytes = Array(text.utf8)
            forms.insert(bytes)
            if let latin = text.data(using: .isoLatin1) { forms.insert(Array(latin)) }
            if let wide = text.data(using: .utf16LittleEndian) { forms.insert(Array(wide)) }
            forms.formUnion(encoded(bytes))
        }
        return Array(forms)
    }

    /// How bytes look in text: hexadecimal, and base64 at each of its three beginnings.
    static func encoded(_ bytes: [UInt8]) -> [[UInt8]] {
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var texts = [hex, hex.uppercased()]
        for shift in 0..<3 {
            // What stands before and behind decides the first and the last characters.
            let base64 = Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString()
            let certain = base64.dropFirst(shift == 0 ? 0 : shift + 1).prefix { $0 != "=" }.dropLast()
            texts.append(String(certain))
        }
        return texts.filter { $0.utf8.count >= shortest }.map { Array($0.utf8) }
    }
}
