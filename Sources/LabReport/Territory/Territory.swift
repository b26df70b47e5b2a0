/// Where an address lies: from postcode and town to the department and the region, whose agency is competent.
///
/// A postcode is La Poste's, not the state's: its prefix names the department except for those in `SharedPostcodes` and
/// `IslandPostcodes`.
/// Nothing is guessed: what cannot be told is `ambiguous` or `unknown`, and the router says so.
package enum Territory {
    /// What an address tells.
    package enum Place: Hashable, Sendable {
        /// A department or overseas collectivity.
        case department(Department)
        /// One of these: the postcode spans them and the town does not tell which.
        case ambiguous([Department])
        /// Outside France (and Monaco, which has French postcodes).
        case abroad
        /// Not a French postcode.
        case unknown
        /// Neither a French postcode nor a country that anybody knows.
        case unknownCountry
        /// The armed forces' post (`00850 ARMEES`), which says no place.
        case forces
        /// No postcode, and no foreign country.
        case absent

        /// The department, where there is one answer.
        package var department: Department? {
            if case .department(let department) = self { department } else { nil }
        }

        /// The region, where there is one answer: an ambiguous department may still lie in one region for certain.
        package var region: Region? {
            switch self {
            case .department(let department): return department.region
            case .ambiguous(let departments):
                guard let code = departments.first?.regionCode,
                    departments.allSatisfy({ $0.regionCode == code })
                else { return nil }
                return Region(code: code)
            case .abroad, .unknown, .unknownCountry, .forces, .absent: return nil
            }
        }
    }

    /// Where `address` lies. No country means France; so does a word that is no country beside a French postcode.
    package static func place(of address: Address?) -> Place {
        guard let address else { return .absent }
        let country = Country(of: address)
        if country == .foreign { return .abroad }
        var found = address.postcode.map { place(postcode: $0.text, city: address.city?.text) } ?? .absent
        if found == .absent, let town = address.city?.text.unpadded { found = place(beginning: town) }
        switch (country, found) {
        case (.unknown, .unknown): return .unknownCountry
        // An overseas territory that is named needs no postcode; one that stands there is believed, or to be corrected.
        case (.overseas(let department), .absent): return .department(department)
        case (.overseas(let department), .ambiguous(let several)) where several.contains(department):
            return .department(department)
        default: return found
        }
    }

    /// The department of a French postcode and town, where there is one answer.
    package static func department(postcode: String, city: String?) -> Department? {
        place(postcode: postcode, city: city).department
    }

    /// Where a French postcode and town lie. White space in the postcode and a leading `F-` or `FR-` do not count.
    package static func place(postcode: String, city: String?) -> Place {
        guard let number = number(ofPostcode: postcode) else { return isBlank(postcode) ? .absent : .unknown }
        if let shared = SharedPostcodes.entry(number) { return place(number, shared, city: city) }
        return IslandPostcodes.place(number, city: city) ?? place(prefixOf: number)
    }

    /// Where a town lies that begins with its postcode, `13001 MARSEILLE`; absent where it does not begin with one of a department.
    private static func place(beginning town: String) -> Place {
        let bytes = town.utf8
        guard bytes.count > 6, bytes.dropFirst(5).first == 0x20, bytes.prefix(5).allSatisfy(ASCIIDigit.isDigit) else {
            return .absent
        }
        let found = place(
            postcode: String(decoding: bytes.prefix(5), as: UTF8.self),
            city: String(decoding: bytes.dropFirst(6), as: UTF8.self))
        return found == .unknown ? .absent : found
    }

    /// Whether `address` says where it lies at all: by a postcode, a town, another country or an overseas territory.
    static func isTold(by address: Address) -> Bool {
        if let postcode = address.postcode?.text, !isBlank(postcode) { return true }
        if let city = address.city?.text, !isBlank(city) { return true }
        return switch Country(of: address) {
        case .foreign, .overseas: true
        case .france, .unknown: false
        }
    }

    /// Whether `address` says where somebody lives by anything but a postcode in its place: a town, or five digits that may be one.
    static func isSaidWithoutPostcode(_ address: Address) -> Bool {
        if let postcode = address.postcode?.text, !isBlank(postcode) { return false }
        if let city = address.city?.text, !isBlank(city) { return true }
        return address.state.map(hasFiveDigits) ?? false || address.lines.contains { hasFiveDigits($0.text) }
    }

    /// Whether one of the words is five digits.
    private static func hasFiveDigits(_ text: String) -> Bool {
        text.utf8.split { $0 == 0x20 || $0 == UInt8(ascii: ",") }.contains { word in
            word.count == 5 && word.allSatisfy(ASCIIDigit.isDigit)
        }
    }

    /// Whether a postcode is one of the overseas departments and collectivities.
    static func isOverseas(postcode: String) -> Bool {
        number(ofPostcode: postcode).map { (97_000...98_999).contains($0) && $0 / 100 != 980 } ?? false
    }

    /// Whether a postcode is of another department than the overseas territory that the address names as its country. The
    /// two islands that the agency of Guadeloupe looks after are told by either name.
    static func isContradicted(_ country: Country, postcode: String, city: String?) -> Bool {
        guard case .overseas(let named) = country else { return false }
        let place = place(postcode: postcode, city: city)
        guard let found = place.department else {
            if case .ambiguous(let several) = place { return !several.contains(named) }
            return place == .forces
        }
        let islands = ["971", "977", "978"]
        return found != named && !(islands.contains(found.code) && islands.contains(named.code))
    }

    /// The department of a structure's FINESS number: the first two characters, or four overseas (9701 for 971).
    package static func department(finess: String) -> Department? {
        let bytes = Array(finess.utf8)
        guard bytes.count == 9 else { return nil }
        let two = String(decoding: bytes.prefix(2), as: UTF8.self)
        guard two == "97" || two == "98" else { return Department(code: two) }
        switch String(decoding: bytes.prefix(4), as: UTF8.self) {
        case "9701": return Department(code: "971")
        case "9702": return Department(code: "972")
        case "9703": return Department(code: "973")
        case "9704": return Department(code: "974")
        case "9805": return Department(code: "976")
        default: return nil
        }
    }

    private static func place(_ number: Int, _ shared: SharedPostcodes.Entry, city: String?) -> Place {
        let home = place(prefixOf: number)
        guard let homeDepartment = home.department, let away = Department(code: shared.awayCode) else { return home }
        let name = FoldedName(city ?? "")
        if shared.away.contains(name) { return .department(away) }
        if shared.home.isEmpty || name.isCedex || shared.home.contains(name) { return home }
        return .ambiguous([homeDepartment, away])
    }

    /// What the first two or three digits say.
    private static func place(prefixOf number: Int) -> Place {
        let three = number / 100
        switch three {
        case 1...9: return .forces
        case 200, 201: return department("2A")
        case 202, 206: return department("2B")
        case 203...209:
            // Business delivery codes of Ajaccio and Bastia: the island is certain, its half is not.
            guard let south = Department(code: "2A"), let north = Department(code: "2B") else { return .unknown }
            return .ambiguous([south, north])
        // What `IslandPostcodes` tells by the town.
        case 970, 977, 978: return .unknown
        case 971...979: return department(String(three))
        case 980: return .abroad
        case 981...989: return department(String(three))
        default:
            let two = three / 10
            return mainland[two].map { .department($0) } ?? .unknown
        }
    }

    private static func department(_ code: String) -> Place {
        Department(code: code).map { .department($0) } ?? .unknown
    }

    /// Whether `postcode` is five digits that lie in one department for certain, whatever the town is.
    static func isCertain(postcode: String) -> Bool {
        guard let number = postcode.withBytes({ fiveDigits($0) }) else { return false }
        return certain[number / 100]
    }

    /// By the first three digits of a postcode: all that begin so lie in one department.
    private static let certain: [Bool] = (0..<1000).map { three in
        if three == 971 { return false }
        for postcode in SharedPostcodes.entries.keys where postcode / 100 == three { return false }
        return place(prefixOf: three * 100).department != nil
    }

    /// Departments by their two digits.
    private static let mainland: [Department?] = (0...99).map { number in
        Department(code: number < 10 ? "0" + String(number) : String(number))
    }

    /// The five digits of `text`; nil when it is anything else.
    private static func number(ofPostcode text: String) -> Int? {
        var number = 0
        var digits = 0
        var prefix = 0
        // What nearly all are: five digits and nothing else.
        if let plain = text.withBytes({ fiveDigits($0) }) { return plain }
        for scalar in text.unicodeScalars {
            if isBlank(scalar) { continue }
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
                if digits > 5 { return nil }
            case UInt8(ascii: "F") where digits == 0 && prefix == 0: prefix = 1
            case UInt8(ascii: "R") where digits == 0 && prefix == 1: prefix = 2
            case UInt8(ascii: "-") where digits == 0 && (prefix == 1 || prefix == 2): prefix = 3
            default: return nil
            }
        }
        return digits == 5 && (prefix == 0 || prefix == 3) ? number : nil
    }

    /// Five digits, whatever blanks stand between them.
    static func areFiveDigits(_ postcode: String) -> Bool {
        let written = postcode.unicodeScalars.filter { !isBlank($0) }
        return written.count == 5 && written.allSatisfy { (0x30...0x39).contains($0.value) }
    }

    private static func fiveDigits(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.count == 5 else { return nil }
        var number = 0
        for byte in bytes {
            guard let digit = ASCIIDigit.value(byte) else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }

    static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(isBlank)
    }

    /// A blank, also one at which no line is broken, as word processors put it into numbers.
    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0xA0, 0x2007, 0x2009, 0x202F: true
        default: false
        }
    }
}
