/// Faults on the way of the body. Offsets count the body bytes of this one reply, without chunk framing; a fault
/// behind the end of the body does not happen.
extension Reply {
  /// RST once the client's system holds exactly `count` body bytes.
  public func reset(after count: Int64) -> Reply {
    interrupted(after: count, .end(.reset))
  }

  /// FIN after `count` body bytes.
  public func cut(after count: Int64, _ ending: Ending = .finish) -> Reply {
    interrupted(after: count, .end(ending))
  }

  /// No byte more after `count`, until the client leaves.
  public func stall(after count: Int64) -> Reply {
    interrupted(after: count, .stall)
  }

  /// No byte more after `count`, until the gate is opened.
  public func hold(after count: Int64, at gate: Gate) -> Reply {
    interrupted(after: count, .hold(gate))
  }

  /// A pause after `count` bytes.
  public func pause(after count: Int64, for duration: Duration) -> Reply {
    interrupted(after: count, .pause(duration))
  }

  /// `bytes` at a time with a tick between.
  public func trickle(bytes: Int, every tick: Duration) -> Reply {
    changed { $0.pace = Pace(bytes: bytes, tick: tick) }
  }

  /// A body that ends after `count` bytes, with the head of the whole: the connection is closed behind it.
  public func truncated(to count: Int64) -> Reply {
    changed {
      if let length = $0.content.length { $0.framing = .declaredLength(String(length)) }
      $0.content = $0.content.part(from: 0, count: count)
    }
  }

  /// A body that ends after `count` bytes, with a head that says so.
  public func shortened(to count: Int64) -> Reply {
    changed { $0.content = $0.content.part(from: 0, count: count) }
  }

  /// `count` bytes more behind the body, counted in its framing.
  public func surplus(_ count: Int64) -> Reply {
    changed { $0.content = $0.content.followed(by: .repeating(0x2b, length: count)) }
  }

  /// Bytes behind the body for ever; its framing becomes chunks.
  public var endless: Reply {
    changed {
      $0.content = $0.content.followed(by: .repeating(0x2b))
      $0.framing = .chunked()
    }
  }

  /// One bit of the content inverted, whatever range of it is asked for.
  public func flippingBit(at offset: Int64) -> Reply {
    changed { $0.content = $0.content.flippingBit(at: offset) }
  }

  /// Counts the body bytes of this reply in `meter` too.
  public func metered(_ meter: ByteMeter) -> Reply {
    changed { $0.meters.append(meter) }
  }

  private func interrupted(after count: Int64, _ action: Interruption.Action) -> Reply {
    changed { $0.interruptions.append(Interruption(offset: count, action: action)) }
  }
}
