import StrictJSON

/// The members of one object of the directory. Unknown ones are refused by name: a directory holds no personal data, and
/// whoever writes a route must learn which word the program did not understand.
struct DirectoryMembers {
    private let members: [String: JSON]
    private let failure: (LabReportFailure.Problem) -> LabReportFailure

    init(
        _ json: JSON, known: Set<String>, failure: @escaping (LabReportFailure.Problem) -> LabReportFailure
    ) throws(LabReportFailure) {
        self.failure = failure
        guard let all = json.members else { throw failure(.notAnObject) }
        var members: [String: JSON] = [:]
        for member in all {
            guard known.contains(member.name) else { throw failure(.unknownMember(member.name)) }
            guard members.updateValue(member.value, forKey: member.name) == nil else {
                throw failure(.contradiction("member \"\(member.name)\" stands twice"))
            }
        }
        self.members = members
    }

    /// The object's id: what failures call it. 1 to 63 of `a`–`z`, `0`–`9` and `-`.
    static func id(
        of json: JSON, place: String, failure: (String, LabReportFailure.Problem) -> LabReportFailure
    ) throws(LabReportFailure) -> String {
        guard json.members != nil else { throw failure(place, .notAnObject) }
        guard let value = json["id"] else { throw failure(place, .missing("id")) }
        guard let id = value.string else { throw failure(place, .wrongType("id")) }
        guard isID(id) else { throw failure(place, .notAllowed("id", allowed: idForm)) }
        return id
    }

    static let idForm = "1 to 63 of a-z, 0-9 and -, no - at either end"

    static func isID(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        let hyphen = UInt8(ascii: "-")
        return first != hyphen && last != hyphen
            && bytes.allSatisfy { byte in
                byte == hyphen || ASCIIDigit.isDigit(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    func has(_ name: String) -> Bool {
        members[name] != nil
    }

    func string(_ name: String) throws(LabReportFailure) -> String {
        guard let text = try optionalString(name) else { throw failure(.missing(name)) }
        return text
    }

    func optionalString(_ name: String) throws(LabReportFailure) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw failure(.wrongType(name)) }
        return text
    }

    func strings(_ name: String) throws(LabReportFailure) -> [String] {
        guard let texts = try optionalStrings(name) else { throw failure(.missing(name)) }
        return texts
    }

    func optionalStrings(_ name: String) throws(LabReportFailure) -> [String]? {
        guard let value = members[name] else { return nil }
        guard let elements = value.array else { throw failure(.wrongType(name)) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw failure(.wrongType(name)) }
            guard !texts.contains(text) else { throw failure(.contradiction("\"\(name)\" lists a value twice")) }
            texts.append(text)
        }
        if texts.isEmpty { throw failure(.contradiction("\"\(name)\" is empty: leave it out or fill it")) }
        return texts
    }

    func optionalBool(_ name: String) throws(LabReportFailure) -> Bool? {
        guard let value = members[name] else { return nil }
        guard let bool = value.bool else { throw failure(.wrongType(name)) }
        return bool
    }

    /// An integer of `range`, or `fallback` where the member is absent.
    func integer(
        _ name: String, in range: ClosedRange<Int>, orElse fallback: Int
    ) throws(LabReportFailure) -> Int {
        guard let value = members[name] else { return fallback }
        guard let number = value.integer else { throw failure(.wrongType(name)) }
        guard let number = Int(exactly: number), range.contains(number) else {
            throw failure(.notAllowed(name, allowed: "\(range.lowerBound) to \(range.upperBound)"))
        }
        return number
    }

    /// One of an enum's words, or nil where the member is absent.
    func optionalWord<Word: RawRepresentable & CaseIterable>(
        _ name: String, as type: Word.Type
    ) throws(LabReportFailure) -> Word? where Word.RawValue == String {
        guard let text = try optionalString(name) else { return nil }
        guard let word = Word(rawValue: text) else { throw failure(.notAllowed(name, allowed: Self.list(type))) }
        return word
    }

    /// Some of an enum's words, or nil where the member is absent.
    func optionalWords<Word: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, as type: Word.Type
    ) throws(LabReportFailure) -> Set<Word>? where Word.RawValue == String {
        guard let texts = try optionalStrings(name) else { return nil }
        var words: Set<Word> = []
        for text in texts {
            guard let word = Word(rawValue: text) else { throw failure(.notAllowed(name, allowed: Self.list(type))) }
            words.insert(word)
        }
        return words
    }

    private static func list<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type
    ) -> String where Word.RawValue == String {
        "one of " + Word.allCases.map { $0.rawValue }.joined(separator: ", ")
    }
}
