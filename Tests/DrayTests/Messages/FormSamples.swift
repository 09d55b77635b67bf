@testable import dray

enum FormSamples {
  static let all: [MessageSample] =
    [
      FormOptionError.format("tar"), .annotation("release"), .annotationOfName("io.containerd.image.name"),
      .annotationsWithoutIndex,
    ].enumerated().map { .init("form \($0.offset)", error: $0.element) }
}
