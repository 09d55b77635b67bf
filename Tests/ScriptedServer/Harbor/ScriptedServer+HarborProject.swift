extension ScriptedServer {
  /// Answers as a Harbor does that has no project, until one is made. What else it is comes after this.
  ///
  /// - Parameter creation: the answer to whoever makes one.
  public func serveHarborWithoutProject(creation: Reply) {
    serveHarborGreeting()
    add(Rule("HEAD", "/api/v2.0/projects", Reply(404)))
    add(Rule("POST", "/api/v2.0/projects", creation))
  }

  /// The beginning by which a Harbor is known, and tokens.
  public func serveHarborGreeting() {
    let challenge = #"Bearer realm="\#(origin)/service/token",service="harbor-registry""#
    addFirst(Rule("GET", "/v2/", Reply(401).header("WWW-Authenticate", challenge)).header("Authorization", nil))
    on("GET", "/service/token") { _ in .token("a.token", lifetime: 1800) }
  }
}
