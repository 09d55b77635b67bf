import Testing
import WatchedPrograms

@Suite("T159: what tests need of the machine")
struct TestNeedsTests {
  @Test("A program is found where PATH has it, and one that is nowhere is not")
  func programs() throws {
    #expect(TestNeeds.isInstalled("sh"))
    #expect(TestNeeds.isInstalled("env"))
    #expect(!TestNeeds.isInstalled("no-such-program-anywhere"))
    try TestNeeds.programs(["sh", "env"])
  }

  @Test(
    "The commands of a script are seen, and words that are no commands are not",
    arguments: [
      ("skopeo copy docker://a dir:b", ["skopeo"]),
      ("cd x; A=1 strace -f dray | grep zstd && echo $(umoci ls)", ["cd", "strace", "grep", "echo", "umoci"]),
      ("if cmp a b\nthen exec tmux; fi", ["cmp", "tmux", "fi"]),
      ("dray convert --layers zstd", ["dray"]),
      ("at_clock() { faketime -m x; }", ["at_clock", "faketime"]),
      ("command time -q x", ["time"]),
    ])
  func commands(script: String, found: [Substring]) {
    #expect(TestNeeds.commands(in: script) == Set(found))
  }
}
