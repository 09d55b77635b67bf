import Testing

@testable import DrayMessages
@testable import dray

struct TerminalAbilityTests {
  @Test(
    "T083: escape sequences are for terminals that understand them and users who want them",
    arguments: [
      (true, ["TERM": "xterm-256color"], TerminalAbility.cursor), (true, ["TERM": "dumb"], .lines), (true, [:], .lines),
      (true, ["TERM": "xterm", "NO_COLOR": "1"], .lines), (true, ["TERM": "xterm", "NO_COLOR": ""], .cursor),
      (false, ["TERM": "xterm"], .none), (true, ["TERM": "linux"], .cursor),
    ])
  func ability(isTerminal: Bool, variables: [String: String], ability: TerminalAbility) {
    #expect(TerminalAbility(isTerminal: isTerminal) { variables[$0] } == ability)
  }
}
