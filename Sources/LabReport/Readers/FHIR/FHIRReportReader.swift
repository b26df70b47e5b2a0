import HL7
import StrictJSON

/// Reads reports from FHIR R4: what Pli writes, exactly; and documents of others, as far as a report goes.
///
/// Of others it takes a Bundle of any type, or one DiagnosticReport or Observation with what it contains: one outcome for each
/// patient. DiagnosticReports become orders, the Observations they name results. Elements that Pli has no place for are
/// passed over, but never one that changes the meaning of another. The mapping stands in `docs/integrating.md`.
package struct FHIRReportReader: Sendable {
    private let settings: ReaderSettings

    /// A reader for one site.
    package init(settings: ReaderSettings = ReaderSettings()) {
        self.settings = settings
    }

    /// Reads `bytes` as one JSON document.
    package func read(bytes: [UInt8]) -> [ReadOutcome] {
        guard bytes.count <= Limits.messageBytes else { return [held(.messageTooLarge, at: "Bundle")] }
        // What Pli wrote may have more in it than Pli takes of others, whose resources are held one by one besides.
        let limits =
            FHIRBundleReader.isOwn(bytes)
            ? JSON.Limits(
                maxDepth: Limits.fhirDepth, maxBytes: Limits.messageBytes,
                maxContainers: settings.readsTaken ? Limits.fhirContainersOfTaken : ReportSize.bundleContainers)
            : settings.readsTaken
                ? JSON.Limits(
                    maxDepth: Limits.fhirDepth, maxBytes: Limits.messageBytes,
                    maxContainers: Limits.fhirContainersOfTaken)
                : JSON.Limits(
                    maxDepth: Limits.fhirDepth, maxBytes: Limits.messageBytes, maxMembers: Limits.fhirResources + 1,
                    maxContainers: Limits.fhirContainers(ofBytes: bytes.count), maxObjectMembers: Limits.fhirMembers,
                    maxValues: Limits.fhirValues)
        let document: JSONView
        do {
            document = try JSONView(parsing: SourceText.unmarked(bytes[...]), limits: limits)
        } catch {
            let isTooMuch = [.tooManyMembers, .tooManyContainers, .tooManyValues].contains(error.reason)
            let isOtherSet = error.reason == .badUTF8
            return [
                held(isTooMuch ? .fhirSize : isOtherSet ? .fhirCharset : .fhirJSON, at: "byte " + String(error.offset))
            ]
        }
        if document["identifier"]?["system"]?.string == FHIRName.reportIdentifier {
            let outcome = own(document)
            // What an earlier version wrote, and this one does not know, is read as others' documents are.
            guard settings.readsTaken, outcome.isHeld else { return [outcome] }
        }
        let resources = FHIRResources(document, isOfTaken: settings.readsTaken)
        if let fault = resources.fault { return [held(fault.rule, at: fault.path)] }
        var builder = FHIRReportBuilder(resources, settings: settings)
        return builder.read()
    }

    /// A bundle that Pli wrote: everything in it is known.
    private func own(_ document: JSONView) -> ReadOutcome {
        var places = ReportPlaces()
        places.naming = .fhir
        do {
            let bundle = try FHIRBundleReader.read(JSON(document))
            var outcome = ReadOutcome(report: bundle.report, findings: [], places: places)
            outcome.names = ReportNames(report: bundle.identifier, orders: bundle.orderIdentifiers)
            return outcome
        } catch {
            guard case .bundle(let path, _) = error else { return held(.fhirElement, at: "Bundle") }
            return held(.fhirElement, at: path)
        }
    }

    private func held(_ rule: Rule, at path: String) -> ReadOutcome {
        ReadOutcome(report: nil, findings: [rule.finding(at: path, settings.overrides)])
    }
}
