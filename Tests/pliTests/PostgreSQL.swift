import Foundation
import Testing

/// A database server of Debian's PostgreSQL in a folder of its own, for one test.
final class PostgreSQL {
    private static let programs: String? = {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return folders.map { "/usr/lib/postgresql/\($0)/bin" }.sorted().last {
            FileManager.default.isExecutableFile(atPath: $0 + "/initdb")
        }
    }()

    static var isThere: Bool {
        programs != nil && Program.installed("python3") != nil && Program.installed("psql") != nil
            && (getuid() != 0 || Program.installed("setpriv") != nil)
    }

    private let program: Program
    private let folder: String

    /// Makes a cluster and starts its server, which no other machine can reach. It refuses to run as root.
    init() throws {
        program = try Program()
        let programs = try #require(Self.programs)
        let script = """
            set -e
            folder=$(mktemp -d /tmp/pli-database.XXXXXX)
            as=
            if [ "$(id -u)" = 0 ]; then
                chown postgres "$folder"
                as="setpriv --reuid=postgres --regid=postgres --clear-groups"
            fi
            cd "$folder"
            $as \(programs)/initdb -D "$folder/data" -A trust -U postgres > /dev/null
            # A server that stays must keep nothing open of what tells Foundation that this script has ended.
            alone='import os, sys; os.closerange(3, 65536); os.execvp(sys.argv[1], sys.argv[1:])'
            python3 -c "$alone" $as \(programs)/pg_ctl -D "$folder/data" -l "$folder/log" -w \
                -o "-k $folder -c listen_addresses= -c fsync=off" start > /dev/null
            echo "$folder"
            """
        let made = try program.run(URL(filePath: "/bin/sh"), ["-c", script])
        try #require(made.status == 0, "\(made.errors)")
        folder = made.text.trimmingCharacters(in: .newlines)
    }

    /// What `psql` connects to.
    var address: String { "host=\(folder) user=postgres dbname=postgres" }

    /// Runs statements and gives the rows, columns divided by `|`.
    @discardableResult
    func run(_ statements: String) throws -> String {
        let psql = try #require(Program.installed("psql"))
        let outcome = try program.run(psql, ["-qAt", "-v", "ON_ERROR_STOP=1", address, "-c", statements])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.text.trimmingCharacters(in: .newlines)
    }

    func stop() {
        let script = "kill -QUIT $(head -1 '\(folder)/data/postmaster.pid') && rm -rf '\(folder)'"
        _ = try? program.run(URL(filePath: "/bin/sh"), ["-c", script])
        program.remove()
    }
}
