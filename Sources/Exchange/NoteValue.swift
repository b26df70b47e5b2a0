/// A value that its signer says in a signed note.
package protocol NoteValue: Sendable, Equatable {
    /// What it is called in a failure.
    static var what: String { get }
    /// The largest note that carries one.
    static var noteLimit: Int { get }
    /// Its one text: a line of canonical JSON and a newline.
    var text: [UInt8] { get }
    /// The participant who says it; the key name of its signatures.
    var signer: ParticipantID { get }
    /// Decodes `text`, or refuses it if it is not the one text of a well formed value.
    init(text: [UInt8]) throws(ExchangeFailure)
}
