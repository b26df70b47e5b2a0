// swift-tools-version: 6.2
// Pli's one package. The arrows between our targets are those of ARCHITECTURE.md; Tests/TidyTests holds them.
import Foundation
import PackageDescription

/// ISA-L's deflate, for bodies of a backlog, where the machine that builds has it (Debian's libisal-dev); libdeflate's fastest
/// level elsewhere. docs/decisions/0027-what-writing-remembers.md says what it gains.
let hasIgzip = FileManager.default.fileExists(atPath: "/usr/include/isa-l/igzip_lib.h")
let igzip: [Target.Dependency] = hasIgzip ? ["CIgzip"] : []

/// Every target of ours is built under the same rules: a warning is an error, imports are spelled out.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let hummingbird: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
]

func part(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], embedding: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, resources: embedding, swiftSettings: house)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: house)
}

/// What is tested is optimised; the tests, which are compiled as often as they are run, are not: optimising them was a third of
/// the build.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
        swiftSettings: house + [.unsafeFlags(["-Onone"])])
}

let package = Package(
    name: "pli",
    products: [
        .library(name: "Age", targets: ["Age"]),
        .library(name: "Exchange", targets: ["Exchange"]),
        .library(name: "HL7", targets: ["HL7"]),
        .library(name: "LabReport", targets: ["LabReport"]),
        .library(name: "TransparencyLog", targets: ["TransparencyLog"]),
        .executable(name: "pli", targets: ["pli"]),
        .executable(name: "pli-relay", targets: ["pli-relay"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CScan"),
        .systemLibrary(name: "CSync"),

        part("StrictJSON"),
        part("HL7", ["CScan"]),
        part("LabReport", ["HL7", "StrictJSON"]),
        part("CDA", ["LabReport"]),
        part("Age", [crypto, cryptoExtras], exclude: ["README.md"]),
        part("Notes", [crypto, "StrictJSON"]),
        part("Exchange", [crypto, "Notes", "StrictJSON"]),
        part("TransparencyLog", [crypto, "Notes", "StrictJSON"]),
        part("Durable", ["CSync"]),
        part(
            "Courier",
            [
                "Age", "Exchange", "TransparencyLog", "Durable", "Notes", "CDeflate",
                crypto, grdb, jwt, httpClient, nio, nioPosix, nioHTTP, nioSSL, logging, configuration,
            ] + igzip),
        part(
            "Outbox",
            [
                "Courier", "CDA", "LabReport", "HL7", "Exchange", "Durable", crypto, grdb, logging, lifecycle,
                configuration,
            ]),
        part(
            "Inbox", ["Courier", "LabReport", "Exchange", "Durable", crypto, grdb, logging, lifecycle, configuration]),
        part(
            "Relay",
            [
                "Exchange", "TransparencyLog", "Durable", "Notes", "StrictJSON",
                crypto, grdb, jwt, logging, lifecycle, configuration, nio, nioPosix, nioSSL, nioHTTP, httpTypes, x509,
                asn1,
            ]
                + hummingbird,
            embedding: [.embedInCode("Routes/openapi.yaml")]),
        program(
            "pli",
            [
                "StrictJSON", "HL7", "LabReport", "CDA", "Age", "Notes", "Exchange", "TransparencyLog", "Durable",
                "Courier", "Outbox", "Inbox", "CMalloc", arguments, crypto, grdb, logging, lifecycle, signals,
                configuration,
                x509, asn1, nio, nioSSL,
                httpClient, jwt,
            ]),
        program("pli-relay", ["Relay", "CMalloc", arguments, logging, lifecycle, signals, configuration]),

        .target(name: "TestSupport", dependencies: [logging], path: "Tests/TestSupport", swiftSettings: house),
        tests("StrictJSONTests", ["StrictJSON"]),
        tests("HL7Tests", ["HL7"]),
        tests("LabReportTests", ["LabReport", "HL7", "StrictJSON"]),
        tests("CDATests", ["CDA", "LabReport"]),
        tests("AgeTests", ["Age", "CDeflate", crypto]),
        tests("NotesTests", ["Notes", "StrictJSON", crypto]),
        tests("ExchangeTests", ["Exchange", "Notes", "StrictJSON", crypto]),
        tests(
            "TransparencyLogTests", ["TransparencyLog", "Notes", "StrictJSON", crypto], exclude: ["Outsider"]),
        tests("DurableTests", ["Durable"]),
        tests(
            "CourierTests",
            [
                "Courier", "Age", "Exchange", "TransparencyLog", "Durable", "Notes", "StrictJSON", crypto,
                configuration, httpClient, grdb,
                nio, nioPosix, nioHTTP, nioSSL, x509, asn1,
            ]),
        tests(
            "OutboxTests",
            [
                "Outbox", "Courier", "LabReport", "HL7", "Exchange", "Durable", "Notes", "StrictJSON", "Age",
                crypto, grdb, httpClient,
            ]),
        tests(
            "InboxTests",
            [
                logging, "Inbox", "Courier", "LabReport", "Exchange", "Durable", "Notes", "StrictJSON", "Age",
                crypto, grdb, httpClient,
            ]),
        tests(
            "RelayTests",
            [
                "Relay", "Exchange", "TransparencyLog", "Durable", "Notes", "StrictJSON", crypto, grdb, jwt, httpClient,
                logging, nio, nioPosix, nioHTTP, nioSSL, x509, asn1,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        tests(
            "WholeFlowTests",
            [
                "Outbox", "Inbox", "Relay", "Courier", "LabReport", "Exchange", "TransparencyLog", "Durable", "Notes",
                "StrictJSON", "Age", logging, nio, nioHTTP, httpTypes,
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ]),
        tests(
            "pliTests",
            [
                "pli", "pli-relay", "Age", "Courier", "Durable", "Exchange", "HL7", "Inbox", "LabReport", "Notes",
                "Outbox",
                "StrictJSON", "TransparencyLog", arguments, grdb,
            ]),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6]
)

if hasIgzip { package.targets.append(.systemLibrary(name: "CIgzip", providers: [.apt(["libisal-dev"])])) }

// Measurements (Benchmarks/README.md). Only `make bench-age`, `make bench-intake` and `make bench-relay` ask for them; they use the build that is
// there.
if Context.environment["PLI_BENCHMARKS"] != nil {
    func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: dependencies, path: "Benchmarks/Sources/\(name)", swiftSettings: house)
    }
    package.targets += [
        benchmark("age-benchmark", ["Age", crypto]),
        benchmark("intake-benchmark", ["LabReport", "HL7", "StrictJSON", "Courier", "Age", "CMalloc"]),
        benchmark(
            "relay-benchmark",
            [
                "Relay", "Exchange", "Notes", "Age", "Durable", "TransparencyLog", crypto, httpClient, nio, nioHTTP,
                nioSSL,
            ]),
    ]
}
