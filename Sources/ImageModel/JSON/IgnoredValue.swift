/// A JSON value of which only the presence counts.
struct IgnoredValue: Decodable {
  init(from decoder: any Decoder) {}
}
