// CDA: clinical documents (HL7 CDA R2, XML) of laboratories, read into reports.
//
//     HL7 message ─ LabReport finds the documents it carries ─┐
//     XML file ───────────────────────────────────────────────┴▶ XML tree ─▶ Report, findings
//
// - XML: a strict reader of our own. UTF-8, US-ASCII, ISO 8859-1 and -15, Windows-1252; namespaces; the five entities
//   that XML itself defines. A DOCTYPE is refused, so that there is no entity to expand and no file or address to fetch.
// - Report: the level 3 body of the French CR-BIO, of the rapid tests' TROD, and of IHE XD-LAB that both derive from.
// - Message: HL7 v2 messages whose results lie in such a document (OBX-2 ED), and what to say of those whose attachment
//   is something else.
//
// A document without a structured body (level 1: a PDF, a text) holds no result that a program could read. It is held,
// with what to send instead, as is any other attachment. What the model cannot carry is a finding, never dropped in
// silence; what changes a result's meaning and is not understood (a negated observation, an unknown type of value) holds
// the whole document.
//
// Never: Foundation, I/O, a clock, randomness, a network, a DTD. Failures give a byte offset, findings a place and a
// rule; neither ever holds a value. Every length, depth and count is bounded by `Limits`.
