import LabReport
import Testing

@testable import pli

@Suite("Which fields a delivered report has")
struct FieldPresenceTests {
    private let pseudonym = Identifier(
        value: Personal("p1n-00"), namespace: PatientPseudonym.namespace, type: PatientPseudonym.type)

    @Test("A pseudonym is one, and no local identifier")
    func pseudonymAlone() {
        var report = Report()
        #expect(!ReportField.patientPseudonym.isPresent(in: report))
        report.patient.localIDs = [pseudonym]
        #expect(ReportField.patientPseudonym.isPresent(in: report))
        #expect(!ReportField.patientLocalIDs.isPresent(in: report))
        report.patient.localIDs.append(Identifier(value: Personal("DOS1"), type: "PI"))
        #expect(ReportField.patientLocalIDs.isPresent(in: report))
    }

    @Test("A laboratory's own number of the same type is none")
    func ownNumber() {
        var report = Report()
        report.patient.localIDs = [Identifier(value: Personal("A1"), namespace: "LABO", type: PatientPseudonym.type)]
        #expect(!ReportField.patientPseudonym.isPresent(in: report))
        #expect(ReportField.patientLocalIDs.isPresent(in: report))
    }
}
