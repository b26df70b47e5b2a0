import Testing

@testable import Durable

@Suite("What a result code of SQLite means")
struct StoreFaultTests {
    @Test(
        "Each primary code says what it is",
        arguments: [
            (3, .rights), (8, .rights), (14, .rights), (23, .rights), (11, .damaged), (26, .damaged), (13, .full),
            (10, .disk), (5, .inUse), (6, .inUse), (1, .version), (17, .version), (7, .other), (19, .other),
            (21, .other),
        ] as [(Int32, StoreFault)])
    func primary(code: Int32, fault: StoreFault) {
        #expect(StoreFault(code: code) == fault)
    }

    @Test("An extended code means what its primary one means")
    func extended() {
        // READONLY_DIRECTORY, CANTOPEN_ISDIR, CORRUPT_INDEX, IOERR_FSYNC, BUSY_RECOVERY.
        let codes: [Int32] = [1_544, 526, 779, 1_034, 261]
        #expect(codes.map { StoreFault(code: $0) } == [.rights, .rights, .damaged, .disk, .inUse])
    }

    @Test("No two are said alike, and only what may be a disk is called one")
    func words() {
        #expect(Set(StoreFault.allCases.map(\.words)).count == StoreFault.allCases.count)
        for fault in StoreFault.allCases {
            #expect(fault.words.contains("its disk") == [.rights, .full, .disk].contains(fault), "\(fault)")
            #expect(fault.words.contains("chown") == (fault == .rights))
        }
    }
}
