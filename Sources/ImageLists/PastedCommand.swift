import ImageModel

/// A command that pulls an image or runs a container, as people paste it: `docker run --rm -it nginx:1.21.4 sh`.
package enum PastedCommand {
  /// The reference of the image that a command of docker, podman or nerdctl names, corrected where it has a known mistake.
  ///
  /// - Returns: a reference that parses; nil where the text is no such command.
  package static func image(in text: String) -> String? {
    guard text.utf8.count <= 4_096 else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count > 1, let word = words.contains("pull") ? words.last : operand(of: words).map({ words[$0] })
    else { return nil }
    do { _ = try ImageReference(parsing: word) } catch { return error.suggestion }
    return word
  }

  /// The platform that such a command, or a line of a Dockerfile, names with `--platform`.
  ///
  /// - Returns: as it stands there; nil where there is none, or a variable of a build in its place.
  package static func platform(in text: String) -> String? {
    guard text.utf8.count <= 4_096 else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    // Behind the image of a container that is run stands what runs in it.
    let options = words[..<(words.contains("pull") ? words.endIndex : operand(of: words) ?? words.endIndex)]
    let mark = "--platform="
    guard let place = options.firstIndex(where: { $0 == mark.dropLast() || $0.hasPrefix(mark) }) else { return nil }
    let isApart = options[place] == mark.dropLast()
    let value = isApart ? options[(place + 1)...].first : String(options[place].dropFirst(mark.count))
    return value.flatMap { $0.isEmpty || $0.contains("$") ? nil : $0 }
  }

  /// Where the first word behind the verb stands that is neither an option nor an option's value.
  private static func operand(of words: [String]) -> Int? {
    guard let engine = words.firstIndex(where: { engines.contains($0) }) else { return nil }
    var rest = words[(engine + 1)...]
    var verb = nextArgument(of: &rest)
    if verb == "container" { verb = nextArgument(of: &rest) }
    guard let verb, verbs.contains(verb), nextArgument(of: &rest) != nil else { return nil }
    return rest.startIndex - 1
  }

  private static func nextArgument(of words: inout ArraySlice<String>) -> String? {
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word.count > 1 else { return word }
      if word != "--", takesNextWord(word) { _ = words.popFirst() }
    }
    return nil
  }

  private static let engines: Set<String> = ["docker", "podman", "nerdctl"]
  private static let verbs: Set<String> = ["run", "create"]

  /// Options that have no value, of all three programs.
  private static let flags: Set<String> = [
    "--detach", "--disable-content-trust", "--help", "--init", "--interactive", "--no-healthcheck", "--no-hostname",
    "--no-hosts", "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--replace", "--rm",
    "--rmi", "--rootfs", "--sig-proxy", "--tls-verify", "--tty",
  ]
  private static let letters = Set("ditqP")

  private static func takesNextWord(_ option: String) -> Bool {
    if option.hasPrefix("--") { return !option.contains("=") && !flags.contains(option) }
    // `-it` are two, and `-p80:80` has its value in it.
    let rest = option.dropFirst().drop { letters.contains($0) }
    return rest.count == 1
  }
}
