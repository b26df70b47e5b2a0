import HL7
import Testing

/// What the independent parser says of one message, and the comparison with what is found here.
struct ExpectedMessage {
    let values: [String: Any]
    let file: String

    init(_ values: [String: Any], _ file: String) {
        self.values = values
        self.file = file
    }

    func compare(_ message: Message) {
        for (key, number) in [("msh9", 9), ("msh10", 10), ("msh12", 12), ("msh18", 18)] {
            #expect(text(message.header.field(number)) == values[key] as? String, "\(key) of \(file)")
        }
        // A lost backslash makes the independent parser take & for the escape character.
        if !message.oddities.contains(.irregularDelimiters) {
            let escape = String(decoding: [message.dialect.delimiters.escape], as: UTF8.self)
            #expect(escape == values["esc"] as? String, "esc of \(file)")
        }
        #expect(message.segments.count == values["segments"] as? Int, "segments of \(file)")
        let patients = values["patients"] as? [[String: Any]] ?? []
        let pids = message.segments.filter { $0.name == .pid }
        #expect(pids.count == patients.count, "patients of \(file)")
        for (segment, patient) in zip(pids, patients) { compare(segment, patient: patient) }
        let results = values["obx"] as? [[String: Any]] ?? []
        let observations = message.segments.filter { $0.name == .obx }
        #expect(observations.count == results.count, "results of \(file)")
        for (segment, result) in zip(observations, results) { compare(segment, result: result) }
    }

    private func compare(_ segment: Segment, patient: [String: Any]) {
        let ids = segment.field(3).repetitions.map { trimmed($0.components.map(text)) }
        let expected = (patient["pid3"] as? [[String]] ?? []).map(trimmed)
        #expect(ids.filter { !$0.isEmpty } == expected.filter { !$0.isEmpty }, "PID-3 of \(file)")
        let names = segment.field(5).repetitions.map { name in
            [text(name.component(1)), text(name.component(1).subcomponent(1)), text(name.component(2))]
        }
        let expectedNames = (patient["pid5"] as? [[String: String]] ?? []).map { name in
            [name["family"] ?? "", name["surname"] ?? "", name["given"] ?? ""]
        }
        #expect(
            names.filter { $0 != ["", "", ""] } == expectedNames.filter { $0 != ["", "", ""] }, "PID-5 of \(file)")
        #expect(text(segment.field(7)) == patient["pid7"] as? String, "PID-7 of \(file)")
        #expect(text(segment.field(8)) == patient["pid8"] as? String, "PID-8 of \(file)")
    }

    private func compare(_ segment: Segment, result: [String: Any]) {
        #expect(text(segment.field(2)) == result["obx2"] as? String, "OBX-2 of \(file)")
        #expect(text(segment.field(3).component(1)) == result["obx3_1"] as? String, "OBX-3.1 of \(file)")
        #expect(text(segment.field(6)) == result["obx6"] as? String, "OBX-6 of \(file)")
        #expect(text(segment.field(8)) == result["obx8"] as? String, "OBX-8 of \(file)")
        #expect(text(segment.field(11)) == result["obx11"] as? String, "OBX-11 of \(file)")
        let values = segment.field(5).repetitions.map(text)
        let expected = result["obx5"] as? [Any] ?? []
        #expect(values.count == expected.count, "repetitions of OBX-5 of \(file)")
        for (value, wanted) in zip(values, expected) {
            if let wanted = wanted as? String {
                #expect(value == wanted, "OBX-5 of \(file)")
            } else if let wanted = wanted as? [String: Any] {
                #expect(value.unicodeScalars.count == wanted["len"] as? Int, "length of OBX-5 of \(file)")
                #expect(value.hasPrefix(wanted["start"] as? String ?? "?"), "start of OBX-5 of \(file)")
            }
        }
    }

    /// The value on the wire as text: no escape applied.
    private func text(_ part: Part) -> String {
        part.dialect.charset == .utf8 || part.dialect.charset == .ascii
            ? String(decoding: part.bytes, as: UTF8.self)
            : String(part.bytes.map { byte in Character(Unicode.Scalar(byte)) })
    }

    private func trimmed(_ values: [String]) -> [String] {
        var values = values
        while values.last?.isEmpty == true { values.removeLast() }
        return values
    }
}
