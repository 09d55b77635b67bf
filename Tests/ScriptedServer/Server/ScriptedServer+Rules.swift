/// Rules by a line each; without a method they are for GET.
extension ScriptedServer {
  /// - Parameters:
  ///   - path: without the query; a "*" at its end stands for any rest.
  ///   - times: how often the rule may be used; without end by default.
  public func on(
    _ method: String, _ path: String, times: Int = .max,
    where predicate: @escaping @Sendable (RecordedRequest) -> Bool = { _ in true }, _ handler: @escaping Rule.Handler
  ) {
    add(Rule(method, path, handler).times(times).when(predicate))
  }

  public func on(_ method: String, _ path: String, times: Int = .max, reply: Reply) {
    add(Rule(method, path, reply).times(times))
  }

  public func on(_ path: String, times: Int = .max, reply: Reply) {
    on("GET", path, times: times, reply: reply)
  }

  public func on(_ path: String, times: Int = .max, _ handler: @escaping Rule.Handler) {
    on("GET", path, times: times, handler)
  }
}
