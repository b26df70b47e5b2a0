// LabReport: what a lab report is, whether it is right, who may have it, and which of its fields.
//
//     bytes ─ ReportStream ─▶ Report ─ Rules ─▶ findings
//                              │
//                              ├─ Routing ─▶ destinations, each with its reason, and what is dropped, with its own
//                              ├─ Minimisation ─▶ the report that one destination gets
//                              └─ Writers, FHIR ─▶ one line of NDJSON, rows of CSV
//
// - Readers: `ReportStream` tells a file's format, cuts it into messages and hands out the outcomes of each. HL7, HPRIM, CSV,
//   FHIR each have a splitter (bytes to messages that stand alone) and a reader (a message to its reports). What was read is
//   always what was taken and what was held. What segments are made of is taken out by `SegmentReading`, the same for HL7
//   and HPRIM; what a sender says again and again is read once and shared, by `ReadingMemory`. Writers: `ReportWriter` writes the same four.
// - Model: `Report` and its parts. What the laboratory said and nothing else; absent is nil, no default is filled in. Codes,
//   structures and professionals are `Shared`: a copy costs one reference.
// - Identifiers: NIR, INS, RPPS, FINESS, LOINC with their keys. Territory: departments, regions, postcodes.
// - Codes: code systems, named code sets, what a result means, diseases that are notified under a code only.
// - Mapping: one sender's table of its own codes to LOINC, SNOMED CT and UCUM, and the unknown ones counted.
// - Rules: each with an id, a severity that settings may change, a place and a remedy in two languages.
// - Routing: `RouteTable` reads a directory's routes and profiles, strictly, and answers where a report goes.
//   Default deny: what no route names goes nowhere, and is said to.
// - Minimisation: `Profile.project` copies the fields that a profile lists. It never removes: what is not listed was
//   never there. Ages, birth years, departments and keyed pseudonyms are computed at the laboratory.
// - FHIR: `FHIRBundleWriter` and `FHIRBundleReader`, which undo each other exactly. Every other writer has a reader that gives
//   back what the format can carry; the writer says what that is not.
// - Synthetic: fake people with right keys.
//
// Pure: no Foundation, no I/O, no clock, no randomness. Today's date is an argument. It compiles with Embedded Swift, so
// that a browser can check and route a file with the code that the outbox runs.
//
// Personal values are `Personal` or have a redacted description. Findings, reasons and failures name places and rules,
// never a value. Everything here is deterministic: the same report gives the same bytes.
