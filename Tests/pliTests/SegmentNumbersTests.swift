import Testing

@testable import pli

@Suite("Numbers of segments")
struct SegmentNumbersTests {
    private static func message(patients: Int) -> [UInt8] {
        let header = "MSH|^~\\&|A|B|||20261123||ORU^R01|1|P|2.5\r"
        return Array((header + String(repeating: "PID|1||D1\rx\r", count: patients)).utf8)
    }

    @Test("Each segment of a message is looked at once, however many of its reports say where something is")
    func once() {
        let numbers = SegmentNumbers(of: Self.message(patients: 2_000))
        #expect(numbers.looks == 0)
        for patient in 1...2_000 {
            let ofReport = numbers
            #expect(ofReport.number(of: "PID[\(patient)]-3") == patient * 2)
        }
        #expect(numbers.looks == 4_001)
    }

    @Test("A path that names no segment of the message has no number")
    func absent() {
        let numbers = SegmentNumbers(of: Self.message(patients: 2))
        #expect(numbers.number(of: "MSH-9.1") == 1 && numbers.number(of: "PID") == 2)
        for path in ["PID[3]-3", "PID[0]-3", "PID[x]-3", "PIDX", "OBX[1]-5", "x", "", "row 2"] {
            #expect(numbers.number(of: path) == nil, "\(path)")
        }
        #expect(SegmentNumbers(of: []).number(of: "MSH-9") == nil)
        #expect(SegmentNumbers(of: [0x41]).number(of: "MSH-9") == nil)
    }
}
