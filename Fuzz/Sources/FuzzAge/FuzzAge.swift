@_spi(Properties) import Age
import Foundation

/// The property of the format that this run is held against: `PLI_FUZZ_PROPERTY` names one of `AgeProperties`.
private let property: AgeProperties = {
    let name = ProcessInfo.processInfo.environment["PLI_FUZZ_PROPERTY"] ?? ""
    guard let property = AgeProperties(rawValue: name) else {
        fatalError("PLI_FUZZ_PROPERTY is one of \(AgeProperties.allCases.map(\.rawValue))")
    }
    return property
}()

/// One input. A broken property ends the process, which is what libFuzzer looks for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let bytes, count > 0 else { return 0 }
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let broken = property.check(input) { fatalError(broken) }
    return 0
}
