/// The tags of a repository (distribution-spec, "Listing Tags").
struct TagList: Encodable {
  let name: String
  let tags: [String]
}
