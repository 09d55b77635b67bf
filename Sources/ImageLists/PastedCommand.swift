import ImageModel

/// A command that pulls an image or runs a container, as people paste it: `docker run --rm -it nginx:1.21.4 sh`.
package enum PastedCommand {
  /// The reference of the image that a command of docker, podman or nerdctl names, corrected where it has a known mistake.
  ///
  /// - Returns: a reference that parses; nil where the text is no such command.
  package static func image(in text: String) -> String? {
    guard text.utf8.count <= 4_096 else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count > 1, let word = words.contains("pull") ? words.last : operand(of: words) else { return nil }
    do { _ = try ImageReference(parsing: word) } catch { return error.suggestion }
    return word
  }

  /// The first word behind the verb that is neither an option nor an option's value.
  private static func operand(of words: [String]) -> String? {
    guard let engine = words.firstIndex(where: { engines.contains($0) }) else { return nil }
    var rest = words[(engine + 1)...]
    var verb = nextArgument(of: &rest)
    if verb == "container" { verb = nextArgument(of: &rest) }
    guard let verb, verbs.contains(verb) else { return nil }
    return nextArgument(of: &rest)
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
