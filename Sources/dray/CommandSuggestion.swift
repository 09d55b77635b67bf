/// The command that a mistyped word was probably meant to be.
enum CommandSuggestion {
  static func command(for word: String) -> String? {
    guard word.utf8.count <= 12 else { return nil }
    let names = DrayCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    let closest = names.map { (name: $0, distance: distance($0, word.lowercased())) }.min { $0.distance < $1.distance }
    // Two letters of a short word are half of it.
    guard let closest, closest.distance <= min(2, closest.name.count / 2) else { return nil }
    return closest.name
  }

  /// How many letters must be put in, taken out or changed (Levenshtein).
  private static func distance(_ one: String, _ other: String) -> Int {
    let letters = Array(other)
    var row = Array(0...letters.count)
    for (index, letter) in one.enumerated() {
      var next = [index + 1]
      for (column, counterpart) in letters.enumerated() {
        next.append(min(next[column] + 1, row[column + 1] + 1, row[column] + (letter == counterpart ? 0 : 1)))
      }
      row = next
    }
    return row[letters.count]
  }
}
