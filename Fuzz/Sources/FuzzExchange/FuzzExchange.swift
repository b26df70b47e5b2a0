import Exchange
import Foundation

/// The property that this run is held against: `PLI_FUZZ_PROPERTY` names one of `ExchangeProperties`.
private let property: ExchangeProperties = {
    let name = ProcessInfo.processInfo.environment["PLI_FUZZ_PROPERTY"] ?? ""
    guard let property = ExchangeProperties(rawValue: name) else {
        fatalError("PLI_FUZZ_PROPERTY is one of \(ExchangeProperties.allCases.map(\.rawValue))")
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
