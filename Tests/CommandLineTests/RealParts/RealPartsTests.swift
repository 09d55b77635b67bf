import Testing

/// The main job on real registries and real engines. One after another: an engine is much for a small machine.
@Suite("Real registries and engines", .serialized)
struct RealPartsTests {}
