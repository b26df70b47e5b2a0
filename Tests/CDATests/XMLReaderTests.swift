import CDA
import Testing

/// A document as nested text, or the failure that it is.
enum XMLOutcome: Equatable {
    case read(String)
    case failed(XMLFailure.Problem, Int)

    init(_ bytes: [UInt8]) {
        do {
            var reader = try XMLReader(bytes)
            var text = ""
            while let event = try reader.next() {
                switch event {
                case .start(let name, let attributes, offset: _):
                    let list = attributes.map { attribute in
                        " " + XMLOutcome.text(attribute.name) + "=" + String(decoding: attribute.value, as: UTF8.self)
                    }
                    text += "(" + XMLOutcome.text(name) + list.joined()
                case .end: text += ")"
                case .text(let bytes): text += "'" + String(decoding: bytes, as: UTF8.self) + "'"
                }
            }
            self = .read(text)
        } catch {
            self = .failed(error.problem, error.offset)
        }
    }

    init(_ text: String) { self.init(Array(text.utf8)) }

    private static func text(_ name: XMLName) -> String {
        name.namespace.isEmpty ? name.local : "{" + name.namespace + "}" + name.local
    }
}

@Suite("The XML reader")
struct XMLReaderTests {
    @Test(
        "Well-formed documents are read",
        arguments: [
            ("<a/>", "(a)"),
            ("<a></a >", "(a)"),
            ("<?xml version=\"1.0\"?><a>b</a>", "(a'b')"),
            ("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<a/>\n", "(a)"),
            ("\u{FEFF}<a/>", "(a)"),
            ("<!-- x --><?p?><a><!--y-->b<?q r ?></a><!---->", "(a'b')"),
            ("<a b='1' c=\"'\"/>", "(a b=1 c=')"),
            ("<a>&lt;&amp;&gt;&quot;&apos;&#233;&#xE9;</a>", "(a'<&>\"'éé')"),
            ("<a b='&#10;x\ty\r\nz'/>", "(a b=\nx y z)"),
            ("<a>x\r\ny\rz</a>", "(a'x\ny\nz')"),
            ("<a><![CDATA[<b>&]]]></a>", "(a'<b>&]')"),
            ("<a>]]x]</a>", "(a']]x]')"),
            ("<é>漢😀</é>", "(é'漢😀')"),
            ("<a xmlns='u'><b c='1'/></a>", "({u}a({u}b c=1))"),
            ("<p:a xmlns:p='u' p:b='1'><a/><p:c xmlns:p='v'/></p:a>", "({u}a {u}b=1(a)({v}c))"),
            ("<a xmlns='u'><b xmlns=''/></a>", "({u}a(b))"),
            ("<a xml:lang='fr'/>", "(a {http://www.w3.org/XML/1998/namespace}lang=fr)"),
        ])
    func wellFormed(document: String, expected: String) {
        #expect(XMLOutcome(document) == .read(expected))
    }

    @Test(
        "What is not well formed is a failure at its byte",
        arguments: [
            ("", .empty, 0), ("  <!-- a -->", .empty, 12), ("x<a/>", .strayText, 0), ("<a/>x", .trailingData, 4),
            ("<a/><b/>", .trailingData, 4), ("<![CDATA[x]]><a/>", .strayText, 0),
            ("<a>", .unexpectedEnd, 3), ("<a", .unexpectedEnd, 2), ("<a b='", .unexpectedEnd, 6),
            ("<a><b></a>", .mismatchedTag, 6), ("</a>", .mismatchedTag, 0), ("<a></b>", .mismatchedTag, 3),
            ("<a b=1/>", .markup, 5), ("<a b/>", .markup, 4), ("<a b='1'c='2'/>", .markup, 8),
            ("<a b='<'/>", .markup, 6),
            ("<a b='1' b='2'/>", .duplicateAttribute, 9), ("<1/>", .markup, 1), ("< a/>", .markup, 1),
            ("<a>]]></a>", .markup, 3), ("<!-- a -- b --><a/>", .markup, 9), ("<a/ >", .markup, 3),
            ("<!DOCTYPE a><a/>", .doctype, 0), ("<a><!DOCTYPE a></a>", .doctype, 3),
            ("<!ELEMENT a ANY><a/>", .markup, 1),
            ("<a>&b;</a>", .reference, 3), ("<a>&lt</a>", .reference, 3), ("<a>&#;</a>", .reference, 3),
            ("<a>&#0;</a>", .reference, 3), ("<a>&#xD800;</a>", .reference, 3), ("<a>&#x110000;</a>", .reference, 3),
            ("<a>&#99999999999999999999;</a>", .reference, 3), ("<a>&#12a;</a>", .reference, 3),
            ("<a>\u{1}</a>", .badCharacter, 3), ("<a>\u{FFFE}</a>", .badCharacter, 3),
            ("<a b='\u{0}'/>", .badCharacter, 6),
            (" <?xml version='1.0'?><a/>", .declaration, 1), ("<?xml version='1.1'?><a/>", .version, 0),
            ("<?xml?><a/>", .declaration, 0), ("<?xml encoding='UTF-8'?><a/>", .declaration, 0),
            ("<?xml version='1.0' encoding='EBCDIC'?><a/>", .encoding, 0),
            ("<?xml version='1.0' standalone='maybe'?><a/>", .declaration, 0),
            ("\u{FEFF}<?xml version='1.0' encoding='ISO-8859-1'?><a/>", .encoding, 3),
            ("<p:a/>", .namespace, 1), ("<a p:b='1'/>", .namespace, 3), ("<a xmlns:p=''/>", .namespace, 3),
            ("<a xmlns:xmlns='u'/>", .namespace, 3), ("<a xmlns:xml='u'/>", .namespace, 3),
            ("<a:b:c xmlns:a='u'/>", .markup, 4), ("<:a/>", .markup, 1), ("<a: xmlns:a='u'/>", .markup, 3),
            ("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", .duplicateAttribute, 35),
        ] as [(String, XMLFailure.Problem, Int)])
    func malformed(document: String, problem: XMLFailure.Problem, offset: Int) {
        #expect(XMLOutcome(document) == .failed(problem, offset), "\(document.debugDescription)")
    }

    @Test(
        "Bytes that are no UTF-8 are a failure at the character",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        ] as [[UInt8]])
    func badUTF8(bytes: [UInt8]) {
        #expect(XMLOutcome(Array("<a>".utf8) + bytes + Array("</a>".utf8)) == .failed(.badBytes, 3))
        #expect(XMLOutcome(Array("<a b='".utf8) + bytes + Array("'/>".utf8)) == .failed(.badBytes, 6))
    }

    @Test(
        "The declared encoding decodes the text",
        arguments: [
            ("ISO-8859-1", [0xE9, 0xA4], "é¤"), ("iso-8859-15", [0xE9, 0xA4, 0xBD], "é€œ"),
            ("windows-1252", [0xE9, 0x80, 0x92], "é€’"), ("UTF-8", [0xC3, 0xA9], "é"), ("US-ASCII", [0x41], "A"),
        ] as [(String, [UInt8], String)])
    func encodings(name: String, bytes: [UInt8], text: String) {
        let head = Array("<?xml version='1.0' encoding='\(name)'?><a b='".utf8)
        let document = head + bytes + Array("'>".utf8) + bytes + Array("</a>".utf8)
        #expect(XMLOutcome(document) == .read("(a b=\(text)'\(text)')"))
    }

    @Test(
        "Bytes that the declared encoding lacks are a failure", arguments: [("US-ASCII", 0xE9), ("windows-1252", 0x81)])
    func lackingBytes(name: String, byte: Int) {
        let head = Array("<?xml version='1.0' encoding='\(name)'?><a>".utf8)
        #expect(XMLOutcome(head + [UInt8(byte)] + Array("</a>".utf8)) == .failed(.badBytes, head.count))
    }

    @Test("UTF-16 is refused with its name, with and without byte order mark")
    func utf16() {
        let little: [UInt8] = [0x3C, 0, 0x61, 0, 0x2F, 0, 0x3E, 0]
        let big: [UInt8] = [0, 0x3C, 0, 0x61, 0, 0x2F, 0, 0x3E]
        for document in [little, big, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big] {
            #expect(XMLOutcome(document) == .failed(.utf16, 0))
        }
    }

    @Test("A declared entity is never expanded: a billion laughs, an external file and a parameter entity all stop")
    func entities() {
        var laughs = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY l0 'lol'>"
        for level in 1..<10 {
            laughs += "<!ENTITY l\(level) '" + String(repeating: "&l\(level - 1);", count: 10) + "'>"
        }
        #expect(XMLOutcome(laughs + "]><a>&l9;</a>") == .failed(.doctype, 21))
        #expect(XMLOutcome("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") == .failed(.doctype, 0))
        #expect(XMLOutcome("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://x/'> %p;]><a/>") == .failed(.doctype, 0))
        #expect(XMLOutcome("<a>&x;</a>") == .failed(.reference, 3))
    }
}
