/// A way to reach somebody, by what it is and not by the field or the type it stands in.
///
/// Some may have telephones and no mails, others mails and no telephones, and few the NIR: what a sender wrote into the wrong field must
/// not go where its own kind does not.
package enum ContactWay: Hashable, Sendable {
    case phone(Personal)
    /// Whatever has an `@`.
    case mail(Personal)
    /// Either, made of a NIR: the name of a patient's national mailbox is the INS (`<INS>@patient.mssante.fr`). It goes nowhere, since it
    /// would pass where no NIR may.
    case nir

    /// Nil where nothing stands behind `mailto:` or `tel:`. What has no `@` is a mail where its place says so, unless it is written as
    /// telephones are.
    package init?(_ text: String, isSaidMail: Bool = false) {
        let (plain, scheme) = ContactWay.parted(text)
        guard !plain.isEmpty else { return nil }
        guard !NIRForm.isContact(plain) else {
            self = .nir
            return
        }
        let isMail =
            plain.utf8.contains(UInt8(ascii: "@"))
            || (isSaidMail || scheme == .mail) && !ContactWay.isWrittenAsTelephone(plain)
        self = isMail ? .mail(Personal(plain)) : .phone(Personal(plain))
    }

    /// Puts it among the others, each once; a rule where it goes to none of them.
    package func put(phones: inout [Personal], mails: inout [Personal]) -> Rule? {
        switch self {
        case .phone(let phone): if !phones.contains(phone) { phones.add(phone) }
        case .mail(let mail): if !mails.contains(mail) { mails.add(mail) }
        case .nir: return .nirInContact
        }
        return nil
    }

    private enum Scheme {
        case mail, telephone
    }

    /// What stands behind `mailto:` (as far as a `?`) or `tel:`, in whatever case, without blanks around it.
    private static func parted(_ text: String) -> (plain: String, scheme: Scheme?) {
        let bytes = text.utf8
        guard let colon = bytes.prefix(7).firstIndex(of: UInt8(ascii: ":")) else { return (text, nil) }
        let word = bytes[..<colon]
        let scheme: Scheme
        if word.elementsEqual("mailto".utf8, by: { $0 | 0x20 == $1 }) {
            scheme = .mail
        } else if word.elementsEqual("tel".utf8, by: { $0 | 0x20 == $1 }) {
            scheme = .telephone
        } else {
            return (text, nil)
        }
        var rest = bytes[bytes.index(after: colon)...].drop { $0 == 0x20 }
        if scheme == .mail { rest = rest.prefix { $0 != UInt8(ascii: "?") } }
        while rest.last == 0x20 { rest.removeLast() }
        return (String(decoding: rest, as: UTF8.self), scheme)
    }

    /// Digits and the marks between them, and nothing else.
    private static func isWrittenAsTelephone(_ text: String) -> Bool {
        var digits = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case 0x20, UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "/"):
                continue
            default: return false
            }
        }
        return digits >= 6
    }
}
