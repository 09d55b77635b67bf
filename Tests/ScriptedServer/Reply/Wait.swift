/// Something that a body waits for between two of its bytes.
struct Wait: Sendable {
  enum Reason: Sendable {
    case gate(Gate)
    case time(Duration)
  }

  let offset: Int64
  let reason: Reason
}
