package import Exchange
import StrictJSON

/// One thing that a check found: where database, payloads, shred keys and log do not agree, or are damaged.
package struct Disagreement: Hashable, Sendable {
    /// What is wrong.
    package let kind: DisagreementKind
    /// Where: a file of the data folder, a table with its key, an entry of the log. Never a value.
    package let place: String
    /// The parcel concerned, where it is one.
    package let parcel: ParcelID?

    init(_ kind: DisagreementKind, _ place: String, of parcel: ParcelID? = nil) {
        self.kind = kind
        self.place = place
        self.parcel = parcel
    }

    /// What, where, what to do.
    package var french: String {
        "\(kind.rawValue) : \(parcel.map { "pli \($0), " } ?? "")\(shownPlace) : \(words.french)"
    }

    /// The same in English.
    package var english: String {
        "\(kind.rawValue): \(parcel.map { "parcel \($0), " } ?? "")\(shownPlace): \(words.english)"
    }

    /// Nothing but proofs of what is past hangs on the log before: no relay is stopped and restored for it.
    private var words: (french: String, english: String) {
        guard place.hasPrefix(LogBeforeCheck.name + "/") else { return (kind.french, kind.english) }
        return (
            "le registre d'avant la restauration n'est pas entier, ou est abîmé : rapporter ce fichier d'une copie ; ce qui "
                + "attend et le registre présent n'en dépendent pas",
            "the log from before the restore is not whole, or is damaged: bring this file back from a copy; what waits and "
                + "the present log do not hang on it"
        )
    }

    /// On one line, and steering no terminal: in a folder that comes from elsewhere a file may have any name.
    private var shownPlace: String {
        String(
            String.UnicodeScalarView(place.unicodeScalars.map { $0.properties.generalCategory == .control ? "·" : $0 }))
    }

    /// One line of JSON.
    package var json: String {
        var members: [JSON.Member] = [.init("kind", .string(kind.rawValue)), .init("place", .string(place))]
        if let parcel { members.append(.init("parcel", .string(parcel.text))) }
        members.append(.init("unfinished", .bool(kind.isUnfinished)))
        members.append(.init("fr", .string(words.french)))
        members.append(.init("en", .string(words.english)))
        return String(decoding: JSON.object(members).encoded, as: UTF8.self)
    }
}
