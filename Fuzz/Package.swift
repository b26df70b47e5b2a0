// swift-tools-version: 6.2
// Fuzzing, in a package of its own. `make fuzz` builds and runs it; libFuzzer needs the linking that scripts/fuzz does.
import PackageDescription

func fuzzed(_ name: String, _ library: String) -> Target {
    .target(name: name, dependencies: [.product(name: library, package: "pli")])
}

let package = Package(
    name: "pli-fuzz",
    products: ["FuzzAge", "FuzzExchange", "FuzzHL7", "FuzzLog", "FuzzReaders"].map {
        .library(name: $0, type: .static, targets: [$0])
    },
    dependencies: [.package(name: "pli", path: "..")],
    targets: [
        fuzzed("FuzzAge", "Age"), fuzzed("FuzzExchange", "Exchange"), fuzzed("FuzzHL7", "HL7"),
        fuzzed("FuzzLog", "TransparencyLog"), fuzzed("FuzzReaders", "LabReport"),
    ],
    swiftLanguageModes: [.v6]
)
