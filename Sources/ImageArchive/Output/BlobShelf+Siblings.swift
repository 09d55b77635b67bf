extension BlobShelf {
  /// Adds the archives in the folder of an output that hold images of these repositories, an older file at the output
  /// path included.
  ///
  /// What is no archive, or is one of other images, does not count.
  ///
  /// - Parameter repositories: as in ``ImageReference/qualifiedRepository``.
  public mutating func addSiblings(of output: OutputPath, repositories: Set<String>) {
    addArchives(in: output.folder, and: output.name, repositories: repositories)
  }
}
