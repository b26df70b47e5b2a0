package import Exchange
import LabReport

/// Looks at what was opened before any of it is handed over: each line is a report that this version reads, stands there once,
/// and may come from its sender; a raw file, whether one may come from it.
///
/// The inbox and whoever receives with files (`pli parcel open`) judge by this.
package struct LineJudge {
    private let entitlement: SenderEntitlement
    private var seen = SeenLines()
    private var number = 0

    /// A judge of what `sender` sealed to `recipient`.
    package init(
        of sender: ParticipantID, to recipient: ParticipantID, in directory: Directory
    ) throws(InboxFailure) {
        do {
            entitlement = try SenderEntitlement(of: sender, to: recipient, in: directory)
        } catch {
            throw .routes("\(error)")
        }
    }

    /// Throws where no raw file may come from this sender.
    package func requireFile() throws(InboxFailure) {
        do throws(SenderEntitlement.Fault) {
            try entitlement.checkFile()
        } catch {
            throw .notEntitled(error, line: 1)
        }
    }

    /// The report in the next line; throws what is wrong with it.
    package mutating func require(_ line: ArraySlice<UInt8>) throws(InboxFailure) {
        _ = try bundle(line)
    }

    mutating func bundle(_ line: ArraySlice<UInt8>) throws(InboxFailure) -> FHIRBundleReader.Bundle {
        number += 1
        guard seen.insert(line) else { throw .repeatedReport(line: number) }
        let bundle: FHIRBundleReader.Bundle
        do {
            bundle = try FHIRBundleReader.read(line)
        } catch {
            throw .unreadableReport(line: number)
        }
        do throws(SenderEntitlement.Fault) {
            try entitlement.check(bundle.report)
        } catch {
            throw .notEntitled(error, line: number)
        }
        return bundle
    }
}
