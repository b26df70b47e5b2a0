import LabReport

// What the console's page calls: the same readers and rules as the outbox, in WebAssembly.

/// Reads and checks a file of any format that lies at `bytes`, as on the day `day` (days since 1970-01-01), in production.
/// Gives the number of reports taken times 65,536, plus those held; -1 where the format or the day cannot be.
///
/// `format`: 0 what the first bytes show, 1 HL7, 2 HPRIM, 3 CSV, 4 FHIR.
@_expose(wasm, "pli_check")
@_cdecl("pli_check")
public func check(_ bytes: UnsafePointer<UInt8>, _ count: Int32, _ format: Int32, _ day: Int32) -> Int32 {
    let formats: [ReportFormat?] = [nil, .hl7, .hprim, .csv, .fhir]
    guard count >= 0, formats.indices.contains(Int(format)), let today = CalendarDate(dayNumber: Int(day)) else { return -1 }
    let rules = ReportRules(RuleSettings(production: true, today: today))
    var taken: Int32 = 0
    var held: Int32 = 0
    let judge = { (item: ReportStream.Item) in
        for outcome in item.outcomes {
            guard var report = outcome.report else {
                held += 1
                continue
            }
            let findings = rules.admit(&report, places: outcome.places)
            if findings.contains(where: { $0.severity == .error }) { held += 1 } else { taken += 1 }
        }
    }
    var stream = ReportStream(formats[Int(format)])
    stream.push(Array(UnsafeBufferPointer(start: bytes, count: Int(count)))[...], judge)
    stream.finish(judge)
    return taken << 16 | held
}

/// Writes report `number` of the synthetic laboratory `seed` in a format (as above), and gives how many bytes it is long. At
/// most `room` bytes are written to `bytes`.
@_expose(wasm, "pli_synth")
@_cdecl("pli_synth")
public func synth(
    _ bytes: UnsafeMutablePointer<UInt8>, _ room: Int32, _ format: Int32, _ day: Int32, _ seed: Int32, _ number: Int32
) -> Int32 {
    let formats: [ReportFormat] = [.hl7, .hl7, .hprim, .csv, .fhir]
    guard formats.indices.contains(Int(format)), number > 0, let today = CalendarDate(dayNumber: Int(day)) else {
        return -1
    }
    let lab = SyntheticLab(seed: UInt64(UInt32(bitPattern: seed)), today: today)
    var file = SyntheticFile.opening(formats[Int(format)])
    SyntheticFile.append(lab.message(number: Int(number)), number: Int(number), formats[Int(format)], &file)
    for (offset, byte) in file.prefix(Int(room)).enumerated() { bytes[offset] = byte }
    return Int32(file.count)
}
