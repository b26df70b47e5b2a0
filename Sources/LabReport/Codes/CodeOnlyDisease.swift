/// Diseases that are notified under a code and never under a name: HIV infection and acute hepatitis B.
///
/// No route that sends one of these results may have a profile that names the person: a directory with such a route is
/// refused, and a route for any code lets these results stay behind.
package enum CodeOnlyDisease: CaseIterable, Sendable {
    /// Antibodies, antigen and RNA of HIV 1 and 2.
    case hiv
    /// Surface antigen, core IgM and DNA of the hepatitis B virus.
    case hepatitisB

    /// LOINC codes of tests that find it or follow it.
    package var codes: [String] {
        switch self {
        case .hiv:
            [
                "56888-1", "31201-7", "7917-8", "29893-5", "30361-0", "7919-4", "7918-6", "68961-2", "20447-9",
                "25836-8",
                "29541-0", "25835-0", "44607-0", "44873-8", "5221-7", "5220-9", "5222-5", "5223-3", "5224-1", "5225-8",
                "9661-0", "22356-0", "24012-7", "42768-2", "49580-4", "49890-7", "48345-3", "75622-1", "80203-3",
                "80387-4",
            ]
        case .hepatitisB:
            [
                "5195-3", "5196-1", "63557-3", "58452-4", "7905-3", "31204-1", "24113-3", "5185-4", "29615-2",
                "42595-9",
                "11258-1",
            ]
        }
    }

    /// All of them.
    package static let allCodes = Set(allCases.flatMap { $0.codes })

    /// Whether a test, or the panel that it was ordered in, is about one of them: by its LOINC code, or, where a laboratory
    /// sends none, by the word in its name.
    package static func concerns(_ code: Coded, panel: Coded?) -> Bool {
        concerns(code) || (panel.map { concerns($0) } ?? false)
    }

    private static func concerns(_ code: Coded) -> Bool {
        if let loinc = code.loinc { return allCodes.contains(loinc) || names(code.text) || names(code.localText) }
        return names(code.code) || names(code.localCode) || names(code.text) || names(code.localText)
    }

    /// Whether one of the words of `text` is the disease's name.
    private static func names(_ text: String?) -> Bool {
        guard var text else { return false }
        return text.withUTF8 { bytes in
            var word: UInt64 = 0
            var length = 0
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    // In upper case. What is longer than a name of ours is none of them, whatever the number is then.
                    word = word << 8 | UInt64(byte & 0xDF)
                    length += 1
                default:
                    if length == 3 || length == 5, words.contains(word) { return true }
                    word = 0
                    length = 0
                }
            }
            return (length == 3 || length == 5) && words.contains(word)
        }
    }

    /// The names as numbers, a byte a letter: they have three letters or five.
    private static let words: [UInt64] = ["VIH", "HIV", "VHB", "HBV", "HBS", "AGHBS", "HBSAG"].map { name in
        name.utf8.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension ReportField {
    /// Names the person, or leads straight to them.
    var isIdentifying: Bool {
        switch self {
        case .patientINS, .patientNIR, .patientLocalIDs, .patientBirthName, .patientUsedName, .patientGivenNames,
            .patientAddress, .patientPhones, .patientMails, .notes, .resultText:
            true
        default: false
        }
    }
}
