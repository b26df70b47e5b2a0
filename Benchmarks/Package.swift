// swift-tools-version: 6.2
// Measurements, in a package of their own: who uses Pli never fetches what they need. `make bench-age`
// and `make bench-intake` run them.
import PackageDescription

let package = Package(
    name: "pli-benchmarks",
    dependencies: [
        .package(name: "pli", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "age-benchmark",
            dependencies: [.product(name: "Age", package: "pli"), .product(name: "Crypto", package: "swift-crypto")]),
        .executableTarget(
            name: "intake-benchmark",
            dependencies: [.product(name: "LabReport", package: "pli"), .product(name: "HL7", package: "pli")]),
    ],
    swiftLanguageModes: [.v6]
)
