// HL7 v2 (ER7, "pipes and hats"): bytes to messages, messages to fields, fields to text, and the answers.
//
// The way through:
//   MessageSplitter   a file in pieces of any size -> messages with offset and ordinal, and what is none, held
//   MLLPFrames        a TCP stream -> frames
//   Message           one message: its bytes, where its segments lie, its delimiters and character set
//   Segment, Part     views on those bytes: field, repetition, component, subcomponent, numbered as in the standard
//   FieldIndex        the fields of one segment found in one scan, as views
//   Wire, FieldRanges the same as places (`PartRange`) that own nothing: for readers of whole files
//   MessageSurvey     the same of the usual message, all of its segments and fields in one pass
//   ByteScan          looks for separators with the processor's vectors (CScan), eight bytes at a time (WordScan) elsewhere
//   FieldPath         `PID-3[2].1`, `OBX[*]-5`: for people and for findings
//   StructureLint     what is wrong with a message's form, by segment, field and byte offset
//   AcknowledgmentWriter   the answer, in the dialect of the question
//
// Invariants
// - Bytes are the truth: a message keeps those it came in; nothing is re-encoded, and joining the parts gives them.
// - Everything is split on bytes, never on Characters: in Swift "\r\n" is one, and an accent joins a separator.
// - Delimiters come from each message's own MSH-1 and MSH-2.
// - An absent field is an empty Part: no optional, no error. `""` (delete the value) is a Part whose `isNull` is true.
// - Nothing here knows what a segment means: oddities of form are noted in `Message.oddities`, and LabReport judges.
// - Memory is bounded by `Limits`, time is linear in the bytes, and no input can trap.
// - No failure carries text of a message: only places and reasons.
//
// It never does: I/O, clocks, randomness, Foundation, profiles, validation of codes.
