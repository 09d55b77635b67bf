/// A command that runs a container, as people paste it: `docker run --rm -it nginx:1.21.4 sh`.
struct EngineCommand {
  /// The first word that is neither an option nor an option's value.
  let image: String

  /// nil where the words are no such command, or name no image.
  init?(_ words: [String]) {
    guard let engine = words.firstIndex(where: { Self.engines.contains($0) }) else { return nil }
    var rest = words[(engine + 1)...]
    var verb = Self.nextArgument(of: &rest)
    if verb == "container" { verb = Self.nextArgument(of: &rest) }
    guard let verb, Self.verbs.contains(verb), let image = Self.nextArgument(of: &rest) else { return nil }
    self.image = image
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
