import HL7

/// One input: its first byte chooses what it is given to. `HL7Properties` of the library holds what must be true of
/// HL7 v2 files, messages and MLLP frames; a broken one ends the process, which is what libFuzzer looks for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let bytes, count > 0 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let broken = HL7Properties.check(input) { fatalError(broken) }
    return 0
}
