// swift-tools-version: 6.2
// Fuzzing, in a package of its own. `make fuzz` builds and runs it; libFuzzer needs the linking that scripts/fuzz does.
import PackageDescription

let package = Package(
    name: "pli-fuzz",
    products: [.library(name: "FuzzAge", type: .static, targets: ["FuzzAge"])],
    dependencies: [.package(name: "pli", path: "..")],
    targets: [.target(name: "FuzzAge", dependencies: [.product(name: "Age", package: "pli")])],
    swiftLanguageModes: [.v6]
)
