import AsyncHTTPClient
import Exchange
import Foundation
import Notes

/// Parcels of 16 MiB for `curl` to send and fetch: writes their requests, and keeps a relay for them until its input ends.
///
/// `body` is the sealed body of all of them; `up-N` and `down-N` are what `curl -K` reads for the N-th group of parcels.
struct LargeParcels {
    let program: String
    let groups: Int
    let parcelsOfEach: Int
    let bytes: Int64

    func run(in folder: URL, port: Int) async throws {
        let town = try Town(folder: folder, port: port, senders: 1)
        let relay = try RelayProcess(program: program, folder: folder)
        defer { relay.stop() }
        let client = try Client(town: town, connections: 1)
        try await client.introduce()
        let text = [UInt8](repeating: 0x5a, count: Int(bytes))
        let first = try town.parcel(
            from: town.senders[0], size: PadmeSize.padded(bytes - bytes / 32), seq: 1, text: text)
        try town.write(first.body, "body")
        var seq: Int64 = 0
        for group in 0..<groups {
            let parcels = try (0..<parcelsOfEach).map { _ in
                seq += 1
                return try town.again(first, from: town.senders[0], seq: seq)
            }
            try town.write(Array(uploads(parcels, town).utf8), "up-\(group)")
            try town.write(Array(downloads(parcels, town).utf8), "down-\(group)")
        }
        print("ready")
        fflush(nil)
        while let line = readLine() {
            // Tokens hold for five minutes: the caller asks for new ones before each of its runs.
            try town.write(Array(header(of: town.senders[0], town).utf8), "up-token")
            try town.write(Array(header(of: town.authority, town).utf8), "down-token")
            print("\(line) \(relay.processorSeconds) \(relay.memory.most)")
            fflush(nil)
        }
        try await client.http.shutdown()
    }

    private func header(of pair: SigningPair, _ town: Town) throws -> String {
        "header = \"Authorization: Bearer \(try town.token(of: pair))\"\n"
    }

    private func uploads(_ parcels: [Parcel], _ town: Town) -> String {
        parcels.map {
            """
            url = "\(town.origin)\(RelayPath.uploads)"
            request = "POST"
            upload-file = "\(town.folder.appending(path: "body").path)"
            header = "Tus-Resumable: 1.0.0"
            header = "Upload-Length: \($0.body.count)"
            header = "Upload-Metadata: \($0.metadata)"
            header = "Content-Type: application/offset+octet-stream"
            output = "/dev/null"

            """
        }
        .joined(separator: "@token\nnext\n") + "@token\n"
    }

    private func downloads(_ parcels: [Parcel], _ town: Town) -> String {
        parcels.map {
            """
            url = "\(town.origin)\(RelayPath.parcel($0.manifest.value.from, $0.manifest.value.id))"
            output = "/dev/null"

            """
        }
        .joined(separator: "@token\nnext\n") + "@token\n"
    }
}
