import Foundation

/// What `Benchmarks/relay.py` runs.
@main
struct Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 3, let port = Int(arguments[2]) else { usage() }
        let folder = URL(filePath: arguments[1])
        func number(_ index: Int, _ usual: Int) -> Int {
            arguments.count > index ? Int(arguments[index]) ?? usual : usual
        }
        switch arguments[0] {
        case "small":
            guard arguments.count > 3 else { usage() }
            try await SmallParcels(
                program: arguments[3], senders: number(4, 32), parcelsOfEach: number(5, 500), bytes: 10_240
            ).run(in: folder, port: port)
        case "large":
            guard arguments.count > 3 else { usage() }
            try await LargeParcels(
                program: arguments[3], groups: number(4, 10), parcelsOfEach: number(5, 8), bytes: 16 << 20
            ).run(in: folder, port: port)
        case "memory":
            guard arguments.count > 3 else { usage() }
            try await OpenUploads(program: arguments[3], uploads: number(4, 1000)).run(in: folder, port: port)
        case "fill": try Filling(parcels: number(3, 1000), leaves: number(4, 10_000)).run(in: folder, port: port)
        case "growth":
            guard arguments.count > 3 else { usage() }
            try await Growth(program: arguments[3], rounds: number(4, 300)).run(in: folder)
        default: usage()
        }
    }

    private static func usage() -> Never {
        print("relay-benchmark small FOLDER PORT RELAY-PROGRAM [SENDERS [PARCELS-OF-EACH]]")
        print("relay-benchmark memory FOLDER PORT RELAY-PROGRAM [UPLOADS]")
        print("relay-benchmark fill FOLDER PORT [PARCELS [LEAVES]]")
        print("relay-benchmark growth FOLDER PORT RELAY-PROGRAM [ROUNDS]")
        print("relay-benchmark large FOLDER PORT RELAY-PROGRAM [GROUPS [PARCELS-OF-EACH]]")
        exit(2)
    }
}
