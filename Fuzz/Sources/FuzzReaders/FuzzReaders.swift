import LabReport

/// One input: its first byte chooses what it is given to. `ReaderProperties` of the library holds what must be true of
/// files of reports in HL7, HPRIM, CSV and whatever else the bytes look like; a broken one ends the process, which is what libFuzzer looks for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let bytes, count > 0 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let broken = ReaderProperties.check(input) { fatalError(broken) }
    return 0
}
