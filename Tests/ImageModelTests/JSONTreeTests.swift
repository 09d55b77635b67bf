import SeededRandom
import Testing

@testable import ImageModel

@Suite("JSON that is changed in one place")
struct JSONTreeTests {
  private let text = #"""
    {
    	"auths": {
    		"https://index.docker.io/v1/": {
    			"auth": "dTpw"
    		},
    		"été\u0041": {}
    	},
    	"big": 12345678901234567890.10,
    	"tiny": 1E-5,
    	"list": [
    		1,
    		"a\/b",
    		[],
    		null
    	],
    	"detachKeys": "ctrl-e,e"
    }
    """#

  @Test("what is not changed stays byte for byte, in its order")
  func unchanged() throws {
    #expect(String(decoding: try JSONTree(parsing: Array(text.utf8)).bytes, as: UTF8.self) == text)
  }

  @Test("another layout has the same values")
  func layout() throws {
    let dense = #" {"a":{"b" : [ 1 ,2.50],"c":{}},"a\n":"\"\\","d":[ ]} "#
    let written = try JSONTree(parsing: Array(dense.utf8)).bytes
    #expect(
      String(decoding: written, as: UTF8.self)
        == "{\n\t\"a\": {\n\t\t\"b\": [\n\t\t\t1,\n\t\t\t2.50\n\t\t],\n\t\t\"c\": {}\n\t},\n\t\"a\\n\": \"\\\"\\\\\",\n\t\"d\": []\n}"
    )
    #expect(try JSONTree(parsing: written) == JSONTree(parsing: Array(dense.utf8)))
  }

  @Test("members are set in their place, added at the end, and removed")
  func members() throws {
    var tree = try JSONTree(parsing: Array(#"{"a":1,"b":{"c":"x"},"d":2}"#.utf8))
    tree["b"]?["c"] = .string("q\"/\u{1}")
    tree["e"] = .object([])
    tree["a"] = nil
    tree["absent"] = nil
    #expect(
      String(decoding: tree.bytes, as: UTF8.self)
        == "{\n\t\"b\": {\n\t\t\"c\": \"q\\\"/\\u0001\"\n\t},\n\t\"d\": 2,\n\t\"e\": {}\n}")
    #expect(tree["b"]?["c"]?.text == "q\"/\u{1}")
    #expect(tree["d"]?.text == nil)
  }

  @Test("a name is what it means, however it is written")
  func names() throws {
    let tree = try JSONTree(parsing: Array(#"{"\u0061uths":"v"}"#.utf8))
    #expect(tree["auths"]?.text == "v")
    #expect(String(decoding: tree.bytes, as: UTF8.self) == "{\n\t\"\\u0061uths\": \"v\"\n}")
  }

  @Test("what is no JSON, or goes too deep, is refused", arguments: ["", "{", "{}x", #"{"a":1,"a":2}"#, "[01]"])
  func malformed(text: String) {
    #expect(throws: JSONFault.self) { try JSONTree(parsing: Array(text.utf8)) }
    #expect(throws: JSONFault.self) { try JSONTree(parsing: Array(repeating: UInt8(ascii: "["), count: 100_000)) }
  }

  @Test("The place of a member's name is told, whatever stands before it")
  func lines() {
    let text = Array(
      #"""
      {
        "a": {"x": "}\"\n", "auths": {"kA": 0}},
        "list": [{"b": 1},
          2],
        "auths":

        { "k\u0041": 1,
          "b": {} }}
      """#.utf8)
    #expect(JSONTree.place(of: ["auths"], in: text) == TextPlace(line: 5, column: 3))
    #expect(JSONTree.place(of: ["auths", "kA"], in: text) == TextPlace(line: 7, column: 5))
    #expect(JSONTree.place(of: ["auths", "b"], in: text) == TextPlace(line: 8, column: 5))
    #expect(JSONTree.place(of: ["a", "auths", "kA"], in: text)?.line == 2)
    for names in [["kA"], ["auths", "none"], ["list", "b"], ["auths", "kA", "x"], []] {
      #expect(JSONTree.place(of: names, in: text) == nil, "\(names)")
    }
    for broken in ["", "[]", "5", "{\"auths\"", "{\"auths\":{}"] {
      #expect(JSONTree.place(of: ["auths"], in: Array(broken.utf8)) == nil, "\(broken)")
    }
  }

  @Test("T172: of members of one name the last counts, and of objects of one name at the top all members")
  func duplicates() throws {
    let text = Array(#"{"a":{"x":1,"y":{"p":1}},"b":[1],"a":{"y":{"q":2},"y":3,"z":4},"b":[2]}"#.utf8)
    let tree = try JSONTree(mergingDuplicates: text)
    #expect(try tree == JSONTree(parsing: Array(#"{"a":{"x":1,"y":3,"z":4},"b":[2]}"#.utf8)))
    #expect(JSONTree.place(of: ["a", "y"], in: text) == TextPlace(line: 1, column: 51))
    #expect(throws: JSONFault.duplicateKey("a")) { try JSONTree(parsing: text) }
  }

  @Test("T098: random text is refused, or keeps its meaning when it is written", arguments: 0..<2 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let bytes = random.mutation(of: Array(text.utf8), count: 3)
      guard let tree = try? JSONTree(mergingDuplicates: bytes) else {
        #expect(JSONTree.place(of: ["auths"], in: bytes) == nil)
        continue
      }
      #expect((JSONTree.place(of: ["auths"], in: bytes) != nil) == (tree["auths"] != nil))
      #expect(try JSONTree(parsing: tree.bytes) == tree)
    }
  }
}
