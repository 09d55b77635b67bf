extension Reply {
  /// One more header line; a name may come twice.
  public func header(_ name: String, _ value: String) -> Reply {
    changed { $0.headers.append(Header(name, value)) }
  }

  /// Without any header line of this name.
  public func without(_ name: String) -> Reply {
    changed { $0.headers.removeAll { $0.name.lowercased() == name.lowercased() } }
  }

  public func framed(_ framing: Framing) -> Reply {
    changed { $0.framing = framing }
  }

  public func delayed(_ delay: Duration) -> Reply {
    changed { $0.delay = delay }
  }

  /// Text sent before the status line, such as "HTTP/1.1 100 Continue\r\n\r\n".
  public func preceded(by text: String) -> Reply {
    changed { $0.preamble += Array(text.utf8) }
  }

  public func ranges(_ policy: RangePolicy?) -> Reply {
    changed { $0.ranges = policy }
  }

  /// `Connection: close` in the head, and the connection closed behind the body.
  public var closing: Reply {
    changed {
      $0.announcesClose = true
      $0.ending = .finish
    }
  }

  /// The connection closed behind the body without a word of it in the head.
  public func thenEnds(_ ending: Ending = .finish) -> Reply {
    changed { $0.ending = ending }
  }

  func changed(_ change: (inout Reply) -> Void) -> Reply {
    var copy = self
    change(&copy)
    return copy
  }
}
