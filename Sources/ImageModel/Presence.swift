/// Whether something is there. "I could not find out" is neither yes nor no: who takes it for a no sends gigabytes again.
package enum Presence: Sendable {
  case present
  case absent
  case unknown(any Error)

  package var isPresent: Bool {
    if case .present = self { true } else { false }
  }
}
