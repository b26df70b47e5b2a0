import Durable
import Exchange
import Foundation
import Notes

@testable import Courier

/// What tests of trust begin with: keys, a folder of its own and a clock that stands.
struct TrustScene {
    let fixture: Fixture
    let folder: TemporaryFolder
    let clock: TestClock

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
        clock = TestClock(fixture.now)
    }
}

/// A suite about what is believed of a relay.
protocol TrustSuite {
    var scene: TrustScene { get }
}

extension TrustSuite {
    var fixture: Fixture { scene.fixture }
    var folder: TemporaryFolder { scene.folder }
    var clock: TestClock { scene.clock }

    /// Opens what the folder `name` keeps, as an agent's start does.
    func trust(
        _ name: String = "trust", initial: SignedNote? = nil, pins: RootPins? = nil, logKey: VerifierKey? = nil,
        disk: Disk = .real
    ) throws -> Trust {
        let path = try initial.map { try folder.write($0.encoded, to: "directory.note") }
        return try Trust(
            folder: folder(name), pins: pins ?? fixture.pins(), initialDirectory: path, logKey: logKey, disk: disk,
            now: clock.read)
    }

    /// The alarm that some work ends in; nil where it ends well.
    func alarm(_ work: () async throws -> Void) async throws -> TrustAlarm? {
        do {
            try await work()
        } catch CourierFailure.trust(let alarm) {
            return alarm
        }
        return nil
    }
}
