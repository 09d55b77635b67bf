import ImageModel

/// The bytes of a blob are not those of its digest, wherever they came from.
package struct WrongBlob: ClassifiedError, Hashable {
  package let expected: Digest
  package let found: Digest
  package let tries: Int

  package init(expected: Digest, found: Digest, tries: Int = 1) {
    self.expected = expected
    self.found = found
    self.tries = tries
  }

  package var failureClass: FailureClass { .integrity }
}
