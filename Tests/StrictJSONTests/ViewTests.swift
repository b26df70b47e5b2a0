import StrictJSON
import TestSupport
import Testing

@Suite("A document read where it stands")
struct ViewTests {
    private func view(_ text: String) throws -> JSONView { try JSONView(parsing: Array(text.utf8)) }

    @Test("A value answers only as what it is")
    func types() throws {
        let document = try view(
            #" {"s":"a\u00e9\n","n":-1.50e2,"t":true,"f":false,"0":null,"a":[1,[],"x"],"o":{"s":2}} "#)
        #expect(document.isObject && document.array == nil && document.string == nil)
        #expect(document["s"]?.string == "aé\n" && document["s"]?.numberText == nil && document["s"]?.bool == nil)
        #expect(document["n"]?.numberText == "-1.50e2" && document["n"]?.string == nil)
        #expect(document["t"]?.bool == true && document["f"]?.bool == false && document["0"]?.bool == nil)
        #expect(document["0"]?.isNull == true && document["t"]?.isNull == false)
        #expect(document["a"]?.array?.map(\.string) == [nil, nil, "x"])
        #expect(document["a"]?.array?[1].array?.isEmpty == true && document["a"]?.members == nil)
        #expect(document["o"]?["s"]?.numberText == "2" && document["o"]?["n"] == nil)
        #expect(document.memberNames == ["s", "n", "t", "f", "0", "a", "o"])
        #expect(document["a"]?["s"] == nil && document["s"]?["s"] == nil)
        #expect(document["o"]?.description == "‹object of 1›")
    }

    @Test("A member is found by its exact bytes, however they are written")
    func names() throws {
        let document = try view(#"{"ab":1,"a":2,"\u0061bc":3,"a\"":4,"K":5,"":6,"x\\y":7}"#)
        let found = ["ab", "a", "abc", "a\"", "K", "", "x\\y", "abcd", "b", "x"].map { document[$0]?.numberText }
        #expect(found == ["1", "2", "3", "4", "5", "6", "7", nil, nil, nil])
        #expect(throws: JSONFailure(.duplicateName, offset: 8)) { try view(#"{"ab":1,"a\u0062":2}"#) }
    }

    @Test("Values are equal exactly where their trees are")
    func equality() throws {
        let texts = [
            "1", "1.0", "10", "-1", #""1""#, #""a""#, #""\u0061""#, "true", "false", "null", "[]", "[1]", "[1,2]", "{}",
            #"{"a":1}"#,
            #"{"\u0061":1}"#, #"{"a":2}"#, #"{"b":1}"#, #"{"a":1,"b":[{"c":null}]}"#, #"{"b":[{"c":null}],"a":1}"#,
        ]
        for one in texts {
            for other in texts {
                let isSame = try JSON(parsing: Array(one.utf8)) == JSON(parsing: Array(other.utf8))
                #expect(try (view(one) == view(other)) == isSame, "\(one) \(other)")
            }
        }
    }

    @Test("A slice is read as what it holds, by offsets of its own")
    func slice() throws {
        let bytes = Array(#"xx{"a":[1,"b"]}yy"#.utf8)
        let document = try JSONView(parsing: bytes[2..<15])
        #expect(document["a"]?.array?.last?.string == "b" && JSON(document)["a"]?.array?.count == 2)
        #expect(throws: JSONFailure(.trailingData, offset: 13)) { try JSONView(parsing: bytes[2..<16]) }
    }

    @Test("Values of a document are counted, whatever they are")
    func values() throws {
        let limits = JSON.Limits(maxValues: 4)
        _ = try JSONView(parsing: Array(#"{"a":[1,""]}"#.utf8), limits: limits)
        #expect(throws: JSONFailure(.tooManyValues, offset: 11)) {
            try JSONView(parsing: Array(#"{"a":[1,"",{}]}"#.utf8), limits: limits)
        }
    }
}
