import ImageModel
import Testing

@Suite("ImageConfig")
struct ImageConfigTests {
  private func parse(_ text: String) throws(ImageConfigError) -> ImageConfig {
    try ImageConfig(parsing: Array(text.utf8))
  }

  @Test("A config is read with all its fields")
  func fields() throws {
    let digest = Digest.hash([1])
    let config = try parse(
      #"""
      {"os":"linux","architecture":"arm","variant":"v6","os.version":"1","created":"2026-01-02T03:04:05Z","x":1.5,
       "config":{"User":"u","ExposedPorts":{"80/tcp":{},"443/tcp":{}},"Env":["A=1"],"Entrypoint":["/e"],"Cmd":["c","d"],
         "Volumes":{"/data":{}},"WorkingDir":"/w","Labels":{"l":"m"},"StopSignal":"SIGQUIT"},
       "rootfs":{"type":"layers","diff_ids":["\#(digest)"]},
       "history":[{"created":"c","created_by":"b","author":"a","comment":"o"},{"empty_layer":true}]}
      """#)
    #expect(config.platform == Platform(os: "linux", architecture: "arm", variant: "v6", osVersion: "1"))
    #expect(config.created == "2026-01-02T03:04:05Z")
    #expect(config.diffIDs == [digest])
    #expect(config.execution?.user == "u")
    #expect(config.execution?.exposedPorts == ["443/tcp", "80/tcp"])
    #expect(config.execution?.environment == ["A=1"])
    #expect(config.execution?.entrypoint == ["/e"])
    #expect(config.execution?.command == ["c", "d"])
    #expect(config.execution?.volumes == ["/data"])
    #expect(config.execution?.workingDirectory == "/w")
    #expect(config.execution?.labels == ["l": "m"])
    #expect(config.execution?.stopSignal == "SIGQUIT")
    #expect(config.history.map(\.isEmptyLayer) == [false, true])
    #expect(config.history.first?.createdBy == "b")
  }

  @Test(
    "T066: a config may leave everything out",
    arguments: [
      "{}", #"{"rootfs":{}}"#, #"{"rootfs":null,"config":null,"history":null}"#, #"{"config":{"Env":null,"Cmd":null}}"#,
      #"{"os":"","architecture":""}"#, #"{"os":"linux"}"#,
    ])
  func sparse(_ text: String) throws {
    let config = try parse(text)
    #expect(config.platform == nil)
    #expect(config.diffIDs.isEmpty)
  }

  @Test("A command may be one string")
  func commandString() throws {
    #expect(try parse(#"{"config":{"Cmd":"sh"}}"#).execution?.command == ["sh"])
  }

  @Test("T182: names of fields count in any case of letters, as engines read them, and of several the last")
  func anyCase() throws {
    let (first, second) = (Digest.hash([1]), Digest.hash([2]))
    let config = try parse(
      #"""
      {"OS":"linux","Architecture":"amd64","rootfs":{"diff_ids":["\#(first)"]},
       "RootFS":{"Type":"layers","Diff_IDs":["\#(second)"]},"History":[{"Created_By":"b"},{"Empty_Layer":true}],
       "Config":{"env":["A=1"],"labels":{"L":"1","l":"2"},"volumes":{"/Data":{},"/data":{}}}}
      """#)
    #expect(config.platform == Platform(os: "linux", architecture: "amd64"))
    #expect(config.diffIDs == [second])
    #expect(config.history.map(\.isEmptyLayer) == [false, true])
    #expect(config.history.first?.createdBy == "b")
    #expect(config.execution?.environment == ["A=1"])
    #expect(config.execution?.labels == ["L": "1", "l": "2"])
    #expect(config.execution?.volumes == ["/Data", "/data"])
    #expect(throws: ImageConfigError.invalidField("rootfs.diff_ids[0]")) { try parse(#"{"RootFS":{"Diff_Ids":[5]}}"#) }
  }

  @Test("What is no JSON object is no config", arguments: ["", "[]", "1", "<html>", "{", "null"])
  func notJSON(_ text: String) {
    #expect(throws: ImageConfigError.notJSON) { try parse(text) }
  }

  @Test("T046: hostile JSON is refused")
  func hostile() {
    #expect(throws: ImageConfigError.unsafeJSON(.tooDeep(limit: 64))) {
      try parse(#"{"a":"# + String(repeating: "[", count: 100_000))
    }
    #expect(throws: ImageConfigError.unsafeJSON(.duplicateKey("os"))) { try parse(#"{"os":"a","os":"b"}"#) }
    #expect(throws: ImageConfigError.invalidField("config.Env")) { try parse(#"{"config":{"Env":"A=1"}}"#) }
    #expect(throws: ImageConfigError.invalidField("rootfs.diff_ids[1]")) {
      try parse(#"{"rootfs":{"diff_ids":["x",5]}}"#)
    }
  }

  @Test("Names that differ in bytes and are equal as text do no harm")
  func equalAsText() throws {
    let labels = try parse(#"{"config":{"Labels":{"\u00e9":"1","e\u0301":"2"}}}"#).execution?.labels
    #expect(labels?.count == 1)
  }

  @Test("T045: a config over the limit is refused")
  func tooLarge() {
    let padding = String(repeating: " ", count: DocumentLimits.standard.configBytes)
    #expect(throws: ImageConfigError.tooLarge(limit: 8 << 20)) { try parse("{}" + padding) }
  }

  @Test("T015: a malformed digest among the unpacked layers is refused")
  func diffIDs() {
    let expected = ImageConfigError.invalidDigest(field: "rootfs.diff_ids[0]", .malformed("sha256:../x"))
    #expect(throws: expected) { try parse(#"{"rootfs":{"diff_ids":["sha256:../x"]}}"#) }
    #expect(expected.failureClass == .refused)
  }
}
