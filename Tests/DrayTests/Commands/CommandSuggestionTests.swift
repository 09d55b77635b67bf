import Testing

@testable import DrayMessages
@testable import dray

struct CommandSuggestionTests {
  @Test(
    "A mistyped command is recognized, and an image is not taken for one",
    arguments: [
      ("pul", "pull"), ("pulll", "pull"), ("Pull", "pull"), ("plul", "pull"), ("logn", "login"), ("log-out", "logout"),
      ("nginx", nil), ("redis", nil), ("nginx:1.21.4", nil), ("", nil), ("harbor.example.com/team/app", nil),
    ] as [(String, String?)])
  func suggests(word: String, command: String?) {
    #expect(CommandSuggestion.command(for: word) == command)
  }
}
