/// An engine that runs containers, and keeps images for it.
public enum EngineKind: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case docker, podman, containerd

  public var description: String { rawValue }
}
