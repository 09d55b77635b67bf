extension Reply {
  public static func json(_ text: String, status: Int = 200) -> Reply {
    Reply(status, headers: [("Content-Type", "application/json")], text: text)
  }

  public static func html(_ text: String, status: Int = 200) -> Reply {
    Reply(status, headers: [("Content-Type", "text/html; charset=utf-8")], text: text)
  }

  /// The error body of the distribution specification (section "Error Codes").
  public static func registryError(_ status: Int, _ code: String, _ message: String) -> Reply {
    .json(#"{"errors":[{"code":\#(JSONText(code)),"message":\#(JSONText(message))}]}"#, status: status)
  }

  public static func redirect(_ status: Int = 307, to location: String) -> Reply {
    Reply(status, headers: [("Location", location)])
  }

  /// Bytes instead of a reply; the connection ends behind them.
  public static func raw(_ text: String, then ending: Ending = .finish) -> Reply {
    Reply().with {
      $0.raw = Array(text.utf8)
      $0.closes = true
      $0.closing = ending
    }
  }

  /// No answer at all: the connection stays open until the client leaves.
  public static var never: Reply { Reply().with { $0.isSilent = true } }

  /// The connection ends without an answer.
  public static func hangUp(_ ending: Ending = .finish) -> Reply { .raw("", then: ending) }
}
