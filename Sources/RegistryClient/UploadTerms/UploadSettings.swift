/// How patient an upload is.
package struct UploadSettings: Sendable {
  /// When it is looked whether a blob is there whose last answer was lost, or came from a gateway that would not wait: pauses
  /// before each look, after a first one at once. Storage goes on putting a large blob together.
  package var commitPauses: [Duration] = [
    .seconds(1), .seconds(2), .seconds(5), .seconds(15), .seconds(30), .seconds(60),
  ]
  /// The same after a connection that ended.
  package var lostAnswerPauses: [Duration] = [.seconds(1), .seconds(3)]
  /// How long the end of a session that failed may take.
  package var cancelTimeout: Duration = .seconds(5)
  /// The same after Ctrl-C, when somebody waits for the prompt.
  package var interruptedTimeout: Duration = .seconds(2)
  /// Two losses of a connection this near to each other, in bytes, are at the same place: something there has a limit.
  package var samePlace: Int64 = 4 << 20

  package init() {}
}
