/// Faults on the way. Offsets count the body bytes of this one reply, without chunk framing; a fault behind the end of
/// the body does not happen.
extension Reply {
  /// One more header line; a name may come twice.
  public func header(_ name: String, _ value: String) -> Reply { with { $0.headers.append((name, value)) } }

  /// RST once the client's system holds exactly `count` body bytes.
  public func reset(after count: Int64) -> Reply { with { $0.cut = (count, .reset) } }

  /// FIN after `count` body bytes, with the head of the whole.
  public func finish(after count: Int64) -> Reply { with { $0.cut = (count, .finish) } }

  /// FIN before the first piece of body that the condition holds for, with the head of the whole.
  public func finish(when isDue: @escaping @Sendable () -> Bool) -> Reply { with { $0.isFinished = isDue } }

  /// No byte more after `count`, until the client leaves.
  public func stall(after count: Int64) -> Reply { with { $0.cut = (count, .stall) } }

  /// No byte more after `count`, until the gate is opened.
  public func hold(after count: Int64, at gate: Gate) -> Reply {
    with { $0.waits.append(Wait(offset: count, reason: .gate(gate))) }
  }

  /// A pause after `count` bytes.
  public func pause(after count: Int64, for duration: Duration) -> Reply {
    with { $0.waits.append(Wait(offset: count, reason: .time(duration))) }
  }

  /// A body that ends after `count` bytes, with a head that says so.
  public func shortened(to count: Int64) -> Reply { with { $0.body = $0.body.prefix(count) } }

  /// `count` bytes more behind the body, counted in its framing.
  public func surplus(_ count: Int64) -> Reply {
    with { $0.body = $0.body.followed(by: .repeating(0x2b, count: count)) }
  }

  /// A body without an end, in chunks.
  public var endless: Reply {
    with {
      $0.body = $0.body.followed(by: .repeating(0x2b))
      $0.framing = .chunked
    }
  }

  /// One bit of body byte `offset` inverted.
  public func flippingBit(at offset: Int64) -> Reply { with { $0.flippedByte = offset } }

  /// `Connection: close` in the head, and the connection closed behind the body.
  public var announcingClose: Reply { header("Connection", "close").with { $0.closes = true } }

  /// Text sent before the status line: "HTTP/1.1 100 Continue\r\n\r\n".
  public func preceded(by text: String) -> Reply { with { $0.preamble += text } }

  /// Counts the body bytes of this reply in `meter` too.
  public func metered(_ meter: ByteMeter) -> Reply { with { $0.meters.append(meter) } }
}
